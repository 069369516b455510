"""What a component returned, checked against the article and stamped with who made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from musnad.errors import ComponentError
from musnad.model import Article, Mention, Note, Provenance, Span, Statement
from musnad.plugins import Registered

MAX_NESTING = 100
"""Objects and lists within each other in a plugin's own fields: what is written and read everywhere with ease."""


def stamped_mentions(
    registered: Registered[Any], article: Article, found: Iterable[Mention]
) -> list[Mention]:
    """Return the mentions with their provenance. Raises `ComponentError` for what is no mention of `article`."""
    mentions = []
    for mention in found:
        if not isinstance(mention, Mention):
            raise ComponentError(f"returned {type(mention).__name__} instead of a Mention")
        check_span(article, mention)
        stamp = _stamp(registered, mention.provenance.rule)
        mentions.append(mention.model_copy(update={"provenance": stamp}))
    return mentions


def stamped_statements(
    registered: Registered[Any], article: Article, found: Iterable[Statement]
) -> list[Statement]:
    """Return the statements with their provenance. Raises `ComponentError` for what is none of `article`."""
    statements = []
    for statement in found:
        if not isinstance(statement, Statement):
            raise ComponentError(f"returned {type(statement).__name__} instead of a Statement")
        speakers = [statement.speaker, *statement.attribution]
        for span in [statement.cue, statement.said, *(speaker.span for speaker in speakers)]:
            if span is not None:
                check_span(article, span)
        if statement.article_id != article.id:
            raise ComponentError(
                f"returned a statement of article {statement.article_id} for article {article.id}"
            )
        stamp = _stamp(registered, statement.provenance.rule)
        statements.append(statement.model_copy(update={"provenance": stamp}))
    return statements


def check_span(article: Article, span: Span) -> None:
    """Raise `ComponentError` where `span` does not read in `article` what it says."""
    text = article.title if span.field == "title" else article.body
    if span.end > len(text):
        raise ComponentError(
            f"returned offsets {span.start}:{span.end} outside the {span.field} of {len(text)} code points"
        )
    if text[span.start : span.end] != span.surface:
        raise ComponentError(
            f"returned the surface {span.surface!r} for {span.field}[{span.start}:{span.end}], which reads "
            f"{text[span.start : span.end]!r}"
        )


def stamped_notes(article: Article, found: Iterable[Note]) -> list[Note]:
    """Return the notes on quality. Raises `ComponentError` for what is no note of `article`."""
    notes = []
    for note in found:
        if not isinstance(note, Note):
            raise ComponentError(f"returned {type(note).__name__} instead of a Note")
        check_span(article, note.span)
        notes.append(note)
    return notes


def one_line(error: Exception) -> str:
    """Return what an exception says as one line, of a validation error the first problem with its field."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return f"{error.title}: {field or 'value'}: {first['msg']}"
    # What quotes half a surrogate pair of a text must not make the article unstorable.
    message = str(error).encode("utf-8", "backslashreplace").decode()
    return " ".join(message.split())[:1000]


def storable(name: str, value: Any) -> dict[str, Any]:
    """Return a plugin's own fields as plain JSON values. Raises `ComponentError` for what is none.

    None is what Python alone takes for JSON: NaN, half a surrogate pair, objects and lists nested without end. One such
    field would cost the article later, or the fields of all other plugins.
    """
    if not isinstance(value, Mapping):
        raise ComponentError(f'"{name}" must be a mapping of fields, not {type(value).__name__}')
    try:
        text = json.dumps(dict(value), ensure_ascii=False, allow_nan=False)
        text.encode()
        found: dict[str, Any] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ComponentError(f'"{name}" cannot be stored as JSON: {error}') from error
    if _levels(found) > MAX_NESTING:
        raise ComponentError(
            f'"{name}" cannot be stored as JSON: it is nested deeper than {MAX_NESTING} objects and lists'
        )
    return found


def _levels(value: object) -> int:
    """Return how many objects and lists stand within each other."""
    levels = 0
    inside = [value]
    while inside := [one for one in inside if isinstance(one, dict | list)]:
        levels += 1
        inside = [
            one for some in inside for one in (some.values() if isinstance(some, dict) else some)
        ]
    return levels


def _stamp(registered: Registered[Any], rule: str | None) -> Provenance:
    return Provenance(
        plugin=registered.plugin,
        version=registered.component.version,
        component=registered.component.name,
        rule=rule,
    )
