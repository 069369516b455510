"""A statement in the making."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.model import Speaker, Stance

from musnad_claims.clauses import Said
from musnad_claims.matches import Match
from musnad_claims.speakers import NOBODY, Voice
from musnad_claims.words import Words


@dataclass(slots=True)
class Draft:
    """What the rules found; `attribution.statement` makes a `Statement` of it."""

    match: Match
    stance: Stance
    cue: tuple[int, int]
    """Offsets into the normalized view."""
    said: Said | None
    voice: Voice
    score: float
    text: Words
    source: Speaker | None = None
    """Who said it to the speaker («نقلت الوكالة عن مصدر»)."""
    outer: Speaker | None = None
    """Who passes it on («قالت الوكالة نقلا عن مصدر»)."""
    pointer: bool = False
    """What is said was taken from an earlier statement, because a pronoun points there."""

    @property
    def said_text(self) -> str | None:
        """What is said, in the normalized view."""
        return None if self.said is None else self.text.text[self.said.start : self.said.end]

    @property
    def speaker(self) -> Speaker:
        """Who speaks."""
        return self.voice.speaker if self.voice else NOBODY.speaker
