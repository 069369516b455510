"""The choice among the analyses of a word: the likeliest in the press, the same every time.

camel-tools gives all analyses that the lexicon allows, in the order of its tables. How frequent a lemma is (log10, from
the treebanks that the database was made with) comes with each; how likely a clitic, a spelling that differs from the
lexicon's, a person or an imperative is in newspaper text is estimated in `data/choice.yaml`. The analysis with the
highest sum is taken. Ties are broken by fewer clitics, then for the active voice, then by the order of the letters of the analysis, never
by the order of the tables. The sentence plays no part: a word has one analysis wherever it stands, which is what makes it
cheap (words are analysed once) and wrong where only the sentence tells (ذكر: he said, or mention).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from camel_tools.utils.dediac import dediac_ar
from musnad.segments import Morphology

from musnad_camel.clitics import cut

FILE = Path(__file__).parent / "data" / "choice.yaml"
Analysis = Mapping[str, Any]
NONE = frozenset({"0", "na", "-", "", None})
"""What camel-tools writes where there is no clitic, or cannot be one."""
CLITICS = ("prc3", "prc2", "prc1", "prc0", "enc0")


@dataclass(frozen=True, slots=True)
class Costs:
    """Log10 estimates from `data/choice.yaml`."""

    unseen: float
    """For a lemma that the treebanks do not have."""
    unrated: float
    """For a lemma whose frequency nobody counted."""
    doubtful: float
    """An analysis that is less likely is taken for an unknown name."""
    corrected: Mapping[str, float]
    """`lemma pos` -> frequency, over what the database says."""
    lemmas: Mapping[str, str]
    """`lemma pos` -> the lemma that is meant."""
    by_feature: Mapping[str, Mapping[str, float]]
    """Feature -> value -> cost; a value that is not listed costs `*`, or nothing."""
    unknown: Mapping[str, Mapping[str, float]]
    """The same for words that the lexicon does not have."""
    shortest: int
    """Letters that an unknown word without the article must have left when something is cut off it."""


@cache
def costs() -> Costs:
    """Return what `data/choice.yaml` says."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Costs(
        float(content["unseen"]),
        float(content["unrated"]),
        float(content["doubtful"]),
        {lemma: float(frequency) for lemma, frequency in content["frequencies"].items()},
        content["lemmas"],
        _table(content["costs"]),
        _table(content["unknown"]),
        int(content["shortest"]),
    )


def _table(content: Mapping[str, Mapping[Any, Any]]) -> dict[str, dict[str, float]]:
    return {
        feature: {str(value): float(cost) for value, cost in values.items()}
        for feature, values in content.items()
    }


def likelihood(analysis: Analysis) -> float:
    """Return the log10 estimate of an analysis; only differences between those of one word mean something."""
    table = costs()
    if analysis.get("source") == "backoff":
        whole = all(analysis.get(feature) in NONE for feature in CLITICS)
        definite = analysis.get("prc0") not in NONE
        short = not (whole or definite) and len(str(analysis["lex"])) < table.shortest
        return table.doubtful - _sum(analysis, table.unknown) - (1.0 if short else 0.0)
    found = analysis.get("pos_lex_logprob")
    frequency = table.unrated if found is None else max(float(found), table.unseen)
    total = table.corrected.get(f"{analysis['lex']} {analysis['pos']}", frequency)
    return total - _sum(analysis, table.by_feature)


def _sum(analysis: Analysis, table: Mapping[str, Mapping[str, float]]) -> float:
    total = 0.0
    for feature, values in table.items():
        value = analysis.get(feature)
        if value == "-":
            # Number and gender as the word's form shows them, where the lexicon says nothing else.
            value = analysis.get(f"form_{feature}")
        if value not in NONE:
            total += values.get(str(value), values.get("*", 0.0))
    return total


