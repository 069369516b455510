"""Panels as Lens charts by value: count and unique count, parted by values, dates or filters. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from musnad.errors import InputError
from musnad.kibana.dataviews import label_of
from musnad.kibana.fields import FieldUse
from musnad.kibana.source import Bucket, Panel, Source, Text

Json = dict[str, Any]
RECORDS = "___records___"
"""What Lens calls the documents themselves."""
COUNT = "count"
"""Id of the column that counts."""
_COUNTED = Text(en="Count", ar="العدد")
_SERIES = {
    "bars": "bar_stacked",
    "rows": "bar_horizontal_stacked",
    "area": "area_stacked",
    "line": "line",
}
_KINDS = {"donut": "lnsPie", "table": "lnsDatatable", "number": "lnsMetric"}


def lens_attributes(
    source: Source, panel: Panel, layer: str, view: str, fields: Mapping[str, FieldUse], where: str
) -> Json:
    """Return the `attributes` of a Lens panel.

    `layer` is the id of its layer, `view` of its data view, `where` names the panel in errors. Raises `InputError`
    for a field that is not there or cannot be used so.
    """
    columns = {
        f"part{i}": _bucket(source, bucket, panel, fields, where)
        for i, bucket in enumerate(panel.parts)
    }
    if len(columns) == 2 and panel.show != "table" and panel.parts[0].over:
        # The same values in every interval, those most frequent over all: they are parted first, as Lens does.
        columns = dict(reversed(columns.items()))
    columns[COUNT] = _metric(panel, fields, where)
    return {
        "title": "",
        "description": "",
        "type": "lens",
        "visualizationType": _KINDS.get(panel.show, "lnsXY"),
        "references": [
            {"type": "index-pattern", "id": view, "name": f"indexpattern-datasource-layer-{layer}"}
        ],
        "state": {
            "datasourceStates": {
                "formBased": {
                    "layers": {
                        layer: {
                            "columnOrder": list(columns),
                            "columns": columns,
                            "incompleteColumns": {},
                            "ignoreGlobalFilters": panel.apart,
                            "sampling": 1,
                        }
                    }
                }
            },
            "visualization": _visualization(panel, layer),
            "query": {"query": panel.query, "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _visualization(panel: Panel, layer: str) -> Json:
    parts = [f"part{i}" for i in range(len(panel.parts))]
    if panel.show == "number":
        return {"layerId": layer, "layerType": "data", "metricAccessor": COUNT}
    if panel.show == "table":
        return {
            "layerId": layer,
            "layerType": "data",
            "columns": [{"columnId": column, "isTransposed": False} for column in (*parts, COUNT)],
            "paging": {"size": 10, "enabled": True},
            "sorting": {"columnId": COUNT, "direction": "desc"},
        }
    if panel.show == "donut":
        return {
            "shape": "donut",
            "layers": [
                {
                    "layerId": layer,
                    "layerType": "data",
                    "primaryGroups": parts,
                    "metrics": [COUNT],
                    "numberDisplay": "value",
                    "categoryDisplay": "default",
                    "legendDisplay": "default",
                    "nestedLegend": False,
                }
            ],
        }
    series = _SERIES[panel.show]
    return {
        "title": "Empty XY chart",
        "legend": {"isVisible": len(parts) > 1, "position": "right"},
        "valueLabels": "hide",
        "preferredSeriesType": series,
        "layers": [
            {
                "layerId": layer,
                "layerType": "data",
                "seriesType": series,
                "position": "top",
                "showGridlines": False,
                "xAccessor": parts[0],
                "accessors": [COUNT],
                **({"splitAccessor": parts[1]} if len(parts) > 1 else {}),
            }
        ],
    }


def _bucket(
    source: Source, bucket: Bucket, panel: Panel, fields: Mapping[str, FieldUse], where: str
) -> Json:
    if bucket.filters is not None:
        return {
            "label": str(bucket.label or "Filters"),
            "customLabel": True,
            "dataType": "string",
            "operationType": "filters",
            "scale": "ordinal",
            "isBucketed": True,
            "params": {
                "filters": [
                    {"label": label, "input": {"query": query, "language": "kuery"}}
                    for label, query in bucket.filters.items()
                ]
            },
        }
    field = _usable(bucket.by or bucket.over or "", fields, where)
    shared = {
        "label": str(bucket.label or label_of(source, field)),
        "customLabel": True,
        "dataType": field.kind,
        "sourceField": field.name,
        "isBucketed": True,
    }
    if bucket.over is not None:
        if field.kind != "date":
            raise InputError(f'{where}: "over: {field.name}" needs a date, that is a {field.type}')
        return {
            **shared,
            "operationType": "date_histogram",
            "scale": "interval",
            "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
        }
    return {
        **shared,
        "operationType": "terms",
        "scale": "ordinal",
        "params": {
            "size": bucket.size,
            "orderBy": {"type": "column", "columnId": COUNT},
            "orderDirection": "desc",
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
            "include": [],
            "exclude": [],
            "includeIsRegex": False,
            "excludeIsRegex": False,
        },
    }


def _metric(panel: Panel, fields: Mapping[str, FieldUse], where: str) -> Json:
    shared = {
        "label": str(panel.counted or (panel.title if panel.show == "number" else _COUNTED)),
        "customLabel": True,
        "dataType": "number",
        "isBucketed": False,
        "scale": "ratio",
        "params": {"emptyAsNull": False},
    }
    if panel.unique is None:
        return {**shared, "operationType": "count", "sourceField": RECORDS}
    field = _usable(panel.unique, fields, where)
    return {**shared, "operationType": "unique_count", "sourceField": field.name}


def _usable(name: str, fields: Mapping[str, FieldUse], where: str) -> FieldUse:
    field = fields.get(name)
    if field is None:
        raise InputError(f'{where}: there is no field "{name}" in that data view')
    if not field.aggregatable:
        raise InputError(f'{where}: nothing can be counted by "{name}", which is a {field.type}')
    return field
