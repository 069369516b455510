"""Scores the whole path from articles to the status of claims on the annotated sample archive.

    python benchmarks/eval_stories.py [ARCHIVE] [--json] [--details]

Every article of ARCHIVE (a folder with articles.jsonl, stories.yaml, musnad.toml; by default
examples/archive) is enriched by the real pipeline, statements are linked across articles and settled, all
in memory. What the archive finds by itself elsewhere (which articles are copies of one text, which outlets
one credits) is taken from stories.yaml. For each annotated claim it prints the cluster that holds most of its
statements, what else is in it, the places where no statement was found, and the status.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml
from musnad.claims import ArticleFacts, MemoryClaimRegistry, Settlement, settle
from musnad.model import Statement
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import load_settings
from musnad_actors.authority import load_authority
from musnad_claims.linking import StatementLinker

_SLACK = 25
"""A cue may begin this many code points before the annotated sentence («وأكد أن …»)."""


@dataclass
class Place:
    """One annotated place, with the statements found there."""

    claim: str
    relation: str
    sentence: str
    statements: list[Statement]


@dataclass
class Outcome:
    """What was found of one annotated claim."""

    key: str
    places: int
    missing: list[str] = field(default_factory=list)
    in_cluster: int = 0
    cluster: str | None = None
    text: str = ""
    size: int = 0
    foreign: int = 0
    """Statements in the cluster at places that are annotated for another claim."""
    right_relations: int = 0
    expected: str = ""
    got: str = "-"
    relations: Mapping[str, int] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Tell whether the status is right and most of its places are in the cluster."""
        return self.expected == self.got and 2 * self.in_cluster > self.places


def enriched(archive: Path) -> list[Enriched]:
    """Return the articles of the archive, enriched."""
    plugins = Plugins.load(load_settings(archive / "musnad.toml"))
    with Pipeline(plugins) as pipeline:
        (item,) = find_inputs([str(archive / "articles.jsonl")], plugins.readers())
        return [
            pipeline.enrich(record.article)
            for record in read_records(item, max_chars=10**6)
            if record.article is not None
        ]


def settled(
    found: Sequence[Enriched], notes: Mapping[str, Any], linker: StatementLinker
) -> Settlement:
    """Return the claims of all articles."""
    facts = {}
    for one in found:
        note = notes.get(one.article.url or "", {})
        at = note.get("published_at")
        facts[one.article.id] = ArticleFacts(
            published_at=datetime.fromisoformat(at) if at else one.article.published_at,
            copy_group=note.get("copy_of") or one.article.id,
            cites=frozenset(note.get("cites", ())),
        )
    statements = [statement for one in found for statement in one.statements]
    registry = MemoryClaimRegistry.of(statements, [linker])
    links = [link for one in found for link in linker.link(one.statements, registry)]
    return settle(statements, links, articles=facts)


def places(found: Sequence[Enriched], stories: Sequence[Mapping[str, Any]]) -> list[Place]:
    """Return the annotated places with the statements whose cue lies there."""
    by_url = {one.article.url or "": one for one in found}
    rows = []
    for story in stories:
        for article in story["articles"]:
            one = by_url[article["url"]]
            for note in article["statements"]:
                text = one.article.title if note["field"] == "title" else one.article.body
                start = text.find(note["sentence"])
                end = start + len(note["sentence"])
                here = [
                    s
                    for s in one.statements
                    if s.cue.field == note["field"] and start - _SLACK <= s.cue.start < end
                ]
                inside = [s for s in here if s.cue.start >= start]
                rows.append(
                    Place(note["claim"], note["relation"], note["sentence"], inside or here)
                )
    return rows


