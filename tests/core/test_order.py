"""Order from what components require and provide; errors that name both sides."""

import itertools

import pytest
from musnad.components import Annotator, ClaimExtractor, ClaimLinker, Normalizer, Tagger
from musnad.errors import PluginError
from musnad.order import order_components, order_normalizers
from musnad.plugins import Registered


def made(kind, name, *, plugin="p", requires=(), uses=(), provides=(), **more):
    component = kind()
    component.name = name
    component.requires, component.uses, component.provides = requires, uses, provides
    for key, value in more.items():
        setattr(component, key, value)
    return Registered(plugin, component, "{}")


def keys(steps):
    return [step.key for step in steps]


def test_providers_run_before_those_who_require_whatever_the_order_of_registration():
    parts = [
        made(Annotator, "sentences", requires=["tokens"], provides=["sentences"]),
        made(Annotator, "tokens", provides=["tokens"]),
        made(Tagger, "names", requires=["sentences"]),
        made(ClaimExtractor, "statements", requires=["mentions", "sentences"]),
        made(ClaimLinker, "links"),
    ]
    expected = ["p.tokens", "p.sentences", "p.names", "core.resolve", "p.statements", "p.links"]
    for order in itertools.permutations(parts):
        assert keys(order_components(order)) == expected


def test_a_tagger_that_requires_mentions_runs_after_the_first_resolution_and_mentions_are_resolved_again():
    steps = keys(
        order_components(
            [
                made(Tagger, "second", requires=["mentions"]),
                made(Tagger, "first"),
                made(ClaimExtractor, "x", requires=["mentions"]),
            ]
        )
    )
    assert steps == ["p.first", "core.resolve", "p.second", "core.resolve-again", "p.x"]


def test_data_that_is_only_used_orders_when_it_is_there_and_is_no_gap_when_not():
    user = made(Annotator, "a", uses=["dates"])
    assert "p.a" in keys(order_components([user]))
    dates = made(Annotator, "z", provides=["dates"])
    steps = keys(order_components([user, dates]))
    assert steps.index("p.z") < steps.index("p.a")


def test_a_gap_names_component_data_and_the_plugins_that_are_off():
    with pytest.raises(PluginError, match=r'"p".*"t" requires "tokens".*"arabic" \(blocked\)'):
        order_components([made(Tagger, "t", requires=["tokens"])], {"arabic": "blocked"})


def test_two_owners_of_one_name_are_an_error_that_names_both():
    parts = [
        made(Annotator, "a", plugin="one", provides=["tokens"]),
        made(Annotator, "b", plugin="two", provides=["tokens"]),
    ]
    with pytest.raises(PluginError, match=r"both one\.a and two\.b"):
        order_components(parts)


def test_many_may_add_to_quality():
    parts = [made(Annotator, n, provides=["quality"]) for n in "ab"]
    assert len(order_components(parts)) == 3


def test_a_circle_is_an_error_that_names_it():
    parts = [
        made(Annotator, "a", plugin="one", requires=["y"], provides=["x"]),
        made(Annotator, "b", plugin="two", requires=["x"], provides=["y"]),
    ]
    with pytest.raises(PluginError, match=r"one\.a") as caught:
        order_components(parts)
    assert "two.b" in str(caught.value)


def test_normalizers_run_by_stage_then_requires_then_name():
    parts = [
        made(Normalizer, "k", stage="key"),
        made(Normalizer, "b", stage="letters"),
        made(Normalizer, "a", stage="letters", requires=["b"]),
        made(Normalizer, "u", stage="unicode"),
    ]
    for order in itertools.permutations(parts):
        assert [r.component.name for r in order_normalizers(order)] == ["u", "b", "a", "k"]


def test_an_unknown_stage_is_named():
    with pytest.raises(PluginError, match='unknown stage "sauce"'):
        order_normalizers([made(Normalizer, "n", stage="sauce")])


@pytest.mark.parametrize("name", ["mentions.raw", "statements", "links"])
def test_an_annotator_may_not_provide_what_is_checked_and_stamped_for_others(name):
    with pytest.raises(
        PluginError, match=f'plugin "p": annotator "a" provides "{name}", which only'
    ):
        order_components([made(Annotator, "a", provides=[name])])
