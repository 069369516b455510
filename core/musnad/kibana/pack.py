"""The pack as Kibana imports it: saved objects, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from musnad.errors import InputError
from musnad.kibana.dataviews import data_view, view_id
from musnad.kibana.fields import FieldUse, fields_of
from musnad.kibana.lens import lens_attributes
from musnad.kibana.source import GRID, Dashboard, Panel, Search, Source
from musnad.plugins import Plugins

Json = dict[str, Any]
SINCE = "now-10y"
"""Where time ranges begin unless told otherwise: with Kibana's own quarter of an hour an archive looks empty."""
_SEARCH_STAMP = "10.2.0"
_DASHBOARD_STAMP = "8.9.0"
"""Of exports of Kibana 8.9 and later. A newer Kibana brings what has an older stamp up to date itself."""
_CORE_STAMP = "8.8.0"
_INDEX_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
_NO_QUERY: Mapping[str, str] = {"query": "", "language": "kuery"}


class Pack:
    """Makes the saved objects of one archive."""

    def __init__(
        self,
        source: Source,
        plugins: Plugins,
        prefix: str,
        *,
        since: str = SINCE,
        pages: str | None = None,
    ) -> None:
        """`since` is where time ranges begin, in Kibana's date math; `pages` the URL of the reading page."""
        self.source, self.prefix, self.since, self.pages = source, prefix, since, pages
        self.fields: dict[str, dict[str, FieldUse]] = {
            name: fields_of(view.index, plugins) for name, view in source.views.items()
        }

    def objects(self) -> list[Json]:
        """Return all saved objects; what is referred to comes first. Raises `InputError`."""
        views = [
            data_view(self.source, name, self.fields[name], self.prefix, self.pages)
            for name in self.source.views
        ]
        searches = [self._search(name, search) for name, search in self.source.searches.items()]
        boards = [self._dashboard(name, board) for name, board in self.source.dashboards.items()]
        return [*views, *searches, *boards]

    def _search(self, name: str, search: Search) -> Json:
        where = f'searches.yaml: "{name}"'
        fields = self._of(search.view, where)
        for field in (*search.columns, search.sort):
            if field not in fields:
                raise InputError(f'{where}: there is no field "{field}" in that data view')
        if not fields[search.sort].aggregatable:
            raise InputError(f'{where}: nothing can be sorted by "{search.sort}"')
        return {
            "type": "search",
            "id": self._id("search", name),
            "attributes": {
                "title": self._title(search),
                "description": str(search.description),
                "columns": list(search.columns),
                "sort": [[search.sort, "desc"]],
                "grid": {},
                "hideChart": False,
                "isTextBasedQuery": False,
                "usesAdHocDataView": False,
                "timeRestore": True,
                "timeRange": {"from": search.since or self.since, "to": "now"},
                "kibanaSavedObjectMeta": {
                    "searchSourceJSON": _text(
                        {
                            "query": {"query": search.query, "language": "kuery"},
                            "filter": [],
                            "indexRefName": _INDEX_REFERENCE,
                        }
                    )
                },
            },
            "references": [
                {
                    "type": "index-pattern",
                    "id": view_id(self.prefix, search.view),
                    "name": _INDEX_REFERENCE,
                }
            ],
            "managed": False,
            "coreMigrationVersion": _CORE_STAMP,
            "typeMigrationVersion": _SEARCH_STAMP,
        }

    def _dashboard(self, name: str, board: Dashboard) -> Json:
        file = f"dashboards/{name}.yaml"
        panels: list[Json] = []
        references: list[Json] = []
        for (x, y), (i, panel) in zip(_places(board.panels), enumerate(board.panels), strict=True):
            key = f"p{i}"
            made, refers = self._panel(panel, f"{name}-{key}", f'{file}: panel "{panel.title.en}"')
            place = {"x": x, "y": y, "w": panel.width, "h": panel.height, "i": key}
            head = {"version": _DASHBOARD_STAMP, "panelIndex": key, "gridData": place}
            panels.append({**head, "title": str(panel.title), **made})
            references += [{**refer, "name": f"{key}:{refer['name']}"} for refer in refers]
        controls, of_controls = self._controls(board, file)
        return {
            "type": "dashboard",
            "id": self._id("dashboard", name),
            "attributes": {
                "title": self._title(board),
                "description": str(board.description),
                "panelsJSON": _text(panels),
                "optionsJSON": _text(
                    {
                        "useMargins": True,
                        "syncColors": True,
                        "syncCursor": True,
                        "syncTooltips": False,
                        "hidePanelTitles": False,
                    }
                ),
                "version": 1,
                "timeRestore": True,
                "timeFrom": self.since,
                "timeTo": "now",
                "kibanaSavedObjectMeta": {
                    "searchSourceJSON": _text({"query": _NO_QUERY, "filter": []})
                },
                **({"controlGroupInput": controls} if controls else {}),
            },
            "references": [*references, *of_controls],
            "managed": False,
            "coreMigrationVersion": _CORE_STAMP,
            "typeMigrationVersion": _DASHBOARD_STAMP,
        }

    def _panel(self, panel: Panel, layer: str, where: str) -> tuple[Json, list[Json]]:
        """Return a panel and its references, by name within the panel."""
        if panel.text is not None:
            return {"type": "visualization", "embeddableConfig": _markdown(panel)}, []
        if panel.search is not None:
            if panel.search not in self.source.searches:
                raise InputError(f'{where}: there is no saved search "{panel.search}"')
            name = "panel_" + layer.rpartition("-")[2]
            refer = {"type": "search", "id": self._id("search", panel.search), "name": name}
            made = {
                "type": "search",
                "panelRefName": name,
                "embeddableConfig": {"enhancements": {}},
            }
            return made, [refer]
        view = panel.view or ""
        attributes = lens_attributes(
            self.source, panel, layer, view_id(self.prefix, view), self._of(view, where), where
        )
        config = {"attributes": attributes, "enhancements": {}, "hidePanelTitles": False}
        return {"type": "lens", "embeddableConfig": config}, attributes["references"]

    def _controls(self, board: Dashboard, file: str) -> tuple[Json, list[Json]]:
        panels: Json = {}
        references: list[Json] = []
        for i, control in enumerate(board.controls):
            key, where = f"c{i}", f'{file}: control "{control.label.en}"'
            field = self._of(control.view, where).get(control.field)
            if field is None or not field.aggregatable:
                raise InputError(f'{where}: values of "{control.field}" cannot be listed')
            panels[key] = {
                "order": i,
                "width": "medium",
                "grow": True,
                "type": "optionsListControl",
                "explicitInput": {
                    "id": key,
                    "fieldName": field.name,
                    "title": str(control.label),
                    "searchTechnique": "wildcard",
                    "selectedOptions": [],
                    "sort": {"by": "_count", "direction": "desc"},
                    "enhancements": {},
                },
            }
            references.append(
                {
                    "type": "index-pattern",
                    "id": view_id(self.prefix, control.view),
                    "name": f"controlGroup_{key}:optionsListDataView",
                }
            )
        if not panels:
            return {}, []
        group = {
            "controlStyle": "oneLine",
            "chainingSystem": "HIERARCHICAL",
            "showApplySelections": False,
            "ignoreParentSettingsJSON": _text(
                {
                    "ignoreFilters": False,
                    "ignoreQuery": False,
                    "ignoreTimerange": False,
                    "ignoreValidations": False,
                }
            ),
            "panelsJSON": _text(panels),
        }
        return group, references

    def _of(self, view: str, where: str) -> Mapping[str, FieldUse]:
        if view not in self.fields:
            raise InputError(f'{where}: there is no data view "{view}" in views.yaml')
        return self.fields[view]

    def _id(self, kind: str, name: str) -> str:
        return f"{self.prefix}-{kind}-{name}"

    def _title(self, part: Search | Dashboard) -> str:
        head = "Musnad" if self.prefix == "musnad" else f"Musnad {self.prefix}"
        return f"[{head}] {part.title}"


def to_ndjson(objects: Iterable[Json]) -> str:
    """Return saved objects as a file that Kibana imports."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def _places(panels: Iterable[Panel]) -> Iterable[tuple[int, int]]:
    """Yield column and row of each panel: beside the one before while there is room, else below its row."""
    x = y = tallest = 0
    for panel in panels:
        if x + panel.width > GRID:
            x, y, tallest = 0, y + tallest, 0
        yield x, y
        x, tallest = x + panel.width, max(tallest, panel.height)


def _markdown(panel: Panel) -> Json:
    text = panel.text
    return {
        "savedVis": {
            "id": "",
            "title": "",
            "description": "",
            "type": "markdown",
            "params": {
                "fontSize": 12,
                "openLinksInNewTab": False,
                # Isolated: the page runs from left to right, and would put the full stop on the wrong side.
                "markdown": f"{text.en}\n\n\u2067{text.ar}\u2069" if text else "",
            },
            "uiState": {},
            "data": {"aggs": [], "searchSource": {"query": dict(_NO_QUERY), "filter": []}},
        },
        "hidePanelTitles": True,
        "enhancements": {},
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
