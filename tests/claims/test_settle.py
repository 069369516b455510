from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.claims import (
    ArticleFacts,
    Decision,
    Reviewed,
    Settlement,
    components,
    decision_edges,
    settle,
    touched,
)
from musnad.claims.decisions import constraints
from musnad.model import Link, Review, Span, Speaker, Statement

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MakeLink = Callable[..., Link]


def decision(kind: str, number: int = 1, **values: Any) -> Decision:
    return Decision(
        id=f"d{number}",
        kind=kind,
        who="layla",
        at=START + timedelta(hours=number),
        **values,  # type: ignore[arg-type]
    )


def full(link: MakeLink, names: str, score: float = 0.8) -> list[Link]:
    return [link(a, b, score) for a, b in combinations(names, 2)]


def by_claim(settlement: Settlement) -> list[str]:
    groups: dict[str, list[str]] = {}
    for statement, claim in settlement.claim_of.items():
        groups.setdefault(claim, []).append(statement)
    return sorted("".join(sorted(members)) for members in groups.values())


def test_linked_statements_are_one_claim(statement: Any, link: MakeLink) -> None:
    made = [
        statement("b", "زيارة", at=2, outlet="o1", who="outlet-o1", article="x", actors=("p", "q")),
        statement(
            "a",
            "نفي الزيارة",
            stance="denies",
            at=3,
            outlet="o2",
            who="person-z",
            article="y",
            actors=("p",),
        ),
        statement("c", "شيء آخر", at=1, article="z"),
    ]
    settled = settle(made, [link("a", "b")])
    assert by_claim(settled) == ["ab", "c"]
    visit = next(c for c in settled.claims if c.id == "cb")
    assert (visit.text, visit.status, visit.actors) == ("زيارة", "disputed", ("p", "q"))
    assert (visit.relations.supports, visit.relations.denies) == (1, 1)
    assert [(o.id, o.count) for o in visit.outlets] == [("o1", 1), ("o2", 1)]
    assert (visit.first_seen, visit.last_seen) == (made[0].stated_at, made[1].stated_at)
    assert [(k.statement_id, k.claim_id, k.relation) for k in settled.links] == [
        ("a", "cb", "denies"), ("b", "cb", "supports"), ("c", "cc", "supports")]  # fmt: skip


def test_a_weak_link_is_none(statement: Any, link: MakeLink) -> None:
    made = [statement("a"), statement("b")]
    assert by_claim(settle(made, [link("a", "b", 0.49)])) == ["a", "b"]
    assert by_claim(settle(made, [link("a", "b", 0.5)])) == ["ab"]


def test_links_to_unknown_seeds_and_of_unknown_statements_are_left_out(
    statement: Any, link: MakeLink
) -> None:
    settled = settle([statement("a")], [link("a", "zz"), link("zz", "a")])
    assert by_claim(settled) == ["a"]
    assert [k.statement_id for k in settled.links] == ["a"]


def test_what_differs_stays_apart_though_both_are_like_a_third(
    statement: Any, link: MakeLink
) -> None:
    made = [statement(name) for name in "abc"]
    links = [link("a", "b", 0.9), link("a", "c", 0.9), link("b", "c", 0.2, differs=1.0)]
    assert by_claim(settle(made, links)) in (["ab", "c"], ["ac", "b"])
    person = [decision("merge", claims=("cb", "cc"))]
    assert by_claim(settle(made, links, person)) == ["abc"]


def test_polarity_an_affirmative_member_makes_the_claim_affirmative(
    statement: Any, link: MakeLink
) -> None:
    made = [
        statement("a", "القائد لم يزر المدينة", at=0, who="person-x"),
        statement("b", "زيارة القائد", at=1, who="person-y"),
    ]
    settled = settle(made, [link("a", "b", negated=1.0)])
    assert settled.claims[0].id == "cb"
    assert {k.statement_id: k.relation for k in settled.links} == {"a": "denies", "b": "supports"}
    assert settled.claims[0].status == "disputed"
    # Only denied: still the claim of the visit, not its contrary.
    made[1] = statement("b", "زيارة القائد", at=1, stance="denies", who="person-y")
    settled = settle(made, [link("a", "b", negated=1.0)])
    assert (settled.claims[0].text, settled.claims[0].status) == ("زيارة القائد", "denied")


