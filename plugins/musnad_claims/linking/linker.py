"""The claim linker that ships with Musnad: pair decisions by words, events, actors and numbers."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from musnad.claims.decisions import seed_id
from musnad.claims.features import ATTACHED, DIFFERS, NEGATED, OWN_WORDS, REPEATS, UNDECIDED
from musnad.claims.relation import relation_of
from musnad.components import ClaimLinker, ClaimRegistry, Encoder
from musnad.matching import ClaimText
from musnad.model import Actor, Claim, Link, Relation, Statement

from musnad_claims.linking.articles import ArticleMatcher
from musnad_claims.linking.compare import Company
from musnad_claims.linking.data import FILES
from musnad_claims.linking.decide import Decision, Side, link_or_difference
from musnad_claims.linking.keys import blocking_keys
from musnad_claims.linking.known import KnownActors
from musnad_claims.linking.polarity import is_continuation, is_retraction, is_undecided
from musnad_claims.linking.reading import Reading, read
from musnad_claims.linking.within import taken_up

ATTACHMENT_SCORE = 0.8
DISCUSSION_SCORE = 0.6
NEAREST = 16
"""How many statements of its own article, the nearest ones, a statement is compared with."""
SAME_WORDING = 8
"""So many statements of one wording in one article are compared; further ones only repeat the first."""
MOST_KEYED = 1_000
"""Of so many statements the blocking keys are remembered at a time: more than one article has."""
FARTHEST = 200
"""How many statements back a pointer («هذا الخبر», «هذه الزيارة») can lead."""


class _Other(NamedTuple):
    """A claim to compare with."""

    claim_id: str
    text: str
    actors: tuple[str, ...]
    at: datetime | None


_Decided = dict[tuple[str, str], Decision | None]
"""Decisions on the pairs of one article, by the ids of both claims: each pair comes up from both sides."""


class StatementLinker(ClaimLinker):
    """Links statements to the claims that others seeded.

    Each link names its features. Beside the pairs it gives each statement with content a link to the claim
    that it seeds itself, which carries the polarity of what is said; a statement without content of its own
    (none, or «هذا الخبر») follows the nearest one before it in its article.
    """

    name = "linker"
    version = "1"

    def __init__(self, actors: Mapping[str, Actor] | None = None) -> None:
        """Make a linker. `actors` by id: to know that a capital may stand for its state.

        Without them, `open` takes the records that ship with musnad_actors, where that is installed; an
        actor that is not known is compared by id alone.
        """
        self._given = actors
        self._take(KnownActors(actors or ()))

    def open(self) -> None:
        """Load what is known of actors, unless it was given."""
        if self._given is None:
            self._take(KnownActors(shipped_actors()))

    def know(self, actors: Iterable[Actor]) -> None:
        """Take these records of actors too, over those known (the user's own files, other plugins')."""
        self._take(KnownActors([*self.actors.records.values(), *actors]))

    def _take(self, actors: KnownActors) -> None:
        self.actors = actors
        self.company = Company(actors)
        self._keys: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def resources(self) -> Iterable[Path | str]:
        """Return the rules' files, and what is known of actors."""
        known = sorted(actor.model_dump_json() for actor in self.actors.records.values())
        return [*FILES, "\n".join(known)]

    def keys(self, statement: Statement) -> Collection[str]:
        """Return the blocking keys of a statement; none for one without content of its own."""
        if statement.said is None:
            return ()
        # Whoever fills a registry asks for them, then `link`, then whoever stores them.
        key = statement.said.surface, statement.actors
        found = self._keys.get(key)
        if found is None:
            if len(self._keys) >= MOST_KEYED:
                self._keys.clear()
            near = self.actors.with_bodies(statement.actors)
            found = self._keys[key] = tuple(sorted(blocking_keys(read(key[0]), near)))
        return found

    def link(self, statements: Sequence[Statement], registry: ClaimRegistry) -> Iterator[Link]:
        """Yield the links of these statements (of one article, in order of the text)."""
        readings = {s.id: read(s.said.surface if s.said else "") for s in statements}
        own = {seed_id(s.id): i for i, s in enumerate(statements)}
        wordings: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        decided: _Decided = {}
        for i, statement in enumerate(statements):
            reading = readings[statement.id]
            marks = self._marks(statement, reading)
            retracts = is_retraction(
                statement.cue.surface, statement.said.surface if statement.said else None
            )
            if statement.said is None or reading.pointer:
                yield from self._follow(statements, i, readings, marks, retracts)
                continue
            taken = None if retracts else self._take_up(statements, i, readings, marks)
            if taken is not None:
                yield taken
                continue
            yield Link(
                statement_id=statement.id,
                claim_id=seed_id(statement.id),
                relation=relation_of(
                    statement.stance,
                    negated=reading.negated(statement.stance),
                    claim_negated=reading.negated(statement.stance),
                    retracts=retracts,
                ),
                score=1.0,
                features=marks,
                decided_by="own",
            )
            same = wordings.setdefault((statement.said.surface, statement.actors), [])
            same.append(statement.id)
            if len(same) > SAME_WORDING:
                yield _repetition(statement, same[0], reading, marks, retracts)
                continue
            side = Side(reading, statement.actors, statement.stated_at)
            found: list[Link] = []
            compared = _nearest(registry.candidates(self.keys(statement)), own, i)
            others = [_Other(c.id, c.text, c.actors, c.first_seen) for c in compared]
            for other in (*others, *_beside(statements, i, readings, compared)):
                inside = other.claim_id in own
                link = self._pair(statement, side, other, marks, inside, retracts, decided)
                if link is not None:
                    found.append(link)
            if retracts:
                yield from _taking_back(found) or self._follow(
                    statements, i, readings, marks, retracts
                )
            else:
                yield from found
            yield from self._discuss(statements, i, readings, marks)

    def matcher(
        self, claims: Sequence[ClaimText], encoder: Encoder | None = None
    ) -> ArticleMatcher:
        """Return what finds these claims in articles, by their meaning too where weights for `encoder` ship."""
        return ArticleMatcher(claims, encoder=encoder)

    def _pair(
        self,
        statement: Statement,
        side: Side,
        other: _Other,
        marks: Mapping[str, float],
        inside: bool,
        retracts: bool,
        decided: _Decided,
    ) -> Link | None:
        """Return the link of a statement to a claim, of its own article if `inside`; None where there is none."""
        reading = read(other.text)
        if reading.pointer:
            return None
        mine = seed_id(statement.id)
        pair = (mine, other.claim_id) if mine < other.claim_id else (other.claim_id, mine)
        if pair in decided:
            decision = decided[pair]
        else:
            decision = self._decide(statement, side, other, reading, inside)
            if inside:
                decided[pair] = decision
        if decision is None:
            return None
        negated = side.reading.negated(statement.stance)
        return Link(
            statement_id=statement.id,
            claim_id=other.claim_id,
            relation=relation_of(
                statement.stance,
                negated=negated,
                claim_negated=reading.negated(),
                retracts=retracts,
            ),
            score=decision.score,
            features={**decision.features, **marks, **({DIFFERS: 1.0} if decision.differs else {})},
            decided_by=decision.rule,
        )

    def _decide(
        self, statement: Statement, side: Side, other: _Other, reading: Reading, inside: bool
    ) -> Decision | None:
        """Return the decision on a pair, None where there is no link."""
        said = statement.said.surface if statement.said else ""
        one, two = side, Side(reading, other.actors, other.at)
        # Whichever is looked at first, the decision is the same to the last digit.
        if said > other.text or (
            said == other.text and (side.actors, str(side.at)) > (other.actors, str(other.at))
        ):
            one, two = two, one
        return link_or_difference(one, two, company=self.company, same_article=inside)

    def _marks(self, statement: Statement, reading: Reading) -> dict[str, float]:
        """Return the features that settling reads: polarity, and whether nothing could be said."""
        words = [statement.cue.surface, *([statement.said.surface] if statement.said else [])]
        undecided = statement.stance == "no_comment" and any(is_undecided(text) for text in words)
        return {NEGATED: float(reading.negated(statement.stance)), UNDECIDED: float(undecided)}

    def _follow(
        self,
        statements: Sequence[Statement],
        i: int,
        readings: Mapping[str, Reading],
        marks: Mapping[str, float],
        retracts: bool,
    ) -> Iterator[Link]:
        """Yield the link of a statement without content of its own to what it points back at."""
        statement, reading = statements[i], readings[statements[i].id]
        if statement.said is None and statement.stance == "asserts" and not retracts:
            # Nothing is said, nothing pointed at: «في تصريحات للصحيفة».
            return
        before = [s for s in _back(statements, i) if _has_content(s, readings)]
        target = _beginning(before)
        if reading.points_at is not None:
            named = [s for s in before if readings[s.id].head == reading.points_at]
            inside = [s for s in before if reading.points_at in readings[s.id].events]
            target = next(iter([*named, *inside]), None)
        if target is None:
            return
        relation: Relation = relation_of(
            statement.stance, negated=reading.negated(statement.stance), retracts=retracts
        )
        yield Link(
            statement_id=statement.id,
            claim_id=seed_id(target.id),
            relation=relation,
            score=ATTACHMENT_SCORE,
            features={**marks, ATTACHED: 1.0, "anaphora": 1.0},
            decided_by="points_back",
        )

    def _take_up(
        self,
        statements: Sequence[Statement],
        i: int,
        readings: Mapping[str, Reading],
        marks: Mapping[str, float],
    ) -> Link | None:
        """Return the link of a statement that says little to the one before it that it takes up, if any."""
        statement = statements[i]
        side = Side(readings[statement.id], statement.actors, statement.stated_at)
        before = (s for s in _back(statements, i) if _has_content(s, readings))
        looked_at: list[Statement] = []

        def sides() -> Iterator[Side]:
            for other in before:
                looked_at.append(other)
                yield Side(readings[other.id], other.actors, other.stated_at)

        at = taken_up(side, sides(), self.company)
        if at is None:
            return None
        target = looked_at[at]
        return Link(
            statement_id=statement.id,
            claim_id=seed_id(target.id),
            relation=relation_of(
                statement.stance,
                negated=readings[statement.id].negated(statement.stance),
                claim_negated=readings[target.id].negated(target.stance),
            ),
            score=ATTACHMENT_SCORE,
            features={**marks, ATTACHED: 1.0, OWN_WORDS: 1.0},
            decided_by="takes_up",
        )

    def _discuss(
        self,
        statements: Sequence[Statement],
        i: int,
        readings: Mapping[str, Reading],
        marks: Mapping[str, float],
    ) -> Iterator[Link]:
        """Yield a link to the event that a statement takes as known: «هذه الزيارة مهدت …»."""
        event = readings[statements[i].id].presupposed
        if event is None:
            return
        for other in _back(statements, i):
            if _has_content(other, readings) and readings[other.id].head == event:
                yield Link(
                    statement_id=statements[i].id,
                    claim_id=seed_id(other.id),
                    relation="discusses",
                    score=DISCUSSION_SCORE,
                    features={**marks, "anaphora": 1.0},
                    decided_by="takes_as_known",
                )
                return


