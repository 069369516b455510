"""Writing articles with their statements: in an order that a kill cannot break, each outcome known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from musnad.archive.build import Built, without
from musnad.archive.client import errors_explained
from musnad.archive.copies import Print, upsert
from musnad.archive.indices import alias
from musnad.archive.packed import Json, Packed
from musnad.archive.sending import Sent, send
from musnad.errors import ArchiveBusyError

WRITTEN = ("articles", "statements", "claims", "copies")
"""Indices that an `ArticleWriter` writes to."""
NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_SPARE = ("ext", "extra")
"""Fields without which an article is still an article, in the order in which they are given up."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the archive holds of an article already."""

    fingerprint: str
    content_hash: str
    statements: frozenset[str]
    claims: frozenset[str]
    stale: bool = False
    index: str = ""
    """The index that it was read from: after a reindex the alias has another one behind it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    refused: dict[str, str]
    """Id -> reason of the articles that could not be written."""
    overtaken: frozenset[str] = frozenset()
    """Those that were corrected or removed meanwhile: they were left as they are."""


class ArticleWriter:
    """Writes articles and their statements to one archive.

    An article that is there is first marked as unfinished; then its statements go, and the article, which
    carries the fingerprint, last: killed at any point, it is not taken for unchanged by the next run.

    Nothing that a busy server refuses is sent again here: callers try whole batches again (`musnad.archive.patience`).
    """

    def __init__(
        self, client: Elasticsearch, prefix: str, beside: Mapping[str, str] | None = None
    ) -> None:
        """Write behind the aliases of `prefix`, or into `beside`: indices that no alias points at yet, by name."""
        self.client = client
        targets = {name: alias(prefix, name) for name in WRITTEN}
        if beside is not None:
            targets |= beside
        self.to_aliases = beside is None
        self.articles = targets["articles"]
        self.statements = targets["statements"]
        self.claims = targets["claims"]
        self.copies = targets["copies"]

    def stored(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Return what is stored of these articles, by id. Raises `ArchiveError`."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(
                index=self.articles,
                ids=list(dict.fromkeys(ids)),
                source_includes=[
                    "fingerprint",
                    "content_hash",
                    "statements.id",
                    "claim_ids",
                    "enrichment.stale",
                ],
            )
        return {
            doc["_id"]: _stored(doc["_source"], doc["_index"])
            for doc in answer["docs"]
            if doc.get("found")
        }

    def whole(self, ids: Sequence[str]) -> dict[str, Json]:
        """Return the stored documents of articles, by id. Raises `ArchiveError`."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(index=self.articles, ids=list(ids))
        return {doc["_id"]: doc["_source"] for doc in found(answer["docs"])}

    def write(
        self,
        batch: Sequence[Built],
        stored: Mapping[str, Stored],
        texts: Mapping[str, str] = NO_TEXTS,
    ) -> Written:
        """Write a batch (each id once); return what became of it.

        `stored` is what `stored()` returned for them. `texts` has content hashes: these articles are written only where
        the archive has that very text of them at the moment of writing. Raises `ArchiveError` where Elasticsearch is out of
        reach: what was written until then is complete or will be done again. Where a reindex is swapped in
        meanwhile, the batch is written once more, whole: its parts must not be in two sets of indices.
        """
        while True:
            index = self._index()
            if any(found.index != index for found in stored.values()):
                stored = self.stored([built.article.id for built in batch])
            written = self._write(batch, stored, texts)
            if self._index() == index:
                return written

    def _index(self) -> str:
        """Return the index of articles that is written to now."""
        if not self.to_aliases:
            return self.articles
        with errors_explained():
            return ",".join(sorted(self.client.indices.get_alias(name=self.articles)))

    def _write(
        self, batch: Sequence[Built], stored: Mapping[str, Stored], texts: Mapping[str, str]
    ) -> Written:
        before = {key: stored[key] for built in batch if (key := built.article.id) in stored}
        self._send(self._begin(before), ignore=(404,))
        owner = {s.id: built.article.id for built in batch for s in built.statements}
        sent = self._send(chain(self._prints(batch, stored), self._statements(batch)))
        failed = {
            owner[refused]: f"statement {refused} was refused: {reason}"
            for refused, reason in sent.refused.items()
            if refused in owner
        }
        careful = [key for built in batch if (key := built.article.id) in texts]
        # The statements of a correction are not left-overs.
        overtaken = _others(careful, self._texts(careful), texts)
        ours = [built for built in batch if built.article.id not in overtaken]
        gone = {s for key, old in before.items() if key not in overtaken for s in old.statements}
        gone |= self._left_behind([built.article.id for built in ours])
        self._send(self._deletions(self.statements, gone - owner.keys()), ignore=(404,))
        remaining = [built for built in ours if built.article.id not in failed]
        refused, others = self._send_articles(remaining, texts)
        overtaken |= others
        for spare in _SPARE:
            if not refused:
                break
            remaining = [
                without(built, spare, refused[built.article.id])
                for built in remaining
                if built.article.id in refused
            ]
            refused, others = self._send_articles(remaining, texts)
            overtaken |= others
        failed = {key: why for key, why in {**failed, **refused}.items() if key not in overtaken}
        # Statements of an article that is not there would be found without it, and others be taken for its copies.
        statements = (s for s, article in owner.items() if article in failed)
        prints = failed.keys() - before.keys()
        self._send(
            chain(
                self._deletions(self.statements, statements), self._deletions(self.copies, prints)
            ),
            ignore=(404,),
        )
        self._yield_to_others(overtaken, owner)
        return Written(failed, frozenset(overtaken))

    def _send_articles(
        self, batch: Sequence[Built], texts: Mapping[str, str]
    ) -> tuple[dict[str, str], set[str]]:
        """Write articles, those of `texts` only over that text; return the refused and the overtaken ones."""
        refused: dict[str, str] = {}
        overtaken: set[str] = set()
        free = [built for built in batch if built.article.id not in texts]
        waiting = {b.article.id: b for b in batch if b.article.id in texts}
        if free:
            refused |= self._send(self._articles(free)).refused
        while waiting:
            there = self._texts(waiting)
            changed = _others(waiting, there, texts)
            overtaken |= changed
            actions = [
                {**action, "if_seq_no": seq_no, "if_primary_term": term}
                for action in self._articles(b for k, b in waiting.items() if k not in changed)
                for _, seq_no, term in [there[action["_id"]]]
            ]
            # Written by others since it was looked at: looked at again, as settling and marks leave the text alone.
            sent = self._send(actions, ignore=(409,))
            refused |= sent.refused
            done = changed | sent.refused.keys() | sent.versions.keys()
            waiting = {key: built for key, built in waiting.items() if key not in done}
        return refused, overtaken

    def _texts(self, ids: Collection[str]) -> dict[str, tuple[str, int, int]]:
        """Return the content hash, sequence number and primary term of articles, by id."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(
                index=self.articles, ids=list(ids), source_includes=["content_hash"]
            )
        return {
            doc["_id"]: (
                doc["_source"].get("content_hash") or "",
                doc["_seq_no"],
                doc["_primary_term"],
            )
            for doc in found(answer["docs"])
        }

    def _yield_to_others(self, overtaken: Set[str], owner: Mapping[str, str]) -> None:
        """Clean up beside articles that others wrote or removed while their statements were written here.

        What only the former text says goes. Statements and prints that both have are those of the former text now: the
        article is marked, so that it is enriched once more.
        """
        there = self.stored(sorted(overtaken))
        theirs = {s for one in there.values() for s in one.statements}
        ours = {s for s, article in owner.items() if article in overtaken}
        self._send(
            chain(
                self._deletions(self.statements, ours - theirs),
                self._deletions(self.copies, overtaken - there.keys()),
            ),
            ignore=(404,),
        )
        values = {"fingerprint": "", "enrichment": {"stale": True}}
        self._send(
            (self._update(self.articles, article, values) for article in sorted(overtaken)),
            ignore=(404,),
        )

    def refresh(self) -> None:
        """Make what was written visible to searches."""
        with errors_explained():
            self.client.indices.refresh(index=f"{self.articles},{self.statements},{self.claims}")

    def _left_behind(self, articles: Sequence[str]) -> set[str]:
        """Return the statements of these articles that a search finds: a killed run may have left some."""
        if not articles:
            return set()
        query = {"terms": {"article_id": list(articles)}}
        size = 10_000
        with errors_explained():
            answer = self.client.search(
                index=self.statements,
                query=query,
                size=size,
                source=False,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
            hits = answer["hits"]["hits"]
            if len(hits) == size:
                whole = {"query": query, "_source": False}
                hits = list(scan(self.client, index=self.statements, query=whole))
        return {hit["_id"] for hit in hits}

    def _send(self, actions: Iterable[Json], ignore: Collection[int] = ()) -> Sent:
        return send(self.client, actions, ignore, to_aliases=self.to_aliases, rounds=0)

    def _begin(self, before: Mapping[str, Stored]) -> Iterator[Json]:
        for claim_id in sorted({claim for old in before.values() for claim in old.claims}):
            yield self._update(self.claims, claim_id, {"unsettled": True})
        for article_id, old in before.items():
            if old.fingerprint:
                yield self._update(self.articles, article_id, {"fingerprint": ""})

    def _update(self, index: str, document_id: str, values: Json) -> Json:
        return {
            "_op_type": "update",
            "_index": index,
            "_id": document_id,
            "doc": values,
            "retry_on_conflict": 5,
        }

    def _write_action(self, index: str, document: Packed) -> Json:
        return {"_index": index, "_id": document.id, "_source": document.json}

    def _statements(self, batch: Iterable[Built]) -> Iterator[Json]:
        for built in batch:
            for statement in built.statements:
                yield self._write_action(self.statements, statement)

    def _articles(self, batch: Iterable[Built]) -> Iterator[Json]:
        for built in batch:
            yield self._write_action(self.articles, built.article)

    def _prints(self, batch: Iterable[Built], stored: Mapping[str, Stored]) -> Iterator[Json]:
        for built in batch:
            key = built.article.id
            yield upsert(self.copies, Print(key, built.copies), is_new=key not in stored)

    def _deletions(self, index: str, ids: Iterable[str]) -> Iterator[Json]:
        for key in sorted(ids):
            yield {"_op_type": "delete", "_index": index, "_id": key}


def _others(
    ids: Iterable[str], there: Mapping[str, tuple[str, int, int]], texts: Mapping[str, str]
) -> set[str]:
    """Return those of `ids` whose text in the archive (`there`) is another than that of `texts`, or that are gone."""
    return {key for key in ids if key not in there or there[key][0] != texts[key]}


def found(docs: Iterable[Json]) -> Iterator[Json]:
    """Yield the documents that a multi-get found.

    Raises `ArchiveBusyError` where it could not look for one of them: that is not the same as its not being there.
    """
    for doc in docs:
        if "error" in doc:
            reason = doc["error"].get("reason") or doc["error"].get("type")
            raise ArchiveBusyError(
                f"Elasticsearch cannot read its index now ({reason}): see `musnad doctor`, then run the same command "
                "again"
            )
        if doc.get("found"):
            yield doc


def _stored(source: Json, index: str) -> Stored:
    return Stored(
        source.get("fingerprint") or "",
        source.get("content_hash") or "",
        frozenset(s["id"] for s in source.get("statements", ())),
        frozenset(source.get("claim_ids", ())),
        bool(source.get("enrichment", {}).get("stale")),
        index,
    )
