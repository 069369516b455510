"""Checks of a whole authority: what in it will give wrong findings, each with what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from musnad.model import Actor

from musnad_actors.check.duplicates import duplicates
from musnad_actors.check.finding import Finding
from musnad_actors.check.hiding import hiding
from musnad_actors.check.words import common_words
from musnad_actors.check.writing import written_forms
from musnad_actors.lexicon import lexicon


def examine(records: Sequence[Actor], about: Collection[str] | None = None) -> list[Finding]:
    """Return what is found in `records`, the worst first; with `about`, only what concerns one of these ids.

    Takes seconds for 100,000 records: records are compared only where they share most of a name.
    """
    written = written_forms(records)
    found = [
        *duplicates(records, written),
        *hiding(written),
        *common_words(records, lexicon()),
    ]
    if about is not None:
        wanted = frozenset(about)
        found = [finding for finding in found if not wanted.isdisjoint(finding.ids)]
    return sorted(found, key=lambda f: (f.level != "problem", f.kind, f.ids, f.text))
