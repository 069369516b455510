"""Names that are common words: data/common_words.yaml, the guard's words, titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from musnad.model import Actor

from musnad_actors.check.finding import Finding
from musnad_actors.fold import fold
from musnad_actors.lexicon import Lexicon
from musnad_actors.patterns import names_of

FILE = Path(__file__).parents[1] / "data" / "common_words.yaml"
_KINDS = frozenset({"full", "short", "kunya", "title"})


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return (
        frozenset(map(fold, data["words"].split())),
        frozenset(map(fold, data["given_names"].split())),
    )


def words() -> frozenset[str]:
    """Return words that stand in nearly every newspaper, in key form."""
    return _lists()[0]


def given_names() -> frozenset[str]:
    """Return given names that very many people bear, in key form."""
    return _lists()[1]


def common_words(records: Sequence[Actor], lexicon: Lexicon) -> Iterator[Finding]:
    """Yield names of one word that are words of the language, or that very many bear."""
    for record in records:
        for text, kind in names_of(record):
            form = fold(text)
            if " " in form or kind not in _KINDS or not form:
                continue
            bare = form[2:] if form.startswith("ال") and len(form) > 4 else form
            guarded = form in lexicon.guard
            ids = (record.id,)
            if (
                record.type == "person"
                and form in given_names()
                and not (guarded and kind == "short")
            ):
                yield Finding(
                    "given_name", "problem", ids, text,
                    f"«{text}» ({kind}) of {record.id} is a given name that very many bear",
                    f'use the whole name: musnad actors edit {record.id} --remove-alias "{text}" --why …',
                )  # fmt: skip
            elif (form,) in lexicon.titles:
                yield Finding(
                    "title_word", "problem", ids, text,
                    f"«{text}» ({kind}) of {record.id} is a title of many",
                    f'put it under titles: musnad actors edit {record.id} --remove-alias "{text}" '
                    f'--title "{text}" --why …',
                )  # fmt: skip
            elif guarded:
                yield Finding(
                    "common_word", "note", ids, text,
                    f"«{text}» ({kind}) of {record.id} is a common word too",
                    "nothing: the guard (data/guard.yaml) believes it only with support",
                )  # fmt: skip
            elif form in words() or (bare in words() and record.type == "person"):
                yield Finding(
                    "common_word", "problem", ids, text,
                    f"«{text}» ({kind}) of {record.id} is a common word, and would be found everywhere",
                    f'use a longer name: musnad actors edit {record.id} --remove-alias "{text}" --why …',
                )  # fmt: skip
