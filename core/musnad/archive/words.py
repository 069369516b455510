"""What an index is told of words when it is made: rules of its search analyzers.

`mappings/analysis.json` has the analyzers, with empty lists; this fills them: which words are whole though they begin
with the letters of a proclitic (names of the authority first), and which lemmas a word of a search may be a form of
(from components that know morphology). Only search analyzers have rules, so an index is searched anew, not written
anew, when they change (`musnad.archive.vocabulary` collects what is known, and puts it on an index).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from musnad.archive.mappings import mappings_folder
from musnad.components import SearchWords

T = TypeVar("T")
MAX_RULES = 50_000
MAX_BYTES = 2_000_000
"""Of all rules of an index together: its settings are part of the cluster's state, which every node holds."""
WHOLE, LEMMAS, OTHERS = "musnad_whole", "musnad_lemma_rules", "musnad_other_words"
FILTERS = (WHOLE, LEMMAS, OTHERS)
"""Filters whose lists are filled in: they may differ between two indices of the same version."""
_LISTS = {WHOLE: "rules", LEMMAS: "rules", OTHERS: "stopwords"}


def with_words(body: Mapping[str, Any], words: SearchWords) -> dict[str, Any]:
    """Return the body of an index (see `index_body`) with the rules for `words` in its analysis settings."""
    settings = body["settings"]
    return {
        **body,
        "settings": {**settings, "analysis": analysis_with(settings["analysis"], words)},
    }


def analysis_with(analysis: Mapping[str, Any], words: SearchWords) -> dict[str, Any]:
    """Return analysis settings (as in `mappings/analysis.json`) with the rules for `words`."""
    filters = dict(analysis["filter"])
    attached = [
        filters[name]["replacement"].removesuffix("+$1")
        for name in filters["musnad_attached"]["filters"]
    ]
    fold = _fold(analysis)
    article = attached[0]
    # «القاهرة» is قاهرة with the article as much as a name: only what has none is kept whole.
    names = {name for word in words.names if not (name := fold(word)).startswith(article)}
    whole = sorted({fold(w) for w in _common()} | names | words.whole)
    whole = [word for word in whole if any(word.startswith(part) for part in attached)]
    others = [
        f"{part}+{word[len(part) :]}"
        for word in whole
        for part in attached
        if word.startswith(part) and len(word) > len(part) + 1
    ]
    budget = _Budget(MAX_RULES, MAX_BYTES)
    rules = {
        WHOLE: [f"{word}=>~{word}" for word in budget.take(whole, "{0}=>~{0}".format)],
        OTHERS: budget.take(others, str),
        LEMMAS: _grouped(
            budget.take(
                # A name of the authority is no form of a word that it only ends like («وارز» and «رز»).
                (
                    (word, lemmas)
                    for word, lemmas in words.lemmas.items()
                    if not (word in names and all(lemma[:1] != word[:1] for lemma in lemmas))
                ),
                lambda rule: f"{rule[0]}=>~{'|'.join(rule[1])}",
            )
        ),
    }
    for name, listed in rules.items():
        if listed:
            filters[name] = {**filters[name], _LISTS[name]: listed}
    return {**analysis, "filter": filters}


def _grouped(rules: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return the rules, one for all words of the same lemmas: Elasticsearch takes its time over each item of a list."""
    forms: dict[tuple[str, ...], list[str]] = {}
    for word, lemmas in rules:
        forms.setdefault(lemmas, []).append(word)
    return [f"{','.join(words)}=>~{'|'.join(lemmas)}" for lemmas, words in forms.items()]


class _Budget:
    """Lets so many rules through, of so many bytes together, the first ones first."""

    def __init__(self, rules: int, size: int) -> None:
        self.rules = rules
        self.bytes = size

    def take(self, rules: Iterable[T], written: Callable[[T], str]) -> list[T]:
        taken = []
        for rule in rules:
            # As settings they are JSON, between quotation marks and with a comma.
            size = len(written(rule).encode()) + 3
            if self.rules == 0 or self.bytes < size:
                break
            self.rules -= 1
            self.bytes -= size
            taken.append(rule)
        return taken


def _common() -> list[str]:
    text = mappings_folder().joinpath("whole_words.txt").read_text(encoding="utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def _fold(analysis: Mapping[str, Any]) -> Any:
    """Return what makes of a word what `musnad_text` does, as far as letters go (a test compares the two)."""
    rules = [
        rule.partition("=>")[::2]
        for rule in analysis["char_filter"]["musnad_spellings"]["mappings"]
    ]
    letters = str.maketrans("أإآىة", "ااايه")
    apart: dict[str, str] = dict(
        rule.split("=>") for rule in analysis["filter"]["musnad_apart"]["rules"]
    )

    def fold(word: str) -> str:
        for before, after in rules:
            word = word.replace(before, after)
        return apart.get(word, word).translate(letters)

    return fold


def rules_apart(analysis: Mapping[str, Any]) -> dict[str, Any]:
    """Return analysis settings without the lists that `analysis_with` fills: what two indices are compared by.

    Elasticsearch gives numbers and booleans back as strings, and so does this.
    """
    filters = {k: v for k, v in analysis.get("filter", {}).items() if k not in FILTERS}
    plain: dict[str, Any] = _plain({**analysis, "filter": filters})
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def size_of(analysis: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many words the rules of `analysis_with` are about, and the bytes of the rules as JSON."""
    listed = [rule for name in FILTERS for rule in analysis["filter"][name][_LISTS[name]]]
    words = sum(rule.count(",") + 1 for rule in listed)
    return words, len(json.dumps(listed, ensure_ascii=False).encode())
