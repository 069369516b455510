"""`musnad plugins`: what is on, in which order, and why anything is off."""

from __future__ import annotations

import json

import typer

from musnad.commands.context import context, json_option, plugin_option
from musnad.components import Annotator, ClaimExtractor, ClaimLinker, Component, Tagger
from musnad.encoders import Encoders
from musnad.errors import PluginError
from musnad.pipeline import Pipeline

_KINDS: dict[type[Component], str] = {
    Annotator: "annotator",
    Tagger: "tagger",
    ClaimExtractor: "claim extractor",
    ClaimLinker: "claim linker",
}


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("plugins")(list_plugins)


def list_plugins(as_json: json_option = False, plugin: plugin_option = None) -> None:
    """List the plugins, their hooks, and their components in running order."""
    plugins = context.plugins(plugin)
    problem = ""
    components: list[dict[str, str]] = []
    readers = {suffix: r.key for suffix, r in plugins.readers().items()}
    try:
        pipeline = Pipeline(plugins)
        with pipeline:
            for registered in pipeline.normalizers:
                components.append(
                    _row(
                        registered.key,
                        registered.component.version,
                        registered.component.stage,
                        pipeline,
                    )
                )
            for step in pipeline.steps:
                if step.registered is not None:
                    component = step.registered.component
                    kind = next(
                        name for base, name in _KINDS.items() if isinstance(component, base)
                    )
                    components.append(_row(step.key, component.version, kind, pipeline))
            with Encoders(plugins) as encoders:
                for one in encoders.registered:
                    row = _row(one.key, one.component.version, "encoder", pipeline)
                    components.append({**row, "reason": encoders.declined.get(one.key, "")})
            for name, reason in {**encoders.idle, **pipeline.idle}.items():
                plugins.infos[name].state, plugins.infos[name].reason = "off", reason
    except PluginError as error:
        problem = str(error)
    if as_json:
        rows = [
            {
                "name": info.name,
                "version": info.version,
                "distribution": info.distribution,
                "state": info.state,
                "reason": info.reason,
                "hooks": info.hooks,
            }
            for info in plugins.infos.values()
        ]
        content = {
            "plugins": rows,
            "components": components,
            "readers": readers,
            "problem": problem or None,
        }
        typer.echo(json.dumps(content, ensure_ascii=False))
    else:
        for info in plugins.infos.values():
            typer.secho(f"{info.name} {info.version}  ({info.distribution})", bold=True, nl=False)
            typer.echo(f"  {info.state}" + (f": {info.reason}" if info.reason else ""))
            if info.hooks:
                typer.echo(f"    hooks: {', '.join(info.hooks)}")
        typer.secho("\nComponents in running order", bold=True)
        for number, row in enumerate(components, 1):
            off = f"  OFF: {row['reason']}" if row["reason"] else ""
            typer.echo(f"{number:4}. {row['component']} {row['version']}  [{row['kind']}]{off}")
        typer.echo("Readers: " + ", ".join(f"{suffix} ({key})" for suffix, key in readers.items()))
    if problem:
        raise PluginError(problem)


def _row(key: str, version: str, kind: str, pipeline: Pipeline) -> dict[str, str]:
    return {
        "component": key,
        "version": version,
        "kind": kind,
        "reason": pipeline.declined.get(key, ""),
    }