def _taking_back(links: Sequence[Link]) -> list[Link]:
    """Return a retraction's links so that it goes where what it takes back goes, and joins nothing."""
    return [
        link.model_copy(update={"features": {**link.features, ATTACHED: 1.0}})
        for link in links
        if DIFFERS not in link.features
    ]


def _back(statements: Sequence[Statement], i: int) -> Iterator[Statement]:
    """Yield the statements before number `i` that a pointer may lead to, the nearest first."""
    for number in range(i - 1, max(0, i - FARTHEST) - 1, -1):
        yield statements[number]


def _beginning(before: Sequence[Statement]) -> Statement | None:
    """Return what a report that ends in the first of `before` (nearest first) began with, by one speaker."""
    if not before:
        return None
    target = before[0]
    for earlier in before[1:]:
        layered = _holds(earlier, target)
        goes_on = is_continuation(target.cue.surface) or _known_already(target)
        if not layered and not (goes_on and _same_speaker(target, earlier)):
            break
        target = earlier
    return target


def _holds(outer: Statement, inner: Statement) -> bool:
    """Return whether what `outer` says is what `inner` says, or holds it: «… في إطار تفاهمات قالت إنها تمت …»."""
    one, two = outer.said, inner.said
    if one is None or two is None or one.field != two.field:
        return False
    return one == two or (one.start <= inner.cue.start and two.end <= one.end)


