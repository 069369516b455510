"""What people decided about claims, and what that binds settling to. Nothing automatic overwrites it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from musnad.claims.status import aware
from musnad.model import Model, Relation, Span, Statement

DecisionKind = Literal[
    "link",
    "unlink",
    "merge",
    "split",
    "rename",
    "wrong_mention",
    "wrong_statement",
    "delete",
    "withdraw",
]
SEED_PREFIX = "c"


def seed_id(statement_id: str) -> str:
    """Return the id of the claim that a statement with content seeds."""
    return SEED_PREFIX + statement_id


def seed_statement(claim_id: str) -> str:
    """Return the id of the statement whose seed a claim's id is: every claim's id is that of a seed."""
    return claim_id.removeprefix(SEED_PREFIX)


class Decision(Model):
    """One decision of a person: append-only, re-applied at every settling, exported and imported.

    - `link` / `unlink`: `statements` (or `reviews`) are / are not about `claims[0]`; a link may say how (`relation`).
    - `merge`: all of `claims` are one.
    - `split`: `statements` are another matter than `others`, or, without those, than `claims[0]`.
    - `rename`: `claims[0]` reads `text`.
    - `wrong_statement`: `statements` are none. `wrong_mention`: `span` of `article_id` is no name.
    - `delete`: `article_id` is gone for good.
    - `withdraw`: the decision `withdraws` holds no longer. It stays on record, as everything does.

    Raises `ValueError` where the targets that its kind needs are missing.
    """

    id: str = Field(min_length=1)
    kind: DecisionKind
    who: str = Field(min_length=1)
    at: datetime
    why: str = ""
    quote: str = ""
    """The words that it is about, so that it can be found again when ids have changed."""
    statements: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    article_id: str | None = None
    span: Span | None = None
    text: str | None = None
    relation: Relation | None = None
    withdraws: str | None = None
    """Id of the decision that a `withdraw` takes back."""
    reviews: tuple[str, ...] = ()
    """Ids of the fact-checks that a `link` or `unlink` is about, instead of statements."""

    @model_validator(mode="after")
    def _has_targets(self) -> Self:
        missing = {
            "link": not ((self.statements or self.reviews) and len(self.claims) == 1),
            "unlink": not ((self.statements or self.reviews) and len(self.claims) == 1),
            "merge": len(self.claims) < 2,
            "split": not (self.statements and (self.others or len(self.claims) == 1)),
            "rename": not (len(self.claims) == 1 and self.text),
            "wrong_statement": not self.statements,
            "wrong_mention": not (self.article_id and self.span),
            "delete": not self.article_id,
            "withdraw": not self.withdraws,
        }[self.kind]
        if missing:
            needs = {
                "link": "`statements` (or `reviews`) and one of `claims`",
                "unlink": "`statements` (or `reviews`) and one of `claims`",
                "merge": "two or more `claims`",
                "split": "`statements`, and `others` or one of `claims`",
                "rename": "one of `claims` and `text`",
                "wrong_statement": "`statements`",
                "wrong_mention": "`article_id` and `span`",
                "delete": "`article_id`",
                "withdraw": "`withdraws`",
            }[self.kind]
            raise ValueError(f"a {self.kind} decision needs {needs}")
        return self


@dataclass(frozen=True, slots=True)
class Constraints:
    """What decisions come down to, in terms of statement ids."""

    removed: frozenset[str] = frozenset()
    """Statements that do not count: marked wrong, or of a deleted article."""
    together: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    relations: tuple[tuple[str, str, Relation], ...] = ()
    """(statement, seed statement of the claim, relation) as a person put it; newest first."""
    names: tuple[tuple[str, str], ...] = ()
    """(seed statement of the claim, its text); newest first."""
    decided: tuple[tuple[str, str, str], ...] = ()
    """(statement, seed statement, who) of each `link`; newest first."""
    orphaned: tuple[str, ...] = ()
    """Ids of decisions whose text is gone."""


def newest_first(decisions: Iterable[Decision]) -> list[Decision]:
    """Return decisions from the last to the first; of two that contradict each other the later one holds."""
    return sorted(decisions, key=lambda d: (aware(d.at), d.id), reverse=True)


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that hold, newest first: those not withdrawn. A withdrawal may be withdrawn too."""
    gone: set[str] = set()
    holding: list[Decision] = []
    for decision in newest_first(decisions):
        if decision.id in gone:
            continue
        if decision.kind == "withdraw":
            gone.add(decision.withdraws or "")
        else:
            holding.append(decision)
    return holding


