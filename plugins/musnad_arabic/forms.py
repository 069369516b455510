"""Unicode form: NFKC cluster by cluster, so that each character still knows where it came from."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

from camel_tools.utils.normalize import normalize_unicode
from musnad.components import Normalizer, Stage
from musnad.text import NormalizedText

from musnad_arabic.config import Step

# Starters that are normal and join nothing before them: most of any article is skipped at C speed. A
# single vowel mark composes with nothing; two may stand in another order than the canonical one.
_STARTERS = r"\x00-\x7f«»\u0600-\u060f\u061b-\u064a\u0660-\u066f\u0671-\u0674\u2010-\u201f"
_SINGLES = r"\u064b-\u0652\u0670"
_DOUBTFUL = re.compile(
    rf"(?:[^{_STARTERS}{_SINGLES}]|[\u2011\u2017]|[{_SINGLES}]{{2}})"
    rf"[^{_STARTERS}]*"
)
LONGEST_CLUSTER = 64
"""A letter with more marks is no writing and stays as it is: sorting marks takes quadratic time."""


@lru_cache(maxsize=4096)
def _attaches(character: str) -> bool:
    """Tell whether the character may reorder or compose with what stands before it."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=16384)
def _normal(cluster: str, before: str) -> str:
    """Return the NFKC form of a cluster that follows the character `before` (or nothing).

    Three kinds of compatibility forms are kept from doing harm: a vowel mark with a space of its own
    (U+FC60) would split the word it stands in, an accent with a space of its own (U+00B4) is an apostrophe
    to its writer, and 3½ or 10² would become other numbers.
    """
    new: str = normalize_unicode(cluster)
    if new == cluster:
        return new
    if len(alone := normalize_unicode(cluster[0])) > 1 and alone[0] == " ":
        if not ("\ufc5e" <= cluster[0] <= "\ufc63" or "\ufe70" <= cluster[0] <= "\ufe7f"):
            return cluster
        if before and unicodedata.category(before)[0] in "LM":
            return unicodedata.normalize("NFKC", new[1:])
    decimal = before != "" and unicodedata.normalize("NFKC", before)[-1].isdecimal()
    if decimal and unicodedata.category(cluster[0]) == "No":
        return f" {new}" if "⁄" in new else cluster
    return new


def nfkc(text: NormalizedText) -> NormalizedText:
    """Return the view in Unicode form NFKC (see `_normal` for what is left as it is).

    A character made of several points at all of them, several made of one point at it.
    """
    source = text.text
    # U+FDFD is normal to Unicode, but camel-tools writes it out: «بسم الله الرحمن الرحيم».
    if unicodedata.is_normalized("NFKC", source) and "\ufdfd" not in source:
        return text
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    last = 0
    for match in _DOUBTFUL.finditer(source):
        begin, stop = match.span()
        while begin > last and _attaches(source[begin]):
            begin -= 1
        while begin < stop:
            end = begin + 1
            while end < stop and _attaches(source[end]):
                end += 1
            if end - begin > LONGEST_CLUSTER:
                begin = end
                continue
            old = source[begin:end]
            new = _normal(old, source[begin - 1] if begin else "")
            if new != old:
                pieces += (source[last:begin], new)
                starts.extend(text.starts[last:begin])
                ends.extend(text.ends[last:begin])
                if len(old) == len(new) and _one_by_one(old, new):
                    starts.extend(text.starts[begin:end])
                    ends.extend(text.ends[begin:end])
                else:
                    starts.extend([text.starts[begin]] * len(new))
                    ends.extend([text.ends[end - 1]] * len(new))
                last = end
            begin = end
    if not pieces:
        return text
    pieces.append(source[last:])
    starts.extend(text.starts[last:])
    ends.extend(text.ends[last:])
    # Again: a vowel mark that lost its space now follows other marks, and may have to change places.
    return nfkc(NormalizedText(text.original, "".join(pieces), starts, ends))


def _one_by_one(old: str, new: str) -> bool:
    """Tell whether each character was exchanged at its place."""
    return len(old) == 1 or all(
        unicodedata.normalize("NFKC", before) == after
        for before, after in zip(old, new, strict=True)
    )


class UnicodeForms(Step, Normalizer):
    """Composed characters and no presentation forms: `ﻻ` becomes `لا`, `ﷲ` becomes `الله`."""

    name = "unicode"
    version = "1"
    stage: Stage = "unicode"

    def normalize(self, text: NormalizedText) -> NormalizedText:
        """Return the view in NFKC."""
        return nfkc(text)
