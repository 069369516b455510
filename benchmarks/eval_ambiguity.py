"""Scores what becomes of names that several bear, on sentences of our own about invented actors.

    python benchmarks/eval_ambiguity.py [--half tune|report] [--threshold X] [--json] [--errors]

The sentences and what counts as right are described in tests/data/ambiguity/README.md. Without `--threshold`
the one of the settings holds (`[plugins.actors] resolve_above`). The curve shows what each threshold would
give, on the same half; the shipped one was chosen on `tune`, and the figures in the docs are of `report`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from musnad.errors import MusnadError
from musnad.model import Article, Mention
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_actors.config import ActorsSettings

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "ambiguity"
THRESHOLDS = tuple(round(0.05 * i, 2) for i in range(10, 21))
PLUGINS = ("arabic", "actors")


class Judged(NamedTuple):
    """One sentence, and what was made of the name in question."""

    item: dict[str, Any]
    mention: Mention | None

    def right(self, threshold: float) -> bool:
        """Tell whether it is right where only mentions of at least this score keep their actor."""
        gold, mention = self.item["gold"], self.mention
        actor = mention.actor_id if mention and mention.score >= threshold else None
        if isinstance(gold, list):
            return mention is not None and actor is None
        return bool(actor == gold)

    def decided(self, threshold: float) -> bool:
        """Tell whether it was given an actor."""
        return bool(self.mention and self.mention.actor_id and self.mention.score >= threshold)


def judge(items: Sequence[dict[str, Any]], threshold: float) -> list[Judged]:
    """Run the pipeline over the sentences. Raises `MusnadError` where a component fails."""
    actors = {"files": [str(DATA / "authority.yaml")], "starter": False, "resolve_above": threshold}
    settings = Settings(plugins={"actors": actors})
    names = [name for name in Plugins.load(settings).infos if name not in PLUGINS]
    settings = settings.model_copy(update={"blocked_plugins": tuple(names)})
    judged = []
    with Pipeline(Plugins.load(settings)) as pipeline:
        for item in items:
            day = item["published_at"]
            published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
            article = Article(id=item["id"], title="", body=item["text"], published_at=published)
            result = pipeline.enrich(article)
            for error in result.enrichment.errors:
                raise MusnadError(f"{error.plugin}.{error.component}: {error.message}")
            judged.append(Judged(item, _touching(result.mentions, item["focus"])))
    return judged


def _touching(mentions: Iterable[Mention], focus: dict[str, Any]) -> Mention | None:
    touching = [
        m for m in mentions
        if m.field == "body" and m.start < focus["end"] and focus["start"] < m.end
    ]  # fmt: skip
    return max(touching, key=lambda m: (m.actor_id is not None, m.end - m.start), default=None)


def report(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    """Return the share of right ones by class, and of what decides in context."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in judged:
        right = one.right(threshold)
        groups["all"].append(right)
        groups[one.item["class"]].append(right)
        if one.item["resolved_by"]:
            groups[f"context by {one.item['resolved_by']}"].append(right)
    decided = [one for one in judged if one.decided(threshold)]
    return {
        "accuracy": {
            name: {"right": sum(values), "of": len(values), "share": _share(values)}
            for name, values in sorted(groups.items())
        },
        "decided": len(decided),
        "precision_of_decided": _share([one.right(threshold) for one in decided]),
    }


def by_rule(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return for each rule that gave an actor how often that was right: what its score should say."""
    rules: dict[str, list[bool]] = defaultdict(list)
    for one in judged:
        if one.mention and one.mention.actor_id:
            rules[one.mention.provenance.rule or ""].append(one.right(0))
    return {
        rule: {"decided": len(values), "right": _share(values)}
        for rule, values in sorted(rules.items())
    }


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def errors(judged: Sequence[Judged], threshold: float) -> list[str]:
    """Return a line for each that is wrong."""
    lines = []
    for one in judged:
        if not one.right(threshold):
            mention = one.mention
            found = "nothing"
            if mention is not None:
                maybe = ", ".join(c.id for c in mention.candidates)
                found = f"{mention.actor_id or f'open ({maybe})'} {mention.score} {mention.provenance.rule}"
            item = one.item
            lines.append(
                f"{item['id']} {item['class']} {item['resolved_by'] or ''}\n  {item['text']}\n"
                f"  {item['focus']['surface']}: {item['gold']}, found {found}"
            )
    return lines


def measured(
    half: str = "report", threshold: float | None = None
) -> tuple[dict[str, Any], list[Judged]]:
    """Return the scores on a half of the sentences (or `both`), and each sentence with what was made of it.

    Without a `threshold` that of the settings holds. Raises `MusnadError` where a component fails.
    """
    lines = (DATA / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    items = [item for item in items if half in ("both", item["half"])]
    threshold = ActorsSettings().resolve_above if threshold is None else threshold
    # All that is decided at all: the threshold is laid over it here.
    judged = judge(items, 0.0)
    result = {
        "half": half,
        "items": len(items),
        "classes": dict(Counter(item["class"] for item in items)),
        "threshold": threshold,
        **report(judged, threshold),
        "curve": {str(at): _point(judged, at) for at in THRESHOLDS},
        "rules": by_rule(judged),
    }
    return result, judged


def main(arguments: Sequence[str] | None = None) -> int:
    """Score and print; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--half", choices=["tune", "report", "both"], default="report")
    parser.add_argument("--threshold", type=float, help="instead of that of the settings")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--errors", action="store_true", help="list what is wrong")
    options = parser.parse_args(arguments)
    try:
        result, judged = measured(options.half, options.threshold)
    except MusnadError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False) if options.json else _table(result))
    if options.errors:
        print("\n".join(["", *errors(judged, result["threshold"])]))
    return 0


def _point(judged: Sequence[Judged], at: float) -> dict[str, float]:
    got = report(judged, at)
    return {
        "accuracy": got["accuracy"]["all"]["share"],
        "decided": got["decided"],
        "precision_of_decided": got["precision_of_decided"],
    }


def _table(result: dict[str, Any]) -> str:
    lines = [f"{result['items']} sentences ({result['half']}), threshold {result['threshold']}", ""]
    lines += [
        f"  {name:28} {row['right']:>4} of {row['of']:>4}  {row['share']:.3f}"
        for name, row in result["accuracy"].items()
    ]
    lines += ["", f"  {'threshold':>9} {'accuracy':>9} {'decided':>8} {'of them right':>14}"]
    lines += [
        f"  {at:>9} {row['accuracy']:>9.3f} {row['decided']:>8} {row['precision_of_decided']:>14.3f}"
        for at, row in result["curve"].items()
    ]
    lines += ["", f"  {'rule':40} {'decided':>8} {'right':>7}"]
    lines += [
        f"  {rule:40} {row['decided']:>8} {row['right']:>7.3f}"
        for rule, row in result["rules"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
