"""What an alert finds in the archive, and what of that is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from musnad.alerts.model import Alert, Item
from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms

Known = Mapping[str, str]
"""What was told already: status by claim id, or an empty text by statement id."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is new, in order of time, and what is known once that is told."""

    items: tuple[Item, ...]
    known: Known


def find(reader: ArchiveReader, alert: Alert, known: Known | None) -> Findings:
    """Return what matches `alert` and is not in `known` (None: tell nothing, only learn what there is).

    Raises `ArchiveError`.
    """
    found = dict(
        _statements(reader, alert) if alert.watches == "statements" else _claims(reader, alert)
    )
    marks = {key: (item.status or "") for key, item in found.items()}
    if alert.watches == "statements":
        marks = dict.fromkeys(found, "")
    if known is None:
        return Findings((), marks)
    new = [
        item.model_copy(update={"before": known.get(key) or None})
        for key, item in found.items()
        if known.get(key) != marks[key]
    ]
    new = [item for item in new if _wanted(alert, item)]
    new.sort(key=lambda item: (item.at is None, item.at.timestamp() if item.at else 0.0, item.key))
    return Findings(tuple(new), {**known, **marks})


def _wanted(alert: Alert, item: Item) -> bool:
    return alert.watches == "statements" or not alert.statuses or item.status in alert.statuses


def _statements(reader: ArchiveReader, alert: Alert) -> Iterator[tuple[str, Item]]:
    conditions: list[dict[str, Any]] = [{"exists": {"field": "link.claim_id"}}]
    if alert.relations:
        conditions.append({"terms": {"link.relation": list(alert.relations)}})
    if alert.by:
        conditions.append(
            _either(
                [{"terms": {f"speaker.{f}": list(alert.by)}} for f in ("actor_id", "affiliation")]
            )
        )
    if alert.about:
        conditions.append({"terms": {"actors": list(alert.about)}})
    if alert.outlets:
        conditions.append({"terms": {"outlet_id": list(alert.outlets)}})
    if alert.claims:
        conditions.append({"terms": {"link.claim_id": _today(reader, alert)}})
    found = [
        StatementDocument.model_validate(hit["_source"])
        for hit in reader.scan("statements", {"bool": {"filter": conditions}})
    ]
    claims = _claims_by_id(reader, {s.link.claim_id for s in found if s.link})
    for statement in found:
        claim = claims.get(statement.link.claim_id) if statement.link else None
        yield (
            statement.id,
            Item(
                key=statement.id,
                at=statement.stated_at or statement.published_at,
                claim_id=claim.id if claim else None,
                claim=claim.text if claim else "",
                status=claim.status if claim else None,
                relation=statement.link.relation if statement.link else None,
                speaker=statement.speaker_name,
                outlet=statement.outlet_name,
                sentence=statement.sentence,
                article_id=statement.article_id,
            ),
        )


def _claims(reader: ArchiveReader, alert: Alert) -> Iterator[tuple[str, Item]]:
    conditions: list[dict[str, Any]] = []
    if alert.about:
        conditions.append({"terms": {"actors": list(alert.about)}})
    if alert.outlets:
        conditions.append({"terms": {"outlets.id": list(alert.outlets)}})
    if alert.claims:
        conditions.append({"terms": {"id": _today(reader, alert)}})
    query = {"bool": {"filter": conditions, "must_not": {"exists": {"field": "merged_into"}}}}
    claims = [ClaimDocument.model_validate(h["_source"]) for h in reader.scan("claims", query)]
    because = {c.history[-1].because for c in claims if c.history}
    sentences = {
        hit["_id"]: hit["_source"]
        for query in terms("id", because)
        for hit in reader.scan(
            "statements", query, source=["sentence", "article_id", "outlet_name"]
        )
    }
    for claim in claims:
        last = claim.history[-1] if claim.history else None
        said = sentences.get(last.because, {}) if last else {}
        yield (
            claim.id,
            Item(
                key=claim.id,
                at=last.at if last else None,
                claim_id=claim.id,
                claim=claim.text,
                status=claim.status,
                outlet=said.get("outlet_name"),
                sentence=said.get("sentence"),
                article_id=said.get("article_id"),
                reason=claim.status_reason,
            ),
        )


def _today(reader: ArchiveReader, alert: Alert) -> list[str]:
    """Return the ids that the claims of an alert have today."""
    return [found.id for c in alert.claims if (found := reader.claim(c)) is not None]


def _claims_by_id(reader: ArchiveReader, ids: set[str]) -> dict[str, ClaimDocument]:
    return {
        hit["_id"]: ClaimDocument.model_validate(hit["_source"])
        for query in terms("id", ids)
        for hit in reader.scan("claims", query)
    }


def _either(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": conditions, "minimum_should_match": 1}}
