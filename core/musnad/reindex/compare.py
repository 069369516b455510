"""Reading both sets for the diff report: only what the new one changed since it was copied is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.reindex import feed
from musnad.reindex.diff import Diff
from musnad.reindex.progress import Progress
from musnad.reindex.state import State

AT_A_TIME = 500
Documents = dict[str, Mapping[str, Any]]
_OF_ARTICLES = ["id", "run_id", "mentions", "statements", "ext", "outlet_id", "outlet_name"]
_OF_STATEMENTS = ["id", "article_id", "link", "said.surface", "cue.surface"]
_OF_CLAIMS = ["id", "status", "text", "merged_into"]


def compare(client: Elasticsearch, prefix: str, state: State, progress: Progress) -> Diff:
    """Return what the new set has otherwise than the live one. Raises `ArchiveError`."""
    diff = Diff()
    claims: set[str] = set()
    lost: set[str] = set()
    progress.begin("comparing", state.reenriched)
    for page in _changed(client, prefix, state, "articles", _OF_ARTICLES):
        mine = {key: one for key, one in page.items() if one.get("run_id") in state.runs}
        for key, live in _get(client, alias(prefix, "articles"), mine, _OF_ARTICLES).items():
            diff.article(live, mine[key])
            ids = {s["id"] for s in mine[key].get("statements", ())}
            lost |= {s["id"] for s in live.get("statements", ())} - ids
        progress.add(len(mine))
    for page in _changed(client, prefix, state, "statements", _OF_STATEMENTS):
        for key, live in _get(client, alias(prefix, "statements"), page, _OF_STATEMENTS).items():
            diff.links(live, page[key])
            claims |= _claims_of(live)
        for statement in page.values():
            claims |= _claims_of(statement)
    for some in _batched(sorted(lost)):
        found = _get(client, alias(prefix, "statements"), some, _OF_STATEMENTS)
        claims |= {claim for one in found.values() for claim in _claims_of(one)}
    for page in _changed(client, prefix, state, "claims", _OF_CLAIMS):
        claims |= page.keys()
    for some in _batched(sorted(claims)):
        old = _get(client, alias(prefix, "claims"), some, _OF_CLAIMS)
        new = _get(client, alias(beside(prefix), "claims"), some, _OF_CLAIMS)
        for key in some:
            diff.claim(old.get(key), new.get(key))
    progress.end(f"{diff.articles} articles, {len(claims)} claims")
    return diff


def _changed(
    client: Elasticsearch, prefix: str, state: State, name: str, source: list[str]
) -> Iterator[Documents]:
    index = alias(beside(prefix), name)
    until = feed.checkpoints(client, index)
    with errors_explained():
        client.indices.refresh(index=index)
    since = state.base.get(name, {})
    for page in feed.read(client, index, since, until, source=source):
        if page.hits:
            yield {hit["_id"]: hit["_source"] for hit in page.hits}


def _get(client: Elasticsearch, index: str, ids: Iterable[str], source: list[str]) -> Documents:
    ids = list(ids)
    if not ids:
        return {}
    with errors_explained():
        answer = client.mget(index=index, ids=ids, source_includes=source)
    return {doc["_id"]: doc["_source"] for doc in answer["docs"] if doc.get("found")}


def _claims_of(statement: Mapping[str, Any]) -> set[str]:
    link = statement.get("link")
    return {link["claim_id"]} if link else set()


def _batched(ids: list[str]) -> Iterator[list[str]]:
    for i in range(0, len(ids), AT_A_TIME):
        yield ids[i : i + AT_A_TIME]
