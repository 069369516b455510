"""The sentence around a span."""

from __future__ import annotations

import pytest
from musnad.excerpt import MAX_SENTENCE, Excerpts, sentence_around
from musnad.model import Article, Span

BODY = "قال الوزير نعم. وأضاف أن الأمر 3.5 مليون؟ لا!\nونفى ذلك"


def around(body: str, words: str, title: str = "عنوان") -> str:
    start = body.index(words)
    span = Span(field="body", start=start, end=start + len(words), surface=words)
    return sentence_around(Article(id="a", title=title, body=body), span)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("الوزير", "قال الوزير نعم"),
        ("نعم", "قال الوزير نعم"),
        ("وأضاف", "وأضاف أن الأمر 3.5 مليون"),
        ("3.5", "وأضاف أن الأمر 3.5 مليون"),
        ("لا", "لا"),
        ("ونفى", "ونفى ذلك"),
        ("نعم. وأضاف", "قال الوزير نعم. وأضاف أن الأمر 3.5 مليون"),
    ],
)
def test_it_ends_where_the_sentence_or_line_does(words, sentence):
    assert around(BODY, words) == sentence


def test_a_text_without_stops_is_cut():
    body = "و" * 5_000 + " قال " + "ف" * 5_000
    sentence = around(body, "قال")
    assert len(sentence) == 2 * MAX_SENTENCE + 3


def test_each_field_has_sentences_of_its_own():
    excerpts = Excerpts(Article(id="a", title="نفي. ثم تأكيد", body=BODY))
    title = Span(field="title", start=8, end=13, surface="تأكيد")
    body = Span(field="body", start=0, end=3, surface="قال")
    assert excerpts.around(title) == "ثم تأكيد"
    assert excerpts.around(body) == "قال الوزير نعم"
    assert excerpts.around(title) == "ثم تأكيد"
