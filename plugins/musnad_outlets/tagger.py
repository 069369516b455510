"""The tagger `outlets`: mentions of outlets that the text cites, named or only described."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from musnad.components import Tagger
from musnad.document import Document, View
from musnad.errors import NotConfigured
from musnad.model import Actor, Candidate, Mention, Outlet

from musnad_outlets.config import OutletsSettings, load
from musnad_outlets.datelines import Dateline, Datelines, credits
from musnad_outlets.evidence import Evidence, Witness, evidence
from musnad_outlets.finder import OutletIndex
from musnad_outlets.homonyms import choose
from musnad_outlets.lexicon import FILES, lexicon
from musnad_outlets.registry import Registry
from musnad_outlets.unnamed import Descriptions, is_spoken_of

_UNNAMED = 0.8


class OutletTagger(Tagger):
    """Finds cited outlets: without designator, quotation marks and proclitics."""

    name = "outlets"
    version = "1"
    uses = ("outlet",)

    def __init__(self, settings: OutletsSettings) -> None:
        self.settings = settings
        self._registry = Registry()
        self._index: OutletIndex | None = None
        self._datelines = Datelines(self._registry)
        self._descriptions: Descriptions | None = None

    def open(self) -> None:
        """Load the registry and build the index of its names.

        Raises `AuthorityError` for files with problems, `NotConfigured` where there is no record at all.
        """
        self._registry = load(self.settings)
        if not len(self._registry):
            raise NotConfigured("no outlets: set `files` under [plugins.outlets]")
        self._index = OutletIndex(self._registry, lexicon(), credits())
        self._datelines = Datelines(self._registry)
        self._descriptions = Descriptions(lexicon())

    def close(self) -> None:
        """Let go of the index."""
        self._index = self._descriptions = None
        self._registry = Registry()

    def resources(self) -> Iterable[Path | str]:
        """Return the registry files and the linguistic data."""
        return [*self.settings.all_files(), *FILES]

    def authority(self) -> Iterable[Actor]:
        """Return all outlets: what the index of actors in the archive is filled with."""
        return self._registry

    def tag(self, document: Document) -> Iterable[Mention]:
        """Yield the mentions of one document, without overlaps."""
        if self._index is None or self._descriptions is None:
            raise RuntimeError("the tagger is used before open()")
        published = document.outlet
        publisher = published.id if published else None
        mentions, taken = self._credits(document, publisher)
        names, text = self._index.find(document)
        witness = Witness(text, lexicon(), publisher)
        earlier: dict[str, str] = {}
        kinds = [(outlet.kind, outlet.country) for outlet in self._mentioned(mentions)]
        for name in names:
            if any(start < name.end and name.start < end for start, end in taken):
                witness.introduced.add(name.form)
                continue
            found = witness.hear(name)
            if found is None:
                continue
            outlets = choose(
                [reading.outlet for reading in name.readings], found, publisher, earlier, name.form
            )
            if len(outlets) == 1:
                earlier[name.form] = outlets[0].id
                kinds.append((outlets[0].kind, outlets[0].country))
            taken.append((name.start, name.end))
            mentions.append(
                _mention(document, (name.start, name.end), "normalized", found, outlets)
            )
        for description in self._descriptions.find(text, taken):
            if not is_spoken_of(description, kinds):
                span = (description.start, description.end)
                mentions.append(_unnamed(document, span, "normalized", description.rule))
        return mentions

    def _mentioned(self, mentions: Iterable[Mention]) -> Iterator[Outlet]:
        for mention in mentions:
            outlet = self._registry.get(mention.actor_id or "")
            if outlet is not None:
                yield outlet

    def _credits(
        self, document: Document, publisher: str | None
    ) -> tuple[list[Mention], list[tuple[int, int]]]:
        """Return the mentions in datelines and credits, and their spans in the key view."""
        mentions: list[Mention] = []
        taken: list[tuple[int, int]] = []
        body = document.article.body
        base = len(document.article.title) + 1
        lines: list[Dateline] = list(self._datelines.head(body, publisher))
        tail = self._datelines.tail(body, publisher)
        if tail is not None:
            lines.append(tail)
        for line in lines:
            for part in (*((line.publisher,) if line.publisher else ()), *line.outlets):
                span = (part.start + base, part.end + base)
                inside = document.normalized.view_span(*span)
                if any(start < inside[1] and inside[0] < end for start, end in taken):
                    continue
                taken.append(inside)
                if part.outlets:
                    mentions.append(
                        _mention(document, span, "text", evidence("credit"), list(part.outlets))
                    )
                elif not part.desk:
                    mentions.append(_unnamed(document, span, "text", "unnamed"))
        return mentions, taken


def _mention(
    document: Document, span: tuple[int, int], view: View, found: Evidence, outlets: list[Outlet]
) -> Mention:
    sure = len(outlets) == 1
    share = round(found.score / len(outlets), 3)
    return document.mention(
        span,
        view=view,
        type="outlet",
        actor_id=outlets[0].id if sure else None,
        name=outlets[0].name,
        candidates=() if sure else [Candidate(id=outlet.id, score=share) for outlet in outlets],
        score=found.score,
        rule=found.rule,
    )


def _unnamed(document: Document, span: tuple[int, int], view: View, rule: str) -> Mention:
    return document.mention(span, view=view, type="outlet", score=_UNNAMED, rule=rule)
