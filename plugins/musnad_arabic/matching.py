"""Steps of the key view, one to one: what Arabic writers spell differently becomes equal."""

from __future__ import annotations

from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
)
from musnad.components import Normalizer, Stage
from musnad.text import NormalizedText

from musnad_arabic.config import Step


def _replaced(text: NormalizedText, new: str) -> NormalizedText:
    if new == text.text:
        return text
    return NormalizedText(text.original, new, text.starts, text.ends)


class Alef(Step, Normalizer):
    """Folds أ إ آ ٱ into ا."""

    name = "alef"
    version = "1"
    stage: Stage = "key"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view with bare alefs."""
        return _replaced(text, normalize_alef_ar(text.text))


class AlefMaksura(Step, Normalizer):
    """Folds ى into ي."""

    name = "alef_maksura"
    version = "1"
    stage: Stage = "key"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view without alef maksura."""
        return _replaced(text, normalize_alef_maksura_ar(text.text))


class TehMarbuta(Step, Normalizer):
    """Folds ة into ه."""

    name = "teh_marbuta"
    version = "1"
    stage: Stage = "key"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view without teh marbuta."""
        return _replaced(text, normalize_teh_marbuta_ar(text.text))


class Case(Step, Normalizer):
    """Folds capital letters; those whose small form is longer (İ) stay, ß stays."""

    name = "case"
    version = "1"
    stage: Stage = "key"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view without capital letters."""
        return _replaced(text, fold_case(text.text))


def key_form(text: str) -> str:
    """Return a normalized text as the key view has it."""
    return fold_case(normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(text))))


def fold_case(text: str) -> str:
    """Return `text` case-folded where that keeps the length."""
    folded = text.casefold()
    # Folding never makes a character shorter, so an equal length means one to one throughout.
    if len(folded) == len(text):
        return folded
    return "".join(_fold(character) for character in text)


def _fold(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character
