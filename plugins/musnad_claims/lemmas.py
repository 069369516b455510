"""Cues by lemma, where a plugin provides morphology: forms that the inflection table does not make.

`data/lemmas.yaml` says which readings of a word may be a cue. The written forms that the table makes never come here:
with morphology more is found, and nothing is found otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from musnad.segments import Morphology

from musnad_claims.cues import CueForm, load_cue
from musnad_claims.fold import fold
from musnad_claims.inflect import Form, FormKind
from musnad_claims.resources import cue_files, load

FILE = "lemmas.yaml"
_STEMS = {"verb": ("perfect", "imperfect"), "noun": ("masdar",)}
_ASPECTS: Mapping[str, FormKind] = {"p": "perfect", "i": "imperfect"}


@cache
def _cues() -> Mapping[tuple[str, str], tuple[Any, ...]]:
    """Return the cues by part of speech and folded lemma."""
    skipped = {(pos, fold(one)) for pos, ones in load(FILE)["skip"].items() for one in ones}
    found: dict[tuple[str, str], list[Any]] = {}
    for file in cue_files():
        for entry in load(file):
            cue = load_cue(entry, file)
            for pos, stems in _STEMS.items():
                if not any(stem in entry for stem in stems):
                    continue
                lemma = entry["masdar"] if pos == "noun" else entry["lemma"]
                key = (pos, fold(lemma))
                if key not in skipped:
                    found.setdefault(key, []).append((cue, bool(entry.get("no_pronoun"))))
    return {key: tuple(cues) for key, cues in found.items()}


@cache
def _allowed() -> Mapping[str, tuple[tuple[str, frozenset[Any]], ...]]:
    return {
        pos: tuple((name, frozenset(values)) for name, values in load(FILE)[pos].items())
        for pos in _STEMS
    }


def forms(word: Morphology, written: str) -> Iterator[CueForm]:
    """Yield the cues that `word`, which is `written` so with its clitics, may be a form of."""
    cues = _cues().get((word.pos, fold(word.lemma)))
    if not cues:
        return
    if any(getattr(word, name) not in values for name, values in _allowed()[word.pos]):
        return
    bare = written[word.start :]
    if word.enc0 and written.endswith("ة"):
        return  # «تحذيرية» is no «تحذيريه»
    with_object = word.pos == "verb" and bool(word.enc0)
    kind = _ASPECTS.get(word.aspect, "masdar")
    for cue, no_pronoun in cues:
        if fold(bare) in cue.skip_forms or (with_object and no_pronoun):
            continue
        gender, number = (word.gender, word.number) if kind != "masdar" else _owner(word.enc0)
        yield CueForm(cue, Form(bare, kind, gender, number, with_object, by_lemma=True))


def _owner(pronoun: str) -> tuple[str, str]:
    """Return gender and number of the one whose saying it is: «تأكيداتها»."""
    return ("f" if pronoun.startswith("3f") else "m", "p" if "p_" in pronoun else "s")
