"""Reading labelled corpora: the format, documents, and the slice kept for tuning."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest
from musnad.errors import MusnadError
from musnad_names.corpus import Sentence, documents, read, split


def sentence(text: str) -> Sentence:
    tokens = tuple(text.split())
    return Sentence(tokens, ("O",) * len(tokens))


def test_reads_sentences_and_drops_other_kinds(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text(
        "زار O\nسليم B-PERS\nالقسطلي I-PERS\nبدينار B-MISC\n\n\nوقال O\n", encoding="utf-8"
    )
    first, second = read(path)
    assert first.tags == ("O", "B-PERS", "I-PERS", "O")
    assert list(first.spans()) == [(1, 3, "PERS")]
    assert second.tokens == ("وقال",)


def test_spans_begin_anew_with_another_kind_or_another_b() -> None:
    one = Sentence(tuple("abcdef"), ("I-LOC", "I-PERS", "B-PERS", "O", "B-ORG", "I-ORG"))
    assert list(one.spans()) == [(0, 1, "LOC"), (1, 2, "PERS"), (2, 3, "PERS"), (4, 6, "ORG")]


@pytest.mark.parametrize("line", ["زار", "زار X", "زار B"])
def test_says_which_line_does_not_fit(tmp_path: Path, line: str) -> None:
    path = tmp_path / "c.txt"
    path.write_text(f"قال O\n{line}\n", encoding="utf-8")
    with pytest.raises(MusnadError, match=r"c\.txt:2: expected a token and a tag"):
        read(path)


def test_a_document_begins_at_a_dateline() -> None:
    found = documents(
        [
            sentence("أعلنت شركة المراكب نتائج الربع الأول"),
            sentence("وقالت شركة المراكب إن الأرباح زادت"),
            sentence("مدينة البحر ( د ب أ ) وصل وزير المراكب"),
            sentence("الميناء - رويترز - قالت شركة المراكب"),
        ]
    )
    assert [len(document) for document in found] == [2, 1, 1]


def test_a_document_without_datelines_ends_somewhere() -> None:
    names = [a + b for a, b in product("بتثجحخدذرزسشصضط", repeat=2)]
    found = documents([sentence(f"سيف{a} سيف{b}") for a, b in pairwise(names[:201])])
    assert max(map(len, found)) == 40
    assert sum(map(len, found)) == 200


def test_tuning_documents_are_the_last_ones_and_nothing_of_them_is_trained_on() -> None:
    twice = sentence("هذه جملة طويلة ترد في مقالين اثنين")
    found = [[sentence(f"جملة رقم {i} من النص {i}")] for i in range(99)]
    found[3] = [twice]
    found.append([twice])
    train, tuning = split(found)
    assert tuning == found[-len(tuning) :]
    assert 13 <= len(tuning) <= 17
    assert len(train) == 99 - len(tuning)
    assert not {s.tokens for d in train for s in d} & {s.tokens for d in tuning for s in d}
