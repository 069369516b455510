"""Names that taggers found and no record has, for people to adopt: ranked, grouped over spellings, with sentences."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from musnad.archive.read import ArchiveReader
from musnad.excerpt import sentence_around
from musnad.model import Actor, Article, EntityType, Mention
from rapidfuzz import fuzz, process

from musnad_actors.check.writing import one_form
from musnad_actors.exchange.found import is_arabic
from musnad_actors.fold import fold
from musnad_actors.lexicon import lexicon
from musnad_actors.patterns import names_of

MOST_NAMES = 5_000
"""So many of the most frequent unknown names are looked at."""
EXAMPLES = 3
_NEAR = 90.0
"""Per cent of the letters in order: a name so near to a known one may be a spelling of it."""
_TYPES: tuple[EntityType, ...] = ("person", "organization", "armed_group", "place", "state")


@dataclass(frozen=True, slots=True)
class Example:
    """A place where a name stands."""

    article_id: str
    outlet: str | None
    published_at: str | None
    sentence: str


@dataclass(slots=True)
class Suggestion:
    """A name (in all its spellings) that no record has."""

    name: str
    type: EntityType
    articles: int = 0
    outlets: int = 0
    variants: dict[str, int] = field(default_factory=dict)
    """As the articles write it -> in how many."""
    aliases: list[dict[str, str]] = field(default_factory=list)
    """What it would have beside its name."""
    near: str | None = None
    """Id of a record with nearly the same name."""
    examples: list[Example] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Return it as a record of an authority file."""
        language = "ar" if is_arabic(self.name) else "en"
        values: dict[str, Any] = {"type": self.type, "names": {language: self.name}}
        return {**values, "aliases": self.aliases} if self.aliases else values

    @property
    def command(self) -> str:
        """Return the command that adopts it."""
        return f"musnad actors add --suggested {shlex.quote(self.name)}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {**asdict(self), "record": self.values, "command": self.command}


def suggest(
    reader: ArchiveReader,
    known: Iterable[Actor],
    *,
    types: Collection[str] = (),
    least: int = 2,
    limit: int = 20,
    name: str | None = None,
) -> list[Suggestion]:
    """Return the most frequent unknown names of the archive, those in at least `least` articles.

    `known` are the records of the authority as it is now: what was adopted since the articles were enriched is left
    out. With `name`, only the suggestion that this name belongs to. Raises `ArchiveError`.
    """
    there: dict[str, str] = {}
    for record in known:
        for text, _ in names_of(record):
            there.setdefault(one_form(text), record.id)
    groups = _grouped(_counted(reader), there)
    if name is not None:
        wanted = _form(name)
        groups = [g for g in groups if wanted in {_form(v) for v in g.variants}]
    if types:
        groups = [group for group in groups if group.type in types]
    groups.sort(key=lambda group: (-sum(group.variants.values()), group.name))
    chosen: list[Suggestion] = []
    for group in groups[: 2 * limit]:
        # Only now exactly: an article with two spellings of a name is one article.
        _look(reader, group)
        if group.articles >= least:
            chosen.append(group)
    chosen.sort(key=lambda group: (-group.articles, -group.outlets, group.name))
    forms = list(there)
    for group in chosen[:limit]:
        near = process.extractOne(_form(group.name), forms, scorer=fuzz.ratio, score_cutoff=_NEAR)
        group.near = there[near[0]] if near else None
    return chosen[:limit]


@dataclass(slots=True)
class _Name:
    text: str
    articles: int
    types: Counter[str]


def _unknown() -> list[dict[str, Any]]:
    """Return the conditions on a nested mention that is of nobody known."""
    return [
        {"terms": {"mentions.type": list(_TYPES)}},
        {"bool": {"must_not": [{"exists": {"field": "mentions.actor_id"}},
                               {"exists": {"field": "mentions.candidates.id"}}]}},
    ]  # fmt: skip


