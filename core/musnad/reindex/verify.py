"""Comparing the new set with the live one before the swap: counts, fields, facets, sampled articles, golden queries."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.bulk import ArticleWriter
from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.archive.read import ArchiveReader
from musnad.model import Article
from musnad.reindex import feed
from musnad.reindex.beside import REBUILT
from musnad.reindex.differences import same
from musnad.reindex.golden import GoldenQuery, failures
from musnad.reindex.state import State

FACETS = {
    "actors": "actors",
    "statuses": "claim_status",
    "outlets": "outlet_id",
    "cited outlets": "cited_outlets",
}
"""Fields of articles whose most frequent values are counted in both sets."""
VALUES = 20
"""So many of each."""
FALL = 0.1
"""A share of documents: a field or a value that falls by more than this deserves a look."""
FEWER_IS_BETTER = (
    "enrichment.errors",
    "failed_components",
    "unknown_names",
    "candidate_actors",
    "quality",
)
"""Fields of articles that say what is wrong or not known: that fewer have them is what one reindexes for."""
SAMPLE = 200
FIELDS_AT_ONCE = 500
"""Filters of one aggregation; Elasticsearch allows 65,536 buckets."""


@dataclass(slots=True)
class Verification:
    """What was compared. `problems` speak against the swap, `remarks` deserve a look."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By index name: documents before, and now."""
    coverage: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By `<index>.<field>`, where it changed: documents that have it, before and now."""
    facets: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """By facet and value, where it changed: articles before, and now."""
    sampled: int = 0
    golden: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "counts": {k: {"before": a, "after": b} for k, (a, b) in self.counts.items()},
            "fields": {k: {"before": a, "after": b} for k, (a, b) in self.coverage.items()},
            "facets": {
                facet: {k: {"before": a, "after": b} for k, (a, b) in values.items()}
                for facet, values in self.facets.items()
            },
            "articles_sampled": self.sampled,
            "golden_queries": self.golden,
            "problems": self.problems,
            "remarks": self.remarks,
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        lines = [
            "documents     "
            + ", ".join(
                f"{name} {a}" + (f" → {b}" if a != b else "")
                for name, (a, b) in self.counts.items()
            )
        ]
        changed = [f"{name} {a} → {b}" for name, (a, b) in self.coverage.items()]
        lines.append(f"fields        {_some(changed) or 'the same documents have them'}")
        for facet, values in self.facets.items():
            told = _some([f"{value} {a} → {b}" for value, (a, b) in values.items()])
            lines.append(f"{facet:13} {told or 'the same'}")
        golden = f", {self.golden} golden queries asked" if self.golden else ""
        lines.append(f"              {self.sampled} articles compared one by one{golden}")
        lines += [f"  - {remark}" for remark in self.remarks]
        lines += [f"  ! {problem}" for problem in self.problems]
        return lines


def verify(
    client: Elasticsearch,
    prefix: str,
    state: State,
    queries: Sequence[GoldenQuery] = (),
    seed: int = 0,
) -> Verification:
    """Compare the new set with the live one. Raises `ArchiveError`.

    What is written to the live one meanwhile may show as a difference here: it is taken over before the swap.
    """
    live, new = ArchiveReader(client, prefix), ArchiveReader(client, beside(prefix))
    with errors_explained():
        names = [alias(p, name) for p in (prefix, beside(prefix)) for name in REBUILT]
        client.indices.refresh(index=",".join(names))
    found = Verification()
    everything: dict[str, Any] = {"match_all": {}}
    for name in REBUILT:
        found.counts[name] = live.count(name, everything), new.count(name, everything)
    waiting = new.count("articles", {"term": {"run_id": state.waiting}})
    if waiting:
        found.problems.append(f"{waiting} articles still wait to be enriched again")
    for name in ("articles", "statements", "claims"):
        coverage = _coverage(client, live, new, state, name)
        fewer = max(found.counts[name][0] - found.counts[name][1], 0)
        judge_coverage(name, coverage, fewer + _not_seen(client, prefix, state, name), found)
    for title, path in FACETS.items():
        found.facets[title] = judge_facet(title, _facet(live, path), _facet(new, path), found)
    _sample(client, prefix, state, seed, found)
    found.golden = len(queries)
    before = set(failures(live, queries))
    for sentence in failures(new, queries):
        note = found.remarks if sentence in before else found.problems
        note.append(
            f"golden query: {sentence}" + (" (nor did it before)" if sentence in before else "")
        )
    return found


def _not_seen(client: Elasticsearch, prefix: str, state: State, name: str) -> int:
    """Return how many writes to the live index were not taken over yet."""
    now = feed.checkpoints(client, alias(prefix, name))
    taken = state.taken.get(name, {})
    return sum(last - taken.get(shard, -1) for shard, last in now.items())


def judge_coverage(
    name: str, coverage: Mapping[str, tuple[int, int]], gone: int, found: Verification
) -> None:
    """Note the fields that more or fewer documents have, and judge those that fewer have.

    `gone` documents may be missing: they were removed, or are to be taken over yet.
    What was read of an article is never lost: fewer by one is a problem, more than articles went away. Of what was
    found in it, a field that is gone from everywhere is a problem, one that fell by more than `FALL` a remark.
    """
    for path, (before, after) in coverage.items():
        if before == after:
            continue
        label = f"{name}.{path}"
        found.coverage[label] = before, after
        if name == "articles" and path.startswith(FEWER_IS_BETTER):
            continue
        if name == "articles" and path.split(".")[0] in Article.model_fields:
            if before - after > gone:
                found.problems.append(
                    f"{label} was in {before} documents and is in {after}: what was read must not get lost"
                )
        elif before and not after:
            found.problems.append(f"{label} was in {before} documents and is in none")
        elif before - after > max(FALL * before, gone):
            found.remarks.append(f"{label} was in {before} documents and is in {after}")


def judge_facet(
    title: str, before: Mapping[str, int], after: Mapping[str, int], found: Verification
) -> dict[str, tuple[int, int]]:
    """Return the values whose count changed; note those that fell by more than `FALL`."""
    changed = {
        value: (before[value], after.get(value, 0))
        for value in before
        if before[value] != after.get(value, 0)
    }
    for value, (old, new) in changed.items():
        if old - new > FALL * old and old >= 1 / FALL:
            found.remarks.append(f"{title}: {value} was in {old} articles and is in {new}")
    return changed


def judge_sampled(
    live: Mapping[str, Any], new: Mapping[str, Any], *, reenriched: bool
) -> str | None:
    """Return what is wrong with an article in the new set; None where nothing is.

    One that was copied is the same but for what settling writes; one that was enriched again has the same text.
    """
    if not reenriched:
        return None if same("articles", live, new) else "was copied and is not the same"
    # A field without a value may be missing or null.
    differing = [f for f in Article.model_fields if (live.get(f) or None) != (new.get(f) or None)]
    if differing:
        return f"was read with another {', '.join(differing)}"
    if live.get("versions", []) != new.get("versions", []):
        return "lost its earlier versions"
    return None


def _sample(
    client: Elasticsearch, prefix: str, state: State, seed: int, found: Verification
) -> None:
    ids = _random_ids(ArchiveReader(client, beside(prefix)), seed)
    old = _taken_over(client, prefix, state, ids)
    new = ArticleWriter(client, beside(prefix)).whole(ids)
    for key in ids:
        if key not in old or key not in new:
            continue
        found.sampled += 1
        reenriched = new[key].get("run_id") in state.runs
        if wrong := judge_sampled(old[key], new[key], reenriched=reenriched):
            found.problems.append(f"article {key} {wrong}")


def _taken_over(
    client: Elasticsearch, prefix: str, state: State, ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """Return those of the live articles that were not written since they were last taken over."""
    if not ids:
        return {}
    with errors_explained():
        answer = client.mget(index=alias(prefix, "articles"), ids=list(ids))
    last = min(state.taken.get("articles", {}).values(), default=-1)
    return {
        doc["_id"]: doc["_source"]
        for doc in answer["docs"]
        if doc.get("found") and doc["_seq_no"] <= last
    }


def _random_ids(reader: ArchiveReader, seed: int) -> list[str]:
    """Return the ids of articles taken at random, the same ones for the same seed and archive."""
    total = reader.count("articles", {"match_all": {}})
    if total <= SAMPLE:
        hits = reader.search("articles", {"size": SAMPLE, "source": False})["hits"]["hits"]
        return sorted(hit["_id"] for hit in hits)
    body = {
        "query": {"function_score": {"random_score": {"seed": seed, "field": "_seq_no"}}},
        "size": SAMPLE,
        "source": False,
    }
    ids = sorted(hit["_id"] for hit in reader.search("articles", body)["hits"]["hits"])
    random.Random(seed).shuffle(ids)  # noqa: S311 - a sample, no secret
    return ids


def _facet(reader: ArchiveReader, path: str) -> dict[str, int]:
    body = {"size": 0, "aggs": {"values": {"terms": {"field": path, "size": VALUES}}}}
    buckets = reader.search("articles", body)["aggregations"]["values"]["buckets"]
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}


def _coverage(
    client: Elasticsearch, live: ArchiveReader, new: ArchiveReader, state: State, name: str
) -> dict[str, tuple[int, int]]:
    index = state.live[name]
    with errors_explained():
        properties = client.indices.get_mapping(index=index)[index]["mappings"]["properties"]
    paths = list(searchable_fields(properties))
    before, after = _counts(live, name, paths), _counts(new, name, paths)
    return {path: (before[path], after[path]) for path in paths}


def _counts(reader: ArchiveReader, name: str, paths: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for i in range(0, len(paths), FIELDS_AT_ONCE):
        some = paths[i : i + FIELDS_AT_ONCE]
        filters = {path: {"exists": {"field": path}} for path in some}
        body = {"size": 0, "aggs": {"fields": {"filters": {"filters": filters}}}}
        buckets = reader.search(name, body)["aggregations"]["fields"]["buckets"]
        counts |= {path: int(buckets[path]["doc_count"]) for path in some}
    return counts


def searchable_fields(properties: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the paths of fields of which a search can say who has them; those inside of nested ones apart."""
    for name, definition in properties.items():
        kind = definition.get("type", "object")
        if "properties" in definition:
            if kind == "object" and definition.get("enabled", True):
                yield from searchable_fields(definition["properties"], f"{path}{name}.")
        elif kind == "object":
            continue
        elif definition.get("index", True) or definition.get("doc_values", kind != "text"):
            yield f"{path}{name}"


def _some(parts: Sequence[str], most: int = 8) -> str:
    told = ", ".join(parts[:most])
    return told + (f" and {len(parts) - most} more" if len(parts) > most else "")
