"""Test kit for plugin authors, and for our own tests.

    import musnad.testing

    def test_currencies():
        outcome = musnad.testing.run(Currencies(), "دفع خمسة دولارات")
        outcome.assert_success()
        assert outcome.surfaces("other") == ["دولار"]

`run` takes a component, or a whole plugin, and a text; what the component `requires` comes from the
installed plugins. Nothing here needs Elasticsearch; for a real index, take the fixture `musnad_archive`
(see `musnad.pytest_fixtures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musnad.components import (
    Annotator,
    ClaimExtractor,
    ClaimLinker,
    Component,
    Encoder,
    Normalizer,
    Reader,
    Tagger,
)
from musnad.hookspecs import hookimpl
from musnad.model import Article, Claim, EnrichmentError, EntityType, Link, Mention, Statement
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

PLUGIN = "under_test"
"""Name of the plugin that is made around a component under test."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a run."""

    enriched: Enriched
    off: Mapping[str, str]
    """Plugins and components that are off, with the reason. Installed components beside those under test that
    lack their data are not told of: what a test says must not depend on what else a machine has."""

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Resolved mentions in order."""
        return self.enriched.mentions

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Statements in order."""
        return self.enriched.statements

    @property
    def links(self) -> tuple[Link, ...]:
        """Links of the statements to the claims of this article."""
        return self.enriched.links

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Claims of this article alone."""
        return self.enriched.claims

    @property
    def data(self) -> Mapping[str, Any]:
        """What annotators provided, by name."""
        return self.enriched.data

    @property
    def errors(self) -> tuple[EnrichmentError, ...]:
        """Failures of components."""
        return self.enriched.enrichment.errors

    def surfaces(self, type: EntityType | None = None) -> list[str]:
        """Return the words of the mentions (of a type), in order."""
        return [m.surface for m in self.mentions if type in (None, m.type)]

    def assert_success(self) -> None:
        """Raise `AssertionError` where a component failed or is off."""
        problems = [f"{e.plugin}.{e.component}: {e.exception}: {e.message}" for e in self.errors]
        problems += [f"{name} is off: {reason}" for name, reason in self.off.items()]
        if problems:
            raise AssertionError("\n".join(problems))


def make_article(body: str, title: str = "", **fields: Any) -> Article:
    """Return an article for a test; `fields` are those of `musnad.Article`."""
    return Article(**{"id": "test", "title": title, "body": body, **fields})


def load(
    *plugins: object, settings: Settings | None = None, installed: bool | None = None
) -> Plugins:
    """Return a plugin manager with the components or plugins given.

    `installed` says whether the installed plugins are loaded too; by default they are where a component
    `requires` or `uses` data. Raises `PluginError` where something does not fit.
    """
    if installed is None:
        needs = [p for p in plugins if isinstance(p, Component) and (p.requires or p.uses)]
        installed = not plugins or bool(needs) or not all(isinstance(p, Component) for p in plugins)
    manager = (Plugins.load if installed else Plugins)(settings or Settings())
    components = [plugin for plugin in plugins if isinstance(plugin, Component)]
    if components:
        manager.register(_Wrapper(components), PLUGIN)
    for plugin in plugins:
        if not isinstance(plugin, Component):
            manager.register(plugin, _name(plugin))
    return manager


def _name(plugin: object) -> str:
    name = getattr(plugin, "__name__", type(plugin).__name__)
    return str(name).rsplit(".", maxsplit=1)[-1]


def run(
    *plugins: object,
    title: str = "",
    settings: Settings | None = None,
    installed: bool | None = None,
    **fields: Any,
) -> Outcome:
    """Run components or plugins on a text (the last positional argument) and return what came out.

    `title` and `fields` are those of the article; `settings` and `installed` as in `load`.
    """
    *given, text = plugins
    if not isinstance(text, str):
        raise TypeError("the last positional argument of run() is the text")
    manager = load(*given, settings=settings, installed=installed)
    with Pipeline(manager) as pipeline:
        enriched = pipeline.enrich(make_article(text, title, **fields))
        off = {name: i.reason for name, i in manager.infos.items() if i.state == "off"}
        tested = {PLUGIN, *(_name(plugin) for plugin in given if not isinstance(plugin, Component))}
        for key, reason in pipeline.declined.items():
            if key not in pipeline.unconfigured or key.split(".", 1)[0] in tested:
                off[key] = reason
        return Outcome(enriched, off)


class _Wrapper:
    """A plugin around components."""

    def __init__(self, components: list[Component]) -> None:
        self.components = components

    @hookimpl
    def musnad_normalizers(self) -> list[Normalizer]:
        return [c for c in self.components if isinstance(c, Normalizer)]

    @hookimpl
    def musnad_annotators(self) -> list[Annotator]:
        return [c for c in self.components if isinstance(c, Annotator)]

    @hookimpl
    def musnad_taggers(self) -> list[Tagger]:
        return [c for c in self.components if isinstance(c, Tagger)]

    @hookimpl
    def musnad_claim_extractors(self) -> list[ClaimExtractor]:
        return [c for c in self.components if isinstance(c, ClaimExtractor)]

    @hookimpl
    def musnad_claim_linkers(self) -> list[ClaimLinker]:
        return [c for c in self.components if isinstance(c, ClaimLinker)]

    @hookimpl
    def musnad_encoders(self) -> list[Encoder]:
        return [c for c in self.components if isinstance(c, Encoder)]

    @hookimpl
    def musnad_readers(self) -> list[Reader]:
        return [c for c in self.components if isinstance(c, Reader)]
