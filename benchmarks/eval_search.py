"""How well articles are found: the golden queries on our fields, and on Elasticsearch's own analyzers beside them.

The articles are those of the sample archive and of `tests/data/golden_articles.jsonl`, enriched as an ingest does it.
`ours` is the query of `musnad search`; `ours (Kibana)` what Kibana's search bar sends, which looks for any of several
words, as the two analyzers are asked too. Precision counts judged results only, as the golden set says; a query with
nothing to find counts for precision alone. With CAMELTOOLS_DATA naming camel-tools' database there are lemmas.
"""

from __future__ import annotations

import argparse
import io
import json
import secrets
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from math import log2
from pathlib import Path
from statistics import mean, median
from typing import Any

import yaml
from bench_archive import node_for
from bench_data import generated
from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk
from musnad.archive.build import build
from musnad.archive.client import connect
from musnad.archive.mappings import index_body
from musnad.archive.vocabulary import collect_words, words_in
from musnad.archive.words import size_of, with_words
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.search import text_query
from musnad.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "examples" / "archive"
GOLDEN = ROOT / "tests" / "data"
MADE = 2_000
"""Articles that size and speed are measured with, unless told otherwise."""
CHUNK, THREADS = 500, 2
ALL = 10_000
Query = dict[str, Any]
Document = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """A way to search: an index and the query it is asked."""

    name: str
    index: str
    query: Callable[[str], Query]


@dataclass(frozen=True)
class Score:
    """How one query fared."""

    query: str
    kind: str
    recall: float | None
    precision: float | None
    ndcg: float | None
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def golden() -> dict[str, Any]:
    """Return the golden set."""
    loaded: dict[str, Any] = yaml.safe_load((GOLDEN / "golden_queries.yaml").read_text("utf-8"))
    return loaded


def articles(plugins: Plugins) -> list[Article]:
    """Return the articles of the golden set, each with the id that the set calls it by."""
    named = {url: name for name, url in golden()["articles"].items()}
    paths = [str(SAMPLE / "articles.jsonl"), str(GOLDEN / "golden_articles.jsonl")]
    found = []
    for item in find_inputs(paths, plugins.readers()):
        for record in read_records(item, max_chars=plugins.settings.max_article_chars):
            article = record.article  # type: ignore[union-attr]
            name = named.get(article.url or "", article.id)
            found.append(article.model_copy(update={"id": name}))
    return found


def documents(plugins: Plugins, articles: Iterable[Article]) -> list[Document]:
    """Return what an ingest would store of the articles."""
    with Pipeline(plugins) as pipeline:
        enriched = pipeline.enrich_batch(list(articles))
    now = datetime(2026, 3, 5, tzinfo=UTC)
    return [
        build(one, keys={}, fingerprint="", run_id="eval", at=now).article.read()
        for one in enriched
    ]


def kibana(text: str) -> Query:
    """Return what Kibana sends for words in its search bar (KQL): the index says in which fields to look."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return {"multi_match": {"type": "phrase", "query": text[1:-1], "lenient": True}}
    return {"multi_match": {"type": "best_fields", "query": text, "lenient": True}}


def every_word(text: str) -> Query:
    """Return the usual query for a stock analyzer: every word, in title or body; "…" is a phrase."""
    fields = ["title^2", "body"]
    if text[0] == text[-1] == '"':
        return {"multi_match": {"type": "phrase", "query": text[1:-1], "fields": fields}}
    return {
        "multi_match": {"type": "cross_fields", "operator": "and", "query": text, "fields": fields}
    }


def stock(analyzer: str) -> dict[str, Any]:
    """Return the body of an index with title and body by one analyzer of Elasticsearch's own."""
    text = {"type": "text", "analyzer": analyzer}
    return {
        "settings": {},
        "mappings": {"dynamic": False, "properties": {"title": text, "body": text}},
    }


