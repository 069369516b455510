"""What the pack holds, as written in `mappings/kibana`: `views.yaml`, `searches.yaml`, `dashboards/*.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from musnad.archive.mappings import mappings_folder
from musnad.errors import InputError

GRID = 48
"""Columns of a dashboard in Kibana."""


class Part(BaseModel):
    """Base of all parts: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """Words in both languages."""

    en: str
    ar: str

    def __str__(self) -> str:
        """Return both, English first: Kibana's pages run from left to right."""
        return self.en if self.en == self.ar else f"{self.en} · {self.ar}"


class View(Part):
    """A data view: an alias with the field that its times are taken from."""

    index: str
    """Name of the alias without prefix: `articles`."""
    name: Text
    time: str | None = None
    popular: tuple[str, ...] = ()
    """Fields that Discover lists first."""
    hide: tuple[str, ...] = ()
    """Fields (with `*`) that Discover does not show: what only programs read."""
    links: Mapping[str, str] = Field(default_factory=dict)
    """Field -> what its value leads to: a kind of page (`article`), or the template of a URL."""


class Page(Part):
    """What an id leads to."""

    path: str
    """On Musnad's reading page; `{{value}}` stands for the id."""
    view: str
    """The data view that holds it."""


class Views(Part):
    """`views.yaml`."""

    pages: Mapping[str, Page]
    """By kind."""
    subfields: Mapping[str, Text]
    """Sub-field -> what its label adds to that of the field."""
    views: Mapping[str, View]


class Search(Part):
    """A saved search."""

    title: Text
    description: Text
    view: str
    query: str = ""
    """KQL."""
    columns: tuple[str, ...]
    sort: str
    """Field, newest (greatest) first."""
    since: str | None = None
    """Start of its time range in Kibana's date math (`now-7d/d`); default: as dashboards."""


class Bucket(Part):
    """How documents are parted: one of `by`, `over`, `filters`."""

    by: str | None = None
    """The values of a keyword, those with most documents first."""
    size: int = Field(default=10, ge=1, le=100)
    over: str | None = None
    """A date, in intervals that fit the time range."""
    filters: Mapping[str, str] | None = None
    """Label -> KQL."""
    label: Text | None = None
    """Default: the label of the field."""

    @model_validator(mode="after")
    def _one(self) -> Bucket:
        if sum(part is not None for part in (self.by, self.over, self.filters)) != 1:
            raise ValueError("give one of by, over, filters")
        return self


Shape = Literal["bars", "rows", "area", "line", "donut", "table", "number", "text", "search"]


class Panel(Part):
    """A panel of a dashboard. Panels stand beside each other from left to right while there is room."""

    title: Text
    show: Shape
    """`rows` are horizontal bars."""
    width: int = Field(default=24, ge=4, le=GRID)
    height: int = Field(default=12, ge=3)
    view: str | None = None
    query: str = ""
    """KQL."""
    parts: tuple[Bucket, ...] = ()
    """For a chart: what is along its axis, then what its colours stand for. For a table: its columns."""
    unique: str | None = None
    """Count the different values of this field, not the documents."""
    counted: Text | None = None
    """Label of what is counted."""
    apart: bool = False
    """Leave it alone when the dashboard is filtered: its data view lacks the fields of the controls."""
    text: Text | None = None
    """Markdown, for `show: text`."""
    search: str | None = None
    """Name of a saved search, for `show: search`."""

    @model_validator(mode="after")
    def _fits(self) -> Panel:
        needed = {"text": self.text, "search": self.search}.get(self.show, self.view)
        if needed is None:
            raise ValueError(
                f"show: {self.show} needs a {self.show if self.show in ('text', 'search') else 'view'}"
            )
        fewest, most = {
            "number": (0, 0),
            "text": (0, 0),
            "search": (0, 0),
            "donut": (1, 1),
            "table": (1, 5),
        }.get(self.show, (1, 2))
        if not fewest <= len(self.parts) <= most:
            raise ValueError(f"show: {self.show} takes {fewest} to {most} parts")
        return self


class Control(Part):
    """A list to choose from at the head of a dashboard, which filters all its panels."""

    view: str
    field: str
    label: Text


class Dashboard(Part):
    """`dashboards/<name>.yaml`."""

    title: Text
    description: Text
    controls: tuple[Control, ...] = ()
    panels: tuple[Panel, ...]


class Searches(Part):
    """`searches.yaml`."""

    searches: Mapping[str, Search]


class Source(Part):
    """The whole pack, by name of its parts."""

    pages: Mapping[str, Page]
    subfields: Mapping[str, Text]
    views: Mapping[str, View]
    searches: Mapping[str, Search]
    dashboards: Mapping[str, Dashboard]


P = TypeVar("P", bound=Part)


def load_source(folder: Traversable | None = None) -> Source:
    """Return what is in `folder` (default: the pack that comes with Musnad).

    Raises `InputError` naming file and key.
    """
    folder = folder or mappings_folder().joinpath("kibana")
    views = _read(folder.joinpath("views.yaml"), Views)
    dashboards = sorted(
        (file for file in folder.joinpath("dashboards").iterdir() if file.name.endswith(".yaml")),
        key=lambda file: file.name,
    )
    return Source(
        pages=views.pages,
        subfields=views.subfields,
        views=views.views,
        searches=_read(folder.joinpath("searches.yaml"), Searches).searches,
        dashboards={file.name.removesuffix(".yaml"): _read(file, Dashboard) for file in dashboards},
    )


def _read(file: Traversable, model: type[P]) -> P:
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return model.model_validate(content)
    except (yaml.YAMLError, OSError) as error:
        raise InputError(f"{file}: cannot be read: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(f'{file}: "{key}": {first["msg"]}') from error
