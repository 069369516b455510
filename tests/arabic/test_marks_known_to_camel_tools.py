"""The marks that are removed are written out here, not imported; they must not fall behind camel-tools."""

from __future__ import annotations

from camel_tools.utils.charsets import AR_DIAC_CHARSET
from musnad.text import NormalizedText
from musnad_arabic.config import ArabicSettings
from musnad_arabic.normalizers import Marks


def test_every_mark_of_camel_tools_is_removed() -> None:
    step = Marks(ArabicSettings())
    for mark in AR_DIAC_CHARSET:
        assert step.normalize(NormalizedText.of(f"ك{mark}ب")).text == "كب", f"U+{ord(mark):04X}"
