"""Where a name begins in its first word."""

from __future__ import annotations

import pytest
from musnad_careful.lexicon import WIDTH, Lexicon
from musnad_careful.proclitics import cut


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.mark.parametrize(
    ("word", "length", "name"),
    [
        ("بتونس", 1, "تونس"),
        ("وبتونس", 2, "تونس"),
        ("ولبنان", 1, "لبنان"),
        ("وفرنسا", 1, "فرنسا"),
        ("لأحمد", 1, "أحمد"),
        ("للرباط", 1, "الرباط"),
        ("وللرباط", 2, "الرباط"),
        ("بالقاهرة", 1, "القاهرة"),
        ("فالأردن", 1, "الأردن"),
        # Words that only look as if they had a proclitic.
        ("لبنان", 0, "لبنان"),
        ("وليد", 0, "وليد"),
        ("فيصل", 0, "فيصل"),
        ("باريس", 0, "باريس"),
        ("بكين", 0, "بكين"),
        ("بلير", 0, "بلير"),
        ("واشنطن", 0, "واشنطن"),
        ("فالنسيا", 0, "فالنسيا"),
        # Nothing is known of what would be left.
        ("وزلفرتي", 0, "وزلفرتي"),
    ],
)
def test_cut(lexicon: Lexicon, word: str, length: int, name: str) -> None:
    assert cut(word, lexicon, ()) == (length, name)


def test_the_document_itself_is_evidence(lexicon: Lexicon) -> None:
    assert cut("وزلفرتي", lexicon, {"زلفرتي"}) == (1, "زلفرتي")
    assert cut("وزلفرتي", lexicon, {"وزلفرتي"}) == (0, "وزلفرتي")


def test_hints_are_of_the_word_and_of_it_without_proclitics(lexicon: Lexicon) -> None:
    assert lexicon.hints("محمد")[: WIDTH // 2].any()
    bare = lexicon.hints("تونس")
    glued = lexicon.hints("بتونس")
    assert not glued[: WIDTH // 2].any()
    assert (glued[WIDTH // 2 :] == bare[: WIDTH // 2]).all()
    assert not lexicon.hints("زلفرتي").any()
