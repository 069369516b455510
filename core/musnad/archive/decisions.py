"""What people decided, in an index of its own: append-only, exported and imported as JSON Lines."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from elasticsearch import ConflictError, Elasticsearch
from pydantic import ValidationError

from musnad.archive.client import errors_explained
from musnad.archive.documents import StatementDocument
from musnad.archive.indices import alias
from musnad.archive.patience import while_swapped
from musnad.archive.read import ArchiveReader
from musnad.claims import Decision, DecisionKind, standing
from musnad.claims.decisions import constraints, seed_id
from musnad.errors import ArchiveError, InputError
from musnad.model import Statement


def new_decision(kind: DecisionKind, who: str, why: str, **targets: Any) -> Decision:
    """Return a decision made now, with an id of its own.

    Raises `ValueError` where the targets that its kind needs are missing.
    """
    at = datetime.now(UTC)
    draft = Decision(id="-", kind=kind, who=who, why=why, at=at, **targets)
    digest = hashlib.sha256(draft.model_dump_json().encode("utf-8", "surrogatepass"))
    return draft.model_copy(update={"id": f"d{digest.hexdigest()[:24]}"})


class DecisionStore:
    """The decisions index of one archive. Decisions are added, never changed or removed.

    Every method raises `ArchiveError` where Elasticsearch is out of reach or the archive is not there.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.reader = ArchiveReader(client, prefix)
        self.index = alias(prefix, "decisions")

    def add(self, decision: Decision) -> bool:
        """Add a decision; return False where this very decision is there already.

        Raises `ArchiveError` where another decision has its id.
        """
        return while_swapped()(self._add, decision)

    def _add(self, decision: Decision) -> bool:
        with errors_explained():
            try:
                self.client.create(
                    index=self.index,
                    id=decision.id,
                    document=decision.model_dump(mode="json"),
                    refresh=True,
                )
            except ConflictError:
                there = self.client.get(index=self.index, id=decision.id)["_source"]
                if Decision.model_validate(there) != decision:
                    raise ArchiveError(
                        f'decision "{decision.id}" is there already and says something else: decisions '
                        "are never changed, give the new one another id"
                    ) from None
                return False
        return True

    def all(
        self, kinds: Collection[DecisionKind] = (), articles: Collection[str] | None = None
    ) -> list[Decision]:
        """Return decisions, oldest first; only of these kinds and articles where given."""
        conditions: list[dict[str, Any]] = []
        if kinds:
            conditions.append({"terms": {"kind": list(kinds)}})
        if articles is not None:
            conditions.append({"terms": {"article_id": list(articles)}})
        hits = self.reader.scan("decisions", {"bool": {"filter": conditions}})
        decisions = [Decision.model_validate(hit["_source"]) for hit in hits]
        return sorted(decisions, key=lambda d: (d.at, d.id))

    def get(self, decision_id: str) -> Decision:
        """Return one decision. Raises `ArchiveError` where there is none of that id."""
        found = [
            Decision.model_validate(hit["_source"])
            for hit in self.reader.scan("decisions", {"term": {"id": decision_id}})
        ]
        if not found:
            raise ArchiveError(
                f'there is no decision "{decision_id}" (see `musnad decisions list`)'
            )
        return found[0]

    def about(self, claim_id: str, statements: Collection[str]) -> list[Decision]:
        """Return the decisions on a claim, oldest first, withdrawn ones with their withdrawals.

        `statements` are the ids of the statements that the claim is made of: what was decided about one of them,
        or about a claim that one of them seeds, is about this claim today.
        """
        own = sorted(statements)
        found: dict[str, Decision] = {}
        for i in range(0, max(len(own), 1), 10_000):
            part = own[i : i + 10_000]
            seeds = [claim_id, *map(seed_id, part)]
            fields = {"claims": seeds, "statements": part, "others": part}
            either = [{"terms": {field: values}} for field, values in fields.items()]
            for hit in self.reader.scan("decisions", {"bool": {"should": either}}):
                found[hit["_id"]] = Decision.model_validate(hit["_source"])
        fresh = set(found)
        while fresh:
            hits = list(self.reader.scan("decisions", {"terms": {"withdraws": sorted(fresh)}}))
            fresh = {hit["_id"] for hit in hits} - found.keys()
            found |= {hit["_id"]: Decision.model_validate(hit["_source"]) for hit in hits}
        return sorted(found.values(), key=lambda d: (d.at, d.id))

    def orphaned(self) -> list[Decision]:
        """Return the decisions whose statements, claims or quoted words are not in the archive (any more)."""
        decisions = self.all()
        statements = self._statements_about(decisions)
        gone = set(constraints(decisions, statements).orphaned)
        mentions = [
            d for d in standing(decisions) if d.kind == "wrong_mention" and d.article_id and d.span
        ]
        texts = self._articles({d.article_id for d in mentions if d.article_id})
        for d in mentions:
            if d.span is None or d.span.surface not in texts.get(d.article_id or "", {}).get(
                d.span.field, ""
            ):
                gone.add(d.id)
        return [decision for decision in decisions if decision.id in gone]

    def import_file(self, file: Path) -> tuple[int, int]:
        """Add the decisions of a JSON Lines file; return (how many were added, were there already).

        The whole file is checked first. Raises `InputError` naming file, line and field, `ArchiveError`
        where an id is there with another content.
        """
        decisions = list(_read(file))
        added = sum(self.add(decision) for decision in decisions)
        return added, len(decisions) - added

    def _statements_about(self, decisions: Iterable[Decision]) -> list[Statement]:
        """Return the statements that decisions name, and those of the articles they name."""
        ids: set[str] = set()
        articles: set[str] = set()
        for decision in decisions:
            ids |= {*decision.statements, *decision.others}
            ids |= {claim.removeprefix("c") for claim in decision.claims}
            if decision.article_id:
                articles.add(decision.article_id)
        found: dict[str, Statement] = {}
        for field, values in (("id", sorted(ids)), ("article_id", sorted(articles))):
            for i in range(0, len(values), 10_000):
                query = {"terms": {field: values[i : i + 10_000]}}
                for hit in self.reader.scan("statements", query):
                    found[hit["_id"]] = StatementDocument.model_validate(hit["_source"])
        return list(found.values())

    def _articles(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        hits = self.reader.scan(
            "articles", {"terms": {"id": sorted(ids)}}, source=["title", "body"]
        )
        return {hit["_id"]: hit["_source"] for hit in hits}


def _read(file: Path) -> Iterable[Decision]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield Decision.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            where = f'field "{field}": ' if field else ""
            raise InputError(f"{file}:{number}: {where}{first['msg']}") from error
