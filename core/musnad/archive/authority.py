"""The index of actors: derived from the records that plugins offer, replaced when these change.

Before the index takes other records, the articles that the difference concerns are marked stale: so the index always
tells what the unmarked articles were enriched with, whenever the work is killed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

import musnad.nearnames
import musnad.sounds
from musnad.archive.changes import Change, compare
from musnad.archive.client import errors_explained
from musnad.archive.documents import ActorDocument
from musnad.archive.indices import alias, put_meta, read_meta
from musnad.archive.lock import locked_when_free
from musnad.archive.read import ArchiveReader
from musnad.archive.stale import Concerned, concerned, mark_stale, told
from musnad.components import Component
from musnad.errors import MusnadError, NotConfigured, PluginError, describe
from musnad.model import Actor, Outlet
from musnad.nearnames import heard_names, sounds_of
from musnad.plugins import Plugins, Registered
from musnad.sounds import FOREIGN_LETTERS
from musnad.views import Views

META = "musnad_authority"
"""Key under `_meta` of the actors index: the hash of the records that it was filled with; empty while it is
being filled."""
WAIT_SECONDS = 60.0
"""So long one process waits for another that brings the same archive in line."""
WORK = "bring the actors of the archive in line with the authority"


@dataclass(frozen=True, slots=True)
class Authority:
    """The records of all components, in order of their ids."""

    records: tuple[ActorDocument, ...]
    missing: tuple[str, ...] = ()
    """Sentences about plugins that could not offer theirs: the records in the index are then kept."""

    @property
    def hash(self) -> str:
        """Return a hash that changes with any record."""
        return _hash(self.records)


_OWN = (*Actor.model_fields, "domains", "kind", "needs_context")
"""Fields that files give; the others are derived of them, by the code that `_derivation` hashes."""


def _hash(records: Iterable[Actor]) -> str:
    digest = hashlib.sha256(_derivation())
    for record in records:
        values = record.model_dump(mode="json")
        # An actor has no field of an outlet, its document has them empty.
        digest.update(json.dumps([values.get(field) or None for field in _OWN]).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def _derivation() -> bytes:
    """Return a hash of the code that derives what is stored beside the records' own fields."""
    files = (Path(module.__file__ or "") for module in (musnad.nearnames, musnad.sounds))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


def hash_of(actors: Iterable[Actor]) -> str:
    """Return what `Authority.hash` is of these records."""
    records = {actor.id: actor for actor in actors}
    return _hash(records[actor_id] for actor_id in sorted(records))


def collect_authority(plugins: Plugins) -> Authority:
    """Return the authority records of all components.

    Raises `PluginError` naming both components where two offer the same id, and what a component raises
    for files that a user has to mend.
    """
    found: dict[str, tuple[str, Actor]] = {}
    missing: list[str] = []
    for registered in _components(plugins):
        component = registered.component
        if type(component).authority is Component.authority:
            continue
        try:
            component.open()
            try:
                records = list(component.authority())
            finally:
                component.close()
        except NotConfigured as error:
            missing.append(f"{registered.key} is off: {error}")
            continue
        except MusnadError:
            raise
        except Exception as error:
            missing.append(f"{registered.key} offers no authority: {describe(error)}")
            continue
        for actor in records:
            if not isinstance(actor, Actor):
                raise PluginError(
                    f"{registered.key}: authority() must return Actor records, "
                    f"not {type(actor).__name__}"
                )
            other, _ = found.setdefault(actor.id, (registered.key, actor))
            if other != registered.key:
                raise PluginError(
                    f'{other} and {registered.key} both have an authority record "{actor.id}": '
                    "give one of the two another id"
                )
    missing += [
        f'plugin "{info.name}" is off: {info.reason}'
        for info in plugins.infos.values()
        if info.state == "off"
    ]
    documents = [actor_document(actor) for _, (_, actor) in sorted(found.items())]
    return Authority(tuple(documents), tuple(missing))


def _components(plugins: Plugins) -> list[Registered[Component]]:
    return [*plugins.annotators(), *plugins.taggers(), *plugins.claim_extractors()]


def actor_document(actor: Actor) -> ActorDocument:
    """Return what is stored of an authority record."""
    names = [*actor.names.values(), *(alias_.text for alias_ in actor.aliases)]
    outlet: dict[str, Any] = {}
    if isinstance(actor, Outlet):
        outlet = {key: getattr(actor, key) for key in ("domains", "kind", "needs_context")}
    common = {key: getattr(actor, key) for key in Actor.model_fields}
    document = ActorDocument(
        **common,
        **outlet,
        all_names=tuple(
            dict.fromkeys([*names, *(name.translate(FOREIGN_LETTERS) for name in names)])
        ),
    )
    return document.model_copy(update={"sounds": sounds_of(list(heard_names(document)))})


def filled_with(client: Elasticsearch, prefix: str) -> str | None:
    """Return the hash of the records that the index of actors was filled with."""
    with errors_explained():
        found = read_meta(client, alias(prefix, "actors")).get(META)
    return str(found) if found else None


