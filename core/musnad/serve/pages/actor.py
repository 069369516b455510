"""An actor's or outlet's page: its record, where it is named, what it says, what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, redirect, render_template, request
from werkzeug.wrappers import Response

from musnad.archive.documents import ActorDocument, ClaimDocument, StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.nearnames import find_actors
from musnad.serve import addresses
from musnad.serve.missing import Missing, asked_id
from musnad.serve.parameters import PAGE_SIZE, BadRequest, choice, page_number

SECTIONS = ("said", "printed", "about", "claims")
_FEW = 5
_NEWEST = [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
_SOURCE = {"excludes": ["links", "linked_to", "keys"]}


def add_to(app: Flask) -> None:
    """Add the pages to `app`."""
    for name in ("actor", "outlet"):
        app.add_url_rule(f"/{name}s/<path:id>", name, show)
        app.add_url_rule(f"/{name}s/", f"{name}_by_query", show)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a list, its title, how many there are in all."""

    key: str
    title: str
    total: int
    items: Sequence[Any]


def show(id: str | None = None) -> str | Response:
    """Return the page; the id of a record that was merged leads to the record of today."""
    identifier = asked_id("actor", id)
    reader: ArchiveReader = g.reader
    record = g.names.record(identifier)
    if record is None:
        later = find_actors(reader, {"term": {"former_ids": identifier}}, 1)
        if later:
            return redirect(addresses.actor(later[0].id, later[0].type), 302)
    outlet = (record.type == "outlet") if record else request.endpoint != "actor"
    endpoint = (request.endpoint or "").removesuffix("_by_query")
    if record and endpoint != ("outlet" if outlet else "actor"):
        return redirect(addresses.actor(record.id, record.type), 302)
    ids = [identifier, *(record.former_ids if record else ())]
    chosen = choice("show", SECTIONS, "error.bad.show")
    number = page_number()
    articles = _articles(reader, ids, outlet)
    if record is None and not any(part["total"] for part in articles.values()):
        raise Missing("actor", identifier)
    queries = _queries(ids, outlet)
    if chosen and chosen not in queries:
        raise BadRequest("error.bad.show", value=chosen)
    keys = [chosen] if chosen else [key for key in SECTIONS if key in queries]
    size, start = (PAGE_SIZE, (number - 1) * PAGE_SIZE) if chosen else (_FEW, 0)
    sections = [
        _section(reader, key, *queries[key], size, start, outlet) for key in keys if key in queries
    ]
    _load_names(record, articles, sections)

    def address(**values: Any) -> str:
        return addresses.actor(identifier, "outlet" if outlet else None, **values)

    return render_template(
        "actor.html",
        id=identifier,
        record=record,
        outlet=outlet,
        articles=articles,
        sections=sections,
        chosen=chosen,
        number=number,
        pages=-(-sections[0].total // PAGE_SIZE) if chosen and sections else 1,
        address=address,
        turn=lambda page: address(show=chosen, page=page if page > 1 else None),
    )


def _articles(reader: ArchiveReader, ids: Sequence[str], outlet: bool) -> dict[str, dict[str, Any]]:
    """Return, by what they have to do with it: how many articles, the newest, and what is counted in them."""
    fields = ("outlet_id", "cited_outlets") if outlet else ("actors", "candidate_actors")
    names = ("published", "cited") if outlet else ("named", "maybe")
    newest = {
        "top_hits": {
            "size": _FEW,
            "sort": _NEWEST,
            "_source": [
                "id",
                "title",
                "published_at",
                "published_precision",
                "outlet_id",
                "outlet_name",
            ],
        }
    }
    counted = {
        field: {"terms": {"field": field, "size": 10}}
        for field in ("actors", "outlet_id", "cited_outlets", "claim_status")
    }
    parts = {
        name: {"filter": {"terms": {field: list(ids)}}, "aggs": {"newest": newest, **counted}}
        for name, field in zip(names, fields, strict=True)
    }
    answer = reader.search("articles", {"size": 0, "track_total_hits": False, "aggs": parts})
    return {name: _part(part, ids) for name, part in answer["aggregations"].items()}


def _part(part: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "total": part["doc_count"],
        "newest": [hit["_source"] for hit in part["newest"]["hits"]["hits"]],
    }
    for field in ("actors", "outlet_id", "cited_outlets", "claim_status"):
        found[field] = [
            (b["key"], b["doc_count"]) for b in part[field]["buckets"] if b["key"] not in ids
        ]
    return found


def _queries(ids: Sequence[str], outlet: bool) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the index and the query of each section."""
    among = list(ids)
    speaks = {"terms": {"speaker.actor_id": among}}
    found: dict[str, tuple[str, dict[str, Any]]] = {"said": ("statements", speaks)}
    if outlet:
        found["printed"] = ("statements", {"terms": {"outlet_id": among}})
    found["about"] = (
        "statements",
        {"bool": {"filter": [{"terms": {"actors": among}}], "must_not": [speaks]}},
    )
    field = "outlets.id" if outlet else "actors"
    found["claims"] = (
        "claims",
        {
            "bool": {
                "filter": [{"terms": {field: among}}],
                "must_not": [{"exists": {"field": "merged_into"}}],
            }
        },
    )
    return found


def _section(
    reader: ArchiveReader,
    key: str,
    index: str,
    query: dict[str, Any],
    size: int,
    start: int,
    outlet: bool,
) -> Section:
    newest = [{"last_seen": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
    body = {
        "query": query,
        "size": size,
        "from_": start,
        "track_total_hits": True,
        "sort": newest if index == "claims" else _NEWEST,
        "source": _SOURCE,
    }
    hits = reader.search(index, body)["hits"]
    model = ClaimDocument if index == "claims" else StatementDocument
    items = [model.model_validate(hit["_source"]) for hit in hits["hits"]]
    title = "actor.outlet_claims" if outlet and key == "claims" else f"actor.{key}"
    return Section(key, title, int(hits["total"]["value"]), items)


def _load_names(
    record: ActorDocument | None, articles: Mapping[str, Any], sections: Sequence[Section]
) -> None:
    wanted: list[str | None] = [record.part_of] if record else []
    for part in articles.values():
        wanted += [a.get("outlet_id") for a in part["newest"]]
        wanted += [
            key for field in ("actors", "outlet_id", "cited_outlets") for key, _ in part[field]
        ]
    for section in sections:
        for item in section.items:
            if isinstance(item, StatementDocument):
                wanted += [item.speaker.actor_id, item.speaker.affiliation, item.outlet_id]
            else:
                wanted += item.actors
    g.names.load(wanted)
