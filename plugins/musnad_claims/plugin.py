"""Hooks of the bundled plugin `claims`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad

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