def _known_already(statement: Statement) -> bool:
    """Return whether the speaker is «الصحيفة», «المصدر»: one that was spoken of before."""
    speaker = statement.speaker
    surface = speaker.span.surface if speaker.span else ""
    told = speaker.kind in ("outlet", "unnamed_source", "document")
    return told and surface.startswith("ال") and len(surface.split()) == 1


def _same_speaker(one: Statement, two: Statement) -> bool:
    first, second = one.speaker, two.speaker
    if first.actor_id or second.actor_id:
        return first.actor_id == second.actor_id
    if first.span is None or first.span == second.span:
        return True
    if first.kind == second.kind and first.span.surface.startswith("ال"):
        # «الصحيفة» after «إحدى الصحف الفرنسية»
        return _known_already(one)
    return first.name is not None and first.name == second.name


def _nearest(candidates: Sequence[Claim], own: Mapping[str, int], i: int) -> list[Claim]:
    """Return the claims of other articles, and of this article those of the statements nearest to number `i`."""
    inside = [claim for claim in candidates if own.get(claim.id, i) != i]
    if len(inside) > NEAREST:
        inside = sorted(inside, key=lambda claim: (abs(own[claim.id] - i), own[claim.id]))
    near = {claim.id for claim in inside[:NEAREST]}
    return [claim for claim in candidates if claim.id not in own or claim.id in near]


