"""The saved objects of the pack, against rules taken from Kibana's own schemas and from real exports.

The rules are in `shapes/`: of attributes that Kibana's schemas name (`elastic/kibana`: dashboard v1, search model
version 2) and of exports of Kibana 8 and 9 (`elastic/integrations`). No Kibana takes part.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.mappings import INDICES, mappings_folder
from musnad.archive.read import ArchiveReader
from musnad.errors import InputError
from musnad.kibana.dataviews import view_id
from musnad.kibana.fields import fields_of
from musnad.kibana.pack import Pack, to_ndjson
from musnad.kibana.requests import Request, Translator
from musnad.kibana.source import Panel, Source, load_source
from musnad.plugins import Plugins
from musnad.serve import create_app
from musnad.settings import Settings

Json = dict[str, Any]
SHAPES = {
    name: jsonschema.Draft202012Validator(
        json.loads((Path(__file__).parent / "shapes" / f"{file}.json").read_text(encoding="utf-8"))
    )
    for name, file in {
        "index-pattern": "data-view",
        "search": "search",
        "dashboard": "dashboard",
        "lens": "lens",
    }.items()
}
NOW = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def source() -> Source:
    return load_source()


@pytest.fixture(scope="module")
def pack(source: Source) -> Pack:
    return Pack(source, Plugins.load(Settings()), "musnad")


@pytest.fixture(scope="module")
def objects(pack: Pack) -> list[Json]:
    return pack.objects()


def of(objects: list[Json], kind: str) -> list[Json]:
    return [one for one in objects if one["type"] == kind]


def inner(schema: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the schemas of JSON within strings, with that JSON: jsonschema only notes `contentSchema`."""
    if not isinstance(schema, dict):
        return
    if "contentSchema" in schema and isinstance(value, str):
        parsed = json.loads(value)
        yield schema["contentSchema"], parsed
        yield from inner(schema["contentSchema"], parsed)
    for key, sub in schema.get("properties", {}).items():
        if isinstance(value, dict) and key in value:
            yield from inner(sub, value[key])


def panels(board: Json) -> list[Json]:
    found: list[Json] = json.loads(board["attributes"]["panelsJSON"])
    return found


def faults(one: Json) -> list[str]:
    """Return what is wrong with the shape of a saved object, the JSON in its strings and its Lens panels included."""
    shape = SHAPES[one["type"]]
    found = [error.message for error in shape.iter_errors(one)]
    if found:
        return found
    for schema, value in inner(shape.schema, one):
        found += [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(value)]
    if one["type"] == "dashboard" and not found:
        for panel in panels(one):
            if panel["type"] == "lens":
                lens = panel["embeddableConfig"]["attributes"]
                found += [error.message for error in SHAPES["lens"].iter_errors(lens)]
    return found


def test_every_object_has_the_shape_that_kibana_requires(objects: list[Json]) -> None:
    assert {one["id"]: faults(one) for one in objects if faults(one)} == {}
    assert {one["type"] for one in objects} == {"index-pattern", "search", "dashboard"}


def change_lens(change: Callable[[Json], object]) -> Callable[[Json], None]:
    """Return a change of the first Lens panel of a dashboard."""

    def made(board: Json) -> None:
        content = panels(board)
        lens = next(panel for panel in content if panel["type"] == "lens")
        change(lens["embeddableConfig"]["attributes"])
        board["attributes"]["panelsJSON"] = json.dumps(content)

    return made


def columns(lens: Json) -> Json:
    (layer,) = lens["state"]["datasourceStates"]["formBased"]["layers"].values()
    found: Json = layer["columns"]
    return found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: b.pop("references"), id="no references"),
        pytest.param(lambda b: b["attributes"].update(hits=[]), id="unknown attribute"),
        pytest.param(lambda b: b["attributes"].update(panelsJSON=[]), id="panels are no string"),
        pytest.param(lambda b: b.update(typeMigrationVersion="10.3.0"), id="newer stamp"),
        pytest.param(change_lens(lambda a: a.pop("references")), id="Lens without references"),
        pytest.param(
            change_lens(lambda a: columns(a)["count"].pop("sourceField")), id="count of nothing"
        ),
        pytest.param(
            change_lens(lambda a: columns(a)["count"].update(operationType="average")), id="average"
        ),
        pytest.param(change_lens(lambda a: a["state"].update(visualization={})), id="no picture"),
    ],
)
def test_the_rules_find_what_is_wrong(
    objects: list[Json], change: Callable[[Json], object]
) -> None:
    board = copy.deepcopy(of(objects, "dashboard")[0])
    assert faults(board) == []
    change(board)
    assert faults(board)


