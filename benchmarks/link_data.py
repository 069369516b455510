"""Reads files of claims with articles, and of pairs of headlines, for fitting and for scoring."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, cast

from musnad.matching import Bearing, ClaimText
from musnad.model import Article, Statement
from musnad.pipeline import Pipeline

Stance = Literal["agree", "disagree", "discuss", "unrelated"]
BEARING: Mapping[str, Bearing] = {"agree": "supports", "disagree": "denies", "discuss": "discusses"}
"""What a related article's stance is in the product's words."""
PAIR_BEARING: Mapping[str, Bearing] = {
    "agree": "supports",
    "disagree": "denies",
    "other": "discusses",
}
"""The same for a pair of headlines."""
BATCH = 16


@dataclass
class LinkData:
    """Claims, articles, and the stance of each labelled pair."""

    claims: list[ClaimText] = field(default_factory=list)
    articles: dict[str, Article] = field(default_factory=dict)
    gold: dict[str, dict[str, Stance]] = field(default_factory=dict)
    """By article, then by claim."""
    sha256: str = ""

    @property
    def related(self) -> int:
        """How many pairs of an article and a claim belong together."""
        return sum(stance in BEARING for row in self.gold.values() for stance in row.values())

    def right(self, article: str) -> set[str]:
        """Return the claims that an article is about."""
        return {claim for claim, stance in self.gold[article].items() if stance in BEARING}


def opened(path: Path) -> IO[str]:
    """Open a text file, compressed or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def read_link_data(path: Path, most_claims: int | None = None) -> LinkData:
    """Return the claims of a JSON Lines file, each line {claim_id, claim, articles: [{text, stance}]}.

    `id` and `text` are read for the claim's keys too, and `title` and `body` for an article's. One text under
    two claims is one article.
    """
    data = LinkData(sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with opened(path) as lines:
        for line in lines:
            row = json.loads(line)
            claim = ClaimText(
                str(row.get("claim_id") or row["id"]), row.get("claim") or row["text"]
            )
            data.claims.append(claim)
            for one in row.get("articles", ()):
                title, body = one.get("title") or "", one.get("body") or one.get("text") or ""
                key = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:16]
                data.articles[key] = Article(id=key, title=title, body=body)
                data.gold.setdefault(key, {})[claim.id] = cast("Stance", one["stance"])
            if most_claims and len(data.claims) >= most_claims:
                break
    return data


def read_pairs(path: Path) -> list[tuple[str, str, str]]:
    """Return (headline, headline, agree | disagree | other) of a CSV file with s1, s2, stance."""
    with opened(path) as lines:
        return [(row["s1"], row["s2"], row["stance"]) for row in csv.DictReader(lines)]


def statements_of(
    pipeline: Pipeline, articles: Iterable[Article]
) -> Iterator[tuple[Article, Sequence[Statement]]]:
    """Yield the articles with the statements that the product finds in them."""
    waiting = list(articles)
    for i in range(0, len(waiting), BATCH):
        for done in pipeline.enrich_batch(waiting[i : i + BATCH]):
            yield done.article, done.statements
