"""Fits the weights that link articles to claims with the vectors of an encoder beside the words.

    make fit-links-encoded DATA=FOLDER      (python scripts/fit_links_encoded.py FOLDER [--check] [--vectors CACHE])

Writes data/article_links_encoded.json, after scripts/fit_links.py and with its folds; prints the cross-validated
figures with and without the vectors. Encoding takes minutes: some ten passages a second on one core.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from fit_links import (
    EMPTY,
    ROOT,
    Pair,
    best_threshold,
    cross_validated,
    fit_alone,
    fit_together,
    links_report,
    near,
    plain,
)
from link_data import LinkData, read_link_data
from musnad.encoders import Encoders, passage_vectors
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_claims.linking.articles.features import features, find
from musnad_claims.linking.articles.matcher import ArticleMatcher
from musnad_claims.linking.articles.meaning import Center, meaning_features
from musnad_claims.linking.articles.wording import read_article
from musnad_claims.linking.data import ARTICLE_LINKS_ENCODED

Vectors = tuple[str, dict[str, Sequence[float]], dict[str, Sequence[Sequence[float]]]]
"""The model, vectors of claims by id, vectors of passages by article."""


def main() -> None:
    """Fit, cross-validate, print, write."""
    parser = argparse.ArgumentParser(description="Fit link weights with an encoder's vectors.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", default="unified-fc-dev.jsonl.gz")
    parser.add_argument("--vectors", type=Path, help="keep the vectors here between runs")
    parser.add_argument("--check", action="store_true", help="only print: write nothing")
    options = parser.parse_args()
    data = read_link_data(options.folder / options.claims)
    model, claims, articles = encoded(data, options.vectors)
    center = Center(
        mean(claims.values()), mean(vector for rows in articles.values() for vector in rows)
    )
    words = pairs_of(data)
    pairs = [
        replace(
            pair,
            features={
                **pair.features,
                **meaning_features(claims[pair.claim], articles[pair.article], center),
            },
        )
        for pair in words
    ]
    without, _ = figures(data, words)
    report, threshold = figures(data, pairs)
    print(json.dumps({"without": without, "with": report}, ensure_ascii=False, indent=1))
    if options.check:
        return
    alone = fit_alone(pairs, data)
    content = {
        "how": "scripts/fit_links_encoded.py: logistic regression; figures by 5-fold cross-validation over claims",
        "encoder": model,
        "center": {"claims": center.claims, "passages": center.passages},
        "data": {options.claims: data.sha256},
        "cross_validated": report,
        "threshold": round(threshold, 4),
        "alone": plain(alone),
        "together": plain(fit_together(near(pairs, alone, data), data)),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    ARTICLE_LINKS_ENCODED.write_text(text + "\n", encoding="utf-8")
    print(f"written: {ARTICLE_LINKS_ENCODED.relative_to(ROOT)}", file=sys.stderr)


def pairs_of(data: LinkData) -> list[Pair]:
    """Return the candidates by words of each article, and its labelled claims."""
    matcher = ArticleMatcher(data.claims, weights=EMPTY)
    numbers = {claim.id: i for i, claim in enumerate(matcher.claims)}
    pairs = []
    for key, article in data.articles.items():
        wording = read_article(article.title, article.body)
        retrieved = [number for number, _ in matcher.retrieve(wording)]
        labelled = [numbers[claim] for claim in data.gold[key]]
        for number in dict.fromkeys([*retrieved, *labelled]):
            claim = matcher.wordings[number]
            values = features(claim, wording, find(claim, wording))
            pairs.append(Pair(key, matcher.claims[number].id, values, number in retrieved))
    return pairs


def mean(vectors: Iterable[Sequence[float]]) -> list[float]:
    """Return the mean of vectors."""
    return [round(float(value), 4) for value in np.mean(list(vectors), axis=0)]


def figures(data: LinkData, pairs: Sequence[Pair]) -> tuple[Mapping[str, Any], float]:
    """Return the cross-validated figures, and the best threshold."""
    scored = cross_validated(pairs, data)
    threshold = best_threshold(data, scored)
    judged = {
        article: [replace(one, linked=one.score >= threshold) for one in rows]
        for article, rows in scored.items()
    }
    return links_report(data, judged), threshold


def encoded(data: LinkData, cache: Path | None) -> Vectors:
    """Return the vectors of claims and articles, as the product makes them."""
    if cache is not None and cache.exists():
        known: Vectors = pickle.loads(cache.read_bytes())
        return known
    settings = Settings(plugins={"embeddings": {"enabled": True}})
    with Encoders(Plugins.load(settings)) as encoders:
        encoder = encoders.first
        if encoder is None:
            sys.exit(f"no encoder is on: {encoders.declined}")
        rows = encoder.encode([claim.text for claim in data.claims], query=True)
        claims = {claim.id: row for claim, row in zip(data.claims, rows, strict=True)}
        articles: dict[str, Sequence[Sequence[float]]] = {}
        started = time.perf_counter()
        for key, article in data.articles.items():
            articles[key] = passage_vectors(encoder, article.title, article.body)
            if len(articles) % 100 == 0:
                rate = sum(map(len, articles.values())) / (time.perf_counter() - started)
                print(
                    f"{len(articles)} of {len(data.articles)} articles encoded, {rate:.1f} passages a second",
                    file=sys.stderr,
                )
        found = (encoder.model, claims, articles)
    if cache is not None:
        cache.write_bytes(pickle.dumps(found))
    return found


if __name__ == "__main__":
    main()
