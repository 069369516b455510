"""How long each page of `musnad serve` takes over the configured archive: `make bench-pages`."""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient
from musnad.archive.client import connect
from musnad.archive.read import ArchiveReader
from musnad.serve import create_app
from musnad.settings import load_settings


def main() -> None:
    """Ask for each page again and again, and print how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, help="settings of the archive")
    parser.add_argument("--words", default="زيارة", help="what is searched for")
    parser.add_argument("--times", type=int, default=30)
    arguments = parser.parse_args()
    settings = load_settings(arguments.config)
    reader = ArchiveReader(connect(settings), settings.prefix)
    client = create_app(reader).test_client()
    total = reader.count("articles", {"match_all": {}})
    print(f"{total:,} articles; milliseconds, of {arguments.times} times each\n")
    print(
        f"{'page':16}{'median':>8}{'slowest':>9}{'own':>6}{'KB':>6}  (own: at work itself, not waiting)"
    )
    for name, address in addresses(reader, arguments.words).items():
        times, own, size = measure(client, address, arguments.times)
        middle = statistics.median(times)
        print(f"{name:16}{middle:8.0f}{max(times):9.0f}{own:6.0f}{size / 1000:6.0f}  {address}")


def addresses(reader: ArchiveReader, words: str) -> dict[str, str]:
    """Return pages with much on them."""

    def most(index: str, field: str) -> str:
        body = {"size": 0, "aggs": {"n": {"terms": {"field": field, "size": 1}}}}
        buckets = reader.search(index, body)["aggregations"]["n"]["buckets"]
        return str(buckets[0]["key"]) if buckets else "nothing"

    actor, outlet = most("articles", "actors"), most("articles", "outlet_id")
    q = quote(words)
    return {
        "front page": "/",
        "words": f"/?q={q}",
        "words + filters": f"/?q={q}&actor={quote(actor)}&status=disputed",
        "nothing found": f"/?q={q}%20xyzzy&status=denied",
        "article": f"/articles/{quote(most('statements', 'article_id'))}",
        "claims": "/claims",
        "claim": f"/claims/{quote(most('statements', 'link.claim_id'))}",
        "actor": f"/actors/{quote(actor)}",
        "outlet": f"/outlets/{quote(outlet)}",
        "contradictions": "/contradictions",
    }


def measure(client: FlaskClient, address: str, times: int) -> tuple[list[float], float, int]:
    """Return milliseconds of each time, those of the processor for one, and the size of the page in bytes."""
    taken: list[float] = []
    size = 0
    client.get(address)
    worked = time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: status {answer.status_code}")
        size = len(answer.data)
    return taken, (time.process_time() - worked) * 1000 / times, size


if __name__ == "__main__":
    main()
