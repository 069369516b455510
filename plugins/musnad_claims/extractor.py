"""The component that finds statements."""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import Path

from musnad.components import ClaimExtractor
from musnad.document import Document
from musnad.model import Statement

from musnad_claims.attribution import statements
from musnad_claims.carriers import read_carrier, read_document, read_nominal, read_reports
from musnad_claims.cues import cue_index
from musnad_claims.following import phrase_after
from musnad_claims.headlines import read_headline
from musnad_claims.matches import opens_clause
from musnad_claims.phrases import (
    ALL_HEADS,
    is_definite,
)
from musnad_claims.reading import OTHER_VERBS, Reading
from musnad_claims.resources import files
from musnad_claims.sources import find_stops, read_aside, read_clause, read_source
from musnad_claims.topics import weak_subject
from musnad_claims.verbs import read_verb
from musnad_claims.words import PROCLITICS, Words

_OTHER_VERBS = frozenset(clitic + verb for verb in OTHER_VERBS for clitic in ("", *PROCLITICS))
_READERS = {
    "aside": read_aside,
    "clause": read_clause,
    "carrier": read_carrier,
    "document": read_document,
    "nominal": read_nominal,
    "reports": read_reports,
}


class StatementExtractor(ClaimExtractor):
    """Finds who says what, by the rules in the plugin's `data/`."""

    name = "statements"
    version = "1"
    requires = ("tokens", "sentences", "quotes", "mentions")
    uses = ("outlet", "outlet_mentions", "morphology")

    def open(self) -> None:
        """Load and check the cues. Raises `PluginError` naming file and cue where one does not fit."""
        cue_index()

    def resources(self) -> Iterable[Path | str]:
        """Return the data files."""
        return files()

    def extract(self, document: Document) -> Iterable[Statement]:
        """Return the statements of `document` in the order of their cues."""
        if not document.tokens:
            return []
        reading = read(Words(document))
        drafts = sorted(reading.drafts, key=lambda draft: draft.cue)
        return statements(document, drafts, document.outlet)


def read(text: Words) -> Reading:
    """Return what the rules make of a text."""
    reading = Reading(text, weak_subject)
    sources = find_stops(reading)
    reading.stops = frozenset(sources)
    heads = {
        text.bounds[number][0]: number
        for number, kind in enumerate(text.sentence_kinds)
        if kind in ("title", "heading")
    }
    for token in _of_interest(reading, heads.keys()):
        if token in heads:
            read_headline(reading, heads[token])
        match = reading.matches.get(token)
        if match is None:
            _notice_subject(reading, token)
        elif text.sentence[token] < 0:
            continue
        elif match.form is not None:
            read_verb(reading, match)
        elif match.cue.kind == "source":
            if token in sources:
                read_source(reading, match, sources[token])
        else:
            _READERS[match.cue.kind](reading, match)
    return reading


def _of_interest(reading: Reading, heads: Set[int]) -> list[int]:
    """Return the tokens that a rule begins at: cues, the beginnings of sentences, verbs that are no cues.

    Who is spoken of after the last cue and heading matters to nobody.
    """
    at_most = max(reading.matches.keys() | heads, default=-1)
    keys = reading.text.keys
    verbs = {token for token, key in enumerate(keys[:at_most]) if key in _OTHER_VERBS}
    starts = {first for first, last in reading.text.bounds if first < last and first < at_most}
    return sorted(verbs | starts | reading.matches.keys() | set(heads))


def _notice_subject(reading: Reading, token: int) -> None:
    """Remember the subject of a verb that is no cue: «أشاد الوزير بالفكرة، مؤكدا أن …»."""
    text = reading.text
    if text.quote[token] >= 0 or not opens_clause(text, token):
        return
    if text.bare(token) == "اما" and token == reading.start(token):
        # «أما المدرب سالم النجار فأبدى إعجابه، وقال إن …»: whom the sentence is about.
        about = phrase_after(text, token + 1, reading.end(token), strict=True)
        spoken_of = reading.hear(about)
        if spoken_of is not None and spoken_of.sure:
            reading.remember(token, spoken_of)
        return
    if text.key(token) not in OTHER_VERBS and text.bare(token) not in OTHER_VERBS:
        reading.notice(token)
        return
    phrase = phrase_after(
        text, token + 1, reading.end(token) if text.sentence[token] >= 0 else 0, strict=True
    )
    if phrase is not None and _accusative(text.key(phrase.first)):
        return  # «وهنأ العاملين بما تحقق»: they are congratulated
    heard = reading.hear(phrase)
    if phrase is not None and heard is not None and (heard.sure or is_definite(text, phrase.first)):
        reading.remember(token, heard)


def _accusative(key: str) -> bool:
    """Tell «العاملين», «اليمنيين», which are objects, from «العاملون»."""
    plural = f"{key[:-2]}ون"
    known = plural in ALL_HEADS or plural.removeprefix("ال") in ALL_HEADS
    return key.endswith("يين") or (key.endswith("ين") and known)
