"""From the values of a record as a file gives them to an `Actor`, with problems in words for people."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from musnad.model import Actor, Outlet
from pydantic import ValidationError

from musnad_actors.files import Path_, Problem, RawRecord
from musnad_actors.fold import fold


def checked(values: Mapping[str, Any]) -> tuple[Actor | None, list[Problem]]:
    """Return the record of these values, or None and what is wrong with them (files and lines unknown)."""
    problems: list[Problem] = []
    return check(RawRecord("", 0, dict(values), lambda _: 0), problems), problems


def check(raw: RawRecord, problems: list[Problem]) -> Actor | None:
    """Return the record if it is right, else add what is wrong with it to `problems`."""
    values = dict(raw.values)
    aliases = values.get("aliases")
    if isinstance(aliases, list):
        # The short form: a bare name is a full one.
        values["aliases"] = [{"text": a} if isinstance(a, str) else a for a in aliases]
    values = {key: value for key, value in values.items() if value is not None}
    model = Outlet if values.get("type") == "outlet" else Actor
    before = len(problems)
    record: Actor | None = None
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(detail["loc"])
            problems.append(
                Problem(raw.file, raw.line_of(path), _dotted(path), _explain(detail, model))
            )
    problems.extend(_more(raw, values))
    return record if len(problems) == before else None


def _more(raw: RawRecord, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the model cannot see: names that are nothing once folded, years in the wrong order."""
    names = values.get("names")
    named: list[tuple[Path_, Any]] = []
    if isinstance(names, Mapping):
        named += [(("names", key), value) for key, value in names.items()]
    aliases = values.get("aliases")
    if isinstance(aliases, list):
        named += [
            (("aliases", i, "text"), alias.get("text"))
            for i, alias in enumerate(aliases)
            if isinstance(alias, Mapping)
        ]
    titles = values.get("titles")
    if isinstance(titles, list):
        named += [(("titles", i), title) for i, title in enumerate(titles)]
    for path, text in named:
        # The model itself refuses an alias of no characters; blanks and marks alone are refused here.
        empty_alias = text == "" and path[0] == "aliases"
        if isinstance(text, str) and not fold(text) and not empty_alias:
            yield Problem(
                raw.file, raw.line_of(path), _dotted(path), "is empty: write a name or leave it out"
            )
    first, last = values.get("valid_from"), values.get("valid_to")
    if isinstance(first, str) and isinstance(last, str) and last < first:
        yield Problem(
            raw.file, raw.line_of(("valid_to",)), "valid_to", f"{last} is before valid_from {first}"
        )


def _dotted(path: Path_) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


def _explain(detail: Any, model: type[Actor]) -> str:
    """Return what pydantic found in the words of somebody who edits a file."""
    kind, given = detail["type"], detail.get("input")
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        fields = list(model.model_fields) if len(detail["loc"]) == 1 else ["text", "kind"]
        hint = did_you_mean(name, fields) or f": there are {', '.join(fields)}"
        return f"unknown field{hint}"
    if kind == "literal_error":
        return f'"{given}" is none of {detail["ctx"]["expected"].replace(" or ", ", ")}'
    if kind.startswith("date"):
        return f'"{given}" is no date: write it as 2011-02-17'
    if kind == "string_pattern_mismatch" and name == "country":
        return f'"{given}" is no country code: two capital letters, as LY (ISO 3166-1)'
    if kind == "string_pattern_mismatch":
        return f'"{given}" does not fit: Latin letters, digits and . _ : - only'
    if kind == "string_too_short":
        return "is empty: write a name or leave it out"
    if kind == "too_short":
        return "is empty: write a name"
    message: str = detail["msg"]
    return f"{message[0].lower()}{message[1:]}, not {given!r}"


def did_you_mean(name: str, there_are: Collection[str]) -> str:
    """Return a hint at what is written nearly like `name`, else an empty text."""
    close = difflib.get_close_matches(name, list(there_are), 1, 0.7)
    return f': did you mean "{close[0]}"?' if close else ""
