"""The annotator `publisher`: which outlet published an article (data `outlet`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from musnad.components import Annotator
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.model import Article, Outlet, Publisher
from musnad_actors.fold import fold

from musnad_outlets.config import OutletsSettings, load
from musnad_outlets.datelines import Dateline, Datelines
from musnad_outlets.lexicon import FILES, lexicon
from musnad_outlets.registry import Registry

_MARKS = "«»\"“”„'‘’()[]"


class PublisherAnnotator(Annotator):
    """Recognizes the publishing outlet from metadata, else the URL, else the dateline."""

    name = "publisher"
    version = "1"
    provides = ("outlet",)

    def __init__(self, settings: OutletsSettings) -> None:
        self.settings = settings
        self._registry = Registry()
        self._datelines: Datelines | None = None

    def open(self) -> None:
        """Load the registry. Raises `AuthorityError`; `NotConfigured` where there is no record at all."""
        self._registry = load(self.settings)
        if not len(self._registry):
            raise NotConfigured("no outlets: set `files` under [plugins.outlets]")
        self._datelines = Datelines(self._registry)

    def close(self) -> None:
        """Let go of the registry."""
        self._registry, self._datelines = Registry(), None

    def resources(self) -> Iterable[Path | str]:
        """Return the registry files and the linguistic data."""
        return [*self.settings.all_files(), *FILES]

    def annotate(self, document: Document) -> Mapping[str, Publisher | None]:
        """Return `outlet`: the publisher and what it was recognized by, None where that is not sure."""
        return {"outlet": self.publisher(document.article)}

    def publisher(self, article: Article) -> Publisher | None:
        """Return the publisher of an article; None where unknown, ambiguous, or not in the registry."""
        given = self._given(article.outlet) if article.outlet else []
        if len(given) == 1:
            return _publisher(given[0], "metadata")
        by_url = self._registry.on_domain(article.url) if article.url else None
        if by_url is not None:
            sure = any(outlet.id == by_url.id for outlet in given)
            return _publisher(by_url, "metadata" if sure else "url")
        if article.outlet and article.outlet.strip() and not given:
            # The record names an outlet that the registry lacks: a credit would name another one.
            return None
        credited = self._credited(article)
        if given:
            credited = [outlet for outlet in credited if outlet in given]
        return _publisher(credited[0], "dateline") if len(credited) == 1 else None

    def _given(self, text: str) -> list[Outlet]:
        """Return the outlets that metadata may mean: by id, name, alias, code or address."""
        registry = self._registry
        text = text.strip()
        known = registry.get(text)
        if known is not None:
            return [known]
        # «وكالة أنباء … (وارز)» may be one name, or a name and its short form.
        found = registry.named(text) or registry.named(text.strip(_MARKS).strip())
        found = found or registry.named(text.partition("(")[0])
        text = text.strip(_MARKS).strip()
        if not found:
            words = fold(text).split()
            designator = lexicon().designators.get(tuple(words[:1]))
            if designator is not None and len(words) > 1:
                named = registry.named(" ".join(words[1:]).strip(_MARKS))
                found = [o for o in named if o.kind == designator.kind] or [
                    o for o in named if designator.fits(o.kind)
                ]
        if not found and "." in text and " " not in text:
            by_domain = registry.on_domain(text)
            found = [by_domain] if by_domain else []
        return found

    def _credited(self, article: Article) -> list[Outlet]:
        """Return the outlets that byline or head name as the one that published."""
        if self._datelines is None:
            raise RuntimeError("the annotator is used before open()")
        lines: list[Dateline] = []
        if article.byline:
            found = self._datelines.byline(article.byline)
            lines += [found] if found else []
        lines += self._datelines.head(article.body)
        for line in lines:
            parts = (line.publisher,) if line.publisher else line.outlets
            outlets = {part.outlet.id: part.outlet for part in parts if part.outlet}
            if outlets:
                return list(outlets.values())
        return []


def _publisher(outlet: Outlet, source: str) -> Publisher:
    return Publisher(id=outlet.id, name=outlet.name, source=source)
