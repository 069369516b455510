"""What the panels would show: the requests of the pack, asked of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from elasticsearch import ApiError, Elasticsearch

from musnad.archive.client import errors_explained, reason_of
from musnad.kibana.dataviews import view_id
from musnad.kibana.pack import Pack
from musnad.kibana.requests import Translator


@dataclass(frozen=True, slots=True)
class Shown:
    """What one panel, saved search or control would show."""

    name: str
    index: str
    found: int
    """Rows, buckets, or the number that is shown; 0: nothing."""
    error: str | None = None
    """Why Elasticsearch refused the request."""


def check(client: Elasticsearch, pack: Pack, now: datetime | None = None) -> Iterator[Shown]:
    """Yield what each request of `pack` finds at `now` (default: at this moment).

    Raises `InputError` for a pack that asks what is not allowed, `ArchiveError` where the archive cannot be asked.
    """
    fields = {view_id(pack.prefix, name): fields for name, fields in pack.fields.items()}
    translator = Translator(pack.objects(), fields, now or datetime.now(UTC))
    for request in translator.requests():
        with errors_explained():
            try:
                answer = client.search(index=request.index, **request.body)
            except ApiError as error:
                if error.status_code != 400:
                    raise
                yield Shown(request.name, request.index, 0, reason_of(error))
                continue
        yield Shown(request.name, request.index, request.found(answer.body))