def test_every_reference_resolves_and_comes_before_what_refers_to_it(objects: list[Json]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in objects:
        names = [reference["name"] for reference in one["references"]]
        assert len(names) == len(set(names)), one["id"]
        assert {(r["type"], r["id"]) for r in one["references"]} <= seen, one["id"]
        assert (one["type"], one["id"]) not in seen
        seen.add((one["type"], one["id"]))


def test_every_panel_is_on_the_grid_beside_the_others_and_has_its_references(
    objects: list[Json],
) -> None:
    for board in of(objects, "dashboard"):
        taken: set[tuple[int, int]] = set()
        names = {reference["name"] for reference in board["references"]}
        for panel in panels(board):
            place = panel["gridData"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert max(x for x, _ in cells) < 48
            assert not cells & taken, panel["title"]
            taken |= cells
            assert place["i"] == panel["panelIndex"]
            if panel["type"] == "lens":
                lens = panel["embeddableConfig"]["attributes"]
                own = [f"{panel['panelIndex']}:{r['name']}" for r in lens["references"]]
                (layer,) = lens["state"]["datasourceStates"]["formBased"]["layers"]
                assert own == [f"{panel['panelIndex']}:indexpattern-datasource-layer-{layer}"]
                assert set(own) <= names
                order = next(
                    iter(lens["state"]["datasourceStates"]["formBased"]["layers"].values())
                )
                assert list(order["columns"]) == order["columnOrder"]


def test_every_query_and_aggregation_is_among_the_allowed_over_fields_that_fit(
    pack: Pack, objects: list[Json]
) -> None:
    fields = {view_id("musnad", name): found for name, found in pack.fields.items()}
    requests = list(Translator(objects, fields, NOW).requests())
    lens = [p for b in of(objects, "dashboard") for p in panels(b) if p["type"] != "visualization"]
    controls = [c for board in load_source().dashboards.values() for c in board.controls]
    assert len(requests) == len(lens) + len(of(objects, "search")) + len(controls)
    assert {r.index for r in requests} <= {f"musnad-{name}" for name in INDICES}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda a: columns(a)["count"].update(operationType="sum"),
            'operation "sum" is not allowed',
        ),
        (
            lambda a: columns(a)["count"].update(sourceField="body"),
            'operation "count" is not allowed',
        ),
        (lambda a: a["state"]["query"].update(query="status :"), "a field or a value is wanted"),
        (lambda a: a["state"]["query"].update(query="mood : good"), 'there is no field "mood"'),
        (lambda a: a["state"]["filters"].append({"meta": {}}), "without filters"),
    ],
)
def test_anything_else_is_refused(
    pack: Pack, objects: list[Json], change: Callable[[Json], object], message: str
) -> None:
    changed = copy.deepcopy(objects)
    change_lens(change)(of(changed, "dashboard")[0])
    fields = {view_id("musnad", name): found for name, found in pack.fields.items()}
    with pytest.raises(InputError, match=message):
        list(Translator(changed, fields, NOW).requests())


def test_a_dashboard_can_be_filtered_by_its_controls_without_emptying_a_panel(
    source: Source, pack: Pack
) -> None:
    for name, board in source.dashboards.items():
        for panel in board.panels:
            search = source.searches[panel.search] if panel.search else None
            view = search.view if search else panel.view
            if view is None or panel.apart:
                continue
            for control in board.controls:
                fits = control.field in pack.fields[view]
                assert fits, f"{name}: {panel.title.en}: no field {control.field}: set apart: true"


def test_every_shown_field_has_a_label_in_both_languages(source: Source, pack: Pack) -> None:
    for name, view in source.views.items():
        for field in (*view.popular, *view.links):
            assert pack.fields[name][field].label, f"{name}: {field}"
    for name, search in source.searches.items():
        for field in search.columns:
            assert pack.fields[search.view][field].label, f"{name}: {field}"


def test_no_two_fields_of_a_data_view_have_the_same_label(objects: list[Json]) -> None:
    for view in of(objects, "index-pattern"):
        attributes = json.loads(view["attributes"]["fieldAttrs"])
        # What is inside of nested fields is hidden.
        labels = [
            a["customLabel"] for f, a in attributes.items() if not f.startswith("statements.")
        ]
        assert len(labels) == len(set(labels)), view["id"]


def test_every_alias_that_people_read_has_a_data_view(source: Source) -> None:
    assert {view.index for view in source.views.values()} == set(INDICES) - {"copies"}


def test_fields_of_plugins_come_with_their_labels(source: Source) -> None:
    class Currencies:
        @staticmethod
        def fields() -> Json:
            return {
                "currency": {"type": "keyword", "meta": {"label": "Currency", "label_ar": "عملة"}}
            }

    import musnad

    class Plugin:
        @musnad.hookimpl
        def musnad_fields(self) -> Json:
            return Currencies.fields()

    plugins = Plugins(Settings())
    plugins.register(Plugin(), "money")
    (view, *_) = Pack(source, plugins, "other").objects()
    labels = json.loads(view["attributes"]["fieldAttrs"])
    assert labels["ext.money.currency"] == {"customLabel": "Currency · عملة"}
    assert (view["id"], view["attributes"]["title"]) == ("other-articles", "other-articles")
    assert view["attributes"]["name"] == "Articles · المقالات (other)"


