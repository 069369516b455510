"""The hooks of plugin `arabic`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
from musnad.components import Annotator, Normalizer

from musnad_arabic.config import ArabicSettings
from musnad_arabic.forms import UnicodeForms
from musnad_arabic.lemmas import SearchLemmas
from musnad_arabic.matching import Alef, AlefMaksura, Case, TehMarbuta
from musnad_arabic.normalizers import Controls, Digits, Letters, Marks, Punctuation
from musnad_arabic.quality import Quality
from musnad_arabic.segmenter import Segments


@musnad.hookimpl
def musnad_settings() -> type[ArabicSettings]:
    """Return the settings model."""
    return ArabicSettings


@musnad.hookimpl
def musnad_normalizers(settings: ArabicSettings) -> Iterable[Normalizer]:
    """Return the steps of normalization."""
    return [
        UnicodeForms(settings),
        Controls(settings),
        Marks(settings),
        Letters(settings),
        Digits(settings),
        Punctuation(settings),
        Alef(settings),
        AlefMaksura(settings),
        TehMarbuta(settings),
        Case(settings),
    ]


@musnad.hookimpl
def musnad_annotators(settings: ArabicSettings) -> Iterable[Annotator]:
    """Return segmentation, quality notes and what articles are found by."""
    return [Segments(settings), Quality(settings), SearchLemmas()]
