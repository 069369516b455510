"""Why an article is found, or is not: which words of it match, in which field, and by which form or rule.

What a field makes of a text, and of a word that is searched in it, is asked of Elasticsearch (`_termvectors`, which needs
no more than the right to read): where the two meet is the match, and its offsets tell the words as they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.search.query import Condition, Filters, Part, conditions, part_query, parts_of

How = Literal["as written", "other spelling", "with what is attached", "without endings", "lemma"]
_TEXTS = ("title", "body")
_SEARCHED_BY = {
    "title": "musnad_text_search",
    "title.stem": "musnad_recall_search",
    "lemmas": "musnad_lemma_search",
}
"""How a searched word is analysed, as the mapping says; the body as the title."""
LOOKED_AT = 200_000
"""Characters of a text; of what stands beyond nothing is told but that it is found."""
_LIKE, _NEAR = 75.0, 3
"""Near words of an article: at least so alike (0..100), at most so many."""
Places = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Match:
    """How a part of a search matches in one field."""

    field: str
    how: How
    words: tuple[str, ...]
    """As they are printed, each once; none where only a name that enrichment found is behind it."""
    count: int = 0
    """How often they stand there."""
    rule: str = ""
    """The lemma, and what it is a lemma of: «جنود → جندي»."""


@dataclass(frozen=True, slots=True)
class PartWhy:
    """What became of a word or phrase of a search."""

    part: Part
    found: bool
    matches: tuple[Match, ...]
    near: tuple[str, ...] = ()
    """Where it is not found: words of the article that are like it."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is found or not."""

    found: bool
    parts: tuple[PartWhy, ...]
    conditions: dict[Condition, bool]
    """Whether each holds."""


