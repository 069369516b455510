"""Makes the written forms of a verb from its table: `data/inflection.yaml` says how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from musnad_claims.fold import fold
from musnad_claims.resources import load

FormKind = Literal["perfect", "imperfect", "jussive", "passive", "participle", "masdar"]
VERBS: tuple[FormKind, ...] = ("perfect", "imperfect", "jussive")
NOUNS: tuple[FormKind, ...] = ("participle", "masdar")
Row = Mapping[str, Any]


class Form(NamedTuple):
    """One written form of a cue."""

    text: str
    """As spelt in full, without vowel marks; compared in folded spelling."""
    kind: FormKind
    gender: str
    """`m`, `f`, or empty where the form does not tell."""
    number: str
    """`s`, `d`, `p`, or empty."""
    object: bool = False
    """True with an object pronoun: نفاه."""
    by_lemma: bool = False
    """True for a form that the table does not make, known by its lemma."""


def table() -> Mapping[str, Sequence[Any]]:
    """Return the inflection table."""
    data: Mapping[str, Sequence[Any]] = load("inflection.yaml")
    return data


def _applied(stem: str, row: Row) -> str:
    if "prefix" in row:
        stem = row["prefix"] + stem[1:]
    drop = row.get("drop", 0)
    return (stem[:-drop] if drop else stem) + str(row["suffix"])


def _defective(stem: str) -> bool:
    return stem[-1] in "ىاي"


def _with_object(form: str, pronoun: str) -> str:
    """Attach an object pronoun: the alef of وا falls away, final ى is written ا."""
    if form.endswith("وا"):
        form = form[:-1]
    elif form.endswith("ى"):
        form = form[:-1] + "ا"
    return form + pronoun


def _verb(kind: FormKind, stem: str) -> Iterator[Form]:
    rows = table()
    name = f"{kind}_defective" if kind != "jussive" and _defective(stem) else kind
    for row in rows[name]:
        text = _applied(stem, row)
        yield Form(text, kind, row["g"], row["n"])
        # «ون» and «ان» lose their nun before a pronoun; that is too rare to be worth its collisions.
        if not text.endswith(("ون", "ان")):
            for pronoun in rows["objects"]:
                yield Form(_with_object(text, pronoun), kind, row["g"], row["n"], True)


def _nominal(kind: FormKind, stem: str) -> Iterator[Form]:
    for row in table()[kind]:
        yield Form(stem + row["suffix"], kind, row["g"], row["n"])


def forms(entry: Mapping[str, Any]) -> Iterator[Form]:
    """Yield the forms of a cue entry from the stems that it names.

    `entry` has any of `perfect`, `imperfect`, `jussive`, `participle`, `masdar` (3rd person masculine
    singular, without vowel marks) and `passive` (a list of forms taken as they are). One written form
    may come more than once, with other features.
    """
    for verb in VERBS:
        if verb in entry:
            yield from _verb(verb, entry[verb])
    for noun in NOUNS:
        if noun in entry:
            yield from _nominal(noun, entry[noun])
    for text in entry.get("passive", ()):
        yield Form(text, "passive", "", "s")


def index_forms(entry: Mapping[str, Any]) -> dict[str, Form]:
    """Return the forms of an entry by folded spelling; of two that are spelt alike the first stays."""
    found: dict[str, Form] = {}
    for form in forms(entry):
        if form.object and entry.get("no_pronoun"):
            continue
        found.setdefault(fold(form.text), form)
    return found