def test_polarity_all_negated_is_a_negative_claim(statement: Any, link: MakeLink) -> None:
    made = [
        statement("a", "لن نشارك", at=0),
        statement("b", "بلاده لن تشارك", at=1, stance="denies", who="person-y"),
    ]
    links = [link("a", "b", negated=1.0), link("b", "a", negated=1.0)]
    settled = settle(made, links)
    assert settled.claims[0].text == "لن نشارك"
    assert {k.statement_id: k.relation for k in settled.links} == {"a": "supports", "b": "denies"}


def test_one_without_content_follows_and_never_joins(statement: Any, link: MakeLink) -> None:
    made = [
        statement("a", at=0, actors=("p",)),
        statement("b", "خبر آخر", at=0, start=50),
        statement("n", None, stance="no_comment", start=80, at=0),
        statement("o", None, stance="no_comment", start=90),
    ]
    links = [
        link("n", "a", 0.8, attached=1.0, undecided=1.0, relation="no_comment"),
        link("n", "b", 0.7, attached=1.0, relation="no_comment"),
    ]
    settled = settle(made, links)
    assert by_claim(settled) == ["an", "b"]
    assert "o" not in settled.claim_of
    claim = next(c for c in settled.claims if c.id == "ca")
    assert (claim.status, claim.relations.no_comment) == ("unverified", 1)


def test_a_follower_of_a_follower_and_a_circle(statement: Any, link: MakeLink) -> None:
    made = [statement(name, start=i * 20) for i, name in enumerate("abcd")]
    links = [
        link("b", "a", attached=1.0),
        link("c", "b", attached=1.0),
        link("d", "d", attached=1.0),
    ]
    assert by_claim(settle(made, links)) == ["abc", "d"]
    circle = [link("b", "c", attached=1.0), link("c", "b", attached=1.0)]
    assert by_claim(settle(made, circle)) == ["a", "bc", "d"]


def test_a_denial_by_pointing_back(statement: Any, link: MakeLink) -> None:
    made = [
        statement("a", who="outlet-o1"),
        statement("n", "هذا الخبر", stance="denies", who="person-z", start=60),
    ]
    settled = settle(made, [link("n", "a", attached=1.0)])
    assert settled.claims[0].status == "disputed"
    assert settled.claims[0].text == made[0].said.surface


def test_discussing_links_do_not_join_but_are_kept(statement: Any, link: MakeLink) -> None:
    settled = settle(
        [statement("a"), statement("b", "هذه الزيارة مهدت الطريق", start=50)],
        [link("b", "a", 0.6, relation="discusses")],
    )
    assert by_claim(settled) == ["a", "b"]
    assert [(k.statement_id, k.claim_id, k.relation) for k in settled.links] == [
        ("a", "ca", "supports"), ("b", "ca", "discusses"), ("b", "cb", "supports")]  # fmt: skip
    assert settled.claims[0].status == "reported"


def test_retraction_through_settling(statement: Any, link: MakeLink) -> None:
    made = [
        statement("a", who="?", outlet="outlet-1", at=0, article="x"),
        statement("b", stance="denies", who="person-z", outlet="outlet-2", at=1, article="y"),
        statement("r", "خبرها", who="outlet-1", cue="سحبت", outlet="outlet-1", at=2, article="z"),
    ]
    links = [link("b", "a"), link("r", "a", attached=1.0, relation="retracts")]
    settled = settle(made, links)
    assert settled.claims[0].status == "denied"
    assert settled.claims[0].relations.retracts == 1


def test_article_facts_decide_on_independence(statement: Any, link: MakeLink) -> None:
    made = [
        statement("a", who="?", outlet="outlet-1", article="x"),
        statement("b", who="?", outlet="outlet-2", article="y"),
    ]
    links = [link("a", "b")]
    assert settle(made, links).claims[0].status == "confirmed"
    copies = {name: ArticleFacts(copy_group="t") for name in "xy"}
    assert settle(made, links, articles=copies).claims[0].status == "reported"
    cites = {"y": ArticleFacts(cites=frozenset({"outlet-1"}))}
    assert settle(made, links, articles=cites).claims[0].status == "reported"
    attributed = made[1].model_copy(
        update={"attribution": (Speaker(kind="outlet", actor_id="outlet-1"),)}
    )
    assert settle([made[0], attributed], links).claims[0].status == "reported"
    dated = {
        "x": ArticleFacts(published_at=START),
        "y": ArticleFacts(published_at=START - timedelta(days=1)),
    }
    assert settle(made, links, articles=dated).claims[0].id == "cb"


# People's decisions.


