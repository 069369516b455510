"""What a statement's stance means for a claim: one table, pure.

The stance is the speaker's attitude to what is said; the relation is the statement's bearing on the claim.
Between the two stand two negations: that of what is said, and that of the claim itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from musnad.model import Relation, Stance

RELATIONS: Mapping[tuple[Stance, bool], Relation] = MappingProxyType(
    {
        # (stance, what is said is opposed to the claim)
        ("asserts", False): "supports",
        ("asserts", True): "denies",
        ("confirms", False): "confirms",
        ("confirms", True): "denies",
        ("denies", False): "denies",
        # «نفى أن يكون القائد لم يزر سوريا»: whoever denies the negation stands by the claim.
        ("denies", True): "supports",
        ("doubts", False): "doubts",
        # Doubt about a denial does not vouch for the claim, and does not doubt it either.
        ("doubts", True): "discusses",
        ("no_comment", False): "no_comment",
        ("no_comment", True): "no_comment",
    }
)


def relation_of(
    stance: Stance, *, negated: bool = False, claim_negated: bool = False, retracts: bool = False
) -> Relation:
    """Return how a statement bears on a claim.

    `negated`: what is said is a negation. `claim_negated`: so is the claim (see `claim_is_negated`).
    `retracts`: the statement takes back what its source said before, whatever its stance.
    """
    if retracts:
        return "retracts"
    return RELATIONS[stance, negated != claim_negated]


def claim_is_negated(members: Iterable[bool]) -> bool:
    """Return whether a claim is a negative one, from the negations of what its members say.

    One affirmative proposition among them makes the claim affirmative, be it asserted or denied: the
    matter is then whether the thing happened. Only a claim that nobody ever put otherwise is negative.
    A claim without any member is affirmative.
    """
    seen = list(members)
    return bool(seen) and all(seen)
