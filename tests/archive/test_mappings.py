"""No field exists in a model or in its mapping only, and none is of another kind there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import musnad
import pytest
from musnad.archive.copies import CopyDocument
from musnad.archive.documents import (
    MAX_MENTIONS,
    MAX_STATEMENTS,
    ActorDocument,
    ArticleDocument,
    ClaimDocument,
    RunDocument,
    StatementDocument,
)
from musnad.archive.mappings import INDICES, changes, index_body, load, mapping_hash
from musnad.archive.reviews import ReviewDocument
from musnad.claims import Decision
from musnad.errors import PluginError
from musnad.model import Model
from musnad.plugins import Plugins
from musnad.settings import Settings

DOCUMENTS: dict[str, type[Model]] = {
    "articles": ArticleDocument,
    "statements": StatementDocument,
    "claims": ClaimDocument,
    "copies": CopyDocument,
    "reviews": ReviewDocument,
    "actors": ActorDocument,
    "decisions": Decision,
    "runs": RunDocument,
}
KINDS = {
    "string": {"keyword", "text"},
    "date": {"date"},
    "integer": {"integer", "long"},
    "number": {"float"},
    "boolean": {"boolean"},
    "map": {"flattened", "object"},
}


def plugins(*named: tuple[str, object]) -> Plugins:
    found = Plugins(Settings())
    for name, plugin in named:
        found.register(plugin, name)
    return found


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Follow references and options, and take an array for its items, as Elasticsearch does."""
    if "$ref" in schema:
        return resolved(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if "anyOf" in schema:
        (one,) = [option for option in schema["anyOf"] if option.get("type") != "null"]
        return resolved(one, definitions)
    if schema.get("type") == "array":
        return resolved(schema["items"], definitions)
    return schema


def kind_of(schema: dict[str, Any]) -> str:
    if schema.get("format") in {"date", "date-time"}:
        return "date"
    if schema["type"] == "object":
        return "map"
    kind: str = schema["type"]
    return kind


def differences(
    schema: dict[str, Any], mapping: dict[str, Any], definitions: dict[str, Any], path: str
) -> Iterator[str]:
    fields, mapped = schema["properties"], mapping["properties"]
    yield from (f"{path}{name} is not mapped" for name in fields.keys() - mapped.keys())
    yield from (f"{path}{name} is in no model" for name in mapped.keys() - fields.keys())
    for name in fields.keys() & mapped.keys():
        field, there = resolved(fields[name], definitions), mapped[name]
        if there.get("enabled") is False:
            continue
        if "properties" in field:
            if "properties" not in there:
                yield f"{path}{name} is no object in the mapping"
            else:
                yield from differences(field, there, definitions, f"{path}{name}.")
        elif there.get("type", "object") not in KINDS[kind_of(field)]:
            yield f"{path}{name} is {there.get('type', 'object')}, but {kind_of(field)} in the model"


@pytest.mark.parametrize("name", INDICES)
def test_model_and_mapping_have_the_same_fields(name: str) -> None:
    schema = DOCUMENTS[name].model_json_schema(mode="serialization")
    mapping = index_body(name, plugins())["mappings"]
    assert list(differences(schema, mapping, schema.get("$defs", {}), "")) == []


def test_the_comparison_sees_what_is_on_one_side_only() -> None:
    schema = RunDocument.model_json_schema(mode="serialization")
    mapping = index_body("runs", plugins())["mappings"]
    del mapping["properties"]["read"]
    mapping["properties"]["more"] = {"type": "keyword"}
    mapping["properties"]["owner"] = {"type": "date"}
    assert sorted(differences(schema, mapping, schema["$defs"], "")) == [
        "more is in no model",
        "owner is date, but string in the model",
        "read is not mapped",
    ]


def everything(properties: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, definition in properties.items():
        yield f"{path}{name}", definition
        yield from everything(definition.get("properties", {}), f"{path}{name}.")
        yield from everything(definition.get("fields", {}), f"{path}{name}.")


@pytest.mark.parametrize("name", INDICES)
def test_nothing_in_a_mapping_can_refuse_a_document_or_a_label(name: str) -> None:
    body = index_body(name, plugins())
    assert body["mappings"]["dynamic"] == "strict"
    for path, definition in everything(body["mappings"]["properties"]):
        if definition.get("type") in {"keyword", "flattened"} and definition.get("index", True):
            # A term must stay below 32,766 bytes; a code point takes four at most.
            assert definition["ignore_above"] <= 8191, path
        for label in definition.get("meta", {}).values():
            assert 0 < len(label) <= 50, path


def test_all_nested_documents_of_an_article_fit_its_index() -> None:
    settings = index_body("articles", plugins())["settings"]
    assert settings["index.mapping.nested_objects.limit"] >= MAX_MENTIONS + MAX_STATEMENTS


def test_analysis_uses_only_what_a_stock_elasticsearch_ships() -> None:
    analysis = load("analysis")["analysis"]
    own = {name for part in analysis.values() for name in part}
    used = {name for f in analysis["filter"].values() for name in f.get("filters", ())}
    types = {f["type"] for part in ("filter", "char_filter") for f in analysis[part].values()}
    stock = {"mapping", "multiplexer", "pattern_capture", "pattern_replace"}
    assert types <= {*stock, "stemmer_override", "stop", "unique"}
    for part in ("analyzer", "normalizer"):
        for definition in analysis[part].values():
            used |= {*definition.get("filter", ()), *definition.get("char_filter", ())}
            used |= {definition.get("tokenizer", "standard")}
    stock = {
        "standard",
        "lowercase",
        "decimal_digit",
        "arabic_normalization",
        "arabic_stem",
        "whitespace",
    }
    assert used - own <= {*stock, "asciifolding"}


class Currency:
    @musnad.hookimpl
    def musnad_fields(self) -> dict[str, Any]:
        return {"currency": {"type": "keyword", "meta": {"label": "Currency"}}}


class Broken:
    @musnad.hookimpl
    def musnad_fields(self) -> dict[str, Any]:
        return {"currency": "keyword"}


def test_fields_of_a_plugin_are_strict_and_under_its_name() -> None:
    ext = index_body("articles", plugins(("money", Currency())))["mappings"]["properties"]["ext"]
    assert ext["dynamic"] == "strict"
    assert ext["properties"]["money"]["dynamic"] == "strict"
    assert ext["properties"]["money"]["properties"]["currency"]["type"] == "keyword"


def test_a_fragment_that_is_no_mapping_names_plugin_and_field() -> None:
    with pytest.raises(PluginError, match=r'plugin "money": .*field "currency"'):
        index_body("articles", plugins(("money", Broken())))


def test_changes_tells_additions_from_changed_definitions() -> None:
    old = {
        "a": {"type": "text", "fields": {"k": {"type": "keyword", "ignore_above": 9}}},
        "gone": {"type": "date"},
    }
    new = {
        "a": {"type": "text", "meta": {"label": "A"}, "fields": {"k": {"type": "text"}}},
        "o": {"properties": {"x": {"type": "long"}}},
    }
    # What may change in place is no difference.
    assert not list(
        changes({"k": {"type": "keyword", "ignore_above": 9}}, {"k": {"type": "keyword"}})
    )
    assert [(field, before) for field, before, _ in changes(old, new)] == [
        ("a.k", {"type": "keyword"}),
        ("o", None),
    ]


def test_the_hash_follows_fields_of_plugins() -> None:
    bare = index_body("articles", plugins())
    with_money = index_body("articles", plugins(("money", Currency())))
    assert mapping_hash(bare) != mapping_hash(with_money)
    assert mapping_hash(bare) == mapping_hash(index_body("articles", plugins()))
