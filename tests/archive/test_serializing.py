"""Bodies of requests and answers."""

from __future__ import annotations

import json

import pytest
from elasticsearch.exceptions import SerializationError
from elasticsearch.serializer import DEFAULT_SERIALIZERS
from musnad.archive.serializing import serializers

BODIES = [
    {"words": "حفتر", "n": 2**70, "share": 0.1, "none": None, "list": [1, ("a", True)]},
    {"half": "\ud800"},
    [],
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("kind", ["application/json", "application/vnd.elasticsearch+json"])
def test_a_body_is_what_the_client_would_send(kind, body):
    ours, theirs = serializers()[kind], DEFAULT_SERIALIZERS[kind]
    sent = ours.dumps(body)
    assert theirs.loads(sent) == theirs.loads(theirs.dumps(body))
    assert ours.loads(sent) == theirs.loads(sent)


def test_lines_end_in_line_feeds_and_bytes_go_through():
    ours = serializers()["application/vnd.elasticsearch+x-ndjson"]
    assert ours.dumps([{"index": {}}, b'{"a": 1}']) == b'{"index":{}}\n{"a": 1}\n'


def test_half_a_surrogate_pair_in_an_answer():
    answer = json.dumps({"half": "\ud800"}).encode()
    assert serializers()["application/json"].loads(answer) == {"half": "\ud800"}


def test_what_cannot_be_sent_is_told():
    with pytest.raises((SerializationError, TypeError), match="serialize"):
        serializers()["application/json"].dumps({"what": object()})
