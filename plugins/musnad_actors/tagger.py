"""The tagger `authority`: mentions of the actors that the authority files know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from musnad.components import NameFinder, Tagger
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.model import Actor, Candidate, Mention

from musnad_actors.authority import Authority
from musnad_actors.compiled import compiled
from musnad_actors.config import ActorsSettings
from musnad_actors.decisions import Judge
from musnad_actors.lexicon import FILES, lexicon
from musnad_actors.matching import NameIndex
from musnad_actors.outcome import opened_below
from musnad_actors.patterns import names_of
from musnad_actors.spellings import spellings

_TANWEEN = "\u064b"


class IndexFinder:
    """Finds the names of some records as the tagger does, before it decides whom they mean."""

    def __init__(self, records: Sequence[Actor]) -> None:
        self._index = NameIndex(records)
        self._forms = {
            form for record in records for text, _ in names_of(record) for form in spellings(text)
        }

    def forms(self) -> Collection[str]:
        """Return the key forms of all names, without their article: ل swallows its alef («للقسطلي»)."""
        return {
            form[2:] if form.startswith("ال") and len(form) > 3 else form for form in self._forms
        }

    def find(self, document: Document) -> Collection[tuple[str, str]]:
        """Return (id of the record, name) of the names that stand in a document."""
        found = self._index.find(document)
        return {
            (entry.actor_id, entry.alias)
            for match in (*found.names, *found.titles)
            for entry in match.entries
        }


class ActorTagger(Tagger):
    """Finds actors by their names and aliases, without proclitics and titles."""

    name = "authority"
    version = "2"

    def __init__(self, settings: ActorsSettings) -> None:
        self.settings = settings
        self._authority = Authority()
        self._index: NameIndex | None = None
        self._judge: Judge | None = None

    def open(self) -> None:
        """Load the authority and build the index of its names.

        Raises `AuthorityError` for files with problems, `NotConfigured` where there is no record at all.
        """
        ready = compiled(self.settings)
        self._authority = ready.authority
        if not len(self._authority):
            raise NotConfigured("no authority records: set `files` under [plugins.actors]")
        self._index = NameIndex(table=ready.patterns)
        self._judge = Judge(self._authority.records, lexicon())

    def close(self) -> None:
        """Let go of the index."""
        self._index = self._judge = None
        self._authority = Authority()

    def resources(self) -> Iterable[Path | str]:
        """Return the authority files and the linguistic data."""
        return [*self.settings.all_files(), *FILES]

    def authority_resources(self) -> Iterable[Path | str]:
        """Return the authority files: the archive follows their records one by one."""
        return self.settings.all_files()

    def finder(self, records: Sequence[Actor]) -> NameFinder:
        """Return what finds the names of these records, attached to proclitics and spelt in any way."""
        return IndexFinder(records)

    def authority(self) -> Iterable[Actor]:
        """Return all records: what the index of actors in the archive is filled with."""
        return self._authority

    def tag(self, document: Document) -> Iterable[Mention]:
        """Yield the mentions of one document, in order, without overlaps."""
        if self._index is None or self._judge is None:
            raise RuntimeError("the tagger is used before open()")
        found = self._index.find(document)
        if not found.names and not found.titles:
            return
        moment = document.article.published_at
        published = moment.date() if moment else None
        for decision in self._judge.decide(found, published):
            span = document.span(decision.start, decision.end, "key")
            if _TANWEEN in span.surface[-2:]:
                # «سورياً», «درعاً»: an adverb or a common noun; names have no indefinite ending.
                continue
            decision = opened_below(decision, self.settings.resolve_above)
            actor = self._authority.records.get(decision.actor_id or "")
            yield document.mention(
                (decision.start, decision.end),
                view="key",
                type=decision.type,
                actor_id=decision.actor_id,
                name=actor.name if actor else None,
                candidates=[Candidate(id=a, score=s) for a, s in decision.candidates],
                score=decision.score,
                rule=decision.rule,
            )
