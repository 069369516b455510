"""Runs components over articles: in order, each failure isolated, each result stamped."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from musnad.claims import link_article
from musnad.component_runs import ComponentRuns, OnError
from musnad.components import (
    Annotator,
    ClaimExtractor,
    ClaimLinker,
    Component,
    Tagger,
    close_all,
)
from musnad.dates import Published
from musnad.document import Document
from musnad.errors import (
    ComponentError,
    MusnadError,
    NotConfigured,
    PluginError,
    describe,
)
from musnad.fingerprint import article_fingerprint, combined, component_fingerprint
from musnad.guard import Guard
from musnad.model import (
    Actor,
    Article,
    Claim,
    Enrichment,
    Link,
    Mention,
    Note,
    Publisher,
    Statement,
)
from musnad.order import COLLECTED, Step, order_components, order_normalizers
from musnad.plugins import Plugins, Registered
from musnad.resolve import resolve
from musnad.stamping import stamped_mentions, stamped_notes, stamped_statements, storable
from musnad.text import NormalizedText
from musnad.work import Work, dead_letter, publish

EXITS = "called sys.exit: a component raises an error instead"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Enriched:
    """An article with all that was found in it."""

    article: Article
    outlet: Publisher | None
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
    claims: tuple[Claim, ...]
    """Claims from this article alone."""
    quality: tuple[Note, ...]
    ext: Mapping[str, Mapping[str, Any]]
    """Fields of plugins, by plugin."""
    data: Mapping[str, Any]
    """Everything that annotators provided, for those who store it (`lemmas`, `dates`)."""
    enrichment: Enrichment
    keys: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Blocking keys of the statements, by id, where the pipeline does not link by itself."""
    dead: str | None = None
    """Why this article is a dead letter (`--on-error=deadletter`), else None."""


