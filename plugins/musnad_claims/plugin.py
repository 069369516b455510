"""Hooks of the bundled plugin `claims`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
import typer

from musnad_claims.extractor import StatementExtractor
from musnad_claims.linking import StatementLinker


@musnad.hookimpl
def musnad_claim_extractors() -> Iterable[musnad.ClaimExtractor]:
    """Return the statement extractor."""
    return [StatementExtractor()]


@musnad.hookimpl
def musnad_claim_linkers() -> Iterable[musnad.ClaimLinker]:
    """Return the linker of statements to claims."""
    return [StatementLinker()]


@musnad.hookimpl
def musnad_commands(app: typer.Typer) -> None:
    """Add `musnad reviews`."""
    from musnad_claims.reviews.commands import app as reviews

    app.add_typer(reviews, name="reviews")
