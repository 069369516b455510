"""Documents as the JSON that is sent."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from musnad.archive.packed import Packed
from musnad.model import Span

DOCUMENT = {
    "id": "a",
    "span": Span(field="body", start=0, end=4, surface="خبر\u200f"),
    "at": datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
    "ext": {"n": 2**70, "share": 0.25, "names": ("حفتر", None)},
}


def test_models_become_the_json_that_they_dump():
    read = Packed.of(DOCUMENT).read()
    assert read["span"] == DOCUMENT["span"].model_dump(mode="json")
    assert read["at"] == "2026-05-01T12:30:00Z"
    assert read["ext"] == {"n": 2**70, "share": 0.25, "names": ["حفتر", None]}


def test_the_text_is_json_in_utf_8():
    packed = Packed.of(DOCUMENT)
    assert json.loads(packed.json) == packed.read()
    assert "حفتر".encode() in packed.json


def test_changing_leaves_the_other_fields():
    packed = Packed.of(DOCUMENT)
    changed = packed.changed({"at": None, "group": "g"})
    assert changed.read() == {**packed.read(), "at": None, "group": "g"}
    assert packed.changed({}) is packed


def test_what_json_has_no_words_for():
    assert math.isnan(Packed.of({"id": "a", "n": math.nan}).read()["n"])
    with pytest.raises(ValueError, match="surrogates not allowed"):
        Packed.of({"id": "a", "text": "\ud800"})
