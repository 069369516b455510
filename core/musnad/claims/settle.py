"""Settling: from accepted links between statements to claims. Pure, and independent of order.

How the archive uses it, touching only what has to be touched:

1. For the statements that are new, changed or gone, take their ids, the members of the claims they were in
   before, and the statements that a new decision names: that is `start`.
2. `graph.touched(start, edges_of)` returns all statements to load; `edges_of(ids)` is a query for stored
   links (statement and `seed_statement(claim_id)`) with a score of at least `THRESHOLD` or the feature
   `attached`, whatever their relation, plus the pairs that decisions name (`decision_edges`). Links with the
   feature `differs` lead nowhere new: load those between the statements reached.
3. `settle(...)` of the statements, links and decisions loaded; its outcome on that part is the same as on the
   whole archive. Store the claims and links, and the redirects; delete claims of those statements that are
   neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from musnad.claims.build import Member, build_claim, turned
from musnad.claims.decisions import (
    Constraints,
    Decision,
    constraints,
    seed_id,
    seed_statement,
)
from musnad.claims.features import ATTACHED, DIFFERS, NEGATED, OWN_WORDS, REPEATS, UNDECIDED
from musnad.claims.graph import Groups, Pair, agglomerate, pair
from musnad.claims.reviewed import Reviewed
from musnad.model import Claim, Link, Relation, Statement

THRESHOLD = 0.5
"""A link with a lower score does not bring a statement and a claim together."""
COHESION = 0.35
"""Two groups join only while the mean score over all pairs between them is at least this."""

BESIDE = 0.7
"""What stands alone goes beside a statement of its own article at this score, whatever the mean."""


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What settling has to know about an article."""

    published_at: datetime | None = None
    copy_group: str | None = None
    """Articles that are copies of one text share this."""
    cites: frozenset[str] = frozenset()
    """Ids of outlets that the article as a whole takes its matter from (an agency credit)."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome: claims, and how each statement bears on them."""

    claims: tuple[Claim, ...] = ()
    """In order of ids."""
    links: tuple[Link, ...] = ()
    """One for each statement and claim it bears on, in order of statement and claim ids."""
    claim_of: Mapping[str, str] = field(default_factory=dict)
    """The claim that each statement is chiefly about."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Ids that earlier settlements gave, and the claim that they now lead to."""
    orphaned: tuple[str, ...] = ()
    """Ids of decisions whose text is gone."""


def decision_edges(decisions: Iterable[Decision]) -> list[Pair]:
    """Return the pairs of statements that decisions speak of: they must be settled in one go."""
    edges: set[Pair] = set()
    for decision in decisions:
        named = [*decision.statements, *decision.others]
        named += [seed_statement(claim) for claim in decision.claims]
        edges |= {pair(named[0], other) for other in named[1:] if other != named[0]}
    return sorted(edges)


