"""The status of a claim: one pure function of what was said about it, after the table of design §2.

Precedence: review > disputed > denied > confirmed > unverified > reported. A claim that nothing supports,
denies or doubts (only refusals to comment, passing mentions, or support that was taken back) is
`unverified`: nobody stands by it, so `reported` would say too much.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from musnad.model import Relation, Review, Speaker, Statement, Status, StatusChange

_REVIEWED: dict[str, Status] = {
    "true": "reviewed_true",
    "false": "reviewed_false",
    "mixed": "reviewed_mixed",
}
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement's bearing on a claim, with what is known about its article."""

    statement: Statement
    relation: Relation
    published_at: datetime | None = None
    """When its article was published."""
    copy_group: str | None = None
    """Articles that are copies of one text share this; None for one that is no copy."""
    cites: frozenset[str] = frozenset()
    """Ids of outlets that the article names as its source for this."""
    undecided: bool = False
    """For `no_comment`: said that it could be neither confirmed nor denied (not a bare refusal)."""

    @property
    def at(self) -> datetime | None:
        """When it was said, else when it was published; UTC is assumed where no zone is known."""
        return aware(self.statement.stated_at) or aware(self.published_at)


def aware(moment: datetime | None) -> datetime | None:
    """Return `moment` with a time zone (UTC where it has none), so that any two can be compared."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def evidence_order(evidence: Evidence) -> tuple[bool, datetime, str, bool, int, str]:
    """Return the sort key of evidence: time (undated last), article, field (title first), offset."""
    statement = evidence.statement
    at = evidence.at
    return (
        at is None,
        at or _LATEST,
        statement.article_id,
        statement.cue.field != "title",
        statement.cue.start,
        statement.id,
    )


def source_of(statement: Statement) -> tuple[str, ...]:
    """Return the key of whoever stands behind a statement: equal keys are one source.

    A speaker with an actor id is known everywhere. An unnamed one is taken for the same person only
    inside one article (and with the same affiliation or description): elsewhere it may be anyone.
    """
    speaker = statement.speaker
    if speaker.actor_id:
        return ("actor", speaker.actor_id)
    if speaker.kind == "none":
        return ("actor", statement.outlet_id) if statement.outlet_id else ("text", statement.id)
    what = speaker.affiliation or speaker.name or (speaker.span.surface if speaker.span else "")
    if speaker.kind in ("unnamed_source", "document"):
        return ("unnamed", statement.article_id, what)
    return ("name", what) if what else ("text", statement.id)


def status_of(
    events: Iterable[Evidence],
    *,
    actors: Collection[str] = (),
    reviews: Sequence[Review] = (),
    as_of: datetime | None = None,
) -> tuple[Status, tuple[StatusChange, ...]]:
    """Return a claim's status and the steps that led to it, first to last.

    `events` in any order; `actors` are the claim's actor ids (who is a party concerned). With `as_of`,
    only what was said or published until then counts, and what is undated does not.
    """
    limit = aware(as_of)
    chosen = sorted(events, key=evidence_order)
    judged = sorted(reviews, key=lambda r: (r.at is None, aware(r.at) or _LATEST, r.url))
    if limit is not None:
        chosen = [e for e in chosen if e.at is not None and e.at <= limit]
        judged = [r for r in judged if r.at is not None and (aware(r.at) or _LATEST) <= limit]
    weighing = _Weighing(frozenset(actors))
    history: list[StatusChange] = []

    def note(at: datetime | None, because: str) -> None:
        status, reason = weighing.verdict()
        if not history or history[-1].status != status:
            history.append(StatusChange(at=at, status=status, because=because, reason=reason))

    steps: list[tuple[tuple[bool, datetime, bool], Evidence | Review]] = [
        ((e.at is None, e.at or _LATEST, False), e) for e in chosen
    ]
    steps += [((r.at is None, aware(r.at) or _LATEST, True), r) for r in judged]
    steps.sort(key=lambda step: step[0])
    for _, step in steps:
        if isinstance(step, Review):
            if weighing.review(step):
                note(step.at, f"review:{step.url}")
        else:
            weighing.add(step)
            note(step.at, step.statement.id)
    return (history[-1].status if history else weighing.verdict()[0]), tuple(history)


def status_as_of(history: Sequence[StatusChange], moment: datetime) -> StatusChange | None:
    """Return the step of a claim's history that held at `moment`; None where nothing was known by then.

    The same as `status_of(…, as_of=moment)` gives from all evidence: what is undated does not count.
    """
    limit = aware(moment)
    reached = [step for step in history if (at := aware(step.at)) and limit and at <= limit]
    return reached[-1] if reached else None


@dataclass(slots=True)
class _Weighing:
    """What stands at one moment. Each source stands by its last word; a retraction leaves it with none."""

    actors: frozenset[str]
    support: dict[tuple[str, ...], list[Evidence]] = field(default_factory=dict)
    denial: dict[tuple[str, ...], list[Evidence]] = field(default_factory=dict)
    doubt: Evidence | None = None
    pair: tuple[Evidence, Evidence] | None = None
    party: Evidence | None = None
    stands: dict[tuple[object, ...], Evidence] = field(default_factory=dict)
    """What supports it, once for each article, origin and speaker: all that independence looks at."""
    retracted: bool = False
    verdicts: list[tuple[str, Review]] = field(default_factory=list)

    def review(self, review: Review) -> bool:
        """Take in a fact-check; one without a verdict changes nothing."""
        if review.verdict is not None:
            self.verdicts.append((review.verdict, review))
        return review.verdict is not None

    def add(self, evidence: Evidence) -> None:
        relation = evidence.relation
        source = source_of(evidence.statement)
        if relation in ("supports", "confirms"):
            self._drop(self.denial, source)
            self.support.setdefault(source, []).append(evidence)
            self._count(evidence)
        elif relation == "denies":
            self._drop(self.support, source)
            self.denial.setdefault(source, []).append(evidence)
        elif relation == "retracts":
            self._retract(evidence)
        elif relation == "doubts" or (relation == "no_comment" and evidence.undecided):
            self.doubt = self.doubt or evidence

    def _drop(self, side: dict[tuple[str, ...], list[Evidence]], source: tuple[str, ...]) -> None:
        if side.pop(source, None) and side is self.support:
            self._recount()

    def _retract(self, evidence: Evidence) -> None:
        source = source_of(evidence.statement)
        who = source[1] if source[0] == "actor" else None
        gone = [
            e
            for side in (self.support, self.denial)
            for key, group in side.items()
            for e in group
            if key == source or _vouched_by(e, who)
        ]
        # A copy stands and falls with its original.
        groups = {e.copy_group for e in gone if e.copy_group is not None}
        gone_ids = {e.statement.id for e in gone}
        for side in (self.support, self.denial):
            for key in list(side):
                left = [
                    e
                    for e in side[key]
                    if e.statement.id not in gone_ids
                    and not (e.copy_group in groups and _nobody_known(e.statement))
                ]
                self.retracted = self.retracted or len(left) < len(side[key])
                if left:
                    side[key] = left
                else:
                    del side[key]
        self._recount()

    def _recount(self) -> None:
        self.pair = self.party = None
        self.stands.clear()
        for group in self.support.values():
            for evidence in group:
                self._count(evidence)

    def _count(self, evidence: Evidence) -> None:
        if self.party is None and self._concerned(evidence):
            self.party = evidence
        statement = evidence.statement
        key = (
            statement.article_id,
            statement.outlet_id,
            origin(statement),
            statement.speaker.actor_id,
            evidence.copy_group,
            evidence.cites,
        )
        if self.pair is not None or key in self.stands:
            return
        other = next((e for e in self.stands.values() if independent(e, evidence)), None)
        self.pair = None if other is None else (other, evidence)
        self.stands[key] = evidence

    def verdict(self) -> tuple[Status, str]:
        """Return the status at this moment and the sentence that says why."""
        if self.verdicts:
            kinds = {kind for kind, _ in self.verdicts}
            by = self.verdicts[-1][1].publisher or self.verdicts[-1][1].url
            if len(kinds) > 1:
                return "reviewed_mixed", f"Fact-checks differ; the last one is by {by}."
            return _REVIEWED[kinds.pop()], f"A fact-check by {by} says so."
        support = next((group[0] for group in self.support.values()), None)
        denial = next((group[0] for group in self.denial.values()), None)
        if support and denial:
            # One source's support and denial never stand together (see `add`): these are two.
            said, denied = describe(support.statement), describe(denial.statement)
            return "disputed", f"Supported by {said}, denied by {denied}; both stand."
        if denial:
            kept = "its support was taken back" if self.retracted else "no support stands"
            return "denied", f"Denied by {describe(denial.statement)}; {kept}."
        if self.party is not None:
            return "confirmed", f"Confirmed by a party concerned: {describe(self.party.statement)}."
        if self.pair is not None:
            one, two = (describe(e.statement) for e in self.pair)
            return "confirmed", f"Supported by two independent sources: {one}, and {two}."
        if self.doubt is not None:
            who = describe(self.doubt.statement)
            if self.doubt.relation == "doubts":
                return "unverified", f"Doubted by {who}."
            return "unverified", f"Could be neither confirmed nor denied, according to {who}."
        if support:
            return "reported", f"Supported by {describe(support.statement)}."
        if self.retracted:
            return "unverified", "Its support was taken back; nobody stands by it."
        return "unverified", "Nothing said so far supports, denies or doubts it."

    def _concerned(self, evidence: Evidence) -> bool:
        speaker = evidence.statement.speaker
        return evidence.relation == "confirms" and bool(
            self.actors & {speaker.actor_id, speaker.affiliation}
        )


def independent(one: Evidence, two: Evidence) -> bool:
    """Return whether two pieces of support are from independent sources.

    They are where both outlets are known and different, the texts are no copies of each other, neither
    cites the other or the same third outlet, and the speaker is not the same one speaking twice. What one
    article tells twice is never independent.
    """
    if one.statement.article_id == two.statement.article_id:
        return False
    if one.copy_group is not None and one.copy_group == two.copy_group:
        return False
    first, second = origin(one.statement), origin(two.statement)
    if first is None or second is None or first == second:
        return False
    outlets = [{o for o in (e.statement.outlet_id, origin(e.statement)) if o} for e in (one, two)]
    if outlets[0] & two.cites or outlets[1] & one.cites or one.cites & two.cites:
        return False
    speakers = one.statement.speaker.actor_id, two.statement.speaker.actor_id
    return speakers[0] is None or speakers[0] != speakers[1]


def origin(statement: Statement) -> str | None:
    """Return the id of the outlet that a statement ultimately comes from.

    The innermost outlet that it is attributed to, else the one that printed it. None where that is an
    outlet without a name («صحيفة فرنسية»): nobody can say that it is not the other one.
    """
    chain = (*statement.attribution, statement.speaker)
    outlets = [speaker for speaker in chain if speaker.kind == "outlet"]
    return outlets[-1].actor_id if outlets else statement.outlet_id


def _vouched_by(evidence: Evidence, outlet: str | None) -> bool:
    """Return whether `outlet` alone vouched for this: its source is unnamed, and it told it first.

    That goes for those too who cite the outlet. What a named person told it stays said, whatever it takes back.
    """
    statement = evidence.statement
    if outlet is None or not _nobody_known(statement):
        return False
    chain = {speaker.actor_id for speaker in statement.attribution}
    return outlet == statement.outlet_id or outlet in chain or outlet in evidence.cites


def _nobody_known(statement: Statement) -> bool:
    return statement.speaker.kind in ("unnamed_source", "document", "none")


def describe(statement: Statement) -> str:
    """Return a few words for people on who says this."""
    speaker: Speaker = statement.speaker
    name = speaker.name or (speaker.span.surface if speaker.span else None) or speaker.actor_id
    if name:
        return name
    if speaker.kind == "none":
        outlet = statement.outlet_id
        names = (layer.name for layer in statement.attribution if layer.actor_id == outlet)
        return next(filter(None, names), None) or outlet or "the article itself"
    text = "an unnamed source" if speaker.kind == "unnamed_source" else f"an unnamed {speaker.kind}"
    return f"{text} of {speaker.affiliation}" if speaker.affiliation else text
