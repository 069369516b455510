"""The part of Kibana's query language (KQL) that the pack uses: parsed, and translated as Kibana translates it.

After the grammar and the functions `is`, `range`, `and`, `or`, `not` of Kibana's package `kbn-es-query` (8.19 and 9).
Left out, and an error here: nested queries (`field: { … }`), wildcards in field names, wildcards within words of
text fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from musnad.errors import InputError
from musnad.kibana.fields import FieldUse

Json = dict[str, Any]
Scalar = str | bool | None


@dataclass(frozen=True, slots=True)
class Is:
    """`field : value`, or a value alone (`field` is None: any field)."""

    field: str | None
    value: Scalar
    quoted: bool = False
    wildcard: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """`field >= value`; `operator` is gt, gte, lt or lte."""

    field: str
    operator: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class And:
    """`… and …`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`… or …`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not …`."""

    part: Node


Node = Is | Range | And | Or | Not
N = TypeVar("N")
_SPACE = " \t\r\n\u00a0"
_SPECIAL = '\\():<>"*{}'
_KEYWORD = re.compile(rf"[{_SPACE}](?:or|and)[{_SPACE}]|not[{_SPACE}]", re.IGNORECASE)
_OR = re.compile(rf"[{_SPACE}]+or[{_SPACE}]+", re.IGNORECASE)
_AND = re.compile(rf"[{_SPACE}]+and[{_SPACE}]+", re.IGNORECASE)
_NOT = re.compile(rf"not[{_SPACE}]+", re.IGNORECASE)
_ESCAPED = re.compile(
    r"\\(?:([trn])|u([0-9a-fA-F]{4})|([\\():<>\"*{}])|(or|and|not))", re.IGNORECASE
)
_CONTROLS = {"t": "\t", "r": "\r", "n": "\n"}
_OPERATORS = (("<=", "lte"), (">=", "gte"), ("<", "lt"), (">", "gt"))


def parse(text: str) -> Node | None:
    """Return the query, or None for an empty one (everything). Raises `InputError` saying where it goes wrong."""
    if not text.strip(_SPACE):
        return None
    parser = _Parser(text)
    parser.skip()
    node = parser.either(parser.query)
    parser.skip()
    if parser.at < len(text):
        raise parser.wrong("something that ends the query")
    return node


def to_dsl(node: Node | None, fields: Mapping[str, FieldUse]) -> Json:
    """Return the query as Kibana sends it. Raises `InputError` for a field that the data view has not."""
    if node is None:
        return {"match_all": {}}
    if isinstance(node, And):
        return {"bool": {"filter": [to_dsl(part, fields) for part in node.parts]}}
    if isinstance(node, Or):
        return {
            "bool": {
                "should": [to_dsl(part, fields) for part in node.parts],
                "minimum_should_match": 1,
            }
        }
    if isinstance(node, Not):
        return {"bool": {"must_not": to_dsl(node.part, fields)}}
    if isinstance(node, Is) and node.field is None:
        if node.wildcard:
            raise InputError(
                f'a wildcard without a field ("{node.value}") is not among what the pack may use'
            )
        kind = "phrase" if node.quoted else "best_fields"
        return {"multi_match": {"type": kind, "query": node.value, "lenient": True}}
    field = fields.get(node.field or "")
    if field is None:
        raise InputError(f'there is no field "{node.field}" in the data view')
    one = _range(node, field) if isinstance(node, Range) else _is(node, field)
    return {"bool": {"should": [one], "minimum_should_match": 1}}


def _range(node: Range, field: FieldUse) -> Json:
    if field.kind == "string":
        raise InputError(f'"{field.name}" is a {field.type}: a range of it means nothing')
    zone = {"time_zone": "UTC"} if field.kind == "date" else {}
    return {"range": {field.name: {node.operator: node.value, **zone}}}


def _is(node: Is, field: FieldUse) -> Json:
    if node.wildcard and node.value == "*":
        return {"exists": {"field": field.name}}
    if node.wildcard:
        if field.type != "keyword":
            raise InputError(f'"{field.name}" is a {field.type}: a wildcard is for keywords here')
        return {"wildcard": {field.name: {"value": node.value}}}
    if field.kind == "date":
        return {"range": {field.name: {"gte": node.value, "lte": node.value, "time_zone": "UTC"}}}
    if field.type == "keyword":
        return {"term": {field.name: {"value": node.value}}}
    return {("match_phrase" if node.quoted else "match"): {field.name: node.value}}


class _Parser:
    """Goes through the text from left to right; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def wrong(self, wanted: str) -> InputError:
        found = self.text[self.at : self.at + 20] or "the end"
        return InputError(
            f'KQL "{self.text}": at character {self.at + 1} {wanted} is wanted, not "{found}"'
        )

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def take(self, words: re.Pattern[str]) -> bool:
        match = words.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match is not None

    def taken(self, character: str) -> bool:
        if self.text.startswith(character, self.at):
            self.at += len(character)
            return True
        return False

    def either(self, one: Callable[[], Node]) -> Node:
        """Read `a and b or c`, where `one` reads what has no such word in it."""
        ways = []
        while True:
            parts = [self.negated(one)]
            while self.take(_AND):
                parts.append(self.negated(one))
            ways.append(parts[0] if len(parts) == 1 else And(tuple(parts)))
            if not self.take(_OR):
                return ways[0] if len(ways) == 1 else Or(tuple(ways))

    def negated(self, one: Callable[[], Node]) -> Node:
        return Not(one()) if self.take(_NOT) else one()

    def query(self) -> Node:
        """Read `( … )` or one condition."""
        if self.taken("("):
            return self.closed(self.query)
        value, quoted, wildcard = self.literal()
        after = self.at
        self.skip()
        for sign, operator in _OPERATORS:
            if self.taken(sign):
                self.skip()
                limit, _, _ = self.literal()
                return Range(self.field(value, wildcard=wildcard), operator, limit)
        if self.taken(":"):
            self.skip()
            name = self.field(value, wildcard=wildcard)
            if self.text.startswith("{", self.at):
                raise self.wrong("no nested query: a value")
            return self.values(name)
        self.at = after
        return Is(None, value, quoted, wildcard)

    def values(self, field: str) -> Node:
        """Read what follows `field :`, one value or a list in brackets."""

        def value() -> Node:
            return self.values(field)

        if self.taken("("):
            return self.closed(value)
        return Is(field, *self.literal())

    def closed(self, one: Callable[[], Node]) -> Node:
        self.skip()
        node = self.either(one)
        self.skip()
        if not self.taken(")"):
            raise self.wrong('")"')
        return node

    def field(self, value: Scalar, *, wildcard: bool) -> str:
        if wildcard or not isinstance(value, str):
            raise self.wrong("the name of a field before that")
        return value

    def literal(self) -> tuple[Scalar, bool, bool]:
        """Read a word or words; return them, whether they were quoted, and whether they have a wildcard."""
        if self.taken('"'):
            return self.quotation(), True, False
        found: list[str] = []
        wildcard = False
        while self.at < len(self.text):
            escaped = _ESCAPED.match(self.text, self.at)
            if escaped:
                found.append(_unescaped(escaped))
                self.at = escaped.end()
            elif self.text[self.at] == "*":
                wildcard = True
                found.append("*")
                self.at += 1
            elif self.text[self.at] in _SPECIAL or _KEYWORD.match(self.text, self.at):
                break
            else:
                found.append(self.text[self.at])
                self.at += 1
        words = "".join(found)
        # White space at the end belongs to what follows ("a and b", "a )").
        kept = words.rstrip(_SPACE)
        self.at -= len(words) - len(kept)
        if not kept:
            raise self.wrong("a field or a value")
        constant: Scalar = {"null": None, "true": True, "false": False}.get(kept, kept)
        return constant, False, wildcard

    def quotation(self) -> str:
        found: list[str] = []
        while self.at < len(self.text):
            escaped = _ESCAPED.match(self.text, self.at)
            if self.taken('"'):
                return "".join(found)
            if escaped and (escaped[1] or escaped[2] or escaped[3] in ("\\", '"')):
                found.append(_unescaped(escaped))
                self.at = escaped.end()
            else:
                found.append(self.text[self.at])
                self.at += 1
        raise self.wrong('the closing "')


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _CONTROLS[match[1].lower()]
    return chr(int(match[2], 16)) if match[2] else match[3] or match[4]