def settle(
    statements: Iterable[Statement],
    links: Iterable[Link],
    decisions: Iterable[Decision] = (),
    articles: Mapping[str, ArticleFacts] | None = None,
    *,
    previous: Mapping[str, str] | None = None,
    redirects: Mapping[str, str] | None = None,
    reviews: Reviewed | None = None,
    threshold: float = THRESHOLD,
    cohesion: float = COHESION,
) -> Settlement:
    """Return the claims that `statements` make, by the linkers' `links` to seed claims.

    `articles`: facts by article id. `previous`: the claim that each statement belonged to before, and
    `redirects`: ids already redirected; both go on leading somewhere. `reviews`: fact-checks. A link to a claim that no statement given seeds is left out.

    People's decisions win: what they put together or apart stays so, and their relation is kept.
    """
    everything = {statement.id: statement for statement in statements}
    demands = constraints(decisions, list(everything.values()))
    kept = {key: everything[key] for key in sorted(everything) if key not in demands.removed}
    graph = _Graph.of(kept, links, threshold)
    groups = _groups(kept, graph, demands, cohesion)
    facts = articles or {}
    group_of = {member: i for i, group in enumerate(groups) for member in group}
    claims: list[Claim] = []
    chosen: dict[tuple[str, str], Link] = {}
    ids: dict[int, str] = {}
    for i, group in enumerate(groups):
        members = [
            _member(kept[key], graph, facts.get(kept[key].article_id, ArticleFacts()))
            for key in sorted(group)
        ]
        renamed = next((text for anchor, text in demands.names if anchor in group), None)
        judged = reviews.of(group, turned(members)) if reviews else ()
        fixed = _fixed_relations(group, demands)
        claim, relations = build_claim(members, fixed=fixed, text=renamed, reviews=judged)
        claims.append(claim)
        ids[i] = claim.id
        people = {s: who for s, anchor, who in reversed(demands.decided) if anchor in group}
        for key, relation in relations.items():
            link = graph.link_within(key, claim.id, group, relation, people.get(key))
            chosen[key, claim.id] = link
    for link in graph.discussing:
        target = seed_statement(link.claim_id)
        if target not in group_of or link.statement_id not in kept:
            continue
        claim_id = ids[group_of[target]]
        present = chosen.get((link.statement_id, claim_id))
        if present is None or (present.relation == "discusses" and present.score < link.score):
            chosen[link.statement_id, claim_id] = link.model_copy(update={"claim_id": claim_id})
    claim_of = {member: ids[i] for member, i in group_of.items()}
    return Settlement(
        claims=tuple(sorted(claims, key=lambda claim: claim.id)),
        links=tuple(chosen[key] for key in sorted(chosen)),
        claim_of=dict(sorted(claim_of.items())),
        redirects=_redirects(claim_of, previous or {}, redirects or {}),
        orphaned=demands.orphaned,
    )


@dataclass(slots=True)
class _Graph:
    """Links by what they mean for settling."""

    scores: dict[Pair, float] = field(default_factory=dict)
    """Score of each accepted pair of statements: the higher of the two directions."""
    best: dict[str, dict[str, Link]] = field(default_factory=dict)
    """By statement, then seed statement: the best accepted link."""
    differs: set[Pair] = field(default_factory=set)
    repeats: set[Pair] = field(default_factory=set)
    """(a statement, an earlier one that it repeats)"""
    attached: dict[str, list[Link]] = field(default_factory=dict)
    discussing: list[Link] = field(default_factory=list)
    negated: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    own_words: set[str] = field(default_factory=set)
    retracting: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, kept: Mapping[str, Statement], links: Iterable[Link], threshold: float) -> _Graph:
        graph = cls()
        ordered = sorted(
            links, key=lambda k: (k.statement_id, k.claim_id, -k.score, k.decided_by, k.relation)
        )
        for link in ordered:
            statement, target = link.statement_id, seed_statement(link.claim_id)
            if statement not in kept:
                continue
            if link.features.get(NEGATED, 0) > 0:
                graph.negated.add(statement)
            if link.features.get(UNDECIDED, 0) > 0:
                graph.undecided.add(statement)
            if link.features.get(OWN_WORDS, 0) > 0:
                graph.own_words.add(statement)
            if link.relation == "retracts":
                graph.retracting.add(statement)
            if target not in kept or kept[target].said is None:
                continue
            if statement == target:
                graph.best.setdefault(statement, {}).setdefault(target, link)
            elif link.features.get(ATTACHED, 0) > 0:
                graph.attached.setdefault(statement, []).append(link)
                graph.best.setdefault(statement, {}).setdefault(target, link)
            elif link.features.get(DIFFERS, 0) > 0:
                graph.differs.add(pair(statement, target))
            elif link.relation == "discusses":
                graph.discussing.append(link)
            elif link.score >= threshold:
                graph.best.setdefault(statement, {}).setdefault(target, link)
                if link.features.get(REPEATS, 0) > 0:
                    graph.repeats.add((statement, target))
                edge = pair(statement, target)
                graph.scores[edge] = max(link.score, graph.scores.get(edge, 0.0))
        for statement in graph.attached:
            graph.attached[statement].sort(key=lambda k: (-k.score, k.claim_id))
        return graph

    def link_within(
        self,
        statement: str,
        claim_id: str,
        group: frozenset[str],
        relation: Relation,
        person: str | None,
    ) -> Link:
        """Return the statement's link to its claim: its best one to a member, or its own seed's."""
        mine = self.best.get(statement, {})
        own = mine.get(statement)
        within = [link for target, link in mine.items() if target in group and target != statement]
        link = max(within, key=lambda k: (k.score, k.claim_id), default=own)
        if person is not None:
            features = link.features if link else {}
            return Link(
                statement_id=statement,
                claim_id=claim_id,
                relation=relation,
                score=1.0,
                features=features,
                decided_by=f"person:{person}",
            )
        if seed_id(statement) == claim_id or link is None:
            # The claim is this statement's own: there is nothing to compare it with.
            return Link(
                statement_id=statement,
                claim_id=claim_id,
                relation=relation,
                score=1.0,
                features=own.features if own else {},
                decided_by=own.decided_by if own else "musnad.settle:own",
            )
        return link.model_copy(update={"claim_id": claim_id, "relation": relation})


