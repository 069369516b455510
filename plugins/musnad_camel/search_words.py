"""Which lemmas a word of a search may be a form of: rules for the search analyzer of a stock Elasticsearch.

With the words of an archive, they come first, the commonest before the others; then, and alone for an archive without
articles, come the forms that the lexicon allows of the commonest lemmas: broken plurals, sound plurals, duals, with
pronouns. What a word is itself a lemma of, and nothing else, needs no rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from musnad.components import SearchWords

from musnad_camel.choice import NONE, Analysis, known_readings, lemma_of

VERB = "/verb"
"""What follows the lemma of a verb: «ملك/verb» (he owns) is not «ملك» (king)."""
FUNCTION = frozenset(
    {"prep", "conj", "conj_sub", "pron", "pron_dem", "pron_rel", "pron_interrog", "pron_exclam"}
    | {
        "part",
        "part_neg",
        "part_verb",
        "part_voc",
        "part_focus",
        "part_fut",
        "part_interrog",
        "part_det",
    }
    | {
        "part_restrict",
        "part_concord",
        "part_emphac",
        "part_rc",
        "interj",
        "adv_interrog",
        "adv_rel",
    }
)
"""Parts of speech that nobody searches for; no searched word is read as one (منى is no «from me»)."""
MARGIN = 1.1
"""Log10: another reading of a word counts too where it is not so much less likely than the likeliest."""
SUFFIXES: Mapping[str, float] = {
    "": 0.0, "ة": 0.3, "ات": 0.5, "ون": 0.8, "ين": 0.6, "ان": 1.0, "تان": 1.3, "تين": 1.3, "ا": 0.6,
    "ه": 0.9, "ها": 0.9, "هم": 1.1, "ته": 1.2, "تها": 1.2, "تهم": 1.5, "نا": 1.5, "ت": 0.3, "وا": 0.6,
    "ي": 1.2, "اته": 1.5, "اتها": 1.5,
}  # fmt: skip
"""Endings of forms that are made, with log10 of how much rarer they are than the bare form (rough, by eye)."""
_FOLD = str.maketrans("أإآىةٱ", "اااي" + "ها")
PROCLITICS = ("و", "ف", "ب", "ل", "ال")
"""What a search takes off a word, or puts before it: only for words that begin so is it told that they are whole."""


def fold(word: str) -> str:
    """Return a word as the analyzer `musnad_text` has it."""
    return word.translate(_FOLD)


def search_words(
    analyses: Callable[[str], Sequence[Analysis]],
    database: Any,
    vocabulary: Mapping[str, int],
    most: int,
) -> SearchWords:
    """Return up to `most` rules. `analyses` gives camel-tools' analyses of a word, `database` is its database."""
    rules: dict[str, tuple[str, ...]] = {}
    whole: list[str] = []
    seen: set[str] = set()
    for word in _candidates(database, vocabulary, analyses):
        if len(rules) >= most:
            break
        key = fold(word)
        if key in seen:
            continue
        seen.add(key)
        lemmas, is_whole = read(word, analyses(word))
        may_be_parted = key.startswith(PROCLITICS)
        if is_whole and may_be_parted:
            whole.append(key)
        if lemmas and (lemmas != (key,) or may_be_parted):
            rules[key] = lemmas
    # «برلمان» needs no protection: there is no «رلمان» that it could be taken for.
    return SearchWords(rules, frozenset(word for word in whole if _parts(word) & seen))


def _parts(word: str) -> set[str]:
    """Return what is left of a word when the letters of proclitics are taken off it."""
    rest = {word[len(p) :] for p in PROCLITICS if word.startswith(p)}
    return {part for part in rest if len(part) > 2}


def read(word: str, analyses: Iterable[Analysis]) -> tuple[tuple[str, ...], bool]:
    """Return the lemmas that a searched word may be a form of, folded, the likeliest first; and whether it is whole.

    Nouns come before verbs: where a word may be either, only the nouns count («ملك» is the king).
    """
    readings = known_readings(word, analyses, MARGIN)
    if not readings:
        return (), False
    is_whole = all(readings[0].get(f) in NONE for f in ("prc0", "prc1", "prc2", "prc3"))
    content = [r for r in readings if r["pos"] not in FUNCTION]
    nominal = [r for r in content if not is_verb(r)]
    return tuple(dict.fromkeys(fold(term(r)) for r in nominal or content)), is_whole


def terms(word: str, analyses: Iterable[Analysis]) -> tuple[str, ...]:
    """Return the lemmas under which a text with this word is found, the likeliest first: nouns and verbs."""
    return tuple(dict.fromkeys(term(r) for r in known_readings(word, analyses, MARGIN)))


def term(analysis: Analysis) -> str:
    """Return the lemma of an analysis as articles have it in `lemmas`."""
    return lemma_of(analysis) + (VERB if is_verb(analysis) else "")


def is_verb(analysis: Analysis) -> bool:
    """Tell whether an analysis is that of a verb."""
    return str(analysis["pos"]).startswith("verb")


def _candidates(
    database: Any,
    vocabulary: Mapping[str, int],
    analyses: Callable[[str], Sequence[Analysis]],
) -> Iterator[str]:
    lemmas: dict[str, int] = {}
    for word in sorted(vocabulary, key=lambda word: (-vocabulary[word], word)):
        yield word
        for lemma in read(word, analyses(word))[0]:
            lemmas[lemma] = lemmas.get(lemma, 0) + vocabulary[word]
    yield from _forms(database, lemmas)


def _forms(database: Any, lemmas: Mapping[str, int]) -> Iterator[str]:
    """Yield forms of `lemmas` (of all lemmas where there are none), the likeliest first."""
    suffixes: dict[str, list[tuple[str, float]]] = {}
    endings: dict[str, set[tuple[str, float]]] = {}
    for suffix, rarer in SUFFIXES.items():
        for category, _ in database.suffix_hash.get(suffix.replace("ة", "ه"), ()):
            endings.setdefault(category, set()).add((suffix, rarer))
    for stem_category, allowed in database.stem_suffix_compat.items():
        suffixes[stem_category] = sorted({e for c in allowed for e in endings.get(c, ())})
    scored: dict[str, float] = {}
    for stem, entries in database.stem_hash.items():
        if stem in ("NOAN", ""):
            continue
        for category, analysis in entries:
            if analysis["pos"] not in ("noun", "adj", "verb"):
                continue
            name = fold(term(analysis))
            if lemmas:
                if name not in lemmas:
                    continue
                frequency = math.log10(lemmas[name])
            else:
                frequency = float(analysis.get("pos_lex_logprob") or -99)
            for suffix, rarer in suffixes.get(category, ()):
                form = stem + suffix
                scored[form] = max(scored.get(form, -999.0), frequency - rarer)
    return iter(sorted(scored, key=lambda form: (-scored[form], form)))
