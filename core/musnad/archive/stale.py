"""Finding the articles that a changed authority concerns, and marking them: those and no others.

Concerned are the articles that contain a name that was added, removed or changed, in any written form, and
those that mention an actor whose record changed (or may mean it). Names are searched for in two steps:
Elasticsearch gives every article in which the letters of a name stand at all, in whatever word; then the components
that know how names are written look into the text itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.changes import Change
from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.components import NameFinder, Record
from musnad.model import Article
from musnad.views import Views

MOST_CLAUSES = 400
"""With more names than this, every article is looked into: one pass is faster than so many queries."""
_MENTIONING = ("actors", "candidate_actors", "speakers", "outlet_id", "cited_outlets")
_IDS_AT_ONCE = 10_000
_FRESH = {"bool": {"must_not": {"term": {"enrichment.stale": True}}}}
_ANALYZED_AT_ONCE = 1_000
"""Forms; Elasticsearch returns 10,000 words of one text at most (`index.analyze.max_token_count`)."""


@dataclass(slots=True)
class Concerned:
    """Which articles changes concern, and why."""

    mentioning: dict[str, set[str]] = field(default_factory=dict)
    """Article -> ids of changed actors that it mentions or may mention."""
    containing: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Article -> (id of a changed actor, its name that stands there)."""
    looked_into: int = 0
    """Articles whose text was read for it."""

    @property
    def articles(self) -> list[str]:
        """Ids of all of them, in order."""
        return sorted(self.mentioning.keys() | self.containing.keys())

    def by_actor(self) -> dict[str, tuple[int, int]]:
        """Return how many articles mention each actor, and how many contain a changed name of it."""
        mentioning = Counter(actor for actors in self.mentioning.values() for actor in actors)
        containing = Counter(
            actor for found in self.containing.values() for actor in {actor for actor, _ in found}
        )
        return {
            actor: (mentioning[actor], containing[actor])
            for actor in sorted(mentioning.keys() | containing.keys())
        }