def _groups(
    kept: Mapping[str, Statement], graph: _Graph, demands: Constraints, cohesion: float
) -> list[frozenset[str]]:
    """Return the members of each claim: agglomerated statements, then those that follow them."""
    followers = {key for key in kept if kept[key].said is None or key in graph.attached}
    bound = {end for edge in demands.together for end in edge}
    # A person's link makes a follower a full member: it does not depend on what it points at any more.
    followers -= bound
    nodes = [key for key in kept if key not in followers]
    among = set(nodes)
    # What repeats another statement is one node with it, unless a person spoke of it.
    decided = bound | {end for edge in demands.apart for end in edge}
    same = Groups(nodes)
    for statement, first in sorted(graph.repeats):
        if statement in among and first in among and statement not in decided:
            same.join(statement, first)

    def merged(edges: Iterable[Pair]) -> list[Pair]:
        return [
            pair(same.find(one), same.find(two))
            for one, two in edges
            if one in among and two in among and same.find(one) != same.find(two)
        ]

    scores: dict[Pair, float] = {}
    for edge, score in graph.scores.items():
        for joined in merged([edge]):
            scores[joined] = max(score, scores.get(joined, 0.0))
    repeated = same.sets()
    members = {same.find(min(group)): group for group in repeated}
    found = [
        frozenset[str]().union(*(members[node] for node in group))
        for group in agglomerate(
            members,
            scores,
            cohesion=cohesion,
            together=merged(demands.together),
            apart=merged((*demands.apart, *graph.differs)),
        )
    ]
    found = _beside(found, kept, scores, same, merged((*demands.apart, *graph.differs)))
    # A person may have linked statements that say nothing to one another: that makes no claim.
    groups: list[set[str]] = [
        set(group) for group in found if any(kept[key].said is not None for key in group)
    ]
    place = {member: i for i, group in enumerate(groups) for member in group}
    enemies: dict[str, set[str]] = {}
    for one, two in demands.apart:
        enemies.setdefault(one, set()).add(two)
        enemies.setdefault(two, set()).add(one)
    waiting = sorted(followers)
    while waiting:
        left: list[str] = []
        pending = set(waiting)
        settled = False
        for key in waiting:
            for link in graph.attached.get(key, ()):
                target = seed_statement(link.claim_id)
                if target in pending and target != key:
                    left.append(key)
                    break
                i = place.get(target)
                if i is not None and not enemies.get(key, set()) & groups[i]:
                    # At once: of two that a person set apart, the second must see the first there.
                    groups[i].add(key)
                    place[key] = i
                    settled = True
                    break
        # What points nowhere makes a claim of its own, if it says anything; so does a circle of pointers.
        alone = [
            k for k in waiting if k not in left and k not in place and kept[k].said is not None
        ]
        if not settled and len(left) == len(waiting):
            alone, left = ([left[0]] if kept[left[0]].said is not None else []), left[1:]
        for key in alone:
            place[key] = len(groups)
            groups.append({key})
        waiting = left
    return sorted((frozenset(group) for group in groups), key=min)


