"""The cues: loaded from `data/cues/*.yaml`, found by one dictionary look-up a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from musnad.errors import PluginError

from musnad_claims.fold import fold
from musnad_claims.inflect import Form, index_forms
from musnad_claims.resources import cue_files, load

_KEYS = frozenset(
    [
        "lemma",
        "rule",
        "kind",
        "stance",
        "perfect",
        "imperfect",
        "jussive",
        "participle",
        "masdar",
        "passive",
        "takes",
        "negated",
        "needs",
        "needs_subject",
        "said",
        "extras",
        "person_object",
        "speaker_kinds",
        "patterns",
        "verbs",
        "publisher",
        "examples",
        "homograph",
        "skip_forms",
        "explicit",
        "not_content",
        "not_within",
        "not_followed",
        "no_pronoun",
        "adjacent",
        "bare",
    ]
)
_CLITICS = "وفلب"
_STANCES = frozenset({"asserts", "denies", "confirms", "doubts", "no_comment", "none"})


@dataclass(frozen=True)
class Cue:
    """A cue's behaviour, as its data file gives it; `cues/say.yaml` explains the keys."""

    rule: str
    kind: str
    stance: str
    negated: str = "none"
    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    needs_subject: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    speaker_kinds: frozenset[str] = frozenset()
    publisher: frozenset[str] = frozenset()
    has_content: bool = True
    person_object: bool = False
    """The verb takes a person before its content: «اتهم المدير البلدية بأن …»."""
    explicit: bool = False
    """Only with a subject of its own in the sentence."""
    homograph: str = ""
    """Its 3rd person masculine is also a `noun`, or a word that only `close` content makes a verb."""
    bare: bool = False
    """It may stand without any content: «البلدية نفت.»"""
    adjacent: bool = False
    """Its content follows the subject at once: «أقر المتهم بأن», not «أقر المجلس قانونا … بأن»."""
    not_content: frozenset[str] = frozenset()
    """Words with which its content is something else: «اعترف باستقلال …» recognizes a state."""
    not_within: frozenset[str] = frozenset()
    """Words that give the verb another sense wherever its content has them: «استبعد اللاعب من القائمة»."""
    not_followed: frozenset[str] = frozenset()
    """Words right after the verb that make it a passive: «تقرير نشر يوم الخميس»."""
    skip_forms: frozenset[str] = frozenset()
    """Forms that are rather another word."""
    prepositions: frozenset[str] = field(default=frozenset())
    """Prepositions of `takes` that a noun may follow."""
    that_prepositions: frozenset[str] = field(default=frozenset())
    """Prepositions of `takes` that أن may follow."""


class CueForm(NamedTuple):
    """A form of a cue that is one word."""

    cue: Cue
    form: Form


class Pattern(NamedTuple):
    """A cue that is several words (or one): each place is a set of folded alternatives."""

    cue: Cue
    words: tuple[frozenset[str], ...]
    second: frozenset[str] = frozenset()
    """The alternatives of the second word where it may not be left out: it rules most texts out at once."""


class CueIndex(NamedTuple):
    """All cues by the folded spelling of their (first) word."""

    forms: Mapping[str, tuple[CueForm, ...]]
    patterns: Mapping[str, tuple[Pattern, ...]]
    words: frozenset[str]
    """The keys of both, alone and after a clitic of one letter: most words of a text are not among them."""


def _places(written: str, verbs: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Return the places of a pattern; `VERB` stands for any form of the entry's `verbs`."""
    return tuple(
        verbs if part == "VERB" else frozenset(fold(part).split("|")) for part in written.split()
    )


def _second(places: Sequence[frozenset[str]]) -> frozenset[str]:
    second = places[1] if len(places) > 1 else frozenset()
    return frozenset() if any(word.endswith("?") for word in second) else second


def _verb_forms(entry: Mapping[str, Any]) -> frozenset[str]:
    """Return the finite forms of the cues that `verbs` of an entry names by lemma."""
    wanted = frozenset(entry.get("verbs", ()))
    if not wanted:
        return frozenset()
    return frozenset(
        text
        for file in cue_files()
        for other in load(file)
        if other.get("lemma") in wanted
        for text, form in index_forms(other).items()
        if form.kind in ("perfect", "imperfect")
    )


def load_cue(entry: Mapping[str, Any], file: str) -> Cue:
    """Return the cue of an entry of `file`. Raises `PluginError` naming both where something does not fit."""
    name = entry.get("rule") or entry.get("lemma")
    if not name:
        raise PluginError(f"claims: data/{file}: a cue has neither `lemma` nor `rule`")
    unknown = set(entry) - _KEYS
    if unknown:
        raise PluginError(f"claims: data/{file}: {name}: unknown key `{min(unknown)}`")
    for key in ("stance", "negated"):
        if str(entry.get(key, "none")) not in _STANCES:
            raise PluginError(f"claims: data/{file}: {name}: `{key}` is no stance: {entry[key]}")
    takes = frozenset(fold(str(take)) for take in entry.get("takes", ()))
    plain = takes - {"that", "colon", "quote", "object"}
    return Cue(
        rule=f"{file.removeprefix('cues/').removesuffix('.yaml')}:{name}",
        kind=str(entry.get("kind", "verb")),
        stance=str(entry["stance"]),
        negated=str(entry.get("negated", "none")),
        takes=takes,
        needs=frozenset(fold(word) for word in entry.get("needs", ())),
        needs_subject=frozenset(fold(word) for word in entry.get("needs_subject", ())),
        extras=frozenset(fold(word) for word in entry.get("extras", ())),
        speaker_kinds=frozenset(entry.get("speaker_kinds", ())),
        publisher=frozenset(fold(word) for word in entry.get("publisher", ())),
        has_content=entry.get("said", "") != "none",
        person_object=bool(entry.get("person_object", False)),
        bare=bool(entry.get("bare", False)),
        adjacent=bool(entry.get("adjacent", False)),
        explicit=bool(entry.get("explicit", False)),
        homograph=str(entry.get("homograph", "")),
        not_content=frozenset(fold(word) for word in entry.get("not_content", ())),
        not_within=frozenset(fold(word) for word in entry.get("not_within", ())),
        not_followed=frozenset(fold(word) for word in entry.get("not_followed", ())),
        skip_forms=frozenset(fold(word) for word in entry.get("skip_forms", ())),
        prepositions=frozenset(take for take in plain if " " not in take),
        that_prepositions=frozenset(take.split()[0] for take in plain if " " in take),
    )


@cache
def cue_index() -> CueIndex:
    """Return the index of all cues. Raises `PluginError` naming file and cue where one does not fit."""
    forms: dict[str, list[CueForm]] = {}
    patterns: dict[str, list[Pattern]] = {}
    for file in cue_files():
        for entry in load(file):
            cue = load_cue(entry, file)
            for text, form in index_forms(entry).items():
                if text not in cue.skip_forms:
                    forms.setdefault(text, []).append(CueForm(cue, form))
            verbs = _verb_forms(entry)
            for written in entry.get("patterns", ()):
                places = _places(written, verbs)
                for first in places[0]:
                    patterns.setdefault(first, []).append(Pattern(cue, places, _second(places)))
    return CueIndex(
        {text: tuple(found) for text, found in forms.items()},
        {
            text: tuple(sorted(found, key=lambda pattern: -len(pattern.words)))
            for text, found in patterns.items()
        },
        frozenset(clitic + text for text in (*forms, *patterns) for clitic in ("", *_CLITICS)),
    )
