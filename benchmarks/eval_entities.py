"""Scores the tagging of names against a file in `token tag` format, through the real pipeline.

    python benchmarks/eval_entities.py PATH [--tuning] [--only names] [--json] [--errors]

Sentences are joined to texts and grouped to documents (see `musnad_names.corpus`). A mention stands for every
token that it touches; `state` and `place` are LOC; `armed_group`, `organization` and `outlet` are ORG. Kinds
other than PERS, LOC and ORG are no names. One row for each set of taggers that is installed, each with and
without morphology where camel-tools' database is there.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camel_tools.tokenizers.word import simple_word_tokenize
from musnad.errors import MusnadError
from musnad.model import Mention
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_names.corpus import Sentence, documents, read, split
from musnad_names.scoring import Counts, Span, report
from musnad_names.sentences import article_of

KIND = {
    "person": "PERS",
    "state": "LOC",
    "place": "LOC",
    "armed_group": "ORG",
    "organization": "ORG",
    "outlet": "ORG",
}
FAST, CAREFUL, MORPHOLOGY = "names", "careful", "camel"
AUTHORITY = ("actors", "outlets")
OPTIONAL = (FAST, CAREFUL, MORPHOLOGY)
BATCH = 16


@dataclass
class Row:
    """What one set of plugins found."""

    plugins: tuple[str, ...]
    authority: bool = True
    counts: list[Counts] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    groups: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    """Spent in each plugin (wall)."""
    share: float = 1.0
    """CPU time of the process for each second of the wall: other programs' work is not counted."""
    tokens: int = 0

    @property
    def label(self) -> str:
        """What the row is called."""
        return " + ".join((*(("authority",) if self.authority else ()), *self.plugins))

    def speed(self, plugin: str) -> int | None:
        """Return tokens a second of CPU time of a plugin's components, None where it did nothing."""
        spent = self.seconds[plugin] * self.share
        return round(self.tokens / spent) if spent else None

    def add(self, document: Sequence[Sentence], result: Enriched, starts: Starts) -> None:
        """Count one document and note what differs."""
        found = spans_of(result.mentions, starts)
        counts = Counts()
        for sentence, ours in zip(document, found, strict=True):
            gold = list(sentence.spans())
            counts.add(gold, ours)
            for span in gold:
                if span not in ours:
                    self._note_missed(sentence, span, ours)
            for span, mention in ours.items():
                if not any(_touch(span, other) for other in gold):
                    plugin = mention.provenance.plugin
                    self._note("in vain", sentence, span, plugin, "")
        self.counts.append(counts)
        self.tokens += sum(len(sentence.tokens) for sentence in document)
        for run in result.enrichment.components:
            self.seconds[run.plugin] += run.seconds or 0.0

    def _note_missed(self, sentence: Sentence, span: Span, ours: Mapping[Span, Mention]) -> None:
        other = next((one for one in ours if _touch(span, one)), None)
        if other is None:
            self._note("missed", sentence, span, "", "")
            return
        what = "kind" if other[:2] == span[:2] else "boundary"
        said = f"{other[2]} {' '.join(sentence.tokens[other[0] : other[1]])}"
        self._note(what, sentence, span, ours[other].provenance.plugin, said)

    def _note(self, what: str, sentence: Sentence, span: Span, plugin: str, said: str) -> None:
        low, high, kind = span
        self.groups[f"{what} {kind}" + (f" ({plugin})" if plugin else "")] += 1
        around = " ".join(
            (*sentence.tokens[max(0, low - 4) : low], "[", *sentence.tokens[low:high], "]",
             *sentence.tokens[high : high + 4])
        )  # fmt: skip
        self.errors.append(f"{what}\t{kind}\t{plugin}\t{said}\t{around}")


def _touch(span: Span, other: Span) -> bool:
    return span[0] < other[1] and other[0] < span[1]


Starts = Sequence[Sequence[int]]
"""For each sentence the offsets of its tokens."""


def spans_of(mentions: Sequence[Mention], starts: Starts) -> list[dict[Span, Mention]]:
    """Return for each sentence the spans of tokens that the mentions touch."""
    found: list[dict[Span, Mention]] = [{} for _ in starts]
    first = [places[0] for places in starts]
    for mention in mentions:
        kind = KIND.get(mention.type)
        if kind is not None:
            line = bisect_right(first, mention.start) - 1
            low = bisect_right(starts[line], mention.start) - 1
            high = bisect_right(starts[line], mention.end - 1)
            found[line][low, high, kind] = mention
    return found


def measure(
    chosen: Sequence[Sequence[Sentence]], plugins: tuple[str, ...], *, authority: bool = True
) -> Row:
    """Run the pipeline with the optional `plugins`, and the authority unless told otherwise, over the documents.

    Raises `MusnadError` where a component fails.
    """
    row = Row(plugins, authority)
    texts = [article_of(document, i) for i, document in enumerate(chosen)]
    loaded = Plugins.load(settings_for(plugins, authority=authority))
    with Pipeline(loaded) as pipeline:
        pipeline.enrich(texts[0][0])  # Whatever is made at the first use is not measured.
        wall, cpu = time.perf_counter(), time.process_time()
        for i in range(0, len(texts), BATCH):
            batch = texts[i : i + BATCH]
            results = pipeline.enrich_batch([article for article, _ in batch])
            for document, result, (_, starts) in zip(
                chosen[i : i + BATCH], results, batch, strict=True
            ):
                for error in result.enrichment.errors:
                    raise MusnadError(f"{error.plugin}.{error.component}: {error.message}")
                row.add(document, result, starts)
        row.share = (time.process_time() - cpu) / (time.perf_counter() - wall)
    return row


