"""FollowTheMoney (https://followthemoney.tech): actors and articles as entities, one JSON object each.

| ours | FollowTheMoney (schemata of 4.x) |
|---|---|
| actor: person; organization, armed group, outlet; state; place; other | Person; Organization; Territory; Address; LegalEntity |
| `part_of` | Membership |
| article | Article |
| mentions of one actor, or of one unknown name, in an article | Mention (`resolved` where FollowTheMoney lets it: no states, no places) |
| mentioned states and places; the publishing outlet | Documentation (`role`: mentioned, publisher) |

Ids are those of the archive where FollowTheMoney takes them (letters, digits, dots, hyphens), else a hash of them: the same
in every export.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any
from urllib.parse import urlsplit

from musnad.archive.documents import ArticleDocument
from musnad.model import Actor, EntityType, Mention
from musnad.timezone import local

Entity = dict[str, Any]
KEYWORD = "musnad:"
"""Before what FollowTheMoney has no place for, in `keywords`."""
SCHEMATA: Mapping[EntityType, str] = {
    "person": "Person",
    "organization": "Organization",
    "armed_group": "Organization",
    "outlet": "Organization",
    "state": "Territory",
    "place": "Address",
    "other": "LegalEntity",
}
_LEGAL = frozenset({"Person", "Organization", "LegalEntity"})
_ID = re.compile(r"[0-9a-zA-Z](?:[0-9a-zA-Z.-]*[0-9a-zA-Z])?")
_LANGUAGES = {"ar": "ara", "en": "eng", "fr": "fra"}
"""FollowTheMoney takes ISO 639-3."""


def entity_id(value: str) -> str:
    """Return an id that FollowTheMoney takes: `value` itself where it can be one."""
    if _ID.fullmatch(value) and len(value) <= 200:
        return value
    return "musnad-" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def article_entities(
    article: ArticleDocument, actors: Mapping[str, Actor], zone: tzinfo = UTC
) -> Iterator[Entity]:
    """Yield an article, what it mentions, and what else it is joined to.

    `actors` has the authority records of all ids in it; ids without one are left out of the joins. What
    is dated to a day, month or year has that of `zone`.
    """
    own = f"article-{entity_id(article.id)}"
    yield _article(article, own, zone)
    for key, mentions in _grouped(article.mentions, actors).items():
        actor = actors.get(key)
        schema = SCHEMATA[actor.type if actor else mentions[0].type]
        names = dict.fromkeys(
            [*([actor.name] if actor else []), *(_line(m.surface) for m in mentions)]
        )
        mention: Entity = {
            "id": entity_id(f"{own}.mention.{key if actor else _hash(key)}"),
            "schema": "Mention",
            "properties": {"document": [own], "name": list(names), "detectedSchema": [schema]},
        }
        if actor is not None and schema in _LEGAL:
            mention["properties"]["resolved"] = [entity_id(actor.id)]
        yield mention
        if actor is not None and schema not in _LEGAL:
            yield _documentation(own, actor, "mentioned")
    if article.outlet_id and article.outlet_id in actors:
        yield _documentation(own, actors[article.outlet_id], "publisher")


def mentioned(articles: Iterable[ArticleDocument]) -> set[str]:
    """Return the ids of all actors and outlets that articles are joined to."""
    found: set[str] = set()
    for article in articles:
        found |= {m.actor_id for m in article.mentions if m.actor_id}
        if article.outlet_id:
            found.add(article.outlet_id)
    return found


def _article(article: ArticleDocument, own: str, zone: tzinfo) -> Entity:
    title = _line(article.title) or _line(article.body)[:80]
    properties: dict[str, list[str]] = {"name": [title], "title": [title]}
    published = article.published_at
    outlet = article.outlet_name or article.outlet
    exact = article.published_precision not in {"day", "month", "year"}
    for name, value in (
        ("publishedAt", published and published.isoformat(timespec="seconds")),
        ("author", article.byline),
        ("publisher", outlet),
        ("bodyText", article.body),
        ("language", _LANGUAGES.get(article.language or "")),
        ("sourceUrl", article.url if _is_url(article.url) else None),
    ):
        if value and value.strip():
            properties[name] = [value]
    if published and not exact:
        length = {"year": 4, "month": 7}.get(article.published_precision or "", 10)
        properties["publishedAt"] = [local(published, zone).isoformat()[:length]]
    if article.claim_status:
        properties["keywords"] = [
            f"{KEYWORD}claim-{s}" for s in dict.fromkeys(article.claim_status)
        ]
    return {"id": own, "caption": title, "schema": "Article", "properties": properties}


def _documentation(own: str, actor: Actor, role: str) -> Entity:
    return {
        "id": entity_id(f"{own}.{role}.{actor.id}"),
        "schema": "Documentation",
        "properties": {"document": [own], "entity": [entity_id(actor.id)], "role": [role]},
    }


def _grouped(mentions: Sequence[Mention], actors: Mapping[str, Actor]) -> dict[str, list[Mention]]:
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        known = mention.actor_id if mention.actor_id in actors else None
        groups[known or f"\x1f{_line(mention.name)}"].append(mention)
    return groups


def _line(text: str) -> str:
    return " ".join(text.split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _is_url(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def entities(records: Iterable[Actor]) -> Iterator[dict[str, Any]]:
    """Yield records as entities, and their memberships."""
    listed = list(records)
    kinds = {record.id: record.type for record in listed}
    for record in listed:
        yield entity_of(record)
        target = record.part_of
        if (
            target in kinds
            and SCHEMATA[kinds[target]] == "Organization"
            and SCHEMATA[record.type] in _LEGAL
        ):
            yield {
                "id": entity_id(f"{entity_id(record.id)}.part-of.{entity_id(target)}"),
                "schema": "Membership",
                "properties": {
                    "member": [entity_id(record.id)],
                    "organization": [entity_id(target)],
                },
            }


def entity_of(record: Actor) -> dict[str, Any]:
    """Return a record as an entity, without its membership."""
    schema = SCHEMATA[record.type]
    legal = schema in _LEGAL
    properties: dict[str, list[str]] = {"name": [record.name]}

    def put(name: str, value: str) -> None:
        values = properties.setdefault(name, [])
        if value not in values and value not in properties["name"]:
            values.append(value)

    if schema == "Address":
        properties["full"] = [record.name]
    for name in record.names.values():
        put("name" if name == record.name else "alias", name)
    for alias in record.aliases:
        if alias.kind == "acronym" and legal:
            put("abbreviation", alias.text)
        elif alias.kind == "title" and record.type == "person":
            put("position", alias.text)
        elif alias.kind in ("short", "acronym", "title"):
            put("weakAlias", alias.text)
        else:
            put("alias", alias.text)
    for title in record.titles if record.type == "person" else ():
        put("title", title)
    if record.country:
        put("country", record.country.lower())
    for scheme, value in record.identifiers.items():
        if scheme == "wikidata":
            put("wikidataId", value)
        elif legal:
            put("idNumber", f"{scheme}:{value}")
    if record.note:
        put("notes", record.note)
    put("keywords", f"{KEYWORD}{record.type}")
    entity: dict[str, Any] = {
        "id": entity_id(record.id),
        "caption": record.name,
        "schema": schema,
        "properties": properties,
    }
    if record.former_ids:
        entity["referents"] = [entity_id(former) for former in record.former_ids]
    return entity
