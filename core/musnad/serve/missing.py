"""What is not in the archive."""

from __future__ import annotations

from flask import g, request
from werkzeug.exceptions import NotFound

from musnad.serve.addresses import LONGEST_ID


class Missing(NotFound):
    """There is no such article, claim or actor; the description is a sentence for a reader."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(g.words(f"error.not_found.{kind}", id=identifier[:200]))


def asked_id(kind: str, identifier: str | None) -> str:
    """Return the id from the path, else from the query. Raises `Missing` for what can be nobody's id."""
    found = identifier if identifier is not None else request.args.get("id", "")
    if not found.strip() or "\0" in found or len(found.encode("utf-8", "replace")) > LONGEST_ID:
        raise Missing(kind, found)
    return found