def settings_for(plugins: Sequence[str], *, authority: bool = True) -> Settings:
    """Return settings in which of the optional plugins only `plugins` are on."""
    off = [name for name in OPTIONAL if name not in plugins]
    return Settings(
        blocked_plugins=(*off, *(() if authority else AUTHORITY)),
        # Off unless asked for: it takes many times longer than the rest.
        plugins={CAREFUL: {"enabled": True}} if CAREFUL in plugins else {},
    )


def usable() -> set[str]:
    """Return which of the optional plugins are installed, on, and have all that they need."""
    with Pipeline(Plugins.load(settings_for(OPTIONAL))) as pipeline:
        off = {key.split(".")[0] for key in pipeline.declined}
        infos = pipeline.plugins.infos
        return {
            name
            for name in OPTIONAL
            if name in infos and infos[name].state == "on" and name not in off
        }


def combinations(there: Collection[str]) -> list[tuple[str, ...]]:
    """Return the sets of optional plugins to measure."""
    taggers = [name for name in (FAST, CAREFUL) if name in there]
    sets: list[tuple[str, ...]] = [(), *((name,) for name in taggers)]
    if len(taggers) == 2:
        sets.append(tuple(taggers))
    if MORPHOLOGY in there:
        sets += [(*one, MORPHOLOGY) for one in sets]
    return sets


def tokenizer_speed(chosen: Sequence[Sequence[Sentence]]) -> int:
    """Return tokens a second of camel-tools' word tokenizer, alone, for comparison."""
    lines = [" ".join(sentence.tokens) for document in chosen for sentence in document]
    started = time.process_time()
    count = sum(len(simple_word_tokenize(line)) for line in lines)
    return round(count / (time.process_time() - started))


def ambiguity_scores() -> dict[str, Any]:
    """Return what `eval_ambiguity.py` beside this file measures. Raises `MusnadError`."""
    beside = runpy.run_path(str(Path(__file__).with_name("eval_ambiguity.py")))
    result: dict[str, Any] = beside["measured"]()[0]
    return result


def print_table(rows: Sequence[Row], chosen: Sequence[Sequence[Sentence]]) -> None:
    """Print the scores for people."""
    width = max(len(row.label) for row in rows)
    print(f"{'':<{width}}  {'':<4}    P     R     F1   (95%)          gold  found")
    for row in rows:
        for kind, score in report(row.counts).items():
            low, high = score["interval_95"]
            label = row.label if kind == "PERS" else ""
            print(
                f"{label:<{width}}  {kind:<4} {score['precision']:5.1f} {score['recall']:5.1f} "
                f"{score['f1']:6.1f}   {low:4.1f}–{high:4.1f}    {score['gold']:6} {score['found']:6}"
            )
    print("\ntokens a second of CPU time, features included:")
    for row in rows:
        speeds = [f"{name} {row.speed(name):,}" for name in row.plugins if row.speed(name)]
        if speeds:
            print(f"  {row.label}: {', '.join(speeds)}")
    print(f"  camel-tools' simple_word_tokenize alone: {tokenizer_speed(chosen):,}")


def print_errors(row: Row) -> None:
    """Print what differs, grouped."""
    print(f"\n{row.label}: differences")
    for group, count in row.groups.most_common():
        print(f"{count:6}  {group}")
    for line in sorted(row.errors):
        print(line)


def as_dict(row: Row) -> dict[str, Any]:
    """Return a row for programs."""
    return {
        "plugins": list(row.plugins),
        "scores": report(row.counts),
        "tokens_per_second": {name: row.speed(name) for name in row.plugins},
        "differences": dict(row.groups.most_common()),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the file named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="tokens and tags, a token a line")
    parser.add_argument(
        "--tuning", action="store_true", help="only the last 15%%: of a file that is trained on"
    )
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.add_argument("--errors", action="store_true", help="list what differs in the last row")
    parser.add_argument(
        "--only", metavar="PLUGINS", help="one row: authority and these (names,careful,camel)"
    )
    parser.add_argument(
        "--without-authority", action="store_true", help="taggers by themselves (with --only)"
    )
    options = parser.parse_args(arguments)
    try:
        chosen: Sequence[Sequence[Sentence]] = documents(read(options.path))
        if options.tuning:
            chosen = split(chosen)[1]
        there = usable()
        if options.only is None:
            sets = combinations(there)
        else:
            sets = [tuple(name for name in options.only.split(",") if name)]
            if missing := set(sets[0]) - there:
                raise MusnadError(f"not installed or not usable: {', '.join(sorted(missing))}")
        authority = not options.without_authority
        rows = [measure(chosen, plugins, authority=authority) for plugins in sets]
        ambiguity = ambiguity_scores() if options.only is None else None
    except MusnadError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(
            json.dumps(
                {
                    "documents": len(chosen),
                    "rows": [as_dict(row) for row in rows],
                    "ambiguity": ambiguity,
                },
                ensure_ascii=False,
            )
        )
        return 0
    sentences = sum(len(document) for document in chosen)
    print(
        f"{options.path.name}: {len(chosen)} documents, {sentences} sentences, {rows[0].tokens} tokens"
    )
    print_table(rows, chosen)
    if ambiguity is not None:
        one = ambiguity["accuracy"]["all"]
        print(
            f"\nnames that several bear (make eval-ambiguity, half «{ambiguity['half']}»): {one['right']} of "
            f"{one['of']} right ({one['share']:.3f}), of those given an actor {ambiguity['precision_of_decided']:.3f}"
        )
    if options.errors:
        print_errors(rows[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
