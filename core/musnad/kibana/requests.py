"""What Kibana asks Elasticsearch for each panel, saved search and control: from saved objects to search requests.

Only what the pack may use is translated: count and unique count, parted by terms, dates or filters. Anything else in a
saved object is an error, so that nothing gets into the pack that is not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from musnad.errors import InputError
from musnad.kibana.fields import FieldUse
from musnad.kibana.kql import parse, to_dsl
from musnad.kibana.lens import RECORDS
from musnad.kibana.times import auto_interval, resolve

Json = dict[str, Any]
_INDEX_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
_ROWS = 500
"""Rows that Discover asks for (its setting `discover:sampleSize`)."""


@dataclass(frozen=True, slots=True)
class DataView:
    """A data view of the pack, with the fields behind it."""

    title: str
    """The alias."""
    time: str | None
    fields: Mapping[str, FieldUse]


@dataclass(frozen=True, slots=True)
class Request:
    """One search that Kibana makes."""

    name: str
    """Of the saved object, and of the panel in it."""
    index: str
    body: Json

    def found(self, answer: Mapping[str, Any]) -> int:
        """Return how much there is to show in Elasticsearch's answer: rows, buckets, or what is counted."""
        aggregations = answer.get("aggregations")
        if not aggregations:
            total: int = answer["hits"]["total"]["value"]
            return total
        return _shown(aggregations)


def _shown(aggregations: Mapping[str, Any]) -> int:
    shown = 0
    for one in aggregations.values():
        if "value" in one:
            shown += int(one["value"])
            continue
        buckets = one["buckets"]
        for bucket in buckets.values() if isinstance(buckets, Mapping) else buckets:
            inner = {key: value for key, value in bucket.items() if isinstance(value, Mapping)}
            shown += (_shown(inner) if inner else 1) if bucket["doc_count"] else 0
    return shown