def _beside(
    statements: Sequence[Statement],
    i: int,
    readings: Mapping[str, Reading],
    compared: Sequence[Claim],
) -> list[_Other]:
    """Return the claims of the nearest statements around number `i` that name an event of it and share no key.

    «القائد لم يغادر البلاد، ولم يزر برقاديا» tells the visit as «زيارة القسطلي لدارمين» does, by other names.
    """
    events = readings[statements[i].id].named
    if not events:
        return []
    known = {claim.id for claim in compared}
    near = [*statements[max(0, i - NEAREST // 2) : i], *statements[i + 1 : i + 1 + NEAREST // 2]]
    return [
        _Other(claim_id, other.said.surface, other.actors, other.stated_at)
        for other in near
        if other.said is not None
        and not events.isdisjoint(readings[other.id].named)
        and (claim_id := seed_id(other.id)) not in known
    ]


def _repetition(
    statement: Statement, first: str, reading: Reading, marks: Mapping[str, float], retracts: bool
) -> Link:
    """Return the link of a statement to the first one of the same wording in its article."""
    negated = reading.negated(statement.stance)
    return Link(
        statement_id=statement.id,
        claim_id=seed_id(first),
        relation=relation_of(
            statement.stance, negated=negated, claim_negated=reading.negated(), retracts=retracts
        ),
        score=1.0,
        features={**marks, REPEATS: 1.0},
        decided_by="repeats",
    )


def shipped_actors() -> list[Actor]:
    """Return the actors that ship with musnad_actors; none where that plugin is not installed."""
    try:
        authority = importlib.import_module("musnad_actors.authority")
    except ImportError:
        return []
    return list(authority.load_authority(authority.starter_files()))


def _has_content(statement: Statement, readings: Mapping[str, Reading]) -> bool:
    return statement.said is not None and not readings[statement.id].pointer