def outcomes(
    stories: Sequence[Mapping[str, Any]], rows: Sequence[Place], settlement: Settlement
) -> list[Outcome]:
    """Return what was found of each annotated claim."""
    claims = {claim.id: claim for claim in settlement.claims}
    relation = {(k.statement_id, k.claim_id): k.relation for k in settlement.links}
    result = []
    for note in (claim for story in stories for claim in story["claims"]):
        mine = [row for row in rows if row.claim == note["key"]]
        out = Outcome(note["key"], len(mine), expected=note["final_status"])
        votes: Counter[str] = Counter()
        for row in mine:
            if not row.statements:
                out.missing.append(f"{row.relation}: {row.sentence}")
            votes.update(
                {settlement.claim_of[s.id] for s in row.statements if s.id in settlement.claim_of}
            )
        if votes:
            out.cluster = min(votes, key=lambda c: (-votes[c], c))
            claim = claims[out.cluster]
            out.in_cluster, out.text, out.got = votes[out.cluster], claim.text, claim.status
            out.relations = {k: v for k, v in claim.relations.model_dump().items() if v}
            out.size = sum(1 for c in settlement.claim_of.values() if c == out.cluster)
            here = {s.id for row in mine for s in row.statements}
            out.foreign = len(
                {
                    s.id
                    for row in rows
                    if row.claim != note["key"]
                    for s in row.statements
                    if s.id not in here and settlement.claim_of.get(s.id) == out.cluster
                }
            )
            out.right_relations = sum(
                any(relation.get((s.id, out.cluster)) == row.relation for s in row.statements)
                for row in mine
            )
        result.append(out)
    return result


def pairs(rows: Sequence[Place], settlement: Settlement) -> tuple[int, int, int]:
    """Return how many pairs of annotated statements are joined rightly, joined wrongly, and not joined though one."""
    keys: dict[str, set[str]] = {}
    for row in rows:
        for statement in row.statements:
            keys.setdefault(statement.id, set()).add(row.claim)
    right = wrong = missed = 0
    for one, two in combinations(sorted(keys), 2):
        same = bool(keys[one] & keys[two])
        claim = settlement.claim_of.get(one)
        joined = claim is not None and claim == settlement.claim_of.get(two)
        right += same and joined
        wrong += joined and not same
        missed += same and not joined
    return right, wrong, missed


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    default = Path(__file__).parents[1] / "examples" / "archive"
    parser.add_argument("archive", nargs="?", type=Path, default=default)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--details", action="store_true", help="show each place with what was found"
    )
    options = parser.parse_args()
    stories = yaml.safe_load((options.archive / "stories.yaml").read_text("utf-8"))["stories"]
    notes = {article["url"]: article for story in stories for article in story["articles"]}
    found = enriched(options.archive)
    actors = load_authority([options.archive / "actors.yaml"])
    settlement = settled(found, notes, StatementLinker({actor.id: actor for actor in actors}))
    rows = places(found, stories)
    result = outcomes(stories, rows, settlement)
    if options.json:
        print(
            json.dumps(
                [{**vars(o), "right": o.right} for o in result], ensure_ascii=False, indent=1
            )
        )
        return 0
    relation = {(k.statement_id, k.claim_id): k.relation for k in settlement.links}
    for out in result:
        mark = "ok " if out.right else "-- "
        print(
            f"{mark}{out.key:20} in cluster {out.in_cluster}/{out.places}, missing {len(out.missing)}, "
            f"size {out.size}, foreign {out.foreign}, relations right {out.right_relations}, "
            f"status {out.got} (expected {out.expected})  {dict(out.relations)}"
        )
        if not options.details:
            continue
        print(f"     cluster: {out.text}")
        for row in rows:
            if row.claim != out.key:
                continue
            print(f"   {row.relation:10} {row.sentence}")
            for s in row.statements:
                claim = settlement.claim_of.get(s.id)
                where = "*" if claim == out.cluster else " "
                print(
                    f"      {where} {s.stance}/{relation.get((s.id, claim or ''))} [{s.cue.surface}] "
                    f"{s.speaker.span.surface if s.speaker.span else s.speaker.actor_id} | "
                    f"{s.said.surface if s.said else None}"
                )
        theirs = {s.id for row in rows for s in row.statements}
        for one in found:
            for s in one.statements:
                if settlement.claim_of.get(s.id) == out.cluster and s.id not in theirs:
                    said = s.said.surface if s.said else None
                    print(
                        f"   + {relation.get((s.id, out.cluster or ''))} {one.article.id}: [{s.cue.surface}] {said}"
                    )
    right, wrong, missed = pairs(rows, settlement)
    print(f"pairs of statements joined rightly {right}, wrongly {wrong}, missed {missed}")
    places_missed = sum(len(out.missing) for out in result)
    print(
        f"status right at {sum(o.got == o.expected for o in result)} of {len(result)} claims, "
        f"{sum(o.right for o in result)} of them also with most of their places in one cluster; "
        f"{sum(o.in_cluster for o in result)} of {len(rows)} annotated places in their claim's cluster, "
        f"{places_missed} without any statement, relation right at {sum(o.right_relations for o in result)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
