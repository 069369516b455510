"""From an enriched article to what is stored: JSON, as the models of `documents` describe it.

It is made directly, not through those models: an ingest makes millions of them. A test reads it back through the
models.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from musnad.archive.documents import MAX_MENTIONS, MAX_STATEMENTS
from musnad.archive.extra import CAPTURE, fit_extra
from musnad.archive.packed import Json, Packed
from musnad.claims import Decision
from musnad.copies import TextPrint, text_print
from musnad.excerpt import Excerpts
from musnad.model import (
    SCHEMA_VERSION,
    Article,
    EnrichmentError,
    Mention,
    Speaker,
    Statement,
)
from musnad.pipeline import Enriched


@dataclass(frozen=True, slots=True)
class Built:
    """The documents of one article, ready to be written."""

    article: Packed
    content_hash: str
    statements: tuple[Packed, ...]
    failed: tuple[str, ...]
    """Components that failed on it."""
    copies: TextPrint | None = None
    """What copies of it are found by."""

    def keeping(self, values: Mapping[str, Any]) -> Built:
        """Return it with values that the stored article hands on; its statements are in the article's group of copies."""
        group = values.get("copy_group", self.article.id)
        statements = self.statements
        if group != self.article.id:
            statements = tuple(s.changed({"copy_group": group}) for s in statements)
        return replace(self, article=self.article.changed(values), statements=statements)

    def taken_for(self, content_hash: str) -> Built:
        """Return it with another hash of what was read: of an article that was read from a file before."""
        article = self.article.changed({"content_hash": content_hash})
        return replace(self, article=article, content_hash=content_hash)


def content_hash(article: Article) -> str:
    """Return a hash of the article as read, wherever it was read from and whenever a page was fetched.

    A date that was taken from the dateline is no part of it: the text says it already, and the record said none.
    """
    content = article.model_dump(mode="json", exclude={"source"})
    if article.published_source == "dateline":
        content |= dict.fromkeys(("published_at", "published_precision", "published_source"))
    for key in CAPTURE:
        content["extra"].pop(key, None)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def build(
    enriched: Enriched,
    *,
    keys: Mapping[str, Collection[str]],
    fingerprint: str,
    run_id: str,
    at: datetime,
    wrong_mentions: Iterable[Decision] = (),
    wrong_statements: Collection[str] = (),
) -> Built:
    """Return the documents of an enriched article.

    `keys` are the blocking keys of its statements, by id, as the linkers give them (`ClaimLinker.keys`).
    `fingerprint` is that of the whole pipeline on this article; it is stored only where no component failed,
    so that a failed article is tried again by the next run. What people marked wrong is left out: mentions by
    the decisions about this article, statements by their ids.
    """
    article = enriched.article
    wrong = {(d.span.field, d.span.start, d.span.surface) for d in wrong_mentions if d.span}
    mentions = [m for m in enriched.mentions if (m.field, m.start, m.surface) not in wrong]
    statements = [s for s in enriched.statements if s.id not in wrong_statements]
    extra, notes = fit_extra(article.extra)
    notes += _too_many("mentions", mentions, MAX_MENTIONS)
    notes += _too_many("statements", statements, MAX_STATEMENTS)
    mentions, statements = mentions[:MAX_MENTIONS], statements[:MAX_STATEMENTS]
    errors = [*enriched.enrichment.errors, *(_note(article, note) for note in notes)]
    runs = enriched.enrichment.components
    failed = tuple(
        f"{run.plugin}.{run.name}" for run in runs if run.outcome in {"failed", "disabled"}
    )
    # Models go into the JSON as they are.
    document: Json = dict(article)
    hashed = content_hash(article)
    document |= {
        "extra": extra,
        "schema_version": SCHEMA_VERSION,
        "lemmas": enriched.data.get("search_lemmas") or None,
        "outlet_id": enriched.outlet.id if enriched.outlet else None,
        "outlet_name": enriched.outlet.name if enriched.outlet else article.outlet,
        "outlet_source": enriched.outlet.source if enriched.outlet else None,
        "mentions": mentions,
        # Which claim of the archive a statement is about is for settling to say, in the statements index.
        "statements": [
            s if s.claim_id is None else s.model_copy(update={"claim_id": None}) for s in statements
        ],
        **_flat_mentions(mentions, enriched.outlet.id if enriched.outlet else None),
        **_flat_statements(statements),
        "claims": [],
        "claim_ids": [],
        "claim_status": [],
        "claim_status_at_publication": [],
        "quality": enriched.quality,
        "quality_kinds": _unique(note.kind for note in enriched.quality),
        "ext": enriched.ext,
        "enrichment": {"components": runs, "errors": errors, "stale": False},
        "done_components": _unique(
            f"{run.plugin}.{run.name} {run.version}" for run in runs if run.outcome == "ok"
        ),
        "failed_components": list(failed),
        "error_count": len(errors),
        "fingerprint": "" if failed else fingerprint,
        "content_hash": hashed,
        "versions": [],
        "ingested_at": at.isoformat(),
        "run_id": run_id,
        "copy_group": article.id,
    }
    names = {m.actor_id: m.name for m in mentions if m.actor_id}
    excerpts = Excerpts(article)
    return Built(
        Packed.of(document),
        hashed,
        tuple(
            Packed.of(_statement(enriched, s, keys.get(s.id, ()), names, excerpts, run_id))
            for s in statements
        ),
        failed,
        text_print(article.text),
    )