class Pipeline:
    """All components of the loaded plugins, ready to run. A context manager: opens and closes them."""

    def __init__(
        self,
        plugins: Plugins,
        *,
        on_error: OnError = "record",
        guard: Guard | None = None,
        linking: bool = True,
    ) -> None:
        """Order the components of `plugins`. Raises `PluginError` where they do not add up.

        `on_error`: what a failing component does to its article: `record` the error and go on,
        make the article a `deadletter`, or `abort` the run. `guard` ends a component that takes too long.
        Without `linking` statements are not linked with each other, linkers only give their blocking keys: an
        archive links them with all others when it settles its claims.
        """
        self.plugins = plugins
        self.on_error = on_error
        self.guard = guard or Guard()
        self.linking = linking
        self.normalizers = order_normalizers(plugins.normalizers())
        self._linkers = plugins.claim_linkers()
        components: list[Registered[Component]] = [
            *plugins.annotators(),
            *plugins.taggers(),
            *plugins.claim_extractors(),
            *self._linkers,
        ]
        off = {name: info.reason for name, info in plugins.infos.items() if info.state != "on"}
        self.steps: list[Step] = order_components(components, off)
        self.declined: dict[str, str] = {}
        """Components that are off in this run, with the reason."""
        self.unconfigured: set[str] = set()
        """Those of them that declined by themselves, for want of data or by a setting."""
        self._fingerprints: dict[str, str] = {}
        self._apart: dict[str, str] = {}
        """The same without authority records."""
        self._runs = ComponentRuns(on_error, self.declined, self._fingerprints)
        self._opened: list[Component] = []

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """The fingerprint of each component by key, article apart (after opening)."""
        return self._fingerprints

    @property
    def fingerprint(self) -> str:
        """One hash over all components that make something of an article, authority records apart.

        Links are outside of it. What a changed authority concerns is marked stale in the archive instead.
        """
        linkers = {registered.key for registered in self._linkers}
        return combined(v for k, v in self._apart.items() if k not in linkers)

    @property
    def actors(self) -> list[Actor]:
        """The authority records of all open components."""
        return [actor for component in self._opened for actor in component.authority()]

    @property
    def missed(self) -> dict[str, str]:
        """Components that are off though somebody counts on them, with the reason (after opening).

        Not among them is what declined by itself in a plugin that came with the installation and that nobody
        asked for: `musnad plugins` tells what it lacks, a run need not each time.
        """
        return {
            key: reason
            for key, reason in self.declined.items()
            if key not in self.unconfigured or self.plugins.asked_for(key.split(".", 1)[0])
        }

    @property
    def idle(self) -> dict[str, str]:
        """Plugins all of whose components are off in this run, with the reasons (after opening)."""
        reasons: dict[str, list[str]] = {}
        working: set[str] = set()
        steps = [*self.normalizers, *(step.registered for step in self.steps)]
        for registered in steps:
            if registered is None:
                continue
            if registered.key in self.declined:
                reasons.setdefault(registered.plugin, []).append(self.declined[registered.key])
            else:
                working.add(registered.plugin)
        return {
            plugin: "; ".join(dict.fromkeys(found))
            for plugin, found in reasons.items()
            if plugin not in working
        }

    @property
    def linkers(self) -> list[Registered[ClaimLinker]]:
        """The linkers of this run, open and knowing the actors (`Plugins.claim_linkers` makes new ones)."""
        return [r for r in self._linkers if r.key not in self.declined]

    def __enter__(self) -> Self:
        try:
            self._open_all()
        except BaseException:
            # Python calls no __exit__ for what was never entered.
            self.__exit__(None, None, None)
            raise
        return self

    def _open_all(self) -> None:
        self.guard.open()
        below: list[str] = []
        for normalizer in self.normalizers:
            self._open(normalizer)
            if normalizer.key not in self.declined:
                self._fingerprint(normalizer, [])
                below.append(normalizer.key)
        missing: set[str] = set()
        for step in self.steps:
            registered = step.registered
            if registered is None:
                for known in (self._fingerprints, self._apart):
                    depends = sorted(known[key] for key in step.after if key in known)
                    known[step.key] = "+".join(depends)
                continue
            gap = missing & set(registered.component.requires)
            if gap:
                self._decline(registered, f"nobody provides {', '.join(sorted(gap))} in this run")
            else:
                self._open(registered)
            if registered.key in self.declined:
                missing |= set(registered.component.provides) - COLLECTED
                continue
            self._fingerprint(registered, [*below, *step.after])
        for step in self.steps:
            if step.registered is None:
                del self._fingerprints[step.key], self._apart[step.key]
        for plugin, reason in self.idle.items():
            if plugin in self.plugins.settings.required_plugins:
                raise PluginError(f'the required plugin "{plugin}" is off: {reason}')

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.guard.close()
        close_all(self._opened)

    def enrich(self, article: Article) -> Enriched:
        """Return `article` with what all components found in it."""
        return self.enrich_batch([article])[0]

    def enrich_batch(self, articles: Sequence[Article]) -> list[Enriched]:
        """Return the articles, in the same order, each with what was found in it.

        Raises `EnrichmentAborted` with `on_error="abort"`, else nothing on a component's behalf.
        """
        works = [self._normalize(article) for article in articles]
        for step in self.steps:
            registered = step.registered
            if registered is None:
                for work in works:
                    work.data["mentions"] = resolve(work.data.get("mentions.raw", ()))
            elif isinstance(registered.component, ClaimLinker):
                # Its turn comes with each article, when all else is done (`_finish`).
                continue
            elif registered.key in self.declined:
                self._runs.note_declined(registered, works)
            else:
                size = max(1, registered.component.batch_size)
                for i in range(0, len(works), size):
                    self._run(registered, step, works[i : i + size])
        return [self._finish(work) for work in works]

    # Opening.

    def _open(self, registered: Registered[Component]) -> None:
        try:
            registered.component.open()
            self._opened.append(registered.component)
            if isinstance(registered.component, ClaimLinker):
                registered.component.know(self.actors)
        except NotConfigured as error:
            self.unconfigured.add(registered.key)
            self._decline(registered, str(error))
        except MusnadError:
            # Something that the user gave does not fit (an authority file, say): that stops the program.
            raise
        except Exception as error:
            if registered.plugin in self.plugins.settings.required_plugins:
                raise PluginError(
                    f"{registered.key} cannot be opened: {describe(error)}"
                ) from error
            self._decline(registered, f"cannot be opened: {describe(error)}")
            log.warning("%s is off: %s", registered.key, self.declined[registered.key])

    def _decline(self, registered: Registered[Component], reason: str) -> None:
        self.declined[registered.key] = reason

    def _fingerprint(self, registered: Registered[Component], after: Sequence[str]) -> None:
        """Note the fingerprints of a component that works on what those named in `after` made."""
        try:
            for known, authority in ((self._fingerprints, True), (self._apart, False)):
                depends = [known[key] for key in after if key in known]
                known[registered.key] = component_fingerprint(
                    registered, depends, authority=authority
                )
        except OSError as error:
            raise PluginError(f"{registered.key}: a resource cannot be read: {error}") from error

    # Running.

    def _normalize(self, article: Article) -> Work:
        text = normalized = NormalizedText.of(article.text)
        fingerprint = article_fingerprint(article)
        key: NormalizedText | None = None
        work = Work(article, fingerprint, Document(article, text, text, {}), {})
        for registered in self.normalizers:
            if registered.key in self.declined:
                self._runs.note_declined(registered, [work])
                continue
            step = registered.component
            before = normalized if key is None and step.stage != "key" else (key or normalized)
            started = time.perf_counter()
            try:
                with self.guard.on(registered.key, (article.id,)):
                    after = step.normalize(before)
                if not isinstance(after, NormalizedText) or after.original is not text.original:
                    raise ComponentError(
                        "must return a NormalizedText made from the one it was given"
                    )
                if step.stage == "key" and len(after) != len(before):
                    raise ComponentError("a step of stage `key` must keep the length")
            except SystemExit:
                self._runs.failed(registered, work, ComponentError(EXITS))
                continue
            except Exception as error:
                self._runs.failed(registered, work, error)
                continue
            self._runs.succeeded(registered, work, time.perf_counter() - started)
            if step.stage == "key":
                key = after
            else:
                normalized = after
        work.document = Document(article, normalized, key or normalized, work.data)
        return work

    def _run(self, registered: Registered[Component], step: Step, works: Sequence[Work]) -> None:
        """Run one component on a few articles; where a batch fails, on each of them alone."""
        component = registered.component
        if isinstance(component, Tagger) and len(works) > 1:
            started = time.perf_counter()
            try:
                with self.guard.on(registered.key, [w.article.id for w in works]):
                    batches = component.tag_batch([w.document.seen_by(step.visible) for w in works])
                if len(batches) != len(works):
                    raise ComponentError(
                        f"tag_batch returned {len(batches)} results for {len(works)} documents"
                    )
                stamped = [
                    stamped_mentions(registered, w.article, found)
                    for w, found in zip(works, batches, strict=True)
                ]
            except (Exception, SystemExit) as error:
                # The same articles are now tried one by one: the error is recorded where it belongs.
                log.debug("%s failed on a batch of %d", registered.key, len(works), exc_info=error)
            else:
                seconds = (time.perf_counter() - started) / len(works)
                for work, mentions in zip(works, stamped, strict=True):
                    work.data.setdefault("mentions.raw", []).extend(mentions)
                    self._runs.succeeded(registered, work, seconds)
                return
        for work in works:
            if registered.key in self.declined:
                self._runs.note_declined(registered, [work])
                continue
            started = time.perf_counter()
            try:
                self._run_one(registered, work, work.document.seen_by(step.visible))
            except Exception as error:
                self._runs.failed(registered, work, error)
            else:
                self._runs.succeeded(registered, work, time.perf_counter() - started)

    def _run_one(self, registered: Registered[Component], work: Work, document: Document) -> None:
        try:
            with self.guard.on(registered.key, (work.article.id,)):
                self._run_kind(registered, work, document)
        except SystemExit as error:
            raise ComponentError(EXITS) from error

    def _run_kind(self, registered: Registered[Component], work: Work, document: Document) -> None:
        component = registered.component
        if isinstance(component, Annotator):
            self._merge(registered, work, component.annotate(document))
        elif isinstance(component, Tagger):
            batches = component.tag_batch([document])
            if len(batches) != 1:
                raise ComponentError(f"tag_batch returned {len(batches)} results for 1 document")
            mentions = stamped_mentions(registered, work.article, batches[0])
            work.data.setdefault("mentions.raw", []).extend(mentions)
        elif isinstance(component, ClaimExtractor):
            statements = stamped_statements(registered, work.article, component.extract(document))
            work.data.setdefault("statements", []).extend(statements)

    def _merge(
        self, registered: Registered[Component], work: Work, added: Mapping[str, Any]
    ) -> None:
        if not isinstance(added, Mapping):
            raise ComponentError(f"annotate must return a mapping, not {type(added).__name__}")
        own = f"ext.{registered.plugin}"
        allowed = {*registered.component.provides, own, "ext"}
        for name in added:
            if name not in allowed:
                raise ComponentError(
                    f'returned "{name}", which it does not name in `provides` (own fields go under '
                    '"ext")'
                )
        for name, value in added.items():
            if name in {own, "ext"}:
                work.data[own] = {**work.data.get(own, {}), **storable(own, value)}
            elif name == "quality":
                notes = stamped_notes(work.article, value)
                work.data.setdefault(name, []).extend(notes)
            else:
                if name == "published" and not isinstance(value, Published | None):
                    raise ComponentError(
                        f'"published" must be a Published or None, not {type(value).__name__}'
                    )
                work.data[name] = value

    def _finish(self, work: Work) -> Enriched:
        statements = sorted(
            work.data.get("statements", ()), key=lambda s: (s.cue.field != "title", s.cue.start)
        )
        publish(work)
        linked = tuple(statements)
        links: tuple[Link, ...] = ()
        claims: tuple[Claim, ...] = ()
        keys: dict[str, set[str]] = {}
        for registered in self._linkers:
            if registered.key in self.declined:
                self._runs.note_declined(registered, [work])
                continue
            started = time.perf_counter()
            try:
                with self.guard.on(registered.key, (work.article.id,)):
                    if not self.linking:
                        for statement in linked:
                            found = registered.component.keys(statement)
                            keys.setdefault(statement.id, set()).update(found)
                    # With several linkers the first (by name) that links a statement in the article wins: in the
                    # archive all of their links are settled together.
                    elif not links:
                        linked, links, claims = link_article(
                            linked, work.article, registered.component, registered.key
                        )
            except SystemExit:
                self._runs.failed(registered, work, ComponentError(EXITS))
            except Exception as error:
                if isinstance(error, MemoryError) and not self.linking:
                    # Nothing is sure in a worker that has none left: whoever runs it has another one.
                    raise
                self._runs.failed(registered, work, error)
            else:
                self._runs.succeeded(registered, work, time.perf_counter() - started)
        return Enriched(
            article=work.article,
            outlet=work.data.get("outlet"),
            mentions=tuple(work.data.get("mentions", ())),
            statements=linked,
            links=links,
            claims=claims,
            quality=tuple(work.data.get("quality", ())),
            ext={
                name.removeprefix("ext."): value
                for name, value in work.data.items()
                if name.startswith("ext.")
            },
            data=work.data,
            enrichment=Enrichment(components=tuple(work.runs), errors=tuple(work.errors)),
            keys=keys,
            dead=dead_letter(work.errors) if self.on_error == "deadletter" else None,
        )
