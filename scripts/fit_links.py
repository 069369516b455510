"""Fits the weights that link articles to claims, and writes plugins/musnad_claims/linking/data/article_links.json.

    make fit-links DATA=FOLDER      (python scripts/fit_links.py FOLDER [--check] [--statements CACHE])

FOLDER has claims with articles (unified-fc-dev.jsonl.gz) and pairs of headlines (ans-train.csv). Logistic
regression by scikit-learn (which camel-tools brings along) over the very features that the product computes;
nothing but weights is written. The figures that are printed, and kept beside the weights, are cross-validated:
claims that share an article fall in one of five parts, and each part is scored by weights fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from link_data import BEARING, PAIR_BEARING, LinkData, read_link_data, read_pairs, statements_of  # noqa: E402
from link_scores import at_recall, link_scores, macro_f1, relation_scores, right_first  # noqa: E402
from musnad.claims.graph import components  # noqa: E402
from musnad.matching import Candidate  # noqa: E402
from musnad.model import Statement  # noqa: E402
from musnad.pipeline import Pipeline  # noqa: E402
from musnad.plugins import Plugins  # noqa: E402
from musnad.settings import Settings  # noqa: E402
from musnad_claims.linking.articles.bearing import bearing_features  # noqa: E402
from musnad_claims.linking.articles.contrast import WORD, contrast_features  # noqa: E402
from musnad_claims.linking.articles.features import features, find  # noqa: E402
from musnad_claims.linking.articles.fitted import Weights, likeliest, probability  # noqa: E402
from musnad_claims.linking.articles.matcher import ArticleMatcher, Scored, ahead  # noqa: E402
from musnad_claims.linking.articles.wording import read_article  # noqa: E402
from musnad_claims.linking.data import ARTICLE_LINKS  # noqa: E402

PARTS = 5
RARE_WORD = 5
"""A word that only one of two headlines has gets a weight if so many pairs of the data have it."""
DENIAL_WEIGHT = 3.0
"""A denying article counts so many times: they are rare in the data, not in what people look for."""
Features = Mapping[str, float]


@dataclass
class Pair:
    """A candidate of an article."""

    article: str
    claim: str
    features: Features
    retrieved: bool


def weights_of(
    rows: Sequence[Features], labels: Sequence[Any], *, c: float, **more: Any
) -> dict[Any, Weights]:
    """Return the weights, on the features as they are, of each class (of two classes: of True)."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    # Words are on or off: their spread would only make rare ones loud.
    spread = np.array(
        [1.0 if name.startswith(WORD) else table[:, i].std() or 1.0 for i, name in enumerate(names)]
    )
    middle = np.array(
        [0.0 if name.startswith(WORD) else table[:, i].mean() for i, name in enumerate(names)]
    )
    model = LogisticRegression(C=c, max_iter=5000, **more).fit((table - middle) / spread, labels)
    classes = list(model.classes_) if len(model.classes_) > 2 else [model.classes_[1]]
    found = {}
    for name, row, bias in zip(classes, model.coef_, model.intercept_, strict=True):
        scaled = row / spread
        found[name] = Weights(
            float(bias - scaled @ middle), dict(zip(names, map(float, scaled), strict=True))
        )
    return found


def fit_alone(pairs: Sequence[Pair], data: LinkData) -> Weights:
    """Fit whether an article is about a claim."""
    labels = [pair.claim in data.right(pair.article) for pair in pairs]
    return weights_of([pair.features for pair in pairs], labels, c=1.0)[True]


def near(pairs: Sequence[Pair], weights: Weights, data: LinkData) -> dict[str, list[Scored]]:
    """Return the retrieved candidates of each article, the likeliest first."""
    texts = {claim.id: claim for claim in data.claims}
    found: dict[str, list[Scored]] = {}
    for pair in pairs:
        if pair.retrieved:
            one = Scored(texts[pair.claim], pair.features, weights.sum(pair.features))
            found.setdefault(pair.article, []).append(one)
    for rows in found.values():
        rows.sort(key=lambda one: (-one.log_odds, one.claim.id))
    return found


def fit_together(by_article: Mapping[str, Sequence[Scored]], data: LinkData) -> Weights:
    """Fit the same with what the other candidates of the article say."""
    rows: list[Features] = []
    labels: list[bool] = []
    for article, scored in by_article.items():
        rows += ahead(scored)
        labels += [one.claim.id in data.right(article) for one in scored]
    return weights_of(rows, labels, c=1.0)[True]


def fit_bearing(rows: Sequence[Features], labels: Sequence[str]) -> dict[str, Weights]:
    """Fit how an article bears on a claim that it is about."""
    cost = {name: DENIAL_WEIGHT if name == "denies" else 1.0 for name in set(labels)}
    return weights_of(rows, labels, c=0.05, class_weight=cost)


