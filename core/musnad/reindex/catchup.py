"""Taking over into the new set what was written to the live one meanwhile: articles, deletions, marks, redirects.

What settling wrote is not taken over but made anew, by settling the new set: its causes (statements, decisions,
fact-checks) are there as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.build import Built
from musnad.archive.bulk import ArticleWriter
from musnad.archive.client import errors_explained
from musnad.archive.decisions import DecisionStore
from musnad.archive.indices import alias, beside
from musnad.archive.packed import Packed
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.removal import delete_article
from musnad.archive.sending import send
from musnad.claims import Decision, standing
from musnad.copies import text_print
from musnad.errors import ArchiveError
from musnad.reindex import feed
from musnad.reindex.differences import Fate, same
from musnad.reindex.progress import Progress
from musnad.reindex.state import State, save

WATCHED = ("articles", "statements", "claims")
AT_A_TIME = 200
Document = dict[str, Any]
Ids = Collection[str]


@dataclass(slots=True)
class Caught:
    """What one round took over."""

    articles: int = 0
    deleted: int = 0
    marked: int = 0
    """Articles marked stale."""
    claims: int = 0
    """Claims that are to be settled again, or lead on to others."""
    read: int = 0
    """Documents that were written, whatever became of it."""

    @property
    def total(self) -> int:
        """How many changes there were."""
        return self.articles + self.deleted + self.marked


class CatchUp:
    """Takes the writes to the live set of `prefix` over. Every method raises `ArchiveError`."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str,
        state: State,
        decide: Callable[[Document, Document | None], Fate],
        wanted: Callable[[Mapping[str, Any]], bool],
        progress: Progress,
        on_round: Callable[[], None] = lambda: None,
    ) -> None:
        """Keep the parts; `decide` says what becomes of an article, `wanted` whether it is to be enriched again.

        `on_round` is called in every round, when it is settled up to where it reads, and before `decide` is asked.
        """
        self.client = client
        self.prefix = prefix
        self.state = state
        self.decide = decide
        self.wanted = wanted
        self.progress = progress
        self.on_round = on_round
        self.deletions: dict[str, Decision] = {}
        """By article: the decisions that the last round has carried out in the new set."""
        self.live = ArchiveReader(client, prefix)
        self.new = ArchiveReader(client, beside(prefix))
        self.writer = ArticleWriter(client, beside(prefix))

    def round(self) -> Caught:
        """Take over all that was written since the last round, as far as it was written when this one begins."""
        caught = Caught()
        until = {name: feed.checkpoints(self.client, alias(self.prefix, name)) for name in WATCHED}
        self.on_round()
        self._refresh()
        taken: set[str] = set()
        for page in self._pages("articles", until):
            caught.read += len(page.hits)
            self._articles({hit["_id"]: hit["_source"] for hit in page.hits}, taken, caught)
        for page in self._pages("statements", until):
            caught.read += len(page.hits)
            self._statements({hit["_id"]: hit["_source"] for hit in page.hits}, taken, caught)
        for page in self._pages("claims", until):
            caught.read += len(page.hits)
            caught.claims += self._claims({hit["_id"]: hit["_source"] for hit in page.hits})
        # Last: of an article that was deleted by half, something may have been taken over just now.
        caught.deleted = self._delete()
        caught.articles = len(taken)
        self.state.taken |= until
        save(self.client, self.prefix, self.state)
        return caught

    def behind(self) -> int:
        """Return how many writes to the live set were not looked at yet."""
        count = 0
        for name in WATCHED:
            since = self.state.taken.get(name, {})
            now = feed.checkpoints(self.client, alias(self.prefix, name))
            count += sum(last - since.get(shard, -1) for shard, last in now.items())
        return count

    def take(self, ids: Iterable[str], *, stale: bool = False) -> int:
        """Take articles over whole, with their statements, as they are live; return how many there are.

        With `stale` they are marked so, and are not enriched again by this reindex.
        """
        count = 0
        ordered = sorted(set(ids))
        for i in range(0, len(ordered), AT_A_TIME):
            some = ordered[i : i + AT_A_TIME]
            documents = ArticleWriter(self.client, self.prefix).whole(some)
            statements: dict[str, list[Document]] = {key: [] for key in documents}
            for hit in self.live.scan("statements", {"terms": {"article_id": some}}):
                if hit["_source"]["article_id"] in statements:
                    statements[hit["_source"]["article_id"]].append(hit["_source"])
            stored = self.writer.stored(list(documents))
            batch = [
                self._built(one, statements[key], stale=stale) for key, one in documents.items()
            ]
            refused = self.writer.write(batch, stored).refused
            for key, reason in refused.items():
                raise ArchiveError(f"article {key} does not fit the new mapping: {reason}")
            count += len(batch)
            self.progress.add(len(batch))
        return count

    def _built(self, document: Document, statements: Iterable[Document], *, stale: bool) -> Built:
        changed: Document = {}
        if stale:
            changed["enrichment"] = {**document.get("enrichment", {}), "stale": True}
        elif self.wanted(document):
            changed["run_id"] = self.state.waiting
        text = f"{document.get('title') or ''}\n{document.get('body') or ''}"
        return Built(
            Packed.of({**document, **changed}),
            document.get("content_hash") or "",
            tuple(Packed.of(unsettled(statement)) for statement in statements),
            (),
            text_print(text),
        )

    def _pages(self, name: str, until: Mapping[str, feed.Checkpoints]) -> Iterator[feed.Page]:
        since = self.state.taken.get(name, {})
        for page in feed.read(self.client, alias(self.prefix, name), since, until[name]):
            self.progress.check()
            if page.hits:
                yield page

    def _articles(self, written: Mapping[str, Document], taken: set[str], caught: Caught) -> None:
        there = self.writer.whole(list(written))
        fates: dict[str, Fate] = {
            key: self.decide(live, there.get(key)) for key, live in written.items()
        }
        take = [key for key, fate in fates.items() if fate == "take"]
        self.take(take)
        taken |= set(take)
        stale = [key for key, fate in fates.items() if fate == "stale"]
        self.mark_stale(stale)
        caught.marked += len(stale)

    def _statements(self, written: Mapping[str, Document], taken: set[str], caught: Caught) -> None:
        """Take over the articles of statements that are others than those in the new set.

        A writer that was killed, or is at it, has written the statements and not their article yet.
        """
        there = {
            hit["_id"]: hit["_source"]
            for query in terms("id", written)
            for hit in self.new.scan("statements", query)
        }
        other = {
            key: statement
            for key, statement in written.items()
            if statement["article_id"] not in taken
            and (key not in there or not same("statements", statement, there[key]))
        }
        articles = sorted({statement["article_id"] for statement in other.values()})
        live = ArticleWriter(self.client, self.prefix).whole(articles)
        ours = self.writer.whole(articles)
        take = [
            key
            for key in articles
            if key in live and self.decide(live[key], ours.get(key)) == "take"
        ]
        self.take(take)
        taken |= set(take)
        orphans = [s for s in other.values() if s["article_id"] not in live]
        index = alias(beside(self.prefix), "statements")
        send(
            self.client,
            ({"_index": index, "_id": s["id"], "_source": unsettled(s)} for s in orphans),
        )

    def _claims(self, written: Mapping[str, Document]) -> int:
        """Have claims settled again that were written; let former ones lead on that the new set never had."""
        known = self.new.claims(sorted(written))
        self._update("claims", known, {"unsettled": True})
        moved = {k: c for k, c in written.items() if k not in known and c.get("merged_into")}
        index = alias(beside(self.prefix), "claims")
        send(
            self.client,
            (
                {"_op_type": "create", "_index": index, "_id": key, "_source": claim}
                for key, claim in moved.items()
            ),
            ignore=(409,),
        )
        return len(known) + len(moved)

    def _delete(self) -> int:
        """Delete from the new set what people decided to delete."""
        store = DecisionStore(self.client, self.prefix)
        self.deletions = {
            d.article_id: d
            for d in standing(store.all(kinds=["delete", "withdraw"]))
            if d.kind == "delete" and d.article_id
        }
        if not self.deletions:
            return 0
        self._refresh()
        there: set[str] = set()
        for query in terms("id", self.deletions):
            there |= {hit["_id"] for hit in self.new.scan("articles", query, source=["id"])}
        for query in terms("article_id", self.deletions):
            hits = self.new.scan("statements", query, source=["article_id"])
            there |= {hit["_source"]["article_id"] for hit in hits}
        for key in sorted(there):
            decision = self.deletions[key]
            delete_article(self.client, beside(self.prefix), key, decision.who, decision.why)
        return len(there)

    def mark_stale(self, ids: Iterable[str]) -> None:
        """Mark articles of the new set as out of date."""
        self._update("articles", ids, {"enrichment": {"stale": True}})

    def drop(self, ids: Iterable[str]) -> None:
        """Remove articles that are gone from the live set, with their statements and prints."""
        for key in ids:
            old = self.writer.stored([key])
            for found in old.values():
                self._update("claims", found.claims, {"unsettled": True})
            statements = self.new.scan("statements", {"term": {"article_id": key}}, source=False)
            gone = [("statements", hit["_id"]) for hit in statements]
            send(
                self.client,
                (
                    {
                        "_op_type": "delete",
                        "_index": alias(beside(self.prefix), name),
                        "_id": one,
                    }
                    for name, one in [*gone, ("copies", key), ("articles", key)]
                ),
                ignore=(404,),
            )

    def _update(self, name: str, ids: Iterable[str], values: Document) -> None:
        index = alias(beside(self.prefix), name)
        send(
            self.client,
            (
                {
                    "_op_type": "update",
                    "_index": index,
                    "_id": key,
                    "doc": values,
                    "retry_on_conflict": 5,
                }
                for key in sorted(ids)
            ),
            ignore=(404,),
        )

    def _refresh(self) -> None:
        names = [alias(p, name) for p in (self.prefix, beside(self.prefix)) for name in WATCHED]
        with errors_explained():
            self.client.indices.refresh(index=",".join([*names, alias(self.prefix, "decisions")]))


def unsettled(statement: Mapping[str, Any]) -> Document:
    """Return a statement as one that settling has not seen; the claim it was about is kept as a hint."""
    return {
        **statement,
        "link": None,
        "links": [],
        "linked_to": [],
        "discusses": [],
        "component": None,
        "settled": False,
    }