class Translator:
    """Translates the saved objects of a pack; `now` stands for the moment at which they are looked at."""

    def __init__(
        self,
        objects: Iterable[Mapping[str, Any]],
        fields: Mapping[str, Mapping[str, FieldUse]],
        now: datetime,
    ) -> None:
        """`fields`: by id of the data view. Raises `InputError` for what is not among the allowed."""
        self.now = now
        self.objects = {(one["type"], one["id"]): one for one in objects}
        self.views = {
            key: DataView(
                one["attributes"]["title"], one["attributes"].get("timeFieldName"), fields[key]
            )
            for (kind, key), one in self.objects.items()
            if kind == "index-pattern"
        }

    def requests(self) -> Iterator[Request]:
        """Yield every request of every saved object."""
        for (kind, _), one in self.objects.items():
            if kind == "search":
                yield self._search(one)
            elif kind == "dashboard":
                yield from self._dashboard(one)
            elif kind != "index-pattern":
                raise InputError(f'{one["id"]}: saved objects of type "{kind}" are not allowed')

    def _search(self, one: Mapping[str, Any], of: str = "") -> Request:
        attributes = one["attributes"]
        view = self._view(one["references"], _INDEX_REFERENCE, one["id"])
        source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
        between = attributes["timeRange"]["from"], attributes["timeRange"]["to"]
        columns = [c for c in attributes["columns"] if c in view.fields]
        if columns != attributes["columns"]:
            raise InputError(f"{one['id']}: a column is no field of {view.title}")
        sort = [
            {field: {"order": order, "unmapped_type": "boolean"}}
            for field, order in attributes["sort"]
        ]
        name = of or attributes["title"]
        body = {
            "query": self._query(view, [source["query"]["query"]], between, name),
            "sort": sort,
            "size": _ROWS,
            "track_total_hits": True,
            "fields": [{"field": "*", "include_unmapped": True}],
            "_source": False,
        }
        return Request(name, view.title, body)

    def _dashboard(self, one: Mapping[str, Any]) -> Iterator[Request]:
        attributes, references = one["attributes"], one["references"]
        between = attributes["timeFrom"], attributes["timeTo"]
        for panel in json.loads(attributes["panelsJSON"]):
            key = panel["panelIndex"]
            name = f"{attributes['title']}: {panel['title']}"
            config = panel["embeddableConfig"]
            if panel["type"] == "lens":
                prefix = f"{key}:indexpattern-datasource-layer-"
                yield self._lens(config["attributes"], references, prefix, between, name)
            elif panel["type"] == "search":
                target = _reference(references, f"{key}:{panel['panelRefName']}", name)
                search = self.objects[target["type"], target["id"]]
                # In a dashboard the saved search keeps its query, and takes the dashboard's time range.
                times = {"from": between[0], "to": between[1]}
                inside = {**search, "attributes": {**search["attributes"], "timeRange": times}}
                yield self._search(inside, of=name)
            elif panel["type"] != "visualization" or config["savedVis"]["type"] != "markdown":
                raise InputError(f'{name}: panels of type "{panel["type"]}" are not allowed')
        yield from self._controls(attributes, references, between)

    def _controls(
        self, attributes: Mapping[str, Any], references: list[Json], between: tuple[str, str]
    ) -> Iterator[Request]:
        group = attributes.get("controlGroupInput")
        for key, control in json.loads(group["panelsJSON"]).items() if group else ():
            own = control["explicitInput"]
            name = f"{attributes['title']}: control {own['title']}"
            if control["type"] != "optionsListControl":
                raise InputError(f'{name}: controls of type "{control["type"]}" are not allowed')
            view = self._view(references, f"controlGroup_{key}:optionsListDataView", name)
            field = _aggregatable(view, own["fieldName"], name)
            body = {
                "size": 0,
                "query": self._query(view, [], between, name),
                "aggs": {
                    "suggestions": {
                        "terms": {"field": field.name, "size": 10, "order": {"_count": "desc"}}
                    }
                },
            }
            yield Request(name, view.title, body)

    def _lens(
        self,
        attributes: Mapping[str, Any],
        references: list[Json],
        prefix: str,
        between: tuple[str, str],
        name: str,
    ) -> Request:
        state = attributes["state"]
        (source, layers), *others = state["datasourceStates"].items()
        if source != "formBased" or others or len(layers["layers"]) != 1 or state["filters"]:
            raise InputError(f"{name}: one layer over a data view, without filters, is allowed")
        ((key, layer),) = layers["layers"].items()
        view = self._view(references, f"{prefix}{key}", name)
        body = {
            "size": 0,
            "track_total_hits": True,
            "query": self._query(view, [state["query"]["query"]], between, name),
            **self._aggregations(layer, view, between, name),
        }
        return Request(name, view.title, body)

    def _aggregations(
        self, layer: Mapping[str, Any], view: DataView, between: tuple[str, str], name: str
    ) -> Json:
        """Return the aggregations of a layer: each part within the one before, what is counted innermost."""
        columns = [(key, layer["columns"][key]) for key in layer["columnOrder"]]
        metrics = [(key, column) for key, column in columns if not column["isBucketed"]]
        if len(metrics) != 1:
            raise InputError(f"{name}: one count is allowed, not {len(metrics)}")
        metric = self._metric(*metrics[0], view, name)
        inner = {"aggs": metric} if metric else {}
        for key, column in reversed([one for one in columns if one[1]["isBucketed"]]):
            order = metrics[0][0] if metric else "_count"
            inner = {"aggs": {key: {**self._bucket(column, view, between, order, name), **inner}}}
        return inner

    def _metric(self, key: str, column: Mapping[str, Any], view: DataView, name: str) -> Json:
        match column["operationType"]:
            case "count" if column["sourceField"] == RECORDS:
                return {}
            case "unique_count":
                field = _aggregatable(view, column["sourceField"], name)
                return {key: {"cardinality": {"field": field.name}}}
            case other:
                raise InputError(f'{name}: the operation "{other}" is not allowed, or not so')

    def _bucket(
        self,
        column: Mapping[str, Any],
        view: DataView,
        between: tuple[str, str],
        order: str,
        name: str,
    ) -> Json:
        params = column["params"]
        match column["operationType"]:
            case "terms":
                field = _aggregatable(view, column["sourceField"], name)
                if field.type not in ("keyword", "boolean"):
                    raise InputError(
                        f'{name}: "{field.name}" is a {field.type}: values of keywords can be counted'
                    )
                # Kibana keeps Elasticsearch's own shard size for ten values where there are fewer.
                few = {"shard_size": 25} if params["size"] <= 10 else {}
                terms = {
                    "field": field.name,
                    "size": params["size"],
                    "order": {order: "desc"},
                    **few,
                }
                return {"terms": terms}
            case "date_histogram":
                field = _aggregatable(view, column["sourceField"], name)
                if field.type != "date":
                    raise InputError(f'{name}: "{field.name}" is a {field.type}, no date')
                start, end = self._between(between)
                bounds = {"min": _milliseconds(start), "max": _milliseconds(end)}
                return {
                    "date_histogram": {
                        "field": field.name,
                        **auto_interval(start, end),
                        "time_zone": "UTC",
                        "min_doc_count": 0,
                        "extended_bounds": bounds,
                    }
                }
            case "filters":
                filters = {
                    one["label"]: self._kql(one["input"]["query"], view, name)
                    for one in params["filters"]
                }
                return {"filters": {"filters": filters}}
            case other:
                raise InputError(f'{name}: the operation "{other}" is not allowed')

    def _query(
        self, view: DataView, queries: Iterable[str], between: tuple[str, str], name: str
    ) -> Json:
        filters = [self._kql(query, view, name) for query in queries if query]
        if view.time is not None:
            start, end = self._between(between)
            limits = {"gte": start.isoformat(), "lte": end.isoformat()}
            filters.append(
                {"range": {view.time: {**limits, "format": "strict_date_optional_time"}}}
            )
        return {"bool": {"must": [], "filter": filters, "should": [], "must_not": []}}

    def _kql(self, query: str, view: DataView, name: str) -> Json:
        try:
            return to_dsl(parse(query), view.fields)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error

    def _between(self, between: tuple[str, str]) -> tuple[datetime, datetime]:
        return resolve(between[0], self.now), resolve(between[1], self.now, end=True)

    def _view(self, references: list[Json], name: str, where: str) -> DataView:
        target = _reference(references, name, where)
        if target["id"] not in self.views:
            raise InputError(f'{where}: there is no data view "{target["id"]}"')
        return self.views[target["id"]]


def _reference(references: Iterable[Json], name: str, where: str) -> Json:
    for reference in references:
        if reference["name"] == name:
            return reference
    raise InputError(f'{where}: there is no reference "{name}"')


def _aggregatable(view: DataView, name: str, where: str) -> FieldUse:
    field = view.fields.get(name)
    if field is None or not field.aggregatable:
        raise InputError(f'{where}: "{name}" is not there, or nothing can be counted by it')
    return field


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