class Explainer:
    """Explains articles of one search; what is asked of its words is asked once."""

    def __init__(self, reader: ArchiveReader, filters: Filters) -> None:
        self.reader = reader
        self.filters = filters
        self.parts = parts_of(filters.text or "")
        self._asked: dict[str, dict[str, Places]] = {}

    def why(self, source: Mapping[str, Any]) -> Why:
        """Return why the article `source` (as it is stored) is found or not. Raises `ArchiveError`."""
        queries = {f"part{i}": part_query(part) for i, part in enumerate(self.parts)}
        others = conditions(self.filters)
        queries |= {str(name): query for name, query in others.items()}
        holds: dict[str, bool] = {}
        if queries:
            body = {
                "query": {"ids": {"values": [source["id"]]}},
                "size": 0,
                "aggs": {"n": {"filters": {"filters": queries}}},
            }
            buckets = self.reader.search("articles", body)["aggregations"]["n"]["buckets"]
            holds = {name: bucket["doc_count"] > 0 for name, bucket in buckets.items()}
        terms = self._terms_of(source)
        printed = _printed(source)
        parts = tuple(
            self._part(part, holds[f"part{i}"], printed, terms) for i, part in enumerate(self.parts)
        )
        held = {name: holds[name] for name in others}
        return Why(all(holds.values()), parts, held)

    def matches(self, source: Mapping[str, Any]) -> tuple[PartWhy, ...]:
        """Return how each part matches an article that is known to be found."""
        terms = self._terms_of(source)
        printed = _printed(source)
        return tuple(self._part(part, True, printed, terms) for part in self.parts)

    def _part(
        self, part: Part, found: bool, texts: Mapping[str, Printed], terms: Mapping[str, Places]
    ) -> PartWhy:
        words = part.words.split() if part.phrase else [part.words]
        matches = tuple(m for word in words for m in self._matches(word, texts, terms))
        near: tuple[str, ...] = ()
        if not found and not matches:
            known = {texts[f].piece(*p[0]) for f in _TEXTS for p in terms[f].values()}
            near = tuple(n for n, _, _ in process.extract(
                part.words, sorted(known), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=_NEAR
            ))  # fmt: skip
        return PartWhy(part, found, matches, near)

    def _matches(
        self, word: str, texts: Mapping[str, Printed], terms: Mapping[str, Places]
    ) -> list[Match]:
        asked = self._query(word)
        plain = self._plain(word)
        found: list[Match] = []
        seen: dict[str, set[str]] = {field: set() for field in _TEXTS}
        for field in _TEXTS:
            text = texts[field]
            groups: dict[How, list[str]] = {}
            for term in asked["title"].keys() & terms[field].keys():
                for place in terms[field][term]:
                    printed = text.piece(*place)
                    how: How = "with what is attached"
                    if printed == word:
                        how = "as written"
                    elif term in plain:
                        how = "other spelling"
                    groups.setdefault(how, []).append(printed)
            shown = {printed for listed in groups.values() for printed in listed}
            for term in asked["title.stem"].keys() & terms[f"{field}.stem"].keys():
                for place in terms[f"{field}.stem"][term]:
                    printed = text.piece(*place)
                    if printed not in shown:
                        shown.add(printed)
                        groups.setdefault("without endings", []).append(printed)
            for how, printed_words in groups.items():
                seen[field].update(printed_words)
                found.append(Match(field, how, _unique(printed_words), len(printed_words)))
        for lemma in sorted(asked["lemmas"].keys() & terms["lemmas"].keys()):
            rule = lemma if lemma in plain else f"{word} → {lemma}"
            for field in _TEXTS:
                text = texts[field]
                printed_words = [text.piece(*p) for p in terms[f"{field}.lemmas"].get(lemma, ())]
                new = [printed for printed in printed_words if printed not in seen[field]]
                if new:
                    found.append(Match(field, "lemma", _unique(new), len(new), rule))
            if not any(match.how == "lemma" for match in found) and not any(seen.values()):
                found.append(Match("lemmas", "lemma", (), 0, rule))
        return sorted(found, key=lambda match: _ORDER.index(match.how))

    def _query(self, word: str) -> dict[str, Places]:
        """Return the terms that a searched word is looked for by, by field."""
        if word not in self._asked:
            document = {"title": word, "lemmas": word}
            found = self._vectors(document, ("title", "title.stem", "lemmas"), _SEARCHED_BY)
            self._asked[word] = found
        return self._asked[word]

    def _plain(self, word: str) -> Places:
        """Return the terms of a word as it is indexed."""
        return self._vectors({"title": word}, ("title",))["title"]

    def _terms_of(self, source: Mapping[str, Any]) -> dict[str, Places]:
        """Return the terms of an article by field, with their places; `body.lemmas`: those that a search would find."""
        document = {name: _looked_at(source, name) for name in _TEXTS}
        document["lemmas"] = str(source.get("lemmas") or "")
        terms = self._vectors(document, ("title", "body", "title.stem", "body.stem", "lemmas"))
        for name in _TEXTS:
            rules = {"lemmas": "musnad_lemma_search"}
            forms = self._vectors({"lemmas": document[name]}, ("lemmas",), rules)
            terms[f"{name}.lemmas"] = forms["lemmas"]
        return terms

    def _vectors(
        self,
        document: Mapping[str, str],
        fields: tuple[str, ...],
        analyzers: Mapping[str, str] | None = None,
    ) -> dict[str, Places]:
        found: dict[str, Places] = {field: {} for field in fields}
        with errors_explained():
            answer = self.reader.client.termvectors(
                index=alias(self.reader.prefix, "articles"),
                doc={name: value for name, value in document.items() if value},
                fields=list(fields),
                per_field_analyzer=dict(analyzers or {}),
                offsets=True,
                positions=False,
                payloads=False,
                field_statistics=False,
            )
        for field, vector in answer.get("term_vectors", {}).items():
            found[field] = {
                term: [(t["start_offset"], t["end_offset"]) for t in one.get("tokens", ())]
                for term, one in vector["terms"].items()
            }
        return found


_ORDER: tuple[How, ...] = (
    "as written", "other spelling", "with what is attached", "without endings", "lemma",
)  # fmt: skip


class Printed:
    """A text out of which pieces are taken by offsets of Elasticsearch, which counts code units of UTF-16."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Once: a long text has tens of thousands of words.
        one_unit_each = text.isascii() or max(text) < "\U00010000"
        self._units = None if one_unit_each else text.encode("utf-16-le", "surrogatepass")

    def piece(self, start: int, end: int) -> str:
        """Return what stands between two offsets."""
        if self._units is None:
            return self.text[start:end]
        return self._units[2 * start : 2 * end].decode("utf-16-le", "replace")


def _looked_at(source: Mapping[str, Any], field: str) -> str:
    return str(source.get(field) or "")[:LOOKED_AT]


def _printed(source: Mapping[str, Any]) -> dict[str, Printed]:
    return {field: Printed(_looked_at(source, field)) for field in _TEXTS}


def _unique(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
