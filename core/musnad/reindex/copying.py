"""Copying the live indices into the new ones, as they are, until both agree at a moment when nobody settles claims.

From then on the new set goes its own way: articles are enriched again, claims settled over what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.archive.lock import locked_when_free
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.archive.settle import WORK as SETTLING
from musnad.errors import ArchiveError
from musnad.reindex import feed
from musnad.reindex.beside import REBUILT
from musnad.reindex.progress import Progress
from musnad.reindex.state import State, save

FEW = 2_000
"""Writes that are taken over under the lock of settling: seconds."""
LOCK_SECONDS = 24 * 3600.0
"""A settling run that is under way is waited for, however long it takes."""
SAVED_EVERY = 20
"""Pages after which is noted how far copying has come."""
Document = dict[str, Any]


class Copier:
    """Copies the live set of `prefix` into the one beside it. Every method raises `ArchiveError`."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str,
        state: State,
        wanted: Callable[[Mapping[str, Any]], bool],
        progress: Progress,
    ) -> None:
        """Keep the parts; `wanted` says of an article, as it is stored, whether it is to be enriched again."""
        self.client = client
        self.prefix = prefix
        self.state = state
        self.wanted = wanted
        self.progress = progress
        self.live = ArchiveReader(client, prefix)
        self.new = ArchiveReader(client, beside(prefix))

    def run(self) -> None:
        """Copy until both sets agree; the state then has `phase` building. A killed run goes on."""
        while True:
            first = not self.state.copied
            written = sum(self._copy(name, first=first) for name in REBUILT)
            self.state.copied = True
            save(self.client, self.prefix, self.state)
            if not first and written <= FEW:
                break
        with locked_when_free(
            self.client,
            self.prefix,
            SETTLING,
            seconds=LOCK_SECONDS,
            on_wait=lambda message: self.progress.say(f"waiting: {message}"),
        ):
            for name in REBUILT:
                self._copy(name, first=False)
            # Nobody but settling removes claims: now the leftovers can be told from those just made.
            self._prune("claims")
        self._prune("copies")
        with errors_explained():
            self.client.indices.refresh(index=self._indices(beside(self.prefix)))
        self.state.base = {
            name: feed.checkpoints(self.client, self.state.new[name]) for name in REBUILT
        }
        self.state.phase = "building"
        save(self.client, self.prefix, self.state)

    def copy_shared(self, name: str) -> int:
        """Take over what was written to one of the indices that are only copied; return how much it was.

        Nothing is ever removed from them but actors: those are removed here too.
        """
        count = self._copy(name, first=True, target=self.state.new[name])
        if name == "actors":
            with errors_explained():
                self.client.indices.refresh(index=self.state.new[name])
            there = {
                hit["_id"] for hit in self.live.scan("actors", {"match_all": {}}, source=False)
            }
            copied = feed.read(
                self.client,
                self.state.new[name],
                {},
                feed.checkpoints(self.client, self.state.new[name]),
                source=False,
            )
            gone = [hit["_id"] for page in copied for hit in page.hits if hit["_id"] not in there]
            for key in gone:
                with errors_explained():
                    self.client.delete(index=self.state.new[name], id=key)
        return count

    def _copy(self, name: str, *, first: bool, target: str | None = None) -> int:
        """Take over what was written to an index since it was last read; return how much it was."""
        since = self.state.taken.setdefault(name, {})
        # Killed while it read for the first time: what was copied then may have been written again since.
        resumed = bool(since)
        until = feed.checkpoints(self.client, alias(self.prefix, name))
        with errors_explained():
            self.client.indices.refresh(index=alias(self.prefix, name))
        self.progress.begin(
            f"copying {name}", self.live.count(name, {"match_all": {}}) if first else 0
        )
        count = 0
        for number, page in enumerate(
            feed.read(self.client, alias(self.prefix, name), since, until)
        ):
            if page.hits:
                self._write(name, page.hits, target)
            if (resumed or not first) and name == "articles":
                self._drop_left_behind([hit["_id"] for hit in page.hits])
            since[page.shard] = page.reached
            count += len(page.hits)
            if number % SAVED_EVERY == SAVED_EVERY - 1:
                save(self.client, self.prefix, self.state)
            self.progress.add(len(page.hits))
        if first or count:
            self.progress.end(f"{count} documents")
        save(self.client, self.prefix, self.state)
        return count

    def _write(self, name: str, hits: list[dict[str, Any]], target: str | None) -> None:
        documents = {hit["_id"]: hit["_source"] for hit in hits}
        if name == "articles":
            documents = {key: self._article(one) for key, one in documents.items()}
        refused = self._send(name, documents, target)
        if not refused:
            return
        if name == "articles":
            # Fields of plugins are made anew; nothing that was read is ever left out.
            again = {key: self._without_ext(documents[key]) for key in refused}
            refused = self._send(name, again, target)
            if not refused:
                return
        elif name == "statements":
            # Its article makes it anew.
            self._want({documents[key]["article_id"] for key in refused})
            return
        key, reason = next(iter(refused.items()))
        raise ArchiveError(
            f"{len(refused)} of the {name} do not fit the new mapping, the first: {key}: {reason}"
        )

    def _send(
        self, name: str, documents: Mapping[str, Document], target: str | None
    ) -> dict[str, str]:
        index = target or alias(beside(self.prefix), name)
        return send(
            self.client,
            ({"_index": index, "_id": key, "_source": source} for key, source in documents.items()),
            to_aliases=target is None,
        ).refused

    def _article(self, document: Document) -> Document:
        if self.wanted(document):
            return {**document, "run_id": self.state.waiting}
        return document

    def _without_ext(self, document: Document) -> Document:
        return {**document, "ext": {}, "fingerprint": "", "run_id": self.state.waiting}

    def _want(self, articles: Iterable[str]) -> None:
        """Have articles enriched again, whatever was asked for: what was found in them does not fit."""
        index = alias(beside(self.prefix), "articles")
        values = {"run_id": self.state.waiting, "fingerprint": ""}
        send(
            self.client,
            (
                {"_op_type": "update", "_index": index, "_id": key, "doc": values}
                for key in sorted(articles)
            ),
            ignore=(404,),
        )

    def _drop_left_behind(self, articles: list[str]) -> None:
        """Remove the statements of articles that the live ones have not any more."""
        if not articles:
            return
        with errors_explained():
            self.client.indices.refresh(index=alias(beside(self.prefix), "statements"))
            self.client.indices.refresh(index=alias(self.prefix, "statements"))
        query = {"terms": {"article_id": articles}}
        there = {hit["_id"] for hit in self.live.scan("statements", query, source=False)}
        copied = {hit["_id"] for hit in self.new.scan("statements", query, source=False)}
        self._delete("statements", copied - there)

    def _prune(self, name: str) -> None:
        """Remove what the live index has not any more, where the counts say that there may be such."""
        with errors_explained():
            for prefix in (self.prefix, beside(self.prefix)):
                self.client.indices.refresh(index=alias(prefix, name))
        everything: Document = {"match_all": {}}
        if self.live.count(name, everything) == self.new.count(name, everything):
            return
        for gone in gone_from(self.live, self.new, name):
            self._delete(name, gone)

    def _delete(self, name: str, ids: Iterable[str]) -> None:
        index = alias(beside(self.prefix), name)
        send(
            self.client,
            ({"_op_type": "delete", "_index": index, "_id": key} for key in sorted(ids)),
            ignore=(404,),
        )

    def _indices(self, prefix: str) -> str:
        return ",".join(alias(prefix, name) for name in REBUILT)


def gone_from(live: ArchiveReader, new: ArchiveReader, name: str) -> Iterator[set[str]]:
    """Yield the ids that are in the new index and not in the live one, some at a time."""
    batch: list[str] = []
    for hit in new.scan(name, {"match_all": {}}, source=False):
        batch.append(hit["_id"])
        if len(batch) >= 1000:
            yield _missing(live, name, batch)
            batch = []
    if batch:
        yield _missing(live, name, batch)


def _missing(live: ArchiveReader, name: str, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for query in terms("_id", ids):
        found |= {hit["_id"] for hit in live.scan(name, query, source=False)}
    return set(ids) - found
