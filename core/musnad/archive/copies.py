"""Copies in the archive: a print of each text in an index of its own, and the groups of those that are alike.

A group is a connected component of what is alike, named after its first article id; so it does not depend on
the order in which articles came. An article that is nobody's copy is a group of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.claims.graph import Groups
from musnad.copies import ALIKE, TextPrint, likeness, numbers
from musnad.model import Model

AT_A_TIME = 500
"""Fresh articles that are compared in one go: each has 16 bands, and a query takes 65,536 terms."""


class CopyDocument(Model):
    """`<prefix>-copies`: the print of an article's text."""

    id: str
    """Of the article."""
    bands: tuple[str, ...] = ()
    signature: str = ""
    group: str
    """Id of the first article of the group."""
    fresh: bool = True
    """It was written since copies were last looked for."""


@dataclass(frozen=True, slots=True)
class Print:
    """An article to be put into the index: its id, and the print of its text if it has one."""

    id: str
    print: TextPrint | None


def upsert(index: str, article: Print, *, is_new: bool = False) -> dict[str, Any]:
    """Return the bulk action that writes an article's print, and keeps the group it was in unless the article is new."""
    values = {
        "bands": list(article.print.bands) if article.print else [],
        "signature": article.print.signature if article.print else "",
        "fresh": True,
    }
    if is_new:
        # An update looks for the document first, which costs the server more than writing it.
        whole = {"id": article.id, "group": article.id, **values}
        return {"_index": index, "_id": article.id, "_source": whole}
    return {
        "_op_type": "update",
        "_index": index,
        "_id": article.id,
        "doc": values,
        "upsert": {"id": article.id, "group": article.id, **values},
        "retry_on_conflict": 5,
    }


class CopyGroups:
    """Finds the copies among the articles of one archive. Raises `ArchiveError`."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self.reader = ArchiveReader(client, prefix)
        self.index = alias(prefix, "copies")

    def find(self, keep: Callable[[], None] = lambda: None) -> int:
        """Bring the groups in line with what was written since; return how many articles changed theirs.

        Statements of those are marked for settling. `keep` is called now and then. Killed at any point, the
        next call finds what is left to do.
        """
        fresh = self._fresh()
        if not fresh:
            return 0
        before = {document.id: document.group for document in fresh}
        joined = Groups(before)
        for i in range(0, len(fresh), AT_A_TIME):
            keep()
            for one, other in self._alike(fresh[i : i + AT_A_TIME]):
                # Who is not fresh stays in the group it is in, whole.
                joined.join(one.id, other.id if other.id in before else _label(other.group))
        after = self._named(joined, before)
        changed = {key: group for key, group in after.items() if before.get(key) != group}
        self._tell(changed)
        # Last: killed before, all are fresh still.
        self._write(after, before.keys())
        return len(changed)

    def leave(self, article_id: str) -> None:
        """Take a deleted article's print out; what was in its group is looked at again."""
        with errors_explained():
            there = self.client.options(ignore_status=404).get(index=self.index, id=article_id)
            if not there.get("found"):
                return
            group = there["_source"]["group"]
            members = self.reader.scan("copies", {"term": {"group": group}}, source=False)
            actions: list[dict[str, Any]] = [
                {
                    "_op_type": "update",
                    "_index": self.index,
                    "_id": hit["_id"],
                    "doc": {"fresh": True},
                }
                for hit in members
                if hit["_id"] != article_id
            ]
            actions.append({"_op_type": "delete", "_index": self.index, "_id": article_id})
            send(self.client, actions, ignore=(404, 409))
            self.client.indices.refresh(index=self.index)

    def _fresh(self) -> list[CopyDocument]:
        """Return what was written since, and all that was in one group with it."""
        with errors_explained():
            self.client.indices.refresh(index=self.index)
        found = {d.id: d for d in self._scan({"term": {"fresh": True}})}
        known = {d.group for d in found.values()} | found.keys()
        for query in terms("group", known):
            found |= {d.id: d for d in self._scan(query)}
        return [found[key] for key in sorted(found)]

    def _alike(self, fresh: Sequence[CopyDocument]) -> Iterator[tuple[CopyDocument, CopyDocument]]:
        """Yield the pairs of a fresh article and any other that is alike."""
        wanted = {band for document in fresh for band in document.bands}
        by_band: dict[str, list[int]] = defaultdict(list)
        others: list[CopyDocument] = []
        for query in terms("bands", wanted):
            for document in self._scan(query):
                for band in document.bands:
                    by_band[band].append(len(others))
                others.append(document)
        if not others:
            return
        signatures = np.stack([numbers(document.signature) for document in others])
        for one in fresh:
            near = sorted({place for band in one.bands for place in by_band.get(band, ())})
            if not near:
                continue
            shares = likeness(numbers(one.signature), signatures[near])
            for place, share in zip(near, shares, strict=True):
                if share >= ALIKE and others[place].id != one.id:
                    yield one, others[place]

    def _named(self, joined: Groups, fresh: Collection[str]) -> dict[str, str]:
        """Return the group of each fresh article, and of those in groups that have another name now."""
        after: dict[str, str] = {}
        renamed: dict[str, str] = {}
        for part in joined.sets():
            labels = {key.removeprefix(_LABEL) for key in part if key.startswith(_LABEL)}
            members = part & set(fresh)
            name = min(members | labels)
            after |= dict.fromkeys(members, name)
            renamed |= {label: name for label in labels if label != name}
        for query in terms("group", renamed):
            after |= {d.id: renamed[d.group] for d in self._scan(query) if d.id not in fresh}
        return after

    def _tell(self, groups: Mapping[str, str]) -> None:
        """Write the groups that changed to the articles, and mark their statements for settling."""
        articles, statements = alias(self.prefix, "articles"), alias(self.prefix, "statements")
        send(self.client, _groups_of(articles, groups), ignore=(404, 409))

        def marks() -> Iterator[dict[str, Any]]:
            for query in terms("article_id", groups):
                source = ["article_id", "copy_group"]
                for hit in self.reader.scan("statements", query, source=source):
                    group = groups[hit["_source"]["article_id"]]
                    if hit["_source"].get("copy_group") != group:
                        yield {
                            "_op_type": "update",
                            "_index": statements,
                            "_id": hit["_id"],
                            "doc": {"copy_group": group, "settled": False},
                            "retry_on_conflict": 5,
                        }

        send(self.client, marks(), ignore=(404, 409))
        with errors_explained():
            self.client.indices.refresh(index=f"{articles},{statements}")

    def _write(self, groups: Mapping[str, str], fresh: Collection[str]) -> None:
        send(
            self.client,
            (
                {
                    "_op_type": "update",
                    "_index": self.index,
                    "_id": key,
                    "doc": {"group": group, "fresh": False} if key in fresh else {"group": group},
                    "retry_on_conflict": 5,
                }
                for key, group in groups.items()
            ),
            ignore=(404, 409),
        )
        with errors_explained():
            self.client.indices.refresh(index=self.index)

    def _scan(self, query: Mapping[str, Any]) -> Iterator[CopyDocument]:
        for hit in self.reader.scan("copies", query):
            yield CopyDocument.model_validate(hit["_source"])


_LABEL = "\0"
"""Before the name of a group, so that it is never taken for the article that it is named after."""


def _label(group: str) -> str:
    return _LABEL + group


def _groups_of(index: str, groups: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for key, group in groups.items():
        yield {
            "_op_type": "update",
            "_index": index,
            "_id": key,
            "doc": {"copy_group": group},
            "retry_on_conflict": 5,
        }
