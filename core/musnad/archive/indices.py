"""Aliases and versioned indices: made by `init`, never edited in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from musnad.archive.client import errors_explained, reason_of
from musnad.archive.mappings import INDICES, MAPPING_META, changes, index_body, used_analysis
from musnad.archive.words import rules_apart, with_words
from musnad.components import SearchWords
from musnad.errors import ArchiveError
from musnad.model import SCHEMA_VERSION
from musnad.plugins import Plugins

Body = Mapping[str, Any]
MAKING_SECONDS = 300
"""Patience for an index to be made: with tens of thousands of rules it takes seconds, on a busy machine many."""
_FINAL = frozenset({"analysis", "index.codec", "index.query_string.lenient"})
"""Settings that an open index keeps as they are."""
_ANOTHER_WAS_FASTER = ("more than one write index", "already exists")


def alias(prefix: str, name: str) -> str:
    """Return the alias that readers and writers use: `musnad-articles`."""
    return f"{prefix}-{name}"


def beside(prefix: str) -> str:
    """Return the prefix under which a reindex builds its new set of indices, until that is swapped in."""
    return f"{prefix}-reindex"


def new_index_name(prefix: str, name: str) -> str:
    """Return the name of a new index behind an alias: `musnad-articles-1-20261124020000`."""
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return f"{alias(prefix, name)}-{SCHEMA_VERSION}-{stamp}"


def init(
    client: Elasticsearch,
    prefix: str,
    plugins: Plugins,
    words: Callable[[], SearchWords] = SearchWords,
) -> list[str]:
    """Make what is missing: index templates, indices, aliases, new fields. Running it again does nothing.

    `words` is called where the index of articles is made, for what its search analyzers are told (see
    `musnad.archive.words.collect_words`): an index that is there keeps what it was told. Returns one sentence for each thing done. Everything is checked before anything is changed. Raises
    `ArchiveError` where a field that is there would change its type or analyzer (that needs a new
    index), and where an alias's name is taken by something else.
    """
    with errors_explained():
        bodies = {name: index_body(name, plugins) for name in INDICES}
        missing = [
            name for name, body in bodies.items() if not check(client, alias(prefix, name), body)
        ]
        done: list[str] = []
        for name, body in bodies.items():
            done.extend(put_template(client, prefix, name, body))
            if name in missing:
                told = with_words(body, words()) if name == "articles" else body
                done.extend(_create(client, prefix, name, told))
            done.extend(_update(client, alias(prefix, name), body))
        return done


def check(client: Elasticsearch, name: str, body: Body) -> bool:
    """Return whether there is an index behind alias `name`; raise `ArchiveError` if `body` does not fit it."""
    if not client.indices.exists_alias(name=name):
        if client.indices.exists(index=name):
            raise ArchiveError(
                f'there is an index or data stream called "{name}", where an alias belongs: set another '
                "`prefix` (MUSNAD_PREFIX)"
            )
        return False
    found = client.indices.get(index=name)
    if len(found) > 1:
        raise ArchiveError(
            f"alias {name} has several indices behind it ({', '.join(sorted(found))}): take the alias off "
            "all but one"
        )
    for index, there in found.items():
        if MAPPING_META not in there["mappings"].get("_meta", {}):
            raise ArchiveError(
                f"alias {name} belongs to index {index}, which Musnad did not make: set another `prefix` "
                "(MUSNAD_PREFIX)"
            )
        for reason in misfits(index, there, body):
            raise ArchiveError(reason)
    return True


def misfits(index: str, there: Body, body: Body) -> Iterator[str]:
    """Yield in sentences what of `index` (as `there` describes it) can only become `body` in a new index."""
    for field, old, new in _differences(there, body):
        if old is not None:
            yield (
                f'field "{field}" of {index} is {_told(old, new)} and would become '
                f"{_told(new, old)}: a field is never changed in place, run `musnad reindex`"
            )
    properties = body["mappings"]["properties"]
    analysis = there["settings"]["index"].get("analysis", {})
    used = [
        used_analysis(rules_apart(one), properties)
        for one in (analysis, body["settings"]["analysis"])
    ]
    if used[0] != used[1]:
        yield (
            f"the analysis settings of {index} differ from those of this version: an analyzer is "
            "never changed in place, run `musnad reindex`"
        )


def read_meta(client: Elasticsearch, name: str) -> dict[str, Any]:
    """Return `_meta` of the mapping of the index behind alias `name`."""
    for found in client.indices.get_mapping(index=name).values():
        meta: dict[str, Any] = found["mappings"].get("_meta", {})
        return meta
    return {}


def put_meta(client: Elasticsearch, name: str, values: Mapping[str, Any]) -> None:
    """Put `values` over `_meta` of the mapping of the index behind alias `name`."""
    client.indices.put_mapping(index=name, meta={**read_meta(client, name), **values})


def _create(client: Elasticsearch, prefix: str, name: str, body: Body) -> list[str]:
    """Make the index behind an alias; nothing where another process makes it at the same moment.

    An alias can have one write index only, so Elasticsearch itself refuses a second index behind it.
    """
    index = new_index_name(prefix, name)
    try:
        client.options(request_timeout=MAKING_SECONDS).indices.create(
            index=index,
            aliases={alias(prefix, name): {"is_write_index": True}},
            settings=body["settings"],
            mappings=body["mappings"],
        )
    except ApiError as error:
        if any(words in reason_of(error) for words in _ANOTHER_WAS_FASTER):
            check(client, alias(prefix, name), body)
            return []
        raise
    return [f"made index {index} behind alias {alias(prefix, name)}"]


def _update(client: Elasticsearch, name: str, body: Body) -> list[str]:
    """Put added fields, labels and settings in place."""
    meta = read_meta(client, name)
    wanted = body["mappings"]["_meta"]
    if all(meta.get(key) == value for key, value in wanted.items()):
        return []
    added = [
        field
        for there in client.indices.get(index=name).values()
        for field, _, _ in _differences(there, body)
    ]
    client.indices.put_mapping(
        index=name, properties=body["mappings"]["properties"], meta={**meta, **wanted}
    )
    settings = {key: value for key, value in body["settings"].items() if key not in _FINAL}
    if settings:
        client.indices.put_settings(index=name, settings=settings)
    what = f"added fields {', '.join(added)}" if added else "updated labels and settings"
    return [f"{name}: {what}"]


def put_template(client: Elasticsearch, prefix: str, name: str, body: Body) -> list[str]:
    """Put the template that new indices of `name` are made with; return what was done, in sentences."""
    template = alias(prefix, name)
    meta = {"managed_by": "musnad", **body["mappings"]["_meta"]}
    if client.indices.exists_index_template(name=template):
        there = client.indices.get_index_template(name=template)["index_templates"][0]
        if there["index_template"].get("_meta") == meta:
            return []
    client.indices.put_index_template(
        name=template,
        # The year's first digit keeps out the indices of a longer prefix ("musnad" and "musnad-claims-1").
        index_patterns=[f"{template}-{SCHEMA_VERSION}-2*"],
        template={"settings": body["settings"], "mappings": body["mappings"]},
        priority=200,
        meta=meta,
    )
    return [f"put index template {template}"]


def _differences(there: Body, body: Body) -> Iterator[tuple[str, Any, Any]]:
    return changes(there["mappings"].get("properties", {}), body["mappings"]["properties"])


def _told(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return what `one` has that `other` has not, in words."""
    told = [f"{k} {v}" for k, v in one.items() if str(other.get(k)).lower() != str(v).lower()]
    return ", ".join(told) or "without that"