def test_unlink_and_split_hold_against_any_score(statement: Any, link: MakeLink) -> None:
    made = [statement(name) for name in "abcd"]
    links = full(link, "abcd", 1.0)
    assert by_claim(settle(made, links)) == ["abcd"]
    apart = settle(made, links, [decision("unlink", statements=("d",), claims=("ca",))])
    assert apart.claim_of["a"] != apart.claim_of["d"]
    split = settle(made, links, [decision("split", statements=("c", "d"), others=("a", "b"))])
    assert by_claim(split) == ["ab", "cd"]


def test_link_and_merge_hold_without_any_score(statement: Any) -> None:
    made = [statement(name) for name in "abc"]
    linked = settle(
        made, [], [decision("link", statements=("c",), claims=("ca",), relation="doubts")]
    )
    assert by_claim(linked) == ["ac", "b"]
    assert {k.statement_id: (k.relation, k.decided_by) for k in linked.links}["c"] == (
        "doubts",
        "person:layla",
    )
    assert by_claim(settle(made, [], [decision("merge", claims=("ca", "cb", "cc"))])) == ["abc"]


def test_the_later_of_two_contrary_decisions_holds(statement: Any, link: MakeLink) -> None:
    made = [statement(name) for name in "ab"]
    links = [link("a", "b", 1.0)]
    for_it, against = (
        {"statements": ("b",), "claims": ("ca",)},
        {"statements": ("b",), "claims": ("ca",)},
    )
    assert by_claim(
        settle(made, links, [decision("link", 1, **for_it), decision("unlink", 2, **against)])
    ) == ["a", "b"]
    assert by_claim(
        settle(made, links, [decision("link", 2, **for_it), decision("unlink", 1, **against)])
    ) == ["ab"]


def test_a_person_links_one_that_says_nothing(statement: Any, link: MakeLink) -> None:
    made = [statement("a"), statement("b", "آخر"), statement("n", None, stance="no_comment")]
    links = [link("n", "a", attached=1.0)]
    moved = settle(made, links, [decision("link", statements=("n",), claims=("cb",))])
    assert by_claim(moved) == ["a", "bn"]
    freed = settle(made, links, [decision("unlink", statements=("n",), claims=("ca",))])
    assert "n" not in freed.claim_of
    # Nothing linked to nothing makes no claim, and breaks nothing.
    nothing = [statement("m", None), statement("n", None)]
    assert settle(nothing, [], [decision("link", statements=("n",), claims=("cm",))]).claims == ()


def test_rename_wrong_statement_and_delete(statement: Any, link: MakeLink) -> None:
    made = [statement("a", article="x"), statement("b", article="y"), statement("c", article="z")]
    links = full(link, "abc")
    renamed = settle(made, links, [decision("rename", claims=("cb",), text="زيارة الوزير")])
    assert renamed.claims[0].text == "زيارة الوزير"
    wrong = settle(made, links, [decision("wrong_statement", statements=("a",))])
    assert by_claim(wrong) == ["bc"]
    assert by_claim(settle(made, links, [decision("delete", article_id="y")])) == ["ac"]


def test_orphaned_decisions_and_those_found_again_by_their_words(statement: Any) -> None:
    made = [statement("a"), statement("new", "كلام بعينه", article="art", start=40)]
    lost = decision("link", statements=("old",), claims=("ca",), article_id="art", quote="لا يوجد")
    again = decision(
        "link", 2, statements=("old",), claims=("ca",), article_id="art", quote="كلام بعينه"
    )
    settled = settle(made, [], [lost, again])
    assert settled.orphaned == ("d1",)
    assert settled.claim_of["new"] == "ca"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("link", {"statements": ("a",)}),
        ("unlink", {"claims": ("ca",)}),
        ("merge", {"claims": ("ca",)}),
        ("split", {"statements": ("a",)}),
        ("rename", {"claims": ("ca",)}),
        ("wrong_statement", {}),
        ("wrong_mention", {"article_id": "x"}),
        ("delete", {}),
    ],
)
def test_a_decision_without_its_targets_is_refused(kind: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"a {kind} decision needs"):
        decision(kind, **values)


def test_a_wrong_mention_binds_no_statement(statement: Any) -> None:
    span = Span(field="body", start=0, end=2, surface="من")
    demands = constraints(
        [decision("wrong_mention", article_id="art", span=span)], [statement("a")]
    )
    assert demands == constraints([], [statement("a")])


# Ids, redirects, reviews.


