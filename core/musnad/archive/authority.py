"""The index of actors: derived from the records that plugins offer, replaced when these change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from musnad.archive.client import errors_explained
from musnad.archive.documents import ActorDocument
from musnad.archive.indices import alias, put_meta, read_meta
from musnad.archive.read import ArchiveReader
from musnad.components import Component
from musnad.errors import MusnadError, NotConfigured, PluginError, describe
from musnad.model import Actor, Outlet
from musnad.nearnames import heard_names, sounds_of
from musnad.plugins import Plugins
from musnad.sounds import FOREIGN_LETTERS

META = "musnad_authority"
"""Key under `_meta` of the actors index: the hash of the records that it was filled with."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The records of all components, in order of their ids."""

    records: tuple[ActorDocument, ...]
    missing: tuple[str, ...] = ()
    """Sentences about plugins that could not offer theirs: the records in the index are then kept."""

    @property
    def hash(self) -> str:
        """Return a hash that changes with any record."""
        digest = hashlib.sha256()
        for record in self.records:
            digest.update(record.model_dump_json().encode())
        return digest.hexdigest()[:16]


def collect_authority(plugins: Plugins) -> Authority:
    """Return the authority records of all components.

    Raises `PluginError` naming both components where two offer the same id, and what a component raises
    for files that a user has to mend.
    """
    found: dict[str, tuple[str, Actor]] = {}
    missing: list[str] = []
    for registered in [*plugins.annotators(), *plugins.taggers(), *plugins.claim_extractors()]:
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


def authority_changed(client: Elasticsearch, prefix: str, authority: Authority) -> bool:
    """Return whether the index of actors was filled from other records than these."""
    with errors_explained():
        return bool(read_meta(client, alias(prefix, "actors")).get(META) != authority.hash)


def refresh_authority(
    client: Elasticsearch, prefix: str, plugins: Plugins, authority: Authority | None = None
) -> list[str]:
    """Bring the index of actors in line with the plugins' records; return what was done, in sentences.

    Nothing is written where nothing changed. Killed in the middle, the next call does it again: the hash
    of the records is noted last. While a plugin is off, records that nobody offers stay.
    Raises `PluginError` where two components offer the same id, `ArchiveError` as all of the archive.
    """
    authority = authority or collect_authority(plugins)
    if not authority_changed(client, prefix, authority):
        return []
    name = alias(prefix, "actors")
    with errors_explained():
        stored = ArchiveReader(client, prefix).scan("actors", {"match_all": {}}, source=False)
        there = {hit["_id"] for hit in stored}
        gone = set() if authority.missing else there - {r.id for r in authority.records}
        bulk(client, _actions(name, authority.records, sorted(gone)), refresh=True)
        put_meta(client, name, {META: authority.hash})
    done = f"filled {name} with {len(authority.records)} records"
    if gone:
        done += f", removed {len(gone)} that no plugin offers any more"
    return [done, *(f"kept the actors of {sentence}" for sentence in authority.missing if there)]


def _actions(
    name: str, records: Sequence[ActorDocument], gone: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for record in records:
        yield {"_index": name, "_id": record.id, "_source": record.model_dump(mode="json")}
    for actor_id in gone:
        yield {"_op_type": "delete", "_index": name, "_id": actor_id}