def only_text(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an index of articles with nothing but what words are searched in."""
    kept = {name: body["mappings"]["properties"][name] for name in ("title", "body", "lemmas")}
    return {"settings": body["settings"], "mappings": {"dynamic": False, "properties": kept}}


def text_of(document: Document) -> Document:
    """Return the fields of a document that words are searched in."""
    return {name: document[name] for name in ("title", "body", "lemmas") if document.get(name)}


def score(client: Elasticsearch, way: Way, query: Mapping[str, Any]) -> Score:
    """Return how one golden query fares."""
    answer = client.search(index=way.index, query=way.query(query["query"]), size=ALL, source=False)
    found = [hit["_id"] for hit in answer["hits"]["hits"]]
    expected, forbidden = set(query["expected"]), set(query["forbidden"])
    right, wrong = expected & set(found), forbidden & set(found)
    judged = [one for one in found if one in expected or one in forbidden]
    gain = sum(1 / log2(at + 2) for at, one in enumerate(judged) if one in expected)
    ideal = sum(1 / log2(at + 2) for at in range(len(expected)))
    return Score(
        query["query"],
        query["class"],
        len(right) / len(expected) if expected else None,
        len(right) / (len(right) + len(wrong)) if right or wrong else (None if expected else 1.0),
        gain / ideal if expected else None,
        tuple(sorted(expected - right)),
        tuple(sorted(wrong)),
    )


def average(values: Iterable[float | None]) -> float:
    """Return the mean of what is there."""
    return mean([value for value in values if value is not None] or [0.0])


def summary(scores: Sequence[Score]) -> dict[str, float]:
    """Return the figures of one way."""
    return {
        "recall": average(s.recall for s in scores),
        "precision": average(s.precision for s in scores),
        "ndcg": average(s.ndcg for s in scores),
        "forbidden": float(sum(len(s.wrong) for s in scores)),
    }


def make(client: Elasticsearch, index: str, body: Mapping[str, Any]) -> None:
    """Make an index."""
    settings = {k: v for k, v in body["settings"].items() if k != "index.auto_expand_replicas"}
    settings |= {"index.number_of_replicas": 0, "index.refresh_interval": "-1"}
    client.indices.create(index=index, settings=settings, mappings=body["mappings"])


def fill(client: Elasticsearch, index: str, rows: Iterable[Document]) -> float:
    """Write documents into an index; return the seconds it took."""
    actions = [{"_index": index, "_id": row.get("id"), "_source": row} for row in rows]
    started = time.perf_counter()
    for done, item in parallel_bulk(client, actions, thread_count=THREADS, chunk_size=CHUNK):
        if not done:
            raise SystemExit(f"eval: {item}")
    seconds = time.perf_counter() - started
    client.indices.refresh(index=index)
    return seconds


def size(client: Elasticsearch, index: str) -> int:
    """Return the bytes of an index that is merged into one segment."""
    client.indices.forcemerge(index=index, max_num_segments=1)
    client.indices.refresh(index=index)
    client.indices.flush(index=index)
    found = client.indices.stats(index=index, metric="store")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def opening(client: Elasticsearch, index: str) -> float:
    """Return the median seconds to open an index, until it can be searched."""
    taken = []
    for _ in range(3):
        client.indices.close(index=index)
        started = time.perf_counter()
        client.indices.open(index=index, wait_for_active_shards=1)
        client.search(index=index, query=kibana("جندي"), size=0)
        taken.append(time.perf_counter() - started)
    return median(taken)


def times(client: Elasticsearch, way: Way, queries: Sequence[str]) -> tuple[float, float]:
    """Return (median, 95th percentile) in ms of the golden queries, ten results each, asked one by one."""
    taken = []
    for number in range(3):
        for query in queries:
            started = time.perf_counter()
            client.search(
                index=way.index,
                query=way.query(query),
                size=10,
                source=["title"],
                request_cache=False,
            )
            if number:
                taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return median(taken), taken[int(len(taken) * 0.95)]


@contextmanager
def evaluated(settings: Settings, *, fresh: bool = False) -> Iterator[Evaluation]:
    """Yield the evaluation, its indices filled; they are removed at the end.

    `fresh`: with the rules of an index that was made before there were articles.
    """
    plugins = Plugins.load(settings)
    with connect(settings) as connected:
        # Making an index with many rules takes its time on a busy machine; asked again, it would be there.
        client = connected.options(request_timeout=300)
        prefix = f"eval{secrets.token_hex(4)}"
        try:
            yield Evaluation(client, prefix, plugins, fresh)
        finally:
            for index in list(client.indices.get(index=f"{prefix}-*")):
                client.indices.delete(index=index)


class Evaluation:
    """The golden set in indices of its own, of which `ways` are the ways to search."""

    def __init__(
        self, client: Elasticsearch, prefix: str, plugins: Plugins, fresh: bool = False
    ) -> None:
        self.client = client
        self.prefix = prefix
        self.plugins = plugins
        self.documents = documents(plugins, articles(plugins))
        self.vocabulary = words_in(f"{d['title']} {d['body']}" for d in self.documents)
        started = time.perf_counter()
        self.words = collect_words(plugins, {} if fresh else self.vocabulary)
        self.rules_seconds = time.perf_counter() - started
        self.body = with_words(index_body("articles", plugins), self.words)
        self.rules, self.rules_bytes = size_of(self.body["settings"]["analysis"])
        ours = f"{prefix}-ours"
        make(client, ours, self.body)
        fill(client, ours, self.documents)
        self.ways = [Way("ours", ours, text_query), Way("ours (Kibana)", ours, kibana)]
        for analyzer in ("arabic", "standard"):
            index = f"{prefix}-{analyzer}"
            make(client, index, stock(analyzer))
            fill(client, index, ({"id": d["id"], **text_of(d)} for d in self.documents))
            self.ways.append(Way(analyzer, index, every_word))

    @property
    def has_lemmas(self) -> bool:
        """Whether there was morphology."""
        return bool(self.words.lemmas)

    def scores(self) -> dict[str, list[Score]]:
        """Return how each golden query fares, by way."""
        queries = golden()["queries"]
        return {way.name: [score(self.client, way, q) for q in queries] for way in self.ways}

    def sizes(self, count: int) -> dict[str, dict[str, float]]:
        """Return bytes, articles a second and query times of `count` made articles, by way.

        Only `MADE` of them differ: making and enriching more would take far longer than what is measured.
        """
        with tempfile.TemporaryDirectory(prefix="musnad-eval-") as folder:
            file = Path(folder) / "made.jsonl"
            file.write_text("\n".join(generated(min(count, MADE))), encoding="utf-8")
            (item,) = find_inputs([str(file)], self.plugins.readers())
            found = [
                r.article  # type: ignore[union-attr]
                for r in read_records(item, max_chars=self.plugins.settings.max_article_chars)
            ]
        lemmas = self._lemmas(found)
        rows = [
            {
                "title": a.title,
                "body": a.body,
                **({"lemmas": lemmas[a.id]} if lemmas.get(a.id) else {}),
            }
            for a in found
        ]
        rows = list(islice(cycle(rows), count))
        plain = [{"title": row["title"], "body": row["body"]} for row in rows]
        queries = [query["query"] for query in golden()["queries"]]
        body = only_text(self.body)
        without = {**body, "mappings": {**body["mappings"]}}
        figures = {}
        for name, index_as, documents in (
            ("arabic", stock("arabic"), plain),
            ("ours", body, rows),
            ("ours without lemmas", without, plain),
            ("standard", stock("standard"), plain),
        ):
            index = f"{self.prefix}-size"
            make(self.client, index, index_as)
            seconds = fill(self.client, index, documents)
            figures[name] = {"bytes": size(self.client, index), "rate": len(rows) / seconds}
            if name == "ours":
                figures[name]["open"] = opening(self.client, index)
            query = text_query if name.startswith("ours") else every_word
            figures[name]["ms"], figures[name]["ms_95"] = times(
                self.client, Way(name, index, query), queries
            )
            if name == "ours":
                figures[name]["ms_kibana"], _ = times(
                    self.client, Way(name, index, kibana), queries
                )
            self.client.indices.delete(index=index)
            print(f"{name}: {figures[name]}", file=sys.stderr)
        return figures

    def _lemmas(self, found: Sequence[Article]) -> dict[str, str]:
        """Return what enrichment would find for `lemmas`, by the components that it takes and no others."""
        # Morphology makes nearly all of them; names would take ten times as long to find.
        others = sorted(set(self.plugins.infos) - {"arabic", "camel"})
        settings = self.plugins.settings.model_copy(update={"blocked_plugins": others})
        with Pipeline(Plugins.load(settings)) as pipeline:
            batches = (found[i : i + 64] for i in range(0, len(found), 64))
            return {
                one.article.id: one.data.get("search_lemmas") or ""
                for batch in batches
                for one in pipeline.enrich_batch(batch)
            }


def report(evaluation: Evaluation, count: int, misses: bool) -> dict[str, Any]:
    """Print the figures and return them."""
    scores = evaluation.scores()
    found: dict[str, Any] = {
        "morphology": evaluation.has_lemmas,
        "rules": evaluation.rules,
        "rules_bytes": evaluation.rules_bytes,
        "rules_seconds": evaluation.rules_seconds,
        "ways": {name: summary(listed) for name, listed in scores.items()},
    }
    print(
        f"{len(golden()['queries'])} golden queries, {len(evaluation.documents)} articles; morphology: "
        f"{'yes' if evaluation.has_lemmas else 'no'}; {evaluation.rules} rules, "
        f"{evaluation.rules_bytes / 1e6:.2f} MB, made in {evaluation.rules_seconds:.1f} s\n"
    )
    print(f"{'':22}{'recall':>8}{'precision':>11}{'nDCG':>7}{'forbidden found':>17}")
    for name, way in found["ways"].items():
        print(
            f"{name:22}{way['recall']:8.3f}{way['precision']:11.3f}{way['ndcg']:7.3f}{way['forbidden']:17.0f}"
        )
    classes: dict[str, dict[str, float]] = defaultdict(dict)
    for name, listed in scores.items():
        for kind in dict.fromkeys(s.kind for s in listed):
            classes[kind][name] = average(s.recall for s in listed if s.kind == kind)
    print("\nrecall by class" + "".join(f"{name:>16}" for name in scores))
    for kind, row in classes.items():
        print(f"{kind:15}" + "".join(f"{row[name]:16.3f}" for name in scores))
    if misses:
        for one in scores["ours"]:
            if one.missed or one.wrong:
                print(f"\n{one.query} ({one.kind})")
                print(f"  missed: {', '.join(one.missed)}\n  wrong: {', '.join(one.wrong)}")
    if count:
        found["sizes"] = evaluation.sizes(count)
        base = found["sizes"]["arabic"]["bytes"]
        print(
            f"\n{count} articles, title and body{'':6}{'MB':>8}{'of arabic':>11}{'articles/s':>12}"
            f"{'median ms':>11}{'95 %':>7}"
        )
        for name, row in found["sizes"].items():
            print(
                f"{name:33}{row['bytes'] / 1e6:8.1f}{row['bytes'] / base:11.2f}{row['rate']:12.0f}{row['ms']:11.1f}{row['ms_95']:7.1f}"
            )
        ours = found["sizes"]["ours"]
        print(
            f"Kibana's query: median {ours['ms_kibana']:.1f} ms; opening the index: {ours['open']:.2f} s"
        )
    return found


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--articles", type=int, default=MADE, help="made for size and speed; 0: none"
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="with the rules that `musnad init` makes, before there are articles",
    )
    parser.add_argument("--misses", action="store_true", help="list what is missed and wrong")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    options = parser.parse_args()
    settings = load_settings(SAMPLE / "musnad.toml")
    with node_for(settings), evaluated(settings, fresh=options.fresh) as evaluation:
        if options.json:
            with redirect_stdout(io.StringIO()):
                found = report(evaluation, options.articles, misses=False)
            print(json.dumps(found, ensure_ascii=False))
        else:
            report(evaluation, options.articles, options.misses)


if __name__ == "__main__":
    main()
