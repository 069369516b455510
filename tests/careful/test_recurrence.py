"""The second pass over a document."""

from __future__ import annotations

import numpy as np
from musnad_careful.labels import LABELS
from musnad_careful.recurrence import HELP, SURE, helped, known
from musnad_careful.windows import Name

FIRST = ["قال", "مروان", "الزلفتاوي", "في", "تونس"]


def test_only_sure_names_help_and_the_most_frequent_kind_wins() -> None:
    kinds = known(
        [
            (FIRST, [Name(1, 3, "PERS", SURE), Name(4, 5, "LOC", SURE - 0.01)]),
            (["الزلفتاوي"], [Name(0, 1, "ORG", 1.0)]),
            (["الزلفتاوي"], [Name(0, 1, "PERS", 1.0)]),
        ]
    )
    assert kinds == {"مروان": "PERS", "الزلفتاوي": "PERS"}


def test_words_of_known_names_are_helped_with_and_without_proclitics() -> None:
    emissions = np.zeros((4, len(LABELS)), dtype=np.float32)
    words = ["وأضاف", "الزلفتاوي", "والزلفتاوي", "زلف"]
    added = helped(words, emissions, {"الزلفتاوي": "PERS"})
    assert not emissions.any()
    expected = np.zeros_like(emissions)
    for label in ("B-PERS", "I-PERS"):
        expected[[1, 2], LABELS.index(label)] = HELP
    assert (added == expected).all()


def test_nothing_known_leaves_the_scores_as_they_are() -> None:
    emissions = np.zeros((1, len(LABELS)), dtype=np.float32)
    assert helped(["كلمة"], emissions, {"تونس": "LOC"}) is emissions


def test_words_that_were_not_read_have_no_scores() -> None:
    emissions = np.zeros((1, len(LABELS)), dtype=np.float32)
    assert helped(["كلمة", "تونس"], emissions, {"تونس": "LOC"}).shape == emissions.shape
