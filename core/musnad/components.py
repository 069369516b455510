"""What a plugin's hooks return: typed components, which the core runs.

A component is made cheaply (it is made just to be listed), opened in the process that uses it, and
closed at the end. It never changes what it is given: it returns what it adds.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, Protocol, TypeVar

from musnad.document import Document
from musnad.matching import ClaimMatcher, ClaimText
from musnad.model import Actor, Article, Claim, Link, Mention, Source, Statement
from musnad.text import NormalizedText

log = logging.getLogger(__name__)
Stage = Literal["unicode", "controls", "marks", "letters", "digits", "punctuation", "key"]
STAGES: tuple[Stage, ...] = (
    "unicode",
    "controls",
    "marks",
    "letters",
    "digits",
    "punctuation",
    "key",
)
"""Normalizers run in this order; those of stage `key` make the matching view and keep the length."""


class NameFinder(Protocol):
    """Finds the names of some records, wherever a tagger might take them for a name."""

    def forms(self) -> Collection[str]:
        """Return all written forms of the names, without what may be attached to them (proclitics)."""

    def find(self, document: Document) -> Collection[tuple[str, str]]:
        """Return (id of the record, name) of the names that stand in a document."""


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What is known of words that people search for, spelt as `musnad_text` folds them (أ to ا, ة to ه …)."""

    lemmas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word -> the lemmas (see `ArticleDocument.lemmas`) that it may be a form of; the most useful words first."""
    whole: frozenset[str] = frozenset()
    """Words that begin with the letters of a proclitic and have none."""
    names: frozenset[str] = frozenset()
    """The words of the authority's names, spelt as there."""


class Component:
    """Base of all components.

    `requires` names data that must be there (the core runs its provider first, and refuses to start
    without one); `uses` names data that is taken when somebody provides it; `provides` names what this
    component adds for others. `pure` is False for one that asks an outside service.
    """

    name: str = ""
    version: str = "0"
    requires: Collection[str] = ()
    uses: Collection[str] = ()
    provides: Collection[str] = ()
    pure: bool = True
    batch_size: int = 16

    def open(self) -> None:
        """Load what the work needs. Raises `NotConfigured("why")` to decline."""

    def close(self) -> None:
        """Let go of what `open` loaded."""

    def resources(self) -> Iterable[Path | str]:
        """Return what results depend on: files (hashed by content) and strings (hashed as they are)."""
        return ()

    def authority_resources(self) -> Iterable[Path | str]:
        """Return those of `resources()` that only hold the records of `authority()`.

        They are no part of what decides whether an article is unchanged: where records change, the archive
        finds the articles concerned by their names (`finder`) and marks those stale, and only those.
        """
        return ()

    def finder(self, records: Sequence[Actor]) -> NameFinder | None:
        """Return what finds the names of `records` in articles, None if this component finds none.

        Called after `open()`. The records need not be of this component's authority.
        """
        return None

    def search_words(self, vocabulary: Mapping[str, int], most: int) -> SearchWords:
        """Return what this component knows of words, for the search analyzers of a new index.

        Called after `open()`. `vocabulary` has the words of the archive with the number of articles they are in; it
        is empty for an archive without articles. At most `most` words are taken, lemmas and whole words together.
        """
        return SearchWords()

    def authority(self) -> Iterable[Actor]:
        """Return the authority records (actors, outlets) whose ids this component gives out.

        Called after `open()`. `musnad init` fills the index of actors with the records of all
        components; an id may be offered by one component only.
        """
        return ()


C = TypeVar("C", bound=Component)


def close_all(opened: list[C]) -> None:
    """Close components, the last opened first, and empty the list; one that fails does not keep others open."""
    while opened:
        component = opened.pop()
        try:
            component.close()
        except Exception:
            log.exception("closing %s failed", component.name)


class Normalizer(Component):
    """One step of normalization."""

    stage: Stage = "letters"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view after this step. At stage `key` its length must stay the same."""
        raise NotImplementedError


class Annotator(Component):
    """Adds data for other components (named in `provides`) or the plugin's own fields.

    The plugin's own fields are the mapping under the key `ext` (stored as `ext.<plugin>`); `musnad_fields`
    declares them.
    """

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return data by name."""
        raise NotImplementedError


