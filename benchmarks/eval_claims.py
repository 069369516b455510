"""Scores claims as a whole: statements, linking of articles to claims, contradiction of headlines.

    python benchmarks/eval_claims.py [--statements GOLD.jsonl] [--claims CLAIMS.jsonl] [--pairs PAIRS.csv]
                                     [--json] [--no-node]

Everything goes through the product: articles through the pipeline, claims through the very matcher of
`musnad claims match`, headlines as articles that are one line long. Formats: statements as eval_statements.py,
claims and pairs as link_data.py describe them. `--no-node` leaves out more_like_this, which needs Elasticsearch.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import eval_statements
from link_baselines import coverage, more_like_this
from link_data import (
    PAIR_BEARING,
    LinkData,
    opened,
    read_link_data,
    read_pairs,
    statements_of,
)
from link_scores import Found, at_recall, link_scores, macro_f1, relation_scores, right_first
from musnad.matching import Candidate, ClaimText
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_claims.linking.data import ARTICLE_LINKS

LIMIT = 25
"""Candidates of an article, as many as `musnad claims match` prints."""


def statements(path: Path) -> dict[str, Any]:
    """Return the scores of extraction."""
    with opened(path) as lines:
        golds = [json.loads(line) for line in lines if line.strip()]
    return eval_statements.report(list(eval_statements.enriched(golds)))


def linking(path: Path, with_node: bool, most: int | None = None) -> dict[str, Any]:
    """Return the scores of linking articles to claims, and of what it has to beat."""
    data = read_link_data(path, most)
    scores: dict[str, Any] = {
        "claims": len(data.claims),
        "articles": len(data.articles),
        "related_pairs": data.related,
    }
    trained = json.loads(ARTICLE_LINKS.read_text(encoding="utf-8"))
    scores["weights_were_fitted_on_this_file"] = data.sha256 in trained["data"].values()
    if scores["weights_were_fitted_on_this_file"]:
        scores["cross_validated"] = trained["cross_validated"]
    found = matched(data)
    scores["musnad"] = {**ranking(data, found), "links": link_scores(data, found)}
    scores["musnad"]["relation"] = relation_scores(data, found)
    scores["coverage"] = ranking(data, coverage(data))
    if with_node:
        scores["more_like_this"] = ranking(data, more_like_this(data))
    return scores


def matched(data: LinkData) -> dict[str, Sequence[Candidate]]:
    """Return the product's candidates of each article."""
    found: dict[str, Sequence[Candidate]] = {}
    with Pipeline(Plugins.load(Settings())) as pipeline:
        matchers = [r.component.matcher(data.claims) for r in pipeline.linkers]
        matcher = next(one for one in matchers if one is not None)
        for article, said in statements_of(pipeline, data.articles.values()):
            found[article.id] = matcher.match(article, said, limit=LIMIT)
            if len(found) % 200 == 0:
                print(f"{len(found)} of {len(data.articles)} articles", file=sys.stderr)
    return found


def ranking(data: LinkData, found: Found) -> dict[str, Any]:
    """Return the scores that need no threshold."""
    flat = [
        (c.score, c.claim_id in data.right(article), c.claim_id in data.gold[article])
        for article, rows in found.items()
        for c in rows
    ]
    labelled, _ = at_recall([(score, right) for score, right, own in flat if own], data.related)
    everything, _ = at_recall([(score, right) for score, right, _ in flat], data.related)
    return {
        "right_claim_first": right_first(data, found),
        "precision_at_recall_60": {"labelled_pairs": labelled, "all_pairs": everything},
    }


def contradiction(path: Path) -> dict[str, Any]:
    """Return the scores of the relation between two headlines, one as an article, the other as its claim."""
    triples = read_pairs(path)
    gold: list[str] = [PAIR_BEARING[stance] for _, _, stance in triples]
    got: list[str | None] = []
    with Pipeline(Plugins.load(Settings())) as pipeline:
        articles = [
            Article(id=f"pair-{i}", title=one, body="") for i, (one, _, _) in enumerate(triples)
        ]
        (linker,) = (r.component for r in pipeline.linkers)
        for (article, said), (_, claim, _) in zip(
            statements_of(pipeline, articles), triples, strict=True
        ):
            matcher = linker.matcher([ClaimText("claim", claim)])
            candidates = matcher.match(article, said) if matcher else ()
            # Two headlines without a word in common: not about the same thing.
            got.append(candidates[0].relation if candidates else "discusses")
    right = sum(a == b for a, b in zip(gold, got, strict=True))
    return {
        "pairs": len(triples),
        "accuracy": round(100 * right / max(1, len(triples)), 1),
        **macro_f1(gold, got, sorted(set(PAIR_BEARING.values()))),
    }


def lines(scores: Mapping[str, Any], indent: int = 0) -> list[str]:
    """Return scores as lines for people."""
    found = []
    for name, value in scores.items():
        label = " " * indent + name.replace("_", " ")
        if isinstance(value, Mapping) and value:
            simple = all(not isinstance(one, (Mapping, list)) for one in value.values())
            if simple:
                told = "  ".join(f"{key.replace('_', ' ')} {one}" for key, one in value.items())
                found.append(f"{label}: {told}")
            else:
                found += [label, *lines(value, indent + 2)]
        else:
            found.append(f"{label}: {value}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the files named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--statements", type=Path, help="labelled passages, JSON lines")
    parser.add_argument("--claims", type=Path, help="claims with articles, JSON lines (also .gz)")
    parser.add_argument("--pairs", type=Path, help="pairs of headlines, CSV: s1, s2, stance")
    parser.add_argument("--most-claims", type=int, help="only the first so many claims")
    parser.add_argument("--no-node", action="store_true", help="without more_like_this")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    options = parser.parse_args(arguments)
    scores: dict[str, Any] = {}
    try:
        if options.statements:
            scores["statements"] = statements(options.statements)
        if options.claims:
            scores["linking"] = linking(options.claims, not options.no_node, options.most_claims)
        if options.pairs:
            scores["contradiction"] = contradiction(options.pairs)
    except (OSError, ValueError, KeyError) as error:
        print(f"eval_claims: a file cannot be read: {error!r}", file=sys.stderr)
        return 1
    if not scores:
        parser.error("name at least one file: --statements, --claims or --pairs")
    if options.json:
        print(json.dumps(scores, ensure_ascii=False))
    else:
        print("\n".join(lines(scores)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