def constraints(decisions: Iterable[Decision], statements: Sequence[Statement]) -> Constraints:
    """Return what `decisions` demand of `statements`. Contradictions are settled: the later one holds.

    A decision whose targets are not all among `statements` is looked up by its quoted words in its article;
    what cannot be found is listed as orphaned (which means something only where all targets were loaded).
    """
    ids = {statement.id for statement in statements}
    by_article: dict[str, list[Statement]] = {}
    for statement in statements:
        by_article.setdefault(statement.article_id, []).append(statement)
    removed: set[str] = set()
    orphaned: list[str] = []
    pairs: list[tuple[bool, str, str]] = []
    relations: list[tuple[str, str, Relation]] = []
    names: list[tuple[str, str]] = []
    decided: list[tuple[str, str, str]] = []
    for decision in standing(decisions):
        targets = decision.statements
        if decision.kind == "delete":
            removed.update(s.id for s in by_article.get(decision.article_id or "", ()))
            continue
        if decision.kind == "wrong_mention":
            continue
        if len(targets) == 1 and targets[0] not in ids:
            again = _found_again(decision, by_article.get(decision.article_id or "", ()))
            targets = (again,) if again else targets
        anchors = tuple(seed_statement(claim) for claim in decision.claims)
        if not {*targets, *decision.others, *anchors} <= ids:
            orphaned.append(decision.id)
        if decision.kind == "wrong_statement":
            removed.update(targets)
        elif decision.kind == "link":
            pairs += [(True, target, anchors[0]) for target in targets]
            decided += [(target, anchors[0], decision.who) for target in targets]
            if decision.relation is not None:
                relations += [(target, anchors[0], decision.relation) for target in targets]
        elif decision.kind == "unlink":
            pairs += [(False, target, anchors[0]) for target in targets]
        elif decision.kind == "merge":
            pairs += [(True, anchors[0], other) for other in anchors[1:]]
        elif decision.kind == "split":
            pairs += [(False, one, two) for one in targets for two in decision.others or anchors]
        elif decision.kind == "rename" and decision.text:
            names.append((anchors[0], decision.text))
    present = ids - removed
    together, apart = _consistent(
        [(t, a, b) for t, a, b in pairs if a in present and b in present and a != b]
    )
    return Constraints(
        removed=frozenset(removed & ids),
        together=together,
        apart=apart,
        relations=tuple(relations),
        names=tuple(names),
        decided=tuple(decided),
        orphaned=tuple(sorted(orphaned)),
    )


def _found_again(decision: Decision, statements: Collection[Statement]) -> str | None:
    """Return the one statement of the article that says the quoted words, if there is just one."""
    if not decision.quote:
        return None
    found = [s.id for s in statements if s.said is not None and s.said.surface == decision.quote]
    return found[0] if len(found) == 1 else None


def _consistent(
    pairs: Sequence[tuple[bool, str, str]],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return the must-links and cannot-links that do not contradict a newer one, newest first."""
    together: list[tuple[str, str]] = []
    apart: list[tuple[str, str]] = []
    group: dict[str, str] = {}

    def find(item: str) -> str:
        while (up := group.setdefault(item, item)) != item:
            item = up
        return item

    for join, one, two in pairs:
        first, second = find(one), find(two)
        if not join:
            if first != second:
                apart.append((one, two))
        elif not any({find(a), find(b)} == {first, second} for a, b in apart):
            group[max(first, second)] = min(first, second)
            together.append((one, two))
    return tuple(together), tuple(apart)
