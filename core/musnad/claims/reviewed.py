"""Fact-checks by the seed claims that they were linked to, by program and by people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from musnad.claims.decisions import seed_statement
from musnad.model import Review

_OPPOSITE = {"true": "false", "false": "true"}


def turned_round(review: Review) -> Review:
    """Return what a fact-check says of the opposite of what it checked."""
    verdict = _OPPOSITE.get(review.verdict or "")
    return review.model_copy(update={"verdict": verdict}) if verdict else review


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What settling has to know about fact-checks; all by seed claim id."""

    by_program: Mapping[str, Sequence[Review]] = field(default_factory=dict)
    by_people: Mapping[str, Sequence[Review]] = field(default_factory=dict)
    removed: Mapping[str, Collection[str]] = field(default_factory=dict)
    """URLs of the fact-checks that people took away: from the claim as a whole, whatever it was linked by."""

    def of(self, statements: Collection[str], turned: Collection[str] = ()) -> list[Review]:
        """Return the fact-checks of the claim that these statements make.

        `turned` are those of them that say the opposite of the claim («لم يزر»): a program linked a fact-check to
        what a statement says, a person to what the claim says.
        """
        gone = {
            url for claim, urls in self.removed.items() for url in urls if _in(claim, statements)
        }
        found = [*_within(self.by_people, statements)]
        # What people say of a fact-check replaces all that the program says of it.
        gone |= {review.url for review in found}
        for claim, reviews in sorted(self.by_program.items()):
            if _in(claim, statements):
                opposite = seed_statement(claim) in turned
                found += [
                    turned_round(review) if opposite else review
                    for review in reviews
                    if review.url not in gone
                ]
        return list({(review.url, review.verdict): review for review in found}.values())


def _within(
    reviews: Mapping[str, Sequence[Review]], statements: Collection[str]
) -> Iterable[Review]:
    for claim, found in sorted(reviews.items()):
        if _in(claim, statements):
            yield from found


def _in(claim: str, statements: Collection[str]) -> bool:
    return seed_statement(claim) in statements