def _counted(reader: ArchiveReader) -> list[_Name]:
    """Return the unknown names of the archive with the number of articles of each."""
    names: dict[str, Any] = {
        "terms": {"field": "mentions.name", "size": MOST_NAMES, "order": {"articles": "desc"}},
        "aggs": {"articles": {"reverse_nested": {}},
                 "types": {"terms": {"field": "mentions.type", "size": len(_TYPES)}}},
    }  # fmt: skip
    unknown = {"filter": {"bool": {"filter": _unknown()}}, "aggs": {"names": names}}
    body = {
        "size": 0,
        "query": {"exists": {"field": "unknown_names"}},
        "aggs": {"mentions": {"nested": {"path": "mentions"}, "aggs": {"unknown": unknown}}},
    }
    answer = reader.search("articles", body)
    return [
        _Name(
            bucket["key"],
            bucket["articles"]["doc_count"],
            Counter({one["key"]: one["doc_count"] for one in bucket["types"]["buckets"]}),
        )
        for bucket in answer["aggregations"]["mentions"]["unknown"]["names"]["buckets"]
    ]


def _grouped(names: Sequence[_Name], known: Collection[str]) -> list[Suggestion]:
    """Return the names in groups of one actor each, as far as spelling shows."""
    by_form: dict[str, list[_Name]] = {}
    for name in names:
        form = _form(name.text)
        if len(form) > 2 and form not in known and one_form(name.text) not in known:
            by_form.setdefault(form, []).append(name)
    kinds = {
        form: sum((one.types for one in group), Counter[str]()).most_common(1)[0][0]
        for form, group in by_form.items()
    }
    # «الورداني» goes to the one person whose name ends so.
    owners: dict[str, list[str]] = {}
    for form in by_form:
        if " " in form and kinds[form] == "person":
            owners.setdefault(form.rsplit(" ", 1)[1], []).append(form)
    shorts = {
        form: owners[form][0]
        for form in by_form
        if " " not in form and kinds[form] == "person" and len(owners.get(form, ())) == 1
    }
    found: dict[str, Suggestion] = {}
    for form, group in by_form.items():
        if form in shorts:
            continue
        best = max(group, key=lambda one: (one.articles, one.text))
        found[form] = Suggestion(_bare(best.text), kinds[form])  # type: ignore[arg-type]
    for form, group in by_form.items():
        own = found[shorts.get(form, form)]
        for one in group:
            own.variants[one.text] = one.articles
        if form in shorts:
            text = max(group, key=lambda one: (one.articles, one.text)).text
            own.aliases.append({"text": text, "kind": "short"})
    return list(found.values())


def _form(text: str) -> str:
    """Return what the spellings of a name have in common, titles before it left out."""
    form = one_form(_bare(text))
    return form[2:] if form.startswith("ال") and " " in form and len(form) > 5 else form


def _bare(text: str) -> str:
    """Return a name without the titles before it."""
    words = text.split()
    titles = lexicon().titles
    for count in range(min(3, len(words) - 1), 0, -1):
        if tuple(fold(word) for word in words[:count]) in titles:
            return " ".join(words[count:])
    return " ".join(words)


def _look(reader: ArchiveReader, group: Suggestion) -> None:
    """Fill in where a group stands: how many articles and outlets, the latest sentences."""
    variants = list(group.variants)
    standing = {"bool": {"filter": [*_unknown(), {"terms": {"mentions.name": variants}}]}}
    body = {
        "size": EXAMPLES,
        "query": {"nested": {"path": "mentions", "query": standing}},
        "source": ["id", "title", "body", "outlet_name", "published_at", "mentions"],
        "sort": [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        "track_total_hits": True,
        "aggs": {"outlets": {"cardinality": {"field": "outlet_name"}}},
    }
    answer = reader.search("articles", body)
    group.articles = answer["hits"]["total"]["value"]
    group.outlets = answer["aggregations"]["outlets"]["value"]
    for hit in answer["hits"]["hits"]:
        source = hit["_source"]
        mention = next(
            m for m in source["mentions"] if m["name"] in group.variants and not m.get("actor_id")
        )
        article = Article(id=source["id"], title=source["title"], body=source["body"])
        sentence = sentence_around(article, Mention.model_validate(mention))
        group.examples.append(
            Example(source["id"], source.get("outlet_name"), source.get("published_at"), sentence)
        )