def _rank(analysis: Analysis) -> tuple[float, int, bool, tuple[str, ...]]:
    clitics = sum(analysis.get(feature) not in NONE for feature in CLITICS)
    letters = tuple(str(analysis.get(f) or "") for f in ("lex", "pos", *CLITICS, "diac", "gloss"))
    # What can be read as active is: يؤكد is written as «is confirmed» too.
    return -likelihood(analysis), clitics, analysis.get("vox") == "p", letters


def choose(word: str, analyses: Iterable[Analysis]) -> Morphology | None:
    """Return the likeliest of camel-tools' `analyses` of `word`; None where there is none."""
    best = min(analyses, key=_rank, default=None)
    if best is None:
        return None
    if likelihood(best) < costs().doubtful and best.get("source") != "backoff":
        return _whole_name(word)
    clitics = ["" if best.get(f) in NONE else str(best[f]) for f in CLITICS]
    start, end = cut(word, tuple(clitics[:4]), clitics[4])
    known = best.get("source") not in {"backoff", "foreign"}
    return Morphology(
        lemma=lemma_of(best),
        vowelled=_vowelled(best),
        pos=str(best["pos"]),
        prc3=clitics[0],
        prc2=clitics[1],
        prc1=clitics[2],
        prc0=clitics[3],
        enc0=clitics[4],
        root=""
        if best.get("root") in {"", None, "NTWS", "PUNC", "DIGIT", "FOREIGN"}
        else str(best["root"]),
        gloss=str(best.get("gloss") or "") if known else "",
        start=start,
        end=end,
        known=known,
        aspect=_value(best, "asp", "pic"),
        person=_value(best, "per", "123"),
        gender=_value(best, "gen", "mf"),
        number=_value(best, "num", "sdp"),
        passive=best.get("vox") == "p",
    )


def _value(analysis: Analysis, feature: str, values: str) -> str:
    """Return the value of a feature, empty where the lexicon says that it has none or leaves it open."""
    value = str(analysis.get(feature) or "")
    if value == "-":
        value = str(analysis.get(f"form_{feature}") or "")
    return value if value and value in values else ""


def lemma_of(analysis: Analysis) -> str:
    """Return the lemma that is meant by an analysis, without vowel marks."""
    return str(dediac_ar(_vowelled(analysis))).replace("ٱ", "ا")


def _vowelled(analysis: Analysis) -> str:
    return costs().lemmas.get(f"{analysis['lex']} {analysis['pos']}", str(analysis["lex"]))


def known_readings(word: str, analyses: Iterable[Analysis], margin: float) -> list[Analysis]:
    """Return the analyses that are at most `margin` (log10) less likely than the likeliest, which comes first.

    None where the word is taken for a name that the lexicon does not have.
    """
    ranked = sorted(analyses, key=_rank)
    if not ranked or ranked[0].get("source") in {"backoff", "foreign"}:
        return []
    first = ranked[0]
    best = likelihood(first)
    if best < costs().doubtful:
        return []
    others = (
        one
        for one in ranked[1:]
        if one.get("source") not in {"backoff", "foreign"}
        and likelihood(one) >= best - margin
        # Where a word is parted is not in question («كمال» is no «مال» with ك), and no name has a pronoun.
        and all(
            (one.get(f) in NONE and first.get(f) in NONE) or one.get(f) == first.get(f)
            for f in CLITICS[:4]
        )
        # Nor does anybody search for «two seas of» in «بحري».
        and (not _is_dual(one) or _is_dual(first))
        and (one.get("enc0") in NONE or (one["pos"] != "noun_prop" and str(one["enc0"])[0] == "3"))
    )
    return [first, *others]


def _is_dual(analysis: Analysis) -> bool:
    number = analysis.get("num")
    return (analysis.get("form_num") if number in NONE else number) == "d"


def _whole_name(word: str) -> Morphology:
    """Return what is said of a word that the lexicon reads in an absurd way only: تبوك, «they perished you»."""
    return Morphology(
        word, word, "noun_prop", "", "", "", "", "", "", "", 0, len(word), known=False
    )