def test_redirects_lead_on(statement: Any, link: MakeLink) -> None:
    made = [statement("a", at=5), statement("b", at=6)]
    before = settle(made, [link("a", "b")])
    assert before.claims[0].id == "ca"
    made.append(statement("c", at=1))
    after = settle(made, full(link, "abc"), previous=before.claim_of)
    assert after.claims[0].id == "cc"
    assert after.redirects == {"ca": "cc"}
    # An older redirect is turned to where it leads now; a living id redirects nowhere.
    later = settle(
        made, full(link, "abc"), previous=after.claim_of, redirects={"cx": "ca", "ca": "cc"}
    )
    assert later.redirects == {"ca": "cc", "cx": "cc"}
    # The statement that gave the id is gone: the others know where they went.
    gone = settle([made[1]], [], previous={"b": "ca"})
    assert gone.redirects == {"ca": "cb"}


def test_a_review_that_people_took_away_stays_away_whatever_it_was_linked_by(
    statement: Any, link: MakeLink
) -> None:
    made = [statement("a"), statement("b")]
    review = Review(url="https://check.example/1", rating="زائف", verdict="false")
    by_program = {"ca": [review], "cb": [review]}
    taken = Reviewed(by_program, {}, {"cb": {review.url}})
    assert settle(made, [link("a", "b")], reviews=taken).claims[0].reviews == ()
    again = Reviewed(by_program, {"ca": [review]}, {"cb": {review.url}})
    assert settle(made, [link("a", "b")], reviews=again).claims[0].reviews == (review,)


def test_a_review_says_one_thing_of_a_claim_whichever_side_it_was_linked_by(
    statement: Any, link: MakeLink
) -> None:
    made = [statement("a", "زار"), statement("b", "لم يزر", start=100)]
    links = [link("b", "b", 1.0, negated=1.0), link("a", "b")]
    of_visit = Review(url="https://check.example/1", rating="خطأ", verdict="false")
    # Linked to «لم يزر» it says that this is true: of the claim of the visit, that it is false.
    of_none = of_visit.model_copy(update={"verdict": "true"})
    for by_program in (
        {"ca": [of_visit]},
        {"cb": [of_none]},
        {"ca": [of_visit], "cb": [of_none]},
    ):
        (claim,) = settle(made, links, reviews=Reviewed(by_program)).claims
        assert (claim.status, claim.reviews) == ("reviewed_false", (of_visit,))


def test_reviews_follow_the_claim(statement: Any, link: MakeLink) -> None:
    made = [statement("a", at=1), statement("b", at=0)]
    review = Review(url="https://check.example/1", rating="خطأ", verdict="false")
    settled = settle(made, [link("a", "b")], reviews=Reviewed({"ca": [review]}))
    assert (settled.claims[0].id, settled.claims[0].status) == ("cb", "reviewed_false")
    assert settled.claims[0].reviews == (review,)


# Properties.

NAMES = "abcdefg"
PAIRS = list(combinations(NAMES, 2))


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "stances": [draw(st.sampled_from(["asserts", "denies", "doubts"])) for _ in NAMES],
        "times": [draw(st.sampled_from([None, 0, 1, 2])) for _ in NAMES],
        "silent": draw(st.sets(st.sampled_from(NAMES), max_size=2)),
        "scores": draw(
            st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([0.3, 0.5, 0.7, 1.0]))
        ),
        "attached": draw(st.sets(st.sampled_from(PAIRS), max_size=2)),
        "negated": draw(st.sets(st.sampled_from(NAMES))),
        "decisions": draw(
            st.lists(
                st.tuples(st.sampled_from(["link", "unlink"]), st.sampled_from(PAIRS)), max_size=4
            )
        ),
    }


def build(
    world: dict[str, Any], statement: Any, link: MakeLink
) -> tuple[list[Statement], list[Link], list[Decision]]:
    made = [
        statement(name, None if name in world["silent"] else f"قول {name}", stance=stance, at=at, article=f"art-{name}", who=f"person-{name}", outlet=f"outlet-{name}")
        for name, stance, at in zip(NAMES, world["stances"], world["times"], strict=True)
    ]  # fmt: skip
    links = [link(a, b, score) for (a, b), score in world["scores"].items()] + [
        link(b, a, 0.8, attached=1.0) for a, b in world["attached"]
    ]
    # As a linker does: what a statement says is told by the link to its own seed.
    links += [link(name, name, 1.0, negated=float(name in world["negated"])) for name in NAMES]
    decisions = [
        decision(kind, i, statements=(b,), claims=("c" + a,))
        for i, (kind, (a, b)) in enumerate(world["decisions"])
    ]
    return made, links, decisions


