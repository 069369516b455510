"""Cutting sentences into what the model takes, without a model."""

from hypothesis import given
from hypothesis import strategies as st
from musnad_camel.ner.pieces import ENDS, LONGEST_SEGMENT, batches, segments
from musnad_camel.ner.tagger import named


def ids_of(word):
    """A word of n pieces is written as n letters."""
    return [ord(letter) for letter in word]


@given(st.lists(st.lists(st.integers(0, 300).map("x".__mul__), max_size=60), max_size=5))
def test_every_word_with_pieces_is_in_one_segment_and_none_is_too_long(sentences):
    found = list(segments(sentences, ids_of))
    seen = [(s.sentence, word) for s in found for word in s.words]
    assert seen == [
        (number, position)
        for number, sentence in enumerate(sentences)
        for position, word in enumerate(sentence)
        if word
    ]
    assert all(0 < len(s.ids) <= LONGEST_SEGMENT - ENDS for s in found)
    for most in (10, 300, 1000):
        made = list(batches(found, most))
        assert [s for batch in made for s in batch] == found
        assert all(len(b) == 1 or sum(len(s.ids) + ENDS for s in b) <= most for b in made)


def test_names_that_labels_mark():
    labels = ["B-PERS", "I-PERS", "O", "I-LOC", "B-LOC", "I-ORG", "B-MISC", "I-MISC", "B-ORG"]
    assert list(named(labels)) == [
        (0, 1, "PERS"), (3, 3, "LOC"), (4, 4, "LOC"), (5, 5, "ORG"), (8, 8, "ORG"),
    ]  # fmt: skip
    assert list(named([])) == []
    assert list(named(["B-LOC", "I-LOC"])) == [(0, 1, "LOC")]