def fit_contrast(rows: Sequence[Features], labels: Sequence[str]) -> dict[str, Weights]:
    """Fit how one headline bears on another."""
    seen = Counter(name for row in rows for name in row)
    kept = [
        {k: v for k, v in row.items() if not k.startswith(WORD) or seen[k] >= RARE_WORD}
        for row in rows
    ]
    return weights_of(kept, labels, c=0.3)


def parts_of(data: LinkData) -> dict[str, int]:
    """Return the part that each claim is in."""
    edges = []
    for row in data.gold.values():
        claims = sorted(row)
        edges += [(claims[0], other) for other in claims[1:]]
    groups = components(edges, sorted(claim.id for claim in data.claims))
    order = np.random.RandomState(0).permutation(len(groups))
    return {claim: int(order[i]) % PARTS for i, group in enumerate(groups) for claim in group}


def homes_of(data: LinkData, part: Mapping[str, int]) -> dict[str, int]:
    """Return the part that each article is in: that of its claims."""
    return {article: part[next(iter(row))] for article, row in data.gold.items()}


def cross_validated(pairs: Sequence[Pair], data: LinkData) -> dict[str, list[Candidate]]:
    """Return the candidates of each article, scored by weights fitted on the other parts; none is linked."""
    part = parts_of(data)
    home = homes_of(data, part)
    scored: dict[str, list[Candidate]] = {}
    for number in range(PARTS):
        rest = [p for p in pairs if home[p.article] != number and part[p.claim] != number]
        alone = fit_alone(rest, data)
        together = fit_together(near(rest, alone, data), data)
        mine = near([p for p in pairs if home[p.article] == number], alone, data)
        scored |= candidates(mine, together, 2.0, {})
    return scored


def links_report(data: LinkData, judged: Mapping[str, Sequence[Candidate]]) -> dict[str, Any]:
    """Return the figures of candidates that need no relation."""
    flat = [
        (c.score, c.claim_id in data.right(article), c.claim_id in data.gold[article])
        for article, rows in judged.items()
        for c in rows
    ]
    return {
        "right_claim_first": right_first(data, judged),
        "links": link_scores(data, judged),
        "precision_at_recall_60": {
            "labelled_pairs": at_recall([(s, r) for s, r, own in flat if own], data.related)[0],
            "all_pairs": at_recall([(s, r) for s, r, _ in flat], data.related)[0],
        },
    }


def candidates(
    by_article: Mapping[str, Sequence[Scored]],
    together: Weights,
    threshold: float,
    relation: Mapping[tuple[str, str], Any],
) -> dict[str, list[Candidate]]:
    """Return what the product would answer with these weights."""
    found = {}
    for article, scored in by_article.items():
        rows = []
        for one, more in zip(scored, ahead(scored), strict=True):
            score = probability(together.sum(more))
            known = relation.get((article, one.claim.id), "discusses")
            rows.append(Candidate(one.claim.id, score, score >= threshold, known))
        found[article] = rows
    return found


