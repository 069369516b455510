"""Which articles a reindex enriches again: a pure function of what is stored of an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from musnad.archive.stale import StoredRecord
from musnad.claims.status import aware
from musnad.errors import InputError
from musnad.fingerprint import article_fingerprint, on_article
from musnad.ingest.standing import NO_DECISIONS, Decisions, result_fingerprint
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.readers.fields import parse_date
from musnad.reindex.state import Options

_READERS = "readers"
"""Stands as the plugin of errors that a reader noted on its record."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What decides whether an article is enriched again: what is asked for, and what would come of it."""

    fingerprint: str
    """Of the pipeline of today."""
    decisions: Decisions = NO_DECISIONS
    components: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Of the plugin asked for, by component: version and fingerprint."""
    plugin: str | None = None
    only_stale: bool = False
    only_failed: bool = False
    since: datetime | None = None

    def __call__(self, document: Mapping[str, Any]) -> bool:
        """Return whether an article, as it is stored, is to be enriched again."""
        article = article_of(document)
        return self._is_asked_for(document, article) and self.is_outdated(document, article)

    def is_outdated(self, document: Mapping[str, Any], article: Article) -> bool:
        """Return whether enriching it again would store anything else."""
        enrichment = document.get("enrichment", {})
        if enrichment.get("stale") or any(map(_left_out, enrichment.get("errors", ()))):
            return True
        if document.get("fingerprint") != result_fingerprint(
            self.fingerprint, article, self.decisions
        ):
            return True
        wrong = self.decisions.wrong_statements
        return bool(wrong) and any(s["id"] in wrong for s in document.get("statements", ()))

    def _is_asked_for(self, document: Mapping[str, Any], article: Article) -> bool:
        if self.only_stale and not document.get("enrichment", {}).get("stale"):
            return False
        if self.only_failed and not document.get("failed_components"):
            return False
        if self.since is not None:
            published = aware(article.published_at)
            if published is None or published < self.since:
                return False
        return self.plugin is None or self._differs(document, article)

    def _differs(self, document: Mapping[str, Any], article: Article) -> bool:
        """Return whether a component of the plugin is another now, is new or gone, or failed."""
        own = article_fingerprint(article)
        ran = {
            run["name"]: (run.get("version"), run.get("fingerprint"))
            for run in document.get("enrichment", {}).get("components", ())
            if run.get("plugin") == self.plugin and run.get("outcome") == "ok"
        }
        today = {
            name: (version, on_article(fingerprint, own))
            for name, (version, fingerprint) in self.components.items()
        }
        return ran != today


def _left_out(error: Mapping[str, Any]) -> bool:
    """Return whether an error says that fields of plugins did not fit the index: they may fit a new one."""
    what = error.get("plugin"), error.get("component"), error.get("exception")
    return what == ("core", "archive", "DoesNotFit") and str(error.get("message")).startswith(
        '"ext"'
    )


def selection_for(options: Options, pipeline: Pipeline, decisions: Decisions) -> Selection:
    """Return what `options` select, with an open pipeline. Raises `InputError` for an unknown plugin or date."""
    components: dict[str, tuple[str, str]] = {}
    if options.plugin is not None:
        known = pipeline.plugins.infos
        if options.plugin not in known:
            raise InputError(
                f"--plugin {options.plugin}: there is no such plugin (there are {', '.join(sorted(known))})"
            )
        steps = [step.registered for step in pipeline.steps if step.registered is not None]
        for registered in [*pipeline.normalizers, *steps, *pipeline.linkers]:
            if registered.plugin == options.plugin and registered.key in pipeline.fingerprints:
                component = registered.component
                fingerprint = pipeline.fingerprints[registered.key]
                components[component.name] = (component.version, fingerprint)
    return Selection(
        pipeline.fingerprint,
        decisions,
        components,
        options.plugin,
        options.only_stale,
        options.only_failed,
        since_of(options.since),
    )


def since_of(since: str | None) -> datetime | None:
    """Return the beginning of a day, month or year, or a point in time. Raises `InputError`."""
    if since is None:
        return None
    try:
        return aware(parse_date(since)[0])
    except ValueError as error:
        raise InputError(f"--since {since}: {error}") from error


def article_of(document: Mapping[str, Any]) -> Article:
    """Return the article of a stored document, as it was read."""
    return Article.model_validate({k: document[k] for k in Article.model_fields if k in document})


def record_of(document: Mapping[str, Any]) -> StoredRecord:
    """Return the record that a stored article is enriched again from, with what its reader had to leave out."""
    errors = document.get("enrichment", {}).get("errors", ())
    problems = tuple(e["message"] for e in errors if e.get("plugin") == _READERS)
    stored = document.get("content_hash") or ""
    return StoredRecord(article_of(document), 0, problems=problems, content_hash=stored)