@given(world=worlds(), rng=st.randoms(use_true_random=False))
def test_order_does_not_matter(
    world: dict[str, Any], rng: random.Random, statement: Any, link: MakeLink
) -> None:
    made, links, decisions = build(world, statement, link)
    one = settle(made, links, decisions)
    for items in (made, links, decisions):
        rng.shuffle(items)  # type: ignore[arg-type]
    assert settle(made, links, decisions) == one
    # Settling again what was settled changes nothing, and nobody is sent elsewhere.
    assert settle(made, links, decisions, previous=one.claim_of) == one


@given(world=worlds())
def test_every_statement_with_content_is_in_one_claim(
    world: dict[str, Any], statement: Any, link: MakeLink
) -> None:
    made, links, decisions = build(world, statement, link)
    settled = settle(made, links, decisions)
    ids = {claim.id for claim in settled.claims}
    assert {s.id for s in made if s.said} <= set(settled.claim_of)
    assert set(settled.claim_of.values()) == ids
    assert sorted((k.statement_id, k.claim_id) for k in settled.links) == sorted(
        settled.claim_of.items()
    )


@given(world=worlds(), two=st.sampled_from(PAIRS))
def test_a_persons_last_word_survives_anything(
    world: dict[str, Any], two: tuple[str, str], statement: Any, link: MakeLink
) -> None:
    made, links, decisions = build({**world, "silent": set()}, statement, link)
    targets = {"statements": (two[1],), "claims": ("c" + two[0],)}
    apart = settle(made, links, [*decisions, decision("unlink", 99, **targets)])
    assert apart.claim_of[two[0]] != apart.claim_of[two[1]]
    joined = settle(made, links, [*decisions, decision("link", 99, **targets)])
    assert joined.claim_of[two[0]] == joined.claim_of[two[1]]


@given(world=worlds(), start=st.sampled_from(NAMES))
def test_settling_what_is_touched_is_settling_all(
    world: dict[str, Any], start: str, statement: Any, link: MakeLink
) -> None:
    made, links, decisions = build(world, statement, link)
    edges = [(k.statement_id, k.claim_id[1:]) for k in links if k.score >= 0.5]
    edges += decision_edges(decisions)
    reached = touched([start], lambda ids: [edge for edge in edges if set(edge) & set(ids)])
    assert reached in components(edges, NAMES)
    part = settle(
        [s for s in made if s.id in reached],
        [k for k in links if {k.statement_id, k.claim_id[1:]} <= reached],
        [d for d in decisions if set(d.statements) <= reached],
    )
    whole = settle(made, links, decisions)
    assert part.claim_of == {s: c for s, c in whole.claim_of.items() if s in reached}
    ids = set(part.claim_of.values())
    assert part.claims == tuple(c for c in whole.claims if c.id in ids)


def test_what_stands_alone_goes_beside_its_own_article(statement: Any, link: MakeLink) -> None:
    made = [statement(name, article=name) for name in "abcd"]
    made.append(statement("e", article="a", start=100))
    links = full(link, "abcd", 0.9)
    # The mean over five would leave it alone.
    assert by_claim(settle(made, [*links, link("e", "a", 0.7)])) == ["abcde"]
    assert by_claim(settle(made, [*links, link("e", "a", 0.69)])) == ["abcd", "e"]
    # Not beside another article, and not where it differs from a member.
    assert by_claim(settle(made, [*links, link("e", "b", 0.7)])) == ["abcd", "e"]
    differs = link("e", "c", 0.3, differs=1.0)
    assert by_claim(settle(made, [*links, link("e", "a", 0.7), differs])) == ["abcd", "e"]


def test_what_takes_up_a_matter_in_its_own_words_is_read_by_their_negation(
    statement: Any, link: MakeLink
) -> None:
    made = [statement("a", "لم يزر المدينة"), statement("b", "لم يسافر", start=100)]
    negated = {"negated": 1.0}
    own = link("a", "a", 1.0, **negated)
    takes = {"attached": 1.0, "own_words": 1.0}
    for features, relation in (({**takes, **negated}, "supports"), (takes, "denies")):
        settled = settle(made, [own, link("b", "a", 0.8, **features)])
        assert by_claim(settled) == ["ab"]
        assert {k.relation for k in settled.links if k.statement_id == "b"} == {relation}