def _beside(
    groups: list[frozenset[str]],
    kept: Mapping[str, Statement],
    scores: Mapping[Pair, float],
    same: Groups,
    apart: Iterable[Pair],
) -> list[frozenset[str]]:
    """Return the groups, with what stood alone put beside a statement of its own article that it is linked to.

    One article tells a matter twice in other words, of which others repeat only one («زار العاصمة», «لم يغادر
    البلاد»): the mean over all of a large group would leave the other alone. Nothing is joined by it, and what differs
    from any member stays out.
    """
    place = {same.find(member): i for i, group in enumerate(groups) for member in group}
    enemies: dict[str, set[str]] = {}
    for one, two in apart:
        enemies.setdefault(one, set()).add(two)
        enemies.setdefault(two, set()).add(one)
    links: dict[str, list[tuple[float, str]]] = {}
    for one, two in scores:
        if kept[one].article_id == kept[two].article_id and scores[one, two] >= BESIDE:
            links.setdefault(one, []).append((-scores[one, two], two))
            links.setdefault(two, []).append((-scores[one, two], one))
    grown = [set(group) for group in groups]
    for i, group in enumerate(groups):
        node = same.find(min(group))
        if node not in links or any(same.find(member) != node for member in group):
            continue
        # Only to groups as they came out: two that stood alone are no group to go to.
        for _, other in sorted(links[node]):
            target = place[other]
            members = {same.find(member) for member in groups[target]}
            if target != i and len(members) > 1 and not enemies.get(node, set()) & members:
                grown[target] |= group
                grown[i].clear()
                break
    return [frozenset(group) for group in grown if group]


def _member(statement: Statement, graph: _Graph, facts: ArticleFacts) -> Member:
    return Member(
        statement=statement,
        negated=statement.id in graph.negated,
        undecided=statement.id in graph.undecided,
        retracts=statement.id in graph.retracting,
        follows=statement.said is None or statement.id in graph.attached,
        own_words=statement.id in graph.own_words,
        published_at=facts.published_at,
        copy_group=facts.copy_group,
        cites=facts.cites,
    )


def _fixed_relations(group: frozenset[str], demands: Constraints) -> dict[str, Relation]:
    """Return the relations that people gave; where several were, the newest."""
    fixed: dict[str, Relation] = {}
    for statement, anchor, relation in demands.relations:
        if statement in group and anchor in group:
            fixed.setdefault(statement, relation)
    return fixed


def _redirects(
    claim_of: Mapping[str, str], previous: Mapping[str, str], earlier: Mapping[str, str]
) -> dict[str, str]:
    """Return where ids of former claims lead: where their first statement is now, else most of the others."""
    living = set(claim_of.values())
    moved: dict[str, dict[str, int]] = {}
    for statement, old in previous.items():
        votes = moved.setdefault(old, {})
        if statement in claim_of:
            votes[claim_of[statement]] = votes.get(claim_of[statement], 0) + 1

    def now(old: str) -> str | None:
        if old in living:
            return old
        if seed_statement(old) in claim_of:
            return claim_of[seed_statement(old)]
        votes = moved.get(old)
        return min(votes, key=lambda claim: (-votes[claim], claim)) if votes else None

    found = {old: target for old in moved if (target := now(old)) is not None and target != old}
    for old, through in earlier.items():
        if old not in living and old not in found:
            target = now(old) or now(through)
            if target is not None and target != old:
                found[old] = target
    return dict(sorted(found.items()))