def authority_changed(client: Elasticsearch, prefix: str, authority: Authority) -> bool:
    """Return whether the index of actors was filled from other records than these."""
    return filled_with(client, prefix) != authority.hash


@dataclass(frozen=True, slots=True)
class Applied:
    """What the change of an authority meant for an archive."""

    changes: tuple[Change, ...] = ()
    concerned: Concerned | None = None
    """The articles that the changes concern; None where none can be."""
    marked: int = 0
    """How many of them were not marked stale before."""
    done: tuple[str, ...] = ()
    """What was done, in sentences."""

    @property
    def lines(self) -> list[str]:
        """Return the report for people."""
        if self.concerned is None:
            return list(self.done)
        changes = {change.id: change for change in self.changes}
        details = [f"  {line}" for line in told(self.concerned, changes)]
        return [*self.done, *details]


def refresh_authority(
    client: Elasticsearch, prefix: str, plugins: Plugins, authority: Authority | None = None
) -> list[str]:
    """Do `apply_authority`; return what was done, in sentences."""
    return list(apply_authority(client, prefix, plugins, authority).lines)


def apply_authority(
    client: Elasticsearch,
    prefix: str,
    plugins: Plugins,
    authority: Authority | None = None,
    *,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Applied:
    """Bring the archive in line with the plugins' records: mark the articles concerned, fill the index of actors.

    Nothing is written where nothing changed, or with `dry_run`. Killed in the middle, the next call does it
    again: the hash of the records is noted last. While a plugin is off, records that nobody offers stay.
    Raises `PluginError` where two components offer the same id, `ArchiveError` as all of the archive.
    """
    authority = authority or collect_authority(plugins)
    if not authority_changed(client, prefix, authority):
        return Applied()
    with nullcontext(lambda: None) if dry_run else _alone(client, prefix) as keep:
        if not authority_changed(client, prefix, authority):
            return Applied(done=("another process has just brought the actors in line",))
        reader = ArchiveReader(client, prefix)
        there = {
            hit["_id"]: ActorDocument.model_validate(hit["_source"])
            for hit in reader.scan("actors", {"match_all": {}})
        }
        changes = compare(there, authority.records)
        if authority.missing:
            changes = [change for change in changes if change.new is not None]
        if not dry_run:
            # From now on no ingest that began with the old records takes its articles for up to date.
            with errors_explained():
                put_meta(client, alias(prefix, "actors"), {META: ""})

        def progress(count: int) -> None:
            if count % 1000 == 0:
                keep()
            on_progress(count)

        found = _concerned(client, prefix, plugins, changes, progress)
        if dry_run:
            return Applied(tuple(changes), found)
        marked = mark_stale(client, prefix, found.articles) if found else 0
        keep()
        done = _fill(client, prefix, authority, changes, known=bool(there))
        if found and found.articles:
            already = len(found.articles) - marked
            more = f" ({already} more were so already)" if already else ""
            done.append(
                f"marked {marked} articles as stale{more}: enrich them again with `musnad ingest --stale`"
            )
        return Applied(tuple(changes), found, marked, tuple(done))


def _concerned(
    client: Elasticsearch,
    prefix: str,
    plugins: Plugins,
    changes: Sequence[Change],
    on_progress: Callable[[int], None],
) -> Concerned | None:
    matters = [change for change in changes if change.matters]
    if not matters or not ArchiveReader(client, prefix).count("articles", {"match_all": {}}):
        return None
    probes = [probe for change in matters for probe in change.probes()]
    finders = [
        finder
        for registered in _components(plugins)
        if (finder := registered.component.finder(probes)) is not None
    ]
    with Views(plugins) as views:
        return concerned(client, prefix, matters, finders, views, on_progress)


def _fill(
    client: Elasticsearch,
    prefix: str,
    authority: Authority,
    changes: Sequence[Change],
    known: bool,
) -> list[str]:
    """Write the records that changed; return what was done, in sentences."""
    name = alias(prefix, "actors")
    written = [change.new for change in changes if change.new is not None]
    gone = [change.id for change in changes if change.new is None]
    with errors_explained():
        bulk(client, _actions(name, written, gone), refresh=True)
        put_meta(client, name, {META: authority.hash})
    if known:
        done = f"{name}: wrote {len(written)} records that are new or changed"
    else:
        done = f"filled {name} with {len(written)} records"
    if gone:
        done += f", removed {len(gone)} that no plugin offers any more"
    return [done, *(f"kept the actors of {sentence}" for sentence in authority.missing if known)]


def _alone(client: Elasticsearch, prefix: str) -> AbstractContextManager[Callable[[], None]]:
    """Return the lock of this work: who comes second waits, and finds the work done."""
    return locked_when_free(client, prefix, WORK, seconds=WAIT_SECONDS)


def _actions(
    name: str, records: Sequence[ActorDocument], gone: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for record in records:
        yield {"_index": name, "_id": record.id, "_source": record.model_dump(mode="json")}
    for actor_id in gone:
        yield {"_op_type": "delete", "_index": name, "_id": actor_id}
