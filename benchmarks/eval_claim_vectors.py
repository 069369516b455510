"""What vectors add to the candidates of `claims match` against the archive, on a real node.

    python benchmarks/eval_claim_vectors.py CLAIMS [--articles N] [--json]

CLAIMS is a file as `make eval-claims` takes it (claims with labelled articles). Its claims are put into an archive of
their own, which is removed afterwards, and get vectors by the product's own code and the plugin `embeddings`. For N
related articles (every so many, the same each time) it counts how often the right claim is among the candidates, by
words alone, with vectors beside, and with as many more by words as vectors gave.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench_archive import node_for
from link_data import LinkData, read_link_data
from musnad.archive.claim_candidates import FOUND, claim_candidates
from musnad.archive.claim_vectors import ClaimVectors
from musnad.archive.client import connect
from musnad.archive.documents import ClaimDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.encoders import Encoders, passage_vectors
from musnad.plugins import Plugins
from musnad.settings import Settings


@contextmanager
def archive_of(data: LinkData, plugins: Plugins) -> Iterator[ArchiveReader]:
    """Yield an archive that has the claims of `data` and nothing else."""
    prefix = f"musnad-eval-{uuid4().hex[:8]}"
    with connect(plugins.settings) as client:
        init(client, prefix, plugins)
        try:
            at = datetime.now(UTC)
            documents = (
                ClaimDocument(id=c.id, text=c.text, status="reported", settled_at=at)
                for c in data.claims
            )
            actions = (
                {
                    "_index": alias(prefix, "claims"),
                    "_id": d.id,
                    "_source": d.model_dump(mode="json"),
                }
                for d in documents
            )
            send(client, actions)
            client.indices.refresh(index=alias(prefix, "claims"))
            yield ArchiveReader(client, prefix)
        finally:
            client.indices.delete(index=",".join(client.indices.get(index=f"{prefix}-*")))
            client.indices.delete_index_template(name=f"{prefix}-*")


def measure(data: LinkData, plugins: Plugins, count: int) -> dict[str, Any]:
    """Return the counts and times. Raises `SystemExit` where no encoder is on."""
    related = sorted(key for key in data.articles if data.right(key))
    chosen = related[:: max(1, len(related) // count)][:count]
    hits = {"words": 0, "words_and_vectors": 0, "as_many_by_words": 0}
    added, encoding, searching = 0, 0.0, 0.0
    with Encoders(plugins) as encoders, archive_of(data, plugins) as reader:
        if encoders.first is None:
            raise SystemExit(f"no encoder is on: {encoders.declined}")
        vectors = ClaimVectors(reader.client, reader.prefix, encoders.first)
        started = time.perf_counter()
        made = vectors.refresh((), lambda: None)
        filling = time.perf_counter() - started
        for key in chosen:
            article, right = data.articles[key], data.right(key)
            words = [claim.id for claim in claim_candidates(reader, article)]
            started = time.perf_counter()
            passage_vectors(encoders.first, article.title, article.body)
            encoding += time.perf_counter() - started
            started = time.perf_counter()
            near = [claim.id for claim in vectors.near(article)]
            searching += time.perf_counter() - started
            both = list(dict.fromkeys([*words, *near]))
            more = claim_candidates(reader, article, limit=len(both))
            added += len(both) - len(words)
            hits["words"] += bool(right & set(words))
            hits["words_and_vectors"] += bool(right & set(both))
            hits["as_many_by_words"] += bool(right & {claim.id for claim in more})
    total = max(1, len(chosen))
    return {
        "claims": made,
        "claims_encoded_a_second": round(made / filling, 1),
        "articles": len(chosen),
        "candidates_by_words": FOUND,
        "added_by_vectors": round(added / total, 1),
        "right_claim_among_them": {
            name: round(100 * value / total, 1) for name, value in hits.items()
        },
        "seconds_an_article": {
            "encoding": round(encoding / total, 3),
            "searching": round(searching / total, 3),
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("claims", type=Path, help="claims with articles, JSON Lines (also .gz)")
    parser.add_argument("--articles", type=int, default=150, help="so many related articles")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    settings = Settings(plugins={"embeddings": {"enabled": True}})
    try:
        data = read_link_data(options.claims)
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.claims}: cannot be read: {error!r}", file=sys.stderr)
        return 1
    with node_for(settings):
        found = measure(data, Plugins.load(settings), options.articles)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' ')}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