def without(built: Built, field: str, reason: str) -> Built:
    """Return the documents with `field` emptied and the reason among the errors: what did not fit."""
    document = built.article.read()
    document[field] = {}
    error = _note_of(
        document["id"], f'"{field}" does not fit the mapping and was left out: {reason}'
    )
    enrichment = dict(document["enrichment"])
    enrichment["errors"] = [*enrichment["errors"], error.model_dump(mode="json")]
    document["enrichment"] = enrichment
    document["error_count"] += 1
    return replace(built, article=Packed.of(document))


def _statement(
    enriched: Enriched,
    statement: Statement,
    keys: Collection[str],
    names: Mapping[str, str],
    excerpts: Excerpts,
    run_id: str,
) -> Json:
    article = enriched.article
    return dict(statement) | {
        # Settling says which claim of the archive it is about; inside the article it is only a first guess.
        "claim_id": None,
        "schema_version": SCHEMA_VERSION,
        "link": None,
        "links": [],
        "linked_to": [],
        "discusses": [],
        "denied_names": [],
        "article_title": article.title,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "outlet_id": statement.outlet_id or (enriched.outlet.id if enriched.outlet else None),
        "outlet_name": enriched.outlet.name if enriched.outlet else article.outlet,
        "speaker_name": speaker_name(statement.speaker),
        "said_text": statement.said.surface if statement.said else None,
        "sentence": excerpts.around(statement.cue),
        "actor_names": [names[a] for a in statement.actors if a in names],
        "keys": sorted(keys),
        "component": None,
        "settled": False,
        "copy_group": article.id,
        "run_id": run_id,
    }


def speaker_name(speaker: Speaker) -> str | None:
    """Return who speaks, for tables: the resolved name, else the words of the text."""
    if speaker.name:
        return speaker.name
    return " ".join(speaker.span.surface.split()) if speaker.span else None


def _flat_mentions(mentions: Sequence[Mention], publisher: str | None) -> Json:
    """Return the flat copies of the mentions. The publisher naming itself is no citation."""
    actors = [m for m in mentions if m.type != "outlet" and m.actor_id]
    outlets = [m for m in mentions if m.type == "outlet" and m.actor_id not in (None, publisher)]
    unknown = [m for m in mentions if not m.actor_id and not m.candidates]
    return {
        "actors": _unique(m.actor_id for m in actors),
        "actor_names": _unique(m.name for m in actors),
        "candidate_actors": _unique(c.id for m in mentions if not m.actor_id for c in m.candidates),
        "unknown_names": _unique(m.name for m in unknown if m.type not in {"outlet", "other"}),
        "cited_outlets": _unique(m.actor_id for m in outlets),
        "cited_outlet_names": _unique(m.name for m in outlets),
        "unnamed_outlets": _unique(m.name for m in unknown if m.type == "outlet"),
    }


def _flat_statements(statements: Sequence[Statement]) -> Json:
    return {
        "speakers": _unique(s.speaker.actor_id for s in statements),
        "speaker_names": _unique(speaker_name(s.speaker) for s in statements),
        "stances": _unique(s.stance for s in statements),
    }


def _unique(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _too_many(what: str, found: Sequence[object], limit: int) -> tuple[str, ...]:
    over = len(found) - limit
    return (
        (f"{over} of {len(found)} {what} are over the limit of {limit} and were left out",)
        if over > 0
        else ()
    )


def _note(article: Article, message: str) -> EnrichmentError:
    return _note_of(article.id, message)


def _note_of(article_id: str, message: str) -> EnrichmentError:
    return EnrichmentError(
        plugin="core",
        component="archive",
        exception="DoesNotFit",
        message=message,
        article_id=article_id,
    )