def concerned(
    client: Elasticsearch,
    prefix: str,
    changes: Sequence[Change],
    finders: Iterable[NameFinder],
    views: Views,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Concerned:
    """Return the articles that `changes` concern, those marked stale already among them.

    `finders` know the changed names (`Change.probes`), `views` is open. `on_progress` is told how many
    articles were looked into. Raises `ArchiveError`.
    """
    with errors_explained():
        client.indices.refresh(index=alias(prefix, "articles"))
    reader = ArchiveReader(client, prefix)
    result = Concerned()
    ids = sorted({change.id for change in changes if change.matters})
    for i in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[i : i + _IDS_AT_ONCE]
        wanted = set(some)
        query = {"bool": {"should": [{"terms": {name: some}} for name in _MENTIONING]}}
        for hit in reader.scan("articles", query, source=list(_MENTIONING)):
            values = (hit["_source"].get(name) or () for name in _MENTIONING)
            listed = [[v] if isinstance(v, str) else v for v in values]
            result.mentioning[hit["_id"]] = wanted & {one for many in listed for one in many}
    finders = list(finders)
    forms = {form for finder in finders for form in finder.forms()}
    if not forms:
        return result
    for hit in reader.scan("articles", text_query(client, prefix, forms), source=["title", "body"]):
        source = hit["_source"]
        article = Article(
            id=hit["_id"], title=source.get("title") or "", body=source.get("body") or ""
        )
        document = views.document(article)
        found = {pair for finder in finders for pair in finder.find(document)}
        if found:
            result.containing[hit["_id"]] = found
        result.looked_into += 1
        on_progress(result.looked_into)
    return result


def text_query(client: Elasticsearch, prefix: str, forms: Collection[str]) -> dict[str, Any]:
    """Return a query for every article in which one of `forms` may stand, and for as few others as can be.

    Words are split and folded as those of the text are (by the index's own analyzer), and found inside of longer
    ones too: proclitics, a missing space, «…».
    """
    wanted = {frozenset(words) for words in _words(client, prefix, sorted(forms)) if words}
    # "*حفتر*" finds all that "*خليفه*" and "*حفتر*" together do.
    kept: list[frozenset[str]] = []
    for words in sorted(
        wanted, key=lambda words: (len(words), sum(map(len, words)), sorted(words))
    ):
        if not any(all(any(w in word for word in words) for w in shorter) for shorter in kept):
            kept.append(words)
            if len(kept) > MOST_CLAUSES:
                return {"match_all": {}}
    return {
        "bool": {
            "should": [{"bool": {"filter": [_inside(w) for w in sorted(words)]}} for words in kept]
        }
    }


def _inside(word: str) -> dict[str, Any]:
    value = f"*{word}*"
    return {
        "bool": {"should": [{"wildcard": {name: {"value": value}}} for name in ("title", "body")]}
    }


def _words(client: Elasticsearch, prefix: str, forms: Sequence[str]) -> Iterator[set[str]]:
    """Yield the words of each form as the index has them."""
    for i in range(0, len(forms), _ANALYZED_AT_ONCE):
        some = forms[i : i + _ANALYZED_AT_ONCE]
        with errors_explained():
            answer = client.indices.analyze(
                index=alias(prefix, "articles"), analyzer="musnad_text", text=list(some)
            )
        # Several texts are one stream of tokens: where one ends is known from its length.
        words: list[set[str]] = [set() for _ in some]
        ends: list[int] = []
        at = 0
        for form in some:
            at += len(form.encode("utf-16-le")) // 2 + 1
            ends.append(at)
        number = 0
        for token in answer["tokens"]:
            while token["start_offset"] >= ends[number]:
                number += 1
            if not set(token["token"]) & set("*?\\"):
                words[number].add(token["token"])
        yield from words


def mark_stale(client: Elasticsearch, prefix: str, articles: Collection[str]) -> int:
    """Mark articles as out of date; return how many were not marked before. Raises `ArchiveError`."""
    reader = ArchiveReader(client, prefix)
    index = alias(prefix, "articles")
    wanted = sorted(articles)
    marked = 0
    with errors_explained():
        client.indices.refresh(index=index)
    for i in range(0, len(wanted), _IDS_AT_ONCE):
        some = wanted[i : i + _IDS_AT_ONCE]
        query = {"bool": {"filter": [{"ids": {"values": some}}, _FRESH]}}
        fresh = [hit["_id"] for hit in reader.scan("articles", query, source=False)]
        send(client, (_mark(index, article_id) for article_id in fresh), ignore=(404,))
        marked += len(fresh)
    with errors_explained():
        client.indices.refresh(index=index)
    return marked


@dataclass(frozen=True, slots=True)
class StoredRecord(Record):
    """An article as the archive had it at some moment: it may have been corrected or deleted since."""

    content_hash: str = ""
    """What is stored of it: not always that of the article, which may have lost what no index takes."""


def stale_articles(reader: ArchiveReader) -> Iterator[StoredRecord]:
    """Yield the articles that are marked stale, each once, as they were read, in the order of their ids.

    Of those that are marked meanwhile some may be among them.
    """
    query = {"term": {"enrichment.stale": True}}
    fields = [*Article.model_fields, "content_hash"]
    last: str | None = None
    while hits := reader.after("articles", query, last, source=fields):
        for hit in hits:
            source = hit["_source"]
            stored = source.pop("content_hash", "")
            yield StoredRecord(Article.model_validate(source), 0, content_hash=stored)
        last = hits[-1]["_id"]


def _mark(index: str, article_id: str) -> dict[str, Any]:
    return {
        "_op_type": "update",
        "_index": index,
        "_id": article_id,
        "doc": {"enrichment": {"stale": True}},
        "retry_on_conflict": 5,
    }


def told(result: Concerned, changes: Mapping[str, Change], most: int = 20) -> list[str]:
    """Return which changes concern articles, one line each; those that concern most articles first."""
    counts = sorted(result.by_actor().items(), key=lambda item: (-sum(item[1]), item[0]))
    lines = []
    for actor_id, (mentioning, containing) in counts[:most]:
        change = changes[actor_id]
        why = [f"{mentioning} mention it"] if mentioning else []
        why += [f"{containing} contain a name of it"] if containing else []
        lines.append(f"{actor_id}  {change.name} ({change.told()}): {', '.join(why)}")
    if len(counts) > most:
        lines.append(f"… and {len(counts) - most} more actors")
    return lines
