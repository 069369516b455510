"""The hooks of Musnad, and how to write a plugin.

A plugin is a Python module (or any object) with functions marked `@musnad.hookimpl`. Each hook returns
components; the core orders them by the data they require and provide, runs them, isolates their failures
and stamps what they make. The smallest plugin is one file:

    import re
    import musnad

    class Currencies(musnad.Tagger):
        name, version = "currencies", "1"

        def tag(self, document):
            for match in re.finditer("دولار|دينار|ليرة", document.text):
                yield document.mention(match.span(), type="other", name=match[0])

    @musnad.hookimpl
    def musnad_taggers():
        return [Currencies()]

Try it without packaging and without Elasticsearch:

    musnad enrich --plugin my_plugin.py article.txt

To ship it, declare an entry point in the group `musnad`; it is then found wherever it is installed:

    [project.entry-points.musnad]
    currencies = "my_plugin"

A hook takes `settings` only if it wants it: an instance of the model that the plugin's own `musnad_settings`
returned, filled from the table `[plugins.<name>]` of musnad.toml and from the environment
(`MUSNAD_PLUGINS__<NAME>__<KEY>`), or an empty one. `musnad plugins` shows what is on, in which order, and
why anything is off. `musnad.testing` helps to test a component on a text.

The life of a component: it is made when its hook is called (cheaply: this happens just to list it), opened
in the process that uses it, run on articles, closed:

    musnad_settings -> musnad_<hook>(settings) -> open() -> normalize | annotate | tag | extract | link | encode | read -> close()

A component that raises on an article loses its own findings on that article, nothing else: plugin, component,
exception and article are recorded under `enrichment.errors`. Failing on 20 articles in a row switches it
off for the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import typer

    from musnad.components import (
        Annotator,
        ClaimExtractor,
        ClaimLinker,
        Encoder,
        Normalizer,
        Reader,
        Tagger,
    )
    from musnad.settings import PluginSettings

hookspec = pluggy.HookspecMarker("musnad")
hookimpl = pluggy.HookimplMarker("musnad")


@hookspec
def musnad_settings() -> type[PluginSettings]:  # type: ignore[empty-body]
    """Return the plugin's settings model: a subclass of `musnad.PluginSettings`.

    Example: `class Currencies(musnad.PluginSettings): words: list[str] = ["دينار"]`.

    Ordering: called before every other hook of the plugin.
    On error: a value that does not fit stops the program and names file, table and key.
    """


@hookspec
def musnad_normalizers(settings: PluginSettings) -> Iterable[Normalizer]:  # type: ignore[empty-body]
    """Return steps that make the normalized view of a text, or (stage `key`) the matching view.

    Example: a step of stage `letters` that returns `text.translate({ord("ی"): "ي"})`.

    Ordering: by `stage` (see `musnad.components.STAGES`), then by `requires`, then by name.
    On error: the step is skipped for that article.
    """


@hookspec
def musnad_annotators(settings: PluginSettings) -> Iterable[Annotator]:  # type: ignore[empty-body]
    """Return components that add data: `tokens`, `sentences`, `outlet`, `dates`, …, or the plugin's own fields.

    Example: `provides = ["tokens"]`, and `annotate` returns `{"tokens": [...]}`; own fields are returned
    as `{"ext": {"field": value}}` and declared by `musnad_fields`.

    Ordering: after the providers of what it requires.
    On error: the data is missing (None) for that article.
    """


@hookspec
def musnad_taggers(settings: PluginSettings) -> Iterable[Tagger]:  # type: ignore[empty-body]
    """Return components that find names. All add to `mentions.raw`; the core makes `mentions` of it.

    Overlaps are resolved once: a person's decision, then an authority record, then a proposal; then the
    longer; then the higher score.

    Ordering: after the providers of what it requires. One that requires `mentions` runs after the first
    resolution, and mentions are resolved again.
    On error: no mentions of this tagger for that article.
    """


@hookspec
def musnad_claim_extractors(settings: PluginSettings) -> Iterable[ClaimExtractor]:  # type: ignore[empty-body]
    """Return components that find statements: cue, stance, speaker, what is said.

    Ordering: after the providers of what it requires, `mentions` as a rule.
    On error: no statements of this extractor for that article.
    """


@hookspec
def musnad_claim_linkers(settings: PluginSettings) -> Iterable[ClaimLinker]:  # type: ignore[empty-body]
    """Return components that decide which claims a statement is about.

    Ordering: after all extractors; several linkers by name.
    On error: no links of this linker for that article.
    """


@hookspec
def musnad_encoders(settings: PluginSettings) -> Iterable[Encoder]:  # type: ignore[empty-body]
    """Return components that turn texts into vectors, which matching of claims may use.

    Ordering: the first one that opens is used, by plugin name.
    On error: matching goes on without vectors.
    """


@hookspec
def musnad_readers(settings: PluginSettings) -> Iterable[Reader]:  # type: ignore[empty-body]
    """Return components that read articles from a file format.

    Example: `suffixes = [".jsonl"]`, and `read` yields a `Record` or `Rejected` for each line.

    Ordering: none; two readers of one suffix are an error at start.
    On error: the file is reported, the run goes on with the next one.
    """


@hookspec
def musnad_fields() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return the Elasticsearch fields of this plugin: the `properties` under `ext.<plugin>`.

    Example: `{"currency": {"type": "keyword", "meta": {"label": "Currency", "label_ar": "عملة"}}}`.

    Ordering: none.
    On error: a fragment that is no mapping is reported by `musnad init` with the plugin's name.
    """


@hookspec
def musnad_commands(app: typer.Typer) -> None:
    """Add sub-commands to the command line.

    Example: `app.command("currencies")(show_currencies)`.

    Ordering: by plugin name; a name that is taken already is an error.
    On error: the plugin's commands are left out, with a warning.
    """
