"""Who speaks: from a noun phrase to a `Speaker`."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from musnad.model import Mention, Speaker, SpeakerKind

from musnad_claims.phrases import ALL_HEADS, GIVEN, HEADS, KINDS, NAME_WORDS, NOT_SPEAKERS, Phrase
from musnad_claims.resources import words
from musnad_claims.words import FATHATAN, KNOWN_WORDS, Words

_BY_TYPE: dict[str, SpeakerKind] = {
    "person": "person",
    "organization": "organization",
    "state": "organization",
    "armed_group": "organization",
    "place": "organization",
    "outlet": "outlet",
    "other": "organization",
}
_PARTITIVES = words("grammar.yaml", "partitives")
_BODIES = frozenset({"organization", "armed_group", "outlet", "state"})
"""What somebody may speak for; a town is none («نائب رئيس الشرطة في الميناء»)."""
_RULINGS = words("speakers.yaml", "rulings")
_OF_COURTS = words("speakers.yaml", "of_courts")
_NOBODY = words("grammar.yaml", "nobody")
_ANYBODY = words("traps.yaml", "anybody")


class Voice(NamedTuple):
    """A speaker with what later verbs are compared with."""

    speaker: Speaker
    phrase: Phrase | None
    gender: str
    plural: bool
    sure: bool
    """True where a word list, a mention or quotation marks tell that this can speak."""


_THESE = frozenset({"هذا", "هذه", "هولاء", "تلك"})
_LONGEST_QUOTED_NAME = 6

NOBODY = Voice(Speaker(kind="none"), None, "", False, False)


@lru_cache(KNOWN_WORDS)
def _without_article(key: str) -> str:
    for prefix in ("وال", "ال", "لل", "بال"):
        if key.startswith(prefix) and len(key) > len(prefix) + 2:
            return key[len(prefix) :]
    return key


@lru_cache(KNOWN_WORDS)
def head_kind(key: str) -> SpeakerKind | None:
    """Return the kind of speaker that a description beginning with this folded word names."""
    kinds: dict[str, SpeakerKind] = {kind: kind for kind in KINDS}  # type: ignore[misc]
    for kind in KINDS:
        if key in HEADS[kind]:
            return kinds[kind]
    bare = _without_article(key)
    if key.startswith("لل"):
        for kind in KINDS:
            if f"ال{bare}" in HEADS[kind]:
                return kinds[kind]  # «وفقا للمعلومات»
    if bare != key:
        for kind in ("document", "outlet", "organization"):
            if bare in HEADS[kind]:
                return kinds[kind]
    return None


def voice(text: Words, phrase: Phrase) -> Voice | None:
    """Return who `phrase` names; None where it names nobody who could speak (facts, events)."""
    offset = phrase.start - text.starts[phrase.first]
    first = phrase.first if text.is_word[phrase.first] else phrase.first + 1
    key = text.key(first)[max(0, offset) :] if first == phrase.first else text.key(first)
    if offset == 1 and text.key(first).startswith("لل"):
        key = "ال" + key[1:]  # «وفقا للمعلومات»
    at = first
    if key in _THESE and first + 1 < phrase.last:
        at, key = first + 1, text.key(first + 1)  # «هذه الدراسات»
    while key in _PARTITIVES and at + 1 < phrase.last:
        at += 1
        key = text.key(at)
    if key in NOT_SPEAKERS or _without_article(key) in NOT_SPEAKERS or key in _ANYBODY:
        return None
    if _no_name(text, first, phrase.last):
        return None
    inside = text.mentions_within(phrase.start, phrase.end)
    quoted = first != phrase.first or _in_short_quotation(text, first)
    ruling = key in _RULINGS and text.key(at + 1) in _OF_COURTS
    kind = "document" if ruling else head_kind(key)
    lead = _lead(text, inside, first, at)
    sure = kind is not None or lead is not None or quoted
    if kind in (None, "person") and lead is not None:
        kind = _BY_TYPE[lead.type]
    if kind is None and quoted:
        surname = phrase.last - phrase.first <= 3 and key.startswith("ال") and key.endswith("ي")
        kind = "person" if surname or key in text.surnames else "organization"
    if kind is None and text.key(first) == "اي" and key not in _NOBODY:
        return None  # «أي علم لها»
    if kind is None and first != at:
        kind, sure = "unnamed_source", True
    if kind is None:
        kind = "person"
        near = range(at, min(at + 2, phrase.last))
        if any(text.key(token) in NAME_WORDS for token in near):
            sure = True
    if kind == "unnamed_source" and _named(text, phrase, inside):
        kind = "person"
    chosen = _chosen(kind, inside, lead)
    affiliation = _affiliation(kind, inside, chosen)
    speaker = Speaker(
        kind=kind,
        span=text.document.span(phrase.start, phrase.end, view="normalized"),
        actor_id=chosen.actor_id if chosen else None,
        name=chosen.name if chosen else None,
        affiliation=affiliation,
    )
    return Voice(speaker, phrase, _gender(key, kind), _plural(key), sure)


def _in_short_quotation(text: Words, token: int) -> bool:
    """Tell a name in quotation marks from a word of a long quotation."""
    number = text.quote[token]
    if number < 0:
        return False
    first, last = text.quotes[number]
    return last - first <= _LONGEST_QUOTED_NAME


def _no_name(text: Words, first: int, last: int) -> bool:
    """Tell an indefinite noun with its adjective («علامة فارقة», «حفارا ضخما»), or «كلماتها …», from a name."""
    key, following = text.key(first), text.key(first + 1)
    if text.mention[first] >= 0 or head_kind(key) or key in NAME_WORDS or key.startswith("ال"):
        return False
    if key == "ب":
        return True
    if key.endswith(("ها", "هم")) and len(key) > 4 and text.quote[first] < 0:
        stem = key[:-2]
        known = stem in ALL_HEADS or stem.removesuffix("ت") + "ه" in ALL_HEADS
        return not known and last - first > 1
    if last - first < 2 or following in NAME_WORDS or text.quote[first] >= 0:
        return False
    if key.endswith("ه") and following.endswith("ه") and not following.startswith("ال"):
        return len(key) > 4 and len(following) > 4 and text.mention[first + 1] < 0
    return text.is_marked(first, FATHATAN)


def _lead(text: Words, inside: list[Mention], first: int, at: int) -> Mention | None:
    """Return the mention with which the phrase begins."""
    for token in (first, at):
        number = text.mention[token]
        if number >= 0 and text.mentions[number] in inside:
            return text.mentions[number]
    return None


def _named(text: Words, phrase: Phrase, inside: list[Mention]) -> bool:
    """Tell whether a description («مسؤول …») comes with a name."""
    if any(mention.type == "person" for mention in inside):
        return True
    return any(text.key(token) in GIVEN for token in range(phrase.first + 1, phrase.last))


def _chosen(kind: SpeakerKind, inside: list[Mention], lead: Mention | None) -> Mention | None:
    """Return the mention that is the speaker."""
    if kind == "person":
        return next((mention for mention in inside if mention.type == "person"), None)
    if kind == "outlet":
        return next((mention for mention in inside if mention.type == "outlet"), None)
    if kind == "organization":
        if lead is not None:
            return lead
        wanted = ("organization", "armed_group")
        return next((mention for mention in inside if mention.type in wanted), None)
    return None


def _affiliation(kind: SpeakerKind, inside: list[Mention], chosen: Mention | None) -> str | None:
    """Return the id of the body that a source or an office-holder belongs to."""
    if kind not in ("unnamed_source", "person", "document"):
        return None
    bodies = [
        mention
        for mention in inside
        if mention is not chosen and mention.actor_id and mention.type in _BODIES
    ]
    bodies.sort(key=lambda mention: mention.type == "state")
    return bodies[0].actor_id if bodies else None


def _gender(key: str, kind: SpeakerKind) -> str:
    if key.endswith(("ه", "ات", "اء")) and kind != "person":
        return "f"
    if (
        kind in ("unnamed_source", "document", "outlet")
        and _plural(key)
        and not key.endswith(("ون", "ين"))
    ):
        return ""
    if kind == "person":
        return (
            "f"
            if key.endswith("ه") and key not in GIVEN
            else ("m" if key in HEADS["person"] else "")
        )
    return "m" if kind in ("document", "organization") and key in HEADS[kind] else ""


def _plural(key: str) -> bool:
    if key.endswith("و") and key in ALL_HEADS:
        return True  # «مسؤولو الاتحاد»
    return key.endswith(("ون", "ين", "ات", "اء")) or _without_article(key) in _BROKEN


_BROKEN = words("grammar.yaml", "broken")
