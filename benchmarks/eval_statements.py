"""Scores statement extraction against labelled passages.

    python benchmarks/eval_statements.py GOLD.jsonl [--json] [--errors]

Each passage is enriched by the real pipeline as an article (title, body = text, outlet = source). A cue
counts where it overlaps a labelled one of the same stance, one to one; statements in the title are left
out. Speaker and said are averaged over all labelled statements: a missed statement is 0, both null is 1, else
the F1 of the words. Beside each figure stands its 95% bootstrap interval over passages: few passages tell little.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musnad.model import Article, Span, Statement
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

_EDGES = "\"'«»“”„‟‹›‘’ \n\t.،,:؛"
Gold = Mapping[str, Any]


@dataclass
class Passage:
    """One labelled passage with what was found in it."""

    gold: Gold
    found: list[Statement]
    pairs: list[tuple[Gold, Statement]] = field(default_factory=list)
    speakers: list[float] = field(default_factory=list)
    saids: list[float] = field(default_factory=list)


def words(text: str) -> list[str]:
    """Return the words of a span without quotation marks around them."""
    return re.findall(r"\w+", text.strip(_EDGES))


def token_f1(gold: str | None, found: str | None) -> float:
    """Return 1 for two nulls, 0 for one, else the F1 of the words as bags."""
    if gold is None or found is None:
        return float(gold is found)
    ours, theirs = Counter(words(found)), Counter(words(gold))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def surface(span: Span | None) -> str | None:
    """Return what stands at a span; one in the title names nothing in the passage."""
    return span.surface if span is not None and span.field == "body" else None


def match(passage: Passage) -> None:
    """Pair labelled and found statements: cues that overlap and stances that are equal, one to one."""
    free = list(passage.found)
    for gold in passage.gold["statements"]:
        start, end = gold["start"], gold["start"] + len(gold["cue"])
        partner = next(
            (
                one
                for one in free
                if one.cue.start < end and start < one.cue.end and one.stance == gold["stance"]
            ),
            None,
        )
        if partner is None:
            passage.speakers.append(0.0)
            passage.saids.append(0.0)
            continue
        free.remove(partner)
        passage.pairs.append((gold, partner))
        passage.speakers.append(token_f1(gold["speaker"], surface(partner.speaker.span)))
        passage.saids.append(token_f1(gold["said"], surface(partner.said)))


def prf(hits: int, gold: int, found: int) -> dict[str, float]:
    """Return precision, recall and F1 in percent, with the counts."""
    precision = 100 * hits / found if found else 0.0
    recall = 100 * hits / gold if gold else 0.0
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return {
        "precision": round(precision, 1),
        "recall": round(recall, 1),
        "f1": round(f1, 1),
        "gold": gold,
        "found": found,
    }


def overall(passages: Sequence[Passage]) -> dict[str, float]:
    """Return the score of cue and stance over all passages."""
    return prf(
        sum(len(passage.pairs) for passage in passages),
        sum(len(passage.gold["statements"]) for passage in passages),
        sum(len(passage.found) for passage in passages),
    )


def by_stance(passages: Sequence[Passage], stance: str) -> dict[str, float]:
    """Return the score of one stance over all passages."""
    return prf(
        sum(gold["stance"] == stance for p in passages for gold, _ in p.pairs),
        sum(one["stance"] == stance for p in passages for one in p.gold["statements"]),
        sum(one.stance == stance for p in passages for one in p.found),
    )


def mean(scores: Sequence[float]) -> float:
    """Return the mean in percent, 0 of nothing."""
    return round(100 * sum(scores) / len(scores), 1) if scores else 0.0


def figures(passages: Sequence[Passage], stances: Sequence[str]) -> dict[str, float]:
    """Return the figures that have an interval, by name."""
    return {
        "cue_and_stance": overall(passages)["f1"],
        **{stance: by_stance(passages, stance)["f1"] for stance in stances},
        "speaker": mean([score for passage in passages for score in passage.speakers]),
        "said": mean([score for passage in passages for score in passage.saids]),
    }


def intervals(
    passages: Sequence[Passage], stances: Sequence[str], rounds: int = 1000
) -> dict[str, list[float]]:
    """Return the 95% bootstrap interval of each figure: passages drawn again with replacement."""
    chance = random.Random(20150701)
    drawn: dict[str, list[float]] = {}
    for _ in range(rounds if passages else 0):
        sample = chance.choices(passages, k=len(passages))
        for name, value in figures(sample, stances).items():
            drawn.setdefault(name, []).append(value)
    low, high = int(rounds * 0.025), int(rounds * 0.975) - 1
    return {name: [sorted(values)[low], sorted(values)[high]] for name, values in drawn.items()}


def report(passages: Sequence[Passage]) -> dict[str, Any]:
    """Return all scores of passages that `enriched` gave, with a 95% interval beside each figure.

    Percent, but for counts. `false_alarms` are statements found in passages that have none.
    """
    stances = sorted({s["stance"] for p in passages for s in p.gold["statements"]})
    found = figures(passages, stances)
    around = intervals(passages, stances)
    kinds = [gold["speaker_kind"] == one.speaker.kind for p in passages for gold, one in p.pairs]
    quoted = [gold["quoted"] == one.quoted for p in passages for gold, one in p.pairs]
    empty = [passage for passage in passages if not passage.gold["statements"]]
    return {
        "passages": len(passages),
        "cue_and_stance": {**overall(passages), "interval_95": around.get("cue_and_stance")},
        "by_stance": {
            stance: {**by_stance(passages, stance), "interval_95": around[stance]}
            for stance in stances
        },
        "speaker": found["speaker"],
        "speaker_interval_95": around.get("speaker"),
        "said": found["said"],
        "said_interval_95": around.get("said"),
        "speaker_kind_of_found": mean(kinds),
        "quoted_of_found": mean(quoted),
        "passages_without_statements": len(empty),
        "passages_with_false_alarms": sum(bool(passage.found) for passage in empty),
        "false_alarms_in_those": sum(len(passage.found) for passage in empty),
    }


def enriched(golds: Sequence[Gold]) -> Iterator[Passage]:
    """Run the real pipeline over the passages. Raises `SystemExit` where a component fails."""
    plugins = Plugins.load(Settings())
    for name, info in plugins.infos.items():
        if info.state != "on":
            raise SystemExit(f"plugin {name} is off: {info.reason}")
    articles = [
        Article(id=gold["id"], title=gold["title"], body=gold["text"], outlet=gold["source"])
        for gold in golds
    ]
    with Pipeline(plugins) as pipeline:
        for gold, result in zip(golds, pipeline.enrich_batch(articles), strict=True):
            for error in result.enrichment.errors:
                raise SystemExit(f"{gold['id']}: {error.component}: {error.message}")
            body = [one for one in result.statements if one.cue.field == "body"]
            passage = Passage(gold, body)
            match(passage)
            yield passage


def show_errors(passages: Sequence[Passage]) -> None:
    """Print what was missed, found in vain or read otherwise."""
    for passage in passages:
        lines = []
        paired = [id(gold) for gold, _ in passage.pairs]
        ours = [id(one) for _, one in passage.pairs]
        for gold in passage.gold["statements"]:
            if id(gold) not in paired:
                lines.append(
                    f"  missed  {gold['stance']} | {gold['cue']} | {gold['speaker']} | {gold['said']}"
                )
        for one in passage.found:
            if id(one) not in ours:
                lines.append(
                    f"  in vain {one.stance} | {one.cue.surface} | {surface(one.speaker.span)} | "
                    f"{surface(one.said)} [{one.provenance.rule}]"
                )
        scores = iter(zip(passage.speakers, passage.saids, strict=True))
        by_gold = {id(gold): one for gold, one in passage.pairs}
        for gold in passage.gold["statements"]:
            speaker, said = next(scores)
            other = by_gold.get(id(gold))
            if other is None:
                continue
            if speaker < 1:
                lines.append(
                    f"  speaker {speaker:.2f} {gold['cue']}: {gold['speaker']} <> {surface(other.speaker.span)}"
                )
            if said < 1:
                lines.append(
                    f"  said {said:.2f} {gold['cue']}: {gold['said']} <> {surface(other.said)}"
                )
            if gold["speaker_kind"] != other.speaker.kind:
                lines.append(
                    f"  kind {gold['cue']}: {gold['speaker_kind']} <> {other.speaker.kind}"
                )
            if gold["quoted"] != other.quoted:
                lines.append(f"  quoted {gold['cue']}: {gold['quoted']} <> {other.quoted}")
        if lines:
            print(f"{passage.gold['id']} {passage.gold['text']}")
            print("\n".join(lines))


def between(interval: Sequence[float] | None) -> str:
    """Return an interval for people to read."""
    return f"(95%: {interval[0]}–{interval[1]})" if interval else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the passages of the file named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="labelled passages, JSON lines")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.add_argument("--errors", action="store_true", help="print every difference first")
    options = parser.parse_args(arguments)
    try:
        lines = options.path.read_text(encoding="utf-8").splitlines()
        golds = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        print(f"{options.path}: cannot be read as JSON lines: {error}", file=sys.stderr)
        return 1
    passages = list(enriched(golds))
    if options.errors:
        show_errors(passages)
    scores = report(passages)
    if options.json:
        print(json.dumps(scores, ensure_ascii=False))
        return 0
    cue = scores["cue_and_stance"]
    print(f"passages {scores['passages']}")
    print(
        f"cue and stance  P {cue['precision']}  R {cue['recall']}  F1 {cue['f1']}"
        f"  {between(cue['interval_95'])}"
    )
    for stance, score in scores["by_stance"].items():
        print(
            f"  {stance:<11} P {score['precision']:>5}  R {score['recall']:>5}  F1 {score['f1']:>5}"
            f"  {between(score['interval_95'])}  gold {score['gold']}, found {score['found']}"
        )
    print(f"speaker {scores['speaker']}  {between(scores['speaker_interval_95'])}")
    print(f"said    {scores['said']}  {between(scores['said_interval_95'])}")
    print(
        f"of those found: speaker kind {scores['speaker_kind_of_found']}, quoted {scores['quoted_of_found']}"
    )
    print(
        f"false alarms in the {scores['passages_without_statements']} passages without statements: "
        f"{scores['false_alarms_in_those']} (in {scores['passages_with_false_alarms']} of them)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
