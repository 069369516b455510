"""Pieces of a text by the offsets that Elasticsearch gives."""

import time

import pytest
from musnad.search.why import LOOKED_AT, Printed


@pytest.mark.parametrize("text", ["", "one word", "كلمة أخرى", "قال 😀 كلمة 𞸁 أخرى"])
def test_offsets_count_code_units_of_utf_16(text):
    printed = Printed(text)
    at = 0
    for word in text.split(" "):
        end = at + len(word.encode("utf-16-le")) // 2
        assert printed.piece(at, end) == word
        at = end + 1


def test_the_words_of_a_long_text_are_taken_out_in_no_time():
    text = "😀 " + "كلمة " * (LOOKED_AT // 5)
    started = time.process_time()
    printed = Printed(text)
    words = {printed.piece(at, at + 4) for at in range(3, LOOKED_AT, 5)}
    assert words == {"كلمة"}
    # Where the text is looked through for each of the 40,000 words it is more than a minute.
    assert time.process_time() - started < 5
