"""Steps from the Unicode form to the normalized view, each of which can be switched off."""

from __future__ import annotations

import re

from musnad.components import Normalizer, Stage
from musnad.text import NormalizedText

from musnad_arabic.characters import (
    APOSTROPHES,
    DASHES,
    DOUBLE_CLOSE,
    DOUBLE_OPEN,
    INVISIBLE,
    MARKS,
    QURAN_SIGNS,
    TATWEEL,
)
from musnad_arabic.config import Step
from musnad_arabic.forms import nfkc


class _Step(Step):
    def _settled(self, before: NormalizedText, after: NormalizedText) -> NormalizedText:
        """Return `after` in Unicode form: what was taken out may have kept two characters apart."""
        if after is before or "unicode" in self.settings.skip:
            return after
        return nfkc(after)


class Controls(_Step, Normalizer):
    """Removes what is not seen (bidi and zero-width controls, BOM, soft hyphen); keeps line breaks.

    All kinds of line breaks become a newline; other control characters become a space, because they
    stand for a character that was lost, often between two words.
    """

    name = "controls"
    version = "2"
    stage: Stage = "controls"

    _breaks = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
    _controls = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
    _invisible = re.compile(f"[{INVISIBLE}]+")

    # One look for all: most articles have nothing of it.
    _found = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{INVISIBLE}]")

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view without controls."""
        if not self._found.search(text.text):
            return text
        after = text.sub(self._breaks, "\n")
        after = after.sub(self._controls, " ")
        after = after.sub(self._invisible, "")
        return self._settled(text, after)


class Marks(_Step, Normalizer):
    """Removes vowel marks, signs of the Quran and tatweel; a tatweel that stands alone is a dash."""

    name = "marks"
    version = "1"
    stage: Stage = "marks"

    _hamza = re.compile("\u0649\u0654")
    _dash = re.compile(rf"(?<!\S){TATWEEL}+(?!\S)")

    # camel-tools' AR_DIAC_CHARSET is a part of it (a test sees to that); importing it sorts all of Unicode
    # into sets, which costs every process 0.4 s.
    _marks = re.compile(f"[{MARKS}{QURAN_SIGNS}{TATWEEL}]+")

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view without marks and tatweel."""
        after = text
        if "\u0654" in text.text:
            after = after.sub(self._hamza, "ئ")
        if TATWEEL in text.text:
            after = after.sub(self._dash, "-")
        after = after.sub(self._marks, "")
        return self._settled(text, after)


class Letters(_Step, Normalizer):
    """Turns Persian, Urdu and Kurdish forms of Arabic letters into these (not چ پ ژ گ ڤ)."""

    name = "letters"
    version = "2"
    stage: Stage = "letters"

    _table = str.maketrans(
        {
            **dict.fromkeys("\u06a9\u06aa\u063b\u063c\u06ac\u06ae", "ك"),
            **dict.fromkeys("\u06cc\u06cd\u06ce\u06d0\u06d1\u06d2\u063d\u063e\u063f\u0620", "ي"),
            "\u06d3": "ئ",
            **dict.fromkeys("\u06be\u06c1\u06c0\u06c2\u06d5\u06ff", "ه"),
            "\u06c3": "ة",
            **dict.fromkeys("\u06c4\u06c5\u06c6\u06c7\u06c8\u06c9\u06ca\u06cb\u06cf", "و"),
            # As the Maghreb writes them by hand and in facsimile.
            "\u06a2": "ف",
            "\u06a7": "ق",
            "\u06ba": "ن",
            "\u06b5": "ل",
            "\u0695": "ر",
            "\u0672": "أ",
            "\u0673": "إ",
        }
    )
    _found = re.compile("[" + "".join(map(chr, _table)) + "]")

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view with Arabic letters only where the others are variants of them."""
        if not self._found.search(text.text):
            return text
        return self._settled(text, text.translate(self._table))


class Digits(_Step, Normalizer):
    """Turns Arabic-Indic and Persian digits, per cent sign and separators into ASCII.

    The separators outside numbers are typed in place of a comma, and become one.
    """

    name = "digits"
    version = "1"
    stage: Stage = "digits"

    _table = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٪", "01234567890123456789%")
    _found = re.compile("[٠-٬۰-۹]")
    _separators = re.compile(r"(?<=[0-9])[٫٬](?=[0-9])|[٫٬]")

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view with ASCII digits."""
        if not self._found.search(text.text):
            return text
        after = text.translate(self._table)
        source = after.text

        def separator(match: re.Match[str]) -> str:
            at = match.start()
            inside = 0 < at < len(source) - 1
            if inside and source[at - 1].isdecimal() and source[at + 1].isdecimal():
                return "." if match[0] == "٫" else ","
            return "،"

        return self._settled(text, after.sub(self._separators, separator))


class Punctuation(_Step, Normalizer):
    """Turns all double quotation marks into `"`, single ones into `'`, dashes into `-`.

    Which mark stood there, opening or closing, is read from the original when quotations are found.
    The Arabic comma, semicolon and question mark stay.
    """

    name = "punctuation"
    version = "1"
    stage: Stage = "punctuation"

    _table = str.maketrans(
        {
            **dict.fromkeys(DOUBLE_OPEN + DOUBLE_CLOSE + "‹›″‶＂", '"'),
            **dict.fromkeys(APOSTROPHES, "'"),
            **dict.fromkeys(DASHES, "-"),
            "\u06d4": ".",
            "\u2e2e": "؟",
            "\u2e41": "،",
            "\u066d": "*",
        }
    )
    _found = re.compile("[" + re.escape("".join(map(chr, _table))) + "]")
    _pairs = re.compile(r"''|<<|>>|(?<!\S),,(?=[^\s,])")

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view with one kind of each punctuation mark."""
        after = text.translate(self._table) if self._found.search(text.text) else text
        if any(pair in after.text for pair in ("''", "<<", ">>", ",,")):
            after = after.sub(self._pairs, '"')
        return self._settled(text, after)