def test_ids_lead_to_the_reading_page_where_there_is_one(source: Source, pack: Pack) -> None:
    def template(pack: Pack, view: str, field: str) -> str:
        (one,) = (o for o in pack.objects() if o["id"] == f"musnad-{view}")
        formats = json.loads(one["attributes"]["fieldFormatMap"])
        return str(formats[field]["params"].get("urlTemplate"))

    assert (
        template(pack, "statements", "claim_id")
        == "discover#/doc/musnad-claims/musnad-claims?id={{value}}"
    )
    assert template(pack, "articles", "url") == "None"
    assert template(pack, "actors", "domains") == "https://{{value}}"
    served = Pack(source, Plugins(Settings()), "musnad", pages="https://archive.example/")
    assert (
        template(served, "statements", "id") == "https://archive.example/statements/?id={{value}}"
    )


def test_the_reading_page_has_the_addresses_that_ids_lead_to(source: Source) -> None:
    addresses = create_app(ArchiveReader(Elasticsearch("http://127.0.0.1:1"), "musnad")).url_map
    for kind, page in source.pages.items():
        path, _, query = page.path.partition("?")
        endpoint, _ = addresses.bind("archive.example").match(f"/{path}")
        assert (endpoint, query) == (f"{kind}_by_query", "id={{value}}")


def test_the_file_that_compose_imports_is_up_to_date(objects: list[Json]) -> None:
    file = mappings_folder().joinpath("kibana", "musnad.ndjson")
    assert file.read_text(encoding="utf-8") == to_ndjson(objects), "run `make kibana`"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"parts": [{"by": "nothing"}]}, 'there is no field "nothing"'),
        ({"parts": [{"by": "body"}]}, 'nothing can be counted by "body", which is a text'),
        ({"parts": [{"by": "mentions.name"}]}, 'nothing can be counted by "mentions.name"'),
        ({"parts": [{"over": "outlet_id"}]}, "needs a date"),
        ({"view": "nowhere", "parts": [{"by": "outlet_id"}]}, 'no data view "nowhere"'),
    ],
)
def test_a_panel_that_cannot_be_is_an_error_that_names_it(
    source: Source, values: Json, message: str
) -> None:
    title = {"en": "Wrong", "ar": "خطأ"}
    panel = Panel.model_validate({"title": title, "show": "bars", "view": "articles", **values})
    board = source.dashboards["actors"].model_copy(update={"panels": (panel,)})
    changed = source.model_copy(update={"dashboards": {"mine": board}})
    with pytest.raises(InputError, match=f'dashboards/mine.yaml: panel "Wrong": .*{message}'):
        Pack(changed, Plugins(Settings()), "musnad").objects()


def test_a_source_that_does_not_fit_is_an_error_that_names_file_and_key(tmp_path: Path) -> None:
    folder = mappings_folder().joinpath("kibana")
    (tmp_path / "dashboards").mkdir()
    for name in ("views.yaml", "searches.yaml"):
        (tmp_path / name).write_text(
            folder.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    board = tmp_path / "dashboards" / "mine.yaml"
    board.write_text("title: {en: Mine, ar: لي}\npanels: [{show: pie}]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r'mine\.yaml: "description": Field required'):
        load_source(tmp_path)
    board.write_text("title: [\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.yaml: cannot be read"):
        load_source(tmp_path)


def test_sub_fields_and_nested_fields_are_told_apart() -> None:
    fields = fields_of("articles", Plugins(Settings()))
    assert fields["actor_names.fold"].aggregatable
    assert not fields["title"].aggregatable
    assert fields["title.keyword"].aggregatable
    assert not fields["mentions.name"].aggregatable
    assert fields["source.position"].searchable
    assert not fields["quality.span.surface"].searchable
    assert fields["error_count"].kind == "number"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"hits": {"total": {"value": 3}}}, 3),
        ({"hits": {"total": {"value": 0}}}, 0),
        ({"aggregations": {"count": {"value": 5}}}, 5),
        ({"aggregations": {"part0": {"buckets": []}}}, 0),
        (
            {
                "aggregations": {
                    "part0": {"buckets": {"a": {"doc_count": 0}, "b": {"doc_count": 2}}}
                }
            },
            1,
        ),
        # An article without the second value: a row that Lens leaves out.
        ({"aggregations": {"part0": {"buckets": [{"doc_count": 2, "part1": {"buckets": []}}]}}}, 0),
        (
            {
                "aggregations": {
                    "part0": {
                        "buckets": [{"doc_count": 2, "count": {"value": 1}}, {"doc_count": 0}]
                    }
                }
            },
            1,
        ),
    ],
)
def test_what_is_shown_is_counted(answer: Json, found: int) -> None:
    assert Request("a", "b", {}).found(answer) == found