def main() -> None:
    """Fit, cross-validate, print, write."""
    parser = argparse.ArgumentParser(description="Fit the weights that link articles to claims.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", default="unified-fc-dev.jsonl.gz")
    parser.add_argument("--pairs", default="ans-train.csv")
    parser.add_argument("--statements", type=Path, help="keep what was extracted here between runs")
    parser.add_argument("--check", action="store_true", help="only print: write nothing")
    options = parser.parse_args()
    data = read_link_data(options.folder / options.claims)
    said = extracted(data, options.statements)
    matcher = ArticleMatcher(data.claims, weights=EMPTY)
    numbers = {claim.id: i for i, claim in enumerate(matcher.claims)}
    pairs: list[Pair] = []
    bearing: dict[tuple[str, str], Features] = {}
    for key, article in data.articles.items():
        wording = read_article(article.title, article.body)
        retrieved = [number for number, _ in matcher.retrieve(wording)]
        labelled = [numbers[claim] for claim in data.gold[key]]
        for number in dict.fromkeys([*retrieved, *labelled]):
            claim, hits = matcher.wordings[number], find(matcher.wordings[number], wording)
            values = features(claim, wording, hits)
            name = matcher.claims[number].id
            pairs.append(Pair(key, name, values, number in retrieved))
            if name in data.right(key):
                more = bearing_features(claim, wording, hits, said[key])
                bearing[key, name] = {**values, **more}
    home = homes_of(data, parts_of(data))
    scored = cross_validated(pairs, data)
    relation: dict[tuple[str, str], str] = {}
    for number in range(PARTS):
        train = [key for key in bearing if home[key[0]] != number]
        labels = [BEARING[data.gold[a][c]] for a, c in train]
        by_class = fit_bearing([bearing[key] for key in train], labels)
        relation |= {
            key: likeliest(by_class, bearing[key]) for key in bearing if home[key[0]] == number
        }
    threshold = best_threshold(data, scored)
    judged = {
        article: [
            Candidate(
                c.claim_id,
                c.score,
                c.score >= threshold,
                relation.get((article, c.claim_id), "discusses"),
            )  # type: ignore[arg-type]
            for c in rows
        ]
        for article, rows in scored.items()
    }
    triples = read_pairs(options.folder / options.pairs)
    contrast_rows = [contrast_features(one, two) for one, two, _ in triples]
    contrast_labels = [PAIR_BEARING[stance] for _, _, stance in triples]
    report = {
        **links_report(data, judged),
        "relation": relation_scores(data, judged),
        "contradiction": cross_validated_contrast(triples, contrast_rows, contrast_labels),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))
    if options.check:
        return
    alone = fit_alone(pairs, data)
    together = fit_together(near(pairs, alone, data), data)
    labels = [BEARING[data.gold[a][c]] for a, c in bearing]
    content = {
        "how": "scripts/fit_links.py: logistic regression; figures by 5-fold cross-validation over claims",
        "data": {
            options.claims: data.sha256,
            options.pairs: "ANS (Khouja 2020), Apache-2.0; training part",
        },
        "cross_validated": report,
        "threshold": round(threshold, 4),
        "alone": plain(alone),
        "together": plain(together),
        "bearing": {k: plain(v) for k, v in fit_bearing(list(bearing.values()), labels).items()},
        "contrast": {k: plain(v) for k, v in fit_contrast(contrast_rows, contrast_labels).items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    ARTICLE_LINKS.write_text(text + "\n", encoding="utf-8")
    print(f"written: {ARTICLE_LINKS.relative_to(ROOT)}", file=sys.stderr)


EMPTY: Any = object()
"""Retrieval and features need no weights."""


def best_threshold(data: LinkData, found: Mapping[str, Sequence[Candidate]]) -> float:
    """Return the threshold with the greatest F1 over all pairs of an article and a claim."""
    rows = sorted(
        (
            (c.score, c.claim_id in data.right(article))
            for article, some in found.items()
            for c in some
        ),
        reverse=True,
    )
    best = hits = 0.0
    threshold = 0.5
    for seen, (score, right) in enumerate(rows, start=1):
        hits += right
        f1 = 2 * hits / (seen + data.related)
        if f1 > best:
            best, threshold = f1, score
    return threshold


def cross_validated_contrast(
    triples: Sequence[tuple[str, str, str]], rows: Sequence[Features], labels: Sequence[str]
) -> dict[str, Any]:
    """Return the scores of pairs of headlines; pairs that share a headline fall in one part."""
    groups = components([(f"1 {one}", f"2 {two}") for one, two, _ in triples])
    part = {name: i % PARTS for i, group in enumerate(groups) for name in group}
    mine = [part[f"1 {one}"] for one, _, _ in triples]
    got: list[str | None] = [None] * len(rows)
    for number in range(PARTS):
        train = [i for i, home in enumerate(mine) if home != number]
        by_class = fit_contrast([rows[i] for i in train], [labels[i] for i in train])
        for i, home in enumerate(mine):
            if home == number:
                got[i] = likeliest(by_class, rows[i])
    return macro_f1(labels, got, sorted(set(labels)))


def plain(weights: Weights) -> dict[str, Any]:
    """Return weights as they are stored; words that weigh next to nothing are left out."""
    kept = {
        k: round(v, 4)
        for k, v in weights.by_feature.items()
        if not k.startswith(WORD) or abs(v) >= 0.02
    }
    return {"bias": round(weights.bias, 4), "weights": kept}


def extracted(data: LinkData, cache: Path | None) -> dict[str, Sequence[Statement]]:
    """Return the statements of each article."""
    if cache is not None and cache.exists():
        found: dict[str, Sequence[Statement]] = pickle.loads(cache.read_bytes())
        return found
    found = {}
    with Pipeline(Plugins.load(Settings())) as pipeline:
        for article, statements in statements_of(pipeline, data.articles.values()):
            found[article.id] = statements
            if len(found) % 200 == 0:
                print(f"{len(found)} of {len(data.articles)} articles read", file=sys.stderr)
    if cache is not None:
        cache.write_bytes(pickle.dumps(found))
    return found


if __name__ == "__main__":
    main()
