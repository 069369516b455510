"""Marks on a text: nothing of the text is lost or added, links are never split by what lies under them."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from musnad.serve.addresses import outside
from musnad.serve.marks import Layer, Link, marked


class Read(HTMLParser):
    """Collects the text and the elements, and checks that they close in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.elements = "", [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.elements.append((tag, dict(attrs), len(self.text)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def link(start, end, name="x"):
    return Link(start, end, f"#{name}", "name", anchor=f"c-{name}")


def said(start, end, number=1, stance="asserts"):
    return Layer(start, end, "said", stance, number)


def test_a_link_is_whole_although_what_is_said_begins_in_it():
    html = marked("قال حارث الشنواني كلاما", [link(4, 17)], [said(9, 23)])
    assert html.count("<a ") == 1
    assert re.search(
        r"<a [^>]*>حارث <span [^>]*>الشنواني</span></a><span [^>]*> كلاما</span>", html
    )


def test_of_nested_statements_the_inner_is_seen_and_all_are_told():
    html = marked("abcdef", [], [said(0, 6, 1), said(2, 4, 2, "denies")])
    assert '<span class="piece said stance-denies in-2 in-1">cd</span>' in html


def test_of_two_links_over_the_same_words_the_first_is_there():
    read = Read(str(marked("abcd", [link(1, 3, "cue"), link(0, 4, "name")], [])))
    assert [(a["href"], a.get("id"), a.get("tabindex")) for _, a, _ in read.elements] == [
        ("#name", "c-name", None),
        ("#cue", "c-cue", None),
        ("#name", None, "-1"),
    ]


def test_markup_in_the_text_is_text():
    html = marked('<script>"&\r\n', [link(0, 3, '"><b>')], [])
    assert "<script" not in html
    assert "<b>" not in html
    assert Read(str(html)).text == '<script>"&\r\n'


def test_spans_beyond_the_text_are_left_out():
    assert marked("ab", [link(1, 9)], [said(-1, 1)]) == "ab"


spans = st.tuples(st.integers(0, 12), st.integers(0, 12))


@settings(max_examples=40)
@given(st.text(max_size=12), st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_the_text_is_the_text(text, links, layers):
    html = marked(
        text,
        [link(a, b, str(i)) for i, (a, b) in enumerate(links)],
        [said(a, b, i) for i, (a, b) in enumerate(layers)],
    )
    read = Read(str(html))
    assert read.text == text.replace("\0", "\ufffd")
    ids = [a["id"] for _, a, _ in read.elements if "id" in a]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("http://صحيفة.example/خبر", "http://%D8%B5%D8%AD%D9%8A%D9%81%D8%A9.example/%D8%AE%D8%A8%D8%B1"),
        ("javascript:alert(1)", None),
        (" JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example", None),
        ("https:", None),
        ("https://[bad", None),
        ("https://a.example:x/", None),
        ("https://a.example/\u202egpj.exe", "https://a.example/%E2%80%AEgpj.exe"),
        ('https://a.example/"><script>', None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_linked_to(url, kept):
    assert outside(url) == kept
