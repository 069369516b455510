"""Two short wordings, a headline against a claim: do they agree, contradict each other, or neither? Features only."""

from __future__ import annotations

from musnad_claims.linking.articles.wording import ClaimWording, Unit, read_claim, tokens_of
from musnad_claims.linking.data import BEARING, word_set
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.reading import read
from musnad_claims.linking.text import key_stem

WORD = "word:"
"""Prefix of the features for words that only one of the two has: «ينفي», «تراجع»."""
FEW = 2
"""So few words changed in each make two wordings of one sentence."""


def contrast_features(one: str, two: str) -> dict[str, float]:
    """Return the features of a pair of short wordings; the order of the two plays no part."""
    first, second = read_claim(one), read_claim(two)
    left, right = read(one), read(two)
    alone, other = _unmatched(first, second), _unmatched(second, first)
    shared = [_share(first, alone[0]), _share(second, other[0])]
    numbers = [{value for value, _ in side.quantities.numbers} for side in (first, second)]
    events = [set(left.events), set(right.events)]
    nearness = lexicon().nearness
    heads = nearness(left.head, right.head) if left.head and right.head else 0.5
    found = {
        "shared_least": min(shared),
        "shared_most": max(shared),
        "shared_any_form_least": min(_share(first, alone[1]), _share(second, other[1])),
        "shared_any_form_most": max(_share(first, alone[1]), _share(second, other[1])),
        "own_words_least": float(min(len(alone[1]), len(other[1]))),
        "own_words_most": float(max(len(alone[1]), len(other[1]))),
        "own_weight_least": min(_weight(alone[1]), _weight(other[1])) / 10,
        "own_weight_most": max(_weight(alone[1]), _weight(other[1])) / 10,
        "same_number": float(bool(numbers[0] & numbers[1])),
        "other_number": float(all(numbers) and not numbers[0] & numbers[1]),
        "number_in_one": float(bool(numbers[0]) != bool(numbers[1])),
        "negated_one": float(left.negated() != right.negated()),
        "opposite_event": float(lexicon().opposed(left.events, right.events)),
        "same_event": float(bool(events[0] & events[1])),
        "other_event": float(all(events) and not events[0] & events[1]),
        "heads": heads,
        "length_differs": float(abs(len(first.units) - len(second.units))),
        "length": float(min(len(first.units), len(second.units))),
        "few_changed": float(
            len(alone[1]) <= FEW and len(other[1]) <= FEW and bool(alone[1] or other[1])
        ),
        "nothing_changed": float(not alone[1] and not other[1]),
    }
    found |= _particles(one, two)
    for unit in (*alone[1], *other[1]):
        found[WORD + key_stem(min(unit.stems, key=lambda form: (len(form), form)))] = 1.0
    return found


def _particles(one: str, two: str) -> dict[str, float]:
    """Return which negating words only one of the two has."""
    first, second = set(tokens_of(one)), set(tokens_of(two))
    negating = word_set(BEARING, "negating")
    return {WORD + word: 1.0 for word in sorted(negating & (first ^ second))}


def _unmatched(one: ClaimWording, two: ClaimWording) -> tuple[list[Unit], list[Unit]]:
    """Return the words of `one` that `two` has not in this form, and those it has in no form."""
    stems = {form for unit in two.units for form in unit.stems}
    loose = {unit.loose for unit in two.units if unit.loose}
    events = {unit.event for unit in two.units if unit.event}
    other_form = [unit for unit in one.units if not unit.stems & stems]
    return other_form, [
        unit for unit in other_form if unit.loose not in loose and unit.event not in events
    ]


def _weight(units: list[Unit]) -> float:
    return sum(unit.weight for unit in units)


def _share(wording: ClaimWording, missing: list[Unit]) -> float:
    return 1.0 - _weight(missing) / wording.total if wording.units else 0.0
