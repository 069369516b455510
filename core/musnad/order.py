"""The order in which components run: from what they require and provide, never from registration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from musnad.components import (
    STAGES,
    Annotator,
    ClaimExtractor,
    ClaimLinker,
    Component,
    Normalizer,
    Tagger,
)
from musnad.errors import PluginError
from musnad.plugins import Registered

COLLECTED = frozenset({"mentions.raw", "statements", "links", "quality"})
"""Data that many components add to; all other data has one owner."""
_COLLECTORS = {
    "mentions.raw": "a tagger (musnad_taggers)",
    "statements": "a claim extractor (musnad_claim_extractors)",
    "links": "a claim linker (musnad_claim_linkers)",
}
FIRST_RESOLUTION = "core.resolve"
LAST_RESOLUTION = "core.resolve-again"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run: a component, or (None) a resolution of mentions."""

    key: str
    registered: Registered[Component] | None
    visible: frozenset[str] = frozenset()
    """Data that the component may read."""
    after: frozenset[str] = frozenset()
    """Keys of the steps that its result depends on."""


def order_normalizers(
    normalizers: Iterable[Registered[Normalizer]],
) -> list[Registered[Normalizer]]:
    """Return the normalizers by stage, within a stage by `requires` and name.

    Raises `PluginError` for an unknown stage.
    """
    normalizers = list(normalizers)
    for registered in normalizers:
        if registered.component.stage not in STAGES:
            raise PluginError(
                f'plugin "{registered.plugin}": normalizer "{registered.component.name}" has the '
                f'unknown stage "{registered.component.stage}" (known: {", ".join(STAGES)})'
            )
    ordered: list[Registered[Normalizer]] = []
    for stage in STAGES:
        inside = {r.component.name: r for r in normalizers if r.component.stage == stage}
        graph = {
            name: {other for other in r.component.requires if other in inside}
            for name, r in inside.items()
        }
        ordered.extend(inside[name] for name in _sorted(graph, lambda name: (0, name)))
    return ordered


def order_components(
    components: Sequence[Registered[Component]], off: Mapping[str, str] | None = None
) -> list[Step]:
    """Return the steps of a run over annotators, taggers, extractors and linkers.

    `off` names plugins that are not loaded, with the reason, for the message of a gap. Raises
    `PluginError`, naming the plugins, for data that nobody provides, that two provide, or that is
    required in a circle.
    """
    by_key = {r.key: r for r in components}
    owners = _owners(components)
    second = {
        r.key
        for r in components
        if isinstance(r.component, Tagger) and "mentions" in _reads(r.component)
    }
    last = LAST_RESOLUTION if second else FIRST_RESOLUTION
    providers: dict[str, set[str]] = defaultdict(set)
    for name, owner in owners.items():
        providers[name].add(owner)
    for r in components:
        for name in _adds_to(r.component):
            providers[name].add(r.key)
    first = providers["mentions.raw"] - second
    providers["mentions.raw"] = first
    providers["mentions"] = {last}
    graph: dict[str, set[str]] = {FIRST_RESOLUTION: set(first)}
    if second:
        graph[LAST_RESOLUTION] = {FIRST_RESOLUTION, *second}
    for r in components:
        needs: set[str] = set()
        for name in _reads(r.component):
            if name == "mentions" and r.key in second:
                needs.add(FIRST_RESOLUTION)
            elif providers.get(name):
                needs |= providers[name]
            elif name in r.component.requires and name not in COLLECTED:
                raise PluginError(_gap(r, name, off or {}))
        if isinstance(r.component, ClaimLinker):
            needs |= {o.key for o in components if isinstance(o.component, ClaimExtractor)}
        graph[r.key] = needs - {r.key}

    def rank(key: str) -> tuple[int, str]:
        kinds = (Annotator, Tagger, ClaimExtractor, ClaimLinker)
        registered = by_key.get(key)
        if registered is None:
            return 2, key
        return next(
            i for i, kind in enumerate(kinds) if isinstance(registered.component, kind)
        ), key

    try:
        keys = _sorted(graph, rank)
    except CycleError as error:
        circle = " -> ".join(str(key) for key in error.args[1])
        raise PluginError(f"components require each other in a circle: {circle}") from error
    return [
        Step(
            key,
            by_key.get(key),
            frozenset(_reads(by_key[key].component)) if key in by_key else frozenset(),
            frozenset(graph[key]),
        )
        for key in keys
    ]


def _reads(component: Component) -> set[str]:
    return {*component.requires, *component.uses}


def _adds_to(component: Component) -> set[str]:
    added = set(component.provides) & COLLECTED
    if isinstance(component, Tagger):
        added.add("mentions.raw")
    if isinstance(component, ClaimExtractor):
        added.add("statements")
    if isinstance(component, ClaimLinker):
        added.add("links")
    return added


def _owners(components: Sequence[Registered[Component]]) -> dict[str, str]:
    owners: dict[str, str] = {"mentions": FIRST_RESOLUTION}
    for r in components:
        if isinstance(r.component, Annotator):
            for name in sorted(_COLLECTORS.keys() & set(r.component.provides)):
                raise PluginError(
                    f'plugin "{r.plugin}": annotator "{r.component.name}" provides "{name}", which only '
                    f"{_COLLECTORS[name]} may: register it with that hook"
                )
        for name in set(r.component.provides) - COLLECTED:
            if name in owners:
                raise PluginError(
                    f'"{name}" is provided by both {owners[name]} and {r.key}: block one of the plugins'
                )
            owners[name] = r.key
    del owners["mentions"]
    return owners


def _gap(r: Registered[Component], name: str, off: Mapping[str, str]) -> str:
    message = (
        f'plugin "{r.plugin}": component "{r.component.name}" requires "{name}", which no loaded plugin '
        "provides"
    )
    if off:
        message += "; off are: " + "; ".join(f'"{key}" ({why})' for key, why in off.items())
    return message


def _sorted(graph: Mapping[str, set[str]], rank: Callable[[str], tuple[int, str]]) -> list[str]:
    """Return a topological order that depends only on the graph and the ranks."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    ordered: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready.extend(sorter.get_ready())
        ready.sort(key=rank)
        key = ready.pop(0)
        ordered.append(key)
        sorter.done(key)
    return ordered
