"""Writing what settling found: claims, the statements' links, redirects of former claims."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.claims import Settlement, seed_statement
from musnad.model import Claim, Link

Versions = Mapping[str, tuple[int, int]]
"""By id: sequence number and primary term of a document as it was read or written."""


def claim_documents(
    reader: ArchiveReader,
    settlement: Settlement,
    loaded: Mapping[str, StatementDocument],
    component: Mapping[str, str],
) -> dict[str, ClaimDocument]:
    """Return what is stored of the claims of a settlement. Raises `ArchiveError`."""
    sizes: dict[str, int] = {}
    for claim_id in settlement.claim_of.values():
        sizes[claim_id] = sizes.get(claim_id, 0) + 1
    wanted = {actor for claim in settlement.claims for actor in claim.actors}
    wanted |= {outlet.id for claim in settlement.claims for outlet in claim.outlets}
    names = _names(reader, sorted(wanted))
    for statement in loaded.values():
        if statement.outlet_id and statement.outlet_name:
            names.setdefault(statement.outlet_id, statement.outlet_name)
    return {
        claim.id: _document(claim, sizes[claim.id], names, component[seed_statement(claim.id)])
        for claim in settlement.claims
    }


def _names(reader: ArchiveReader, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for i in range(0, len(ids), 1000):
        found |= {key: actor.name for key, actor in reader.actors(ids[i : i + 1000]).items()}
    return found


def _document(
    claim: Claim, statements: int, names: Mapping[str, str], component: str
) -> ClaimDocument:
    return ClaimDocument(
        **{key: getattr(claim, key) for key in Claim.model_fields},
        status_reason=claim.history[-1].reason if claim.history else "",
        statement_count=statements,
        actor_names=tuple(names[a] for a in claim.actors if a in names),
        outlet_names=tuple(names[o.id] for o in claim.outlets if o.id in names),
        component=component,
        settled_at=datetime.now(UTC),
        unsettled=True,
    )


class SettleWriter:
    """Writes to the claims and statements of one archive. Every method raises `ArchiveError`."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.statements = alias(prefix, "statements")
        self.claims = alias(prefix, "claims")

    def begin(self, documents: Iterable[ClaimDocument]) -> Versions:
        """Write claims, still marked as unsettled; return their versions."""
        return send(
            self.client,
            (
                {"_index": self.claims, "_id": d.id, "_source": d.model_dump(mode="json")}
                for d in documents
            ),
        ).versions

    def link_statements(
        self,
        sources: Mapping[str, Mapping[str, Any]],
        versions: Versions,
        links: Mapping[str, tuple[Link | None, tuple[str, ...]]],
        component: Mapping[str, str],
        denied: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Write each statement's link; a statement that was written anew meanwhile stays unsettled.

        `sources`: the statements as they are stored. They are written whole where a partial update would not do
        (`_merges`). `denied`: whose word each denial denies.
        """

        def changes() -> Iterator[dict[str, Any]]:
            for key, source in sources.items():
                link, discusses = links[key]
                after = {
                    "link": link.model_dump(mode="json") if link else None,
                    "claim_id": link.claim_id if link else None,
                    "discusses": list(discusses),
                    "denied_names": list(denied.get(key, ())),
                    "component": component[key],
                    "settled": True,
                }
                if all(source.get(name) == value for name, value in after.items()):
                    continue
                if all(_merges(source.get(name), value) for name, value in after.items()):
                    yield self._update(self.statements, key, after, versions[key])
                    continue
                yield {
                    "_index": self.statements,
                    "_id": key,
                    "_source": {**source, **after},
                    "if_seq_no": versions[key][0],
                    "if_primary_term": versions[key][1],
                }

        send(self.client, changes(), ignore=(404, 409))

    def finish(self, versions: Versions) -> None:
        """Take the mark off the claims that `begin` wrote, except where another process put it on since."""
        send(
            self.client,
            (
                self._update(self.claims, key, {"unsettled": False}, version)
                for key, version in versions.items()
            ),
            ignore=(404, 409),
        )

    def redirect(
        self, gone: Collection[ClaimDocument], redirects: Mapping[str, str]
    ) -> tuple[int, int]:
        """Let former claims lead on, or remove them; return how many of both."""
        moved = [c for c in gone if c.id in redirects and c.merged_into != redirects[c.id]]
        lost = [c for c in gone if c.id not in redirects]

        def changes() -> Iterator[dict[str, Any]]:
            for claim in moved:
                values = {
                    "merged_into": redirects[claim.id],
                    "statement_count": 0,
                    "unsettled": False,
                }
                yield self._update(self.claims, claim.id, values)
            for claim in lost:
                yield {"_op_type": "delete", "_index": self.claims, "_id": claim.id}

        send(self.client, changes(), ignore=(404,))
        return len(moved), len(lost)

    def _update(
        self,
        index: str,
        document_id: str,
        values: dict[str, Any],
        version: tuple[int, int] | None = None,
    ) -> dict[str, Any]:
        condition: dict[str, Any] = {"retry_on_conflict": 5}
        if version is not None:
            condition = {"if_seq_no": version[0], "if_primary_term": version[1]}
        return {
            "_op_type": "update",
            "_index": index,
            "_id": document_id,
            "doc": values,
            **condition,
        }


def _merges(before: object, after: object) -> bool:
    """Return whether a partial update, which merges objects, puts `after` in the place of `before`.

    It keeps what only the old object has: an old link's features would be taken for the new one's.
    """
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return True
    return all(key in after and _merges(value, after[key]) for key, value in before.items())
