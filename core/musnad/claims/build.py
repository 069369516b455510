"""From the members of a group to the claim that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from musnad.claims.decisions import seed_id
from musnad.claims.relation import claim_is_negated, relation_of
from musnad.claims.status import Evidence, aware, evidence_order, status_of
from musnad.model import Claim, OutletCount, Relation, RelationCounts, Review, Statement


@dataclass(frozen=True, slots=True)
class Member:
    """A statement in a group, with what settling knows about it."""

    statement: Statement
    negated: bool = False
    undecided: bool = False
    retracts: bool = False
    follows: bool = False
    """It has no content of its own: it says nothing about what the claim is."""
    own_words: bool = False
    """Though it follows, it names the matter: what it negates is the matter itself."""
    published_at: datetime | None = None
    copy_group: str | None = None
    cites: frozenset[str] = frozenset()

    def evidence(self, relation: Relation) -> Evidence:
        """Return this member as evidence with `relation`."""
        cited = {
            speaker.actor_id
            for speaker in (self.statement.speaker, *self.statement.attribution)
            if speaker.kind == "outlet"
            and speaker.actor_id
            and speaker.actor_id != self.statement.outlet_id
        }
        return Evidence(
            statement=self.statement,
            relation=relation,
            published_at=self.published_at,
            copy_group=self.copy_group,
            cites=self.cites | frozenset(name for name in cited if name),
            undecided=self.undecided,
        )


def telling(members: Sequence[Member]) -> list[Member]:
    """Return the members that tell what the claim is: those with content of their own, else those that follow."""
    said = [m for m in members if m.statement.said is not None]
    return [m for m in said if not m.follows] or said


def turned(members: Sequence[Member]) -> set[str]:
    """Return the ids of the statements that say the opposite of the claim that these members make."""
    negative = claim_is_negated(m.negated for m in telling(members))
    return {m.statement.id for m in members if m.negated != negative}


def build_claim(
    members: Sequence[Member],
    *,
    fixed: Mapping[str, Relation] | None = None,
    text: str | None = None,
    reviews: Sequence[Review] = (),
) -> tuple[Claim, dict[str, Relation]]:
    """Return the claim of `members` and each member's relation to it, by statement id.

    The claim takes its id and wording from its earliest supporting statement; without one from the earliest
    that speaks of the same (not the negated) thing. Its actors are those of that statement and those that at
    least half of the members with content name. `fixed` relations and `text` are people's.
    """
    content = telling(members)
    negative = claim_is_negated(m.negated for m in content)
    relations: dict[str, Relation] = {
        m.statement.id: relation_of(
            m.statement.stance,
            # A follower's own words carry no polarity of the claim's: «هذا الخبر غير صحيح» turns it round.
            negated=m.negated,
            claim_negated=negative and (m.own_words or not m.follows),
            retracts=m.retracts,
        )
        for m in members
    }
    relations |= {key: value for key, value in (fixed or {}).items() if key in relations}
    evidence = {m.statement.id: m.evidence(relations[m.statement.id]) for m in members}

    def rank(member: Member) -> tuple[bool, bool, tuple[object, ...]]:
        supports = relations[member.statement.id] in ("supports", "confirms")
        turned = member.negated != negative
        return turned, not supports, evidence_order(evidence[member.statement.id])

    canonical = min(content, key=rank).statement
    named = Counter(actor for m in content for actor in set(m.statement.actors))
    common = sorted(actor for actor, count in named.items() if count * 2 >= len(content))
    actors = tuple(dict.fromkeys([*canonical.actors, *common]))
    status, history = status_of(evidence.values(), actors=actors, reviews=reviews)
    times = [at for e in evidence.values() if (at := aware(e.at)) is not None]
    outlets = Counter(m.statement.outlet_id for m in members if m.statement.outlet_id)
    claim = Claim(
        id=seed_id(canonical.id),
        text=text or (canonical.said.surface if canonical.said else ""),
        status=status,
        history=history,
        actors=actors,
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
        relations=RelationCounts.model_validate(Counter(relations.values())),
        outlets=tuple(
            OutletCount(id=key, count=count)
            for key, count in sorted(outlets.items(), key=lambda item: (-item[1], item[0]))
        ),
        reviews=tuple(sorted(reviews, key=lambda r: (r.at is None, str(r.at), r.url))),
    )
    return claim, relations