class Tagger(Component):
    """Finds names. Override `tag`, or `tag_batch` where a batch is faster than one by one."""

    def tag(self, document: Document) -> Iterable[Mention]:
        """Return the mentions of one document; make them with `document.mention(...)`."""
        return self.tag_batch([document])[0]

    def tag_batch(self, documents: Sequence[Document]) -> Sequence[Sequence[Mention]]:
        """Return one sequence of mentions for each document, in the same order."""
        return [list(self.tag(document)) for document in documents]


class ClaimExtractor(Component):
    """Finds statements: who says what."""

    def extract(self, document: Document) -> Iterable[Statement]:
        """Return the statements of one document."""
        raise NotImplementedError


class Encoder(Component):
    """Turns texts into vectors of length 1: the nearer their meaning, the greater the inner product.

    Opened only where vectors are wanted (`musnad claims match`), never in an ingest.
    """

    model: str = ""
    """Names the vectors: those of one model can be compared, and weights fitted with them hold for it alone."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector for each text; `query` for what is looked for, else for what is looked through."""
        raise NotImplementedError


class ClaimRegistry(Protocol):
    """The claims that a linker may link to; read-only. In memory or in Elasticsearch."""

    def get(self, claim_id: str) -> Claim | None:
        """Return a claim by id (following redirects of merged ones), None where there is none."""

    def candidates(self, keys: Collection[str]) -> Sequence[Claim]:
        """Return the claims that have at least one of these blocking keys, in order of their ids."""


class ClaimLinker(Component):
    """Decides which claims a statement is about, and how it bears on them.

    A decision is a pure function of the statement and the claim: not of time, order or the archive's size.
    """

    def know(self, actors: Iterable[Actor]) -> None:
        """Take the authority records of all components: called once, after `open()`, before any work."""

    def keys(self, statement: Statement) -> Collection[str]:
        """Return the blocking keys of a statement: only claims that share one are compared with it."""
        return ()

    def link(self, statements: Sequence[Statement], registry: ClaimRegistry) -> Iterable[Link]:
        """Return links of these statements (of one article, in order) to claims of the registry."""
        raise NotImplementedError

    def matcher(
        self, claims: Sequence[ClaimText], encoder: Encoder | None = None
    ) -> ClaimMatcher | None:
        """Return what finds these claims in articles (`musnad claims match`); None: this linker does not.

        `encoder` is open, and may be used or not.
        """
        return None


BYTES_AS_SURROGATES = "surrogateescape"
"""How `Rejected.raw` holds bytes of any encoding in a text: decoded as UTF-8 with this error handler, and so
given back to the byte."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a reader found it; `position` is where reading goes on after it."""

    article: Article
    position: int
    problems: tuple[str, ...] = ()
    """Fields that did not fit and were left out, each one sentence: become enrichment errors."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read: kept whole as a dead letter."""

    source: Source
    code: str
    """Short reason for counting: `bad_json`, `encoding`, `too_long`, `empty` …"""
    message: str
    """One sentence that names file, place and field, and what to do."""
    raw: str
    """The record whole, whatever its encoding: see `BYTES_AS_SURROGATES`."""
    position: int
    article: Article | None = None
    """The article, where it could be read but is refused (over a limit)."""


class Reader(Component):
    """Reads articles from a file of a format."""

    suffixes: ClassVar[Collection[str]] = ()
    """File name endings (with the dot) that this reader takes by default."""

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records of `stream`, named `source` in messages, that lie after position `after`.

        Positions grow from record to record; `after` is 0 or the position of a record. Raises `InputError`
        where the whole file, or the rest of it, cannot be read.
        """
        raise NotImplementedError

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records of a stream within an archive, None for each of the first `skip` of them.

        Override where a record can be passed over with less work than reading it.
        """
        for number, found in enumerate(self.read(stream, source)):
            yield found if number >= skip else None

    def takes(self, name: str, readers: Mapping[str, Reader]) -> bool:
        """Return whether this reader reads the file of this name, which has one of its endings."""
        return True

    def unpacked_name(self, name: str) -> str | None:
        """Return the name of what a packed file holds, None for a reader of files that are not packed."""
        return None

    def given(self, readers: Mapping[str, Reader]) -> None:
        """Be told all readers by ending, itself included: for one that reads archives of other files."""

    @cached_property
    def passed_over(self) -> Counter[str]:
        """What was no record, counted by reason: not lost without a word, and no dead letter."""
        return Counter()
