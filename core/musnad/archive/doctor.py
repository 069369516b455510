"""Checks of everything that Musnad needs, each with what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from elasticsearch import AuthorizationException, Elasticsearch

from musnad.archive.authority import authority_changed, collect_authority
from musnad.archive.client import connect, errors_explained
from musnad.archive.indices import alias, check, read_meta
from musnad.archive.mappings import INDICES, MAPPING_META, index_body
from musnad.errors import MusnadError
from musnad.node import Node
from musnad.node.errors import NodeError
from musnad.node.java import find_java
from musnad.order import order_components, order_normalizers
from musnad.plugins import Plugins
from musnad.reindex.state import load
from musnad.settings import Settings

Outcome = Literal["OK", "WARN", "FAIL"]
MINIMUM_PYTHON = (3, 11)
_WARN_DISK, _FAIL_DISK = 85, 95
"""Per cent of a data node's disk: Elasticsearch stops putting shards there and turns indices read-only."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    outcome: Outcome
    found: str
    do: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def examine(settings: Settings) -> list[Check]:
    """Return all checks, in order; never raises for what it is there to find."""
    checks = [_python(), *_plugins(settings)]
    if settings.es_url is None:
        checks += [_java(), _node()]
    try:
        client = connect(settings)
        with errors_explained():
            checks.append(_cluster(client))
    except MusnadError as error:
        return [*checks, Check("cluster", "FAIL", str(error))]
    checks += _guarded("version", lambda: _version(client), "WARN")
    checks += _guarded("disk", lambda: _disk(client), "WARN")
    if not any(made.name == "plugins" and made.outcome == "FAIL" for made in checks):
        checks += _guarded(
            "archive", lambda: _archive(client, settings.prefix, Plugins.load(settings))
        )
    return checks


def _guarded(
    name: str, part: Callable[[], Iterator[Check]], outcome: Outcome = "FAIL"
) -> list[Check]:
    """Return the checks of `part`; an error of its own becomes a check with this outcome."""
    checks: list[Check] = []
    try:
        with errors_explained():
            checks.extend(part())
    except MusnadError as error:
        checks.append(Check(name, outcome, str(error)))
    return checks


def _python() -> Check:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if sys.version_info < MINIMUM_PYTHON:
        return Check("python", "FAIL", found, "install Python 3.11 or newer")
    return Check("python", "OK", f"{found} ({sys.executable})")


def _plugins(settings: Settings) -> Iterator[Check]:
    try:
        plugins = Plugins.load(settings)
        order_normalizers(plugins.normalizers())
        components = [
            *plugins.annotators(),
            *plugins.taggers(),
            *plugins.claim_extractors(),
            *plugins.claim_linkers(),
        ]
        off = {i.name: i.reason for i in plugins.infos.values() if i.state != "on"}
        order_components(components, off)
        plugins.readers()
    except MusnadError as error:
        yield Check("plugins", "FAIL", str(error), "see `musnad plugins`")
        return
    on = sorted(info.name for info in plugins.infos.values() if info.state == "on")
    yield Check("plugins", "OK", ", ".join(on))
    for info in plugins.infos.values():
        if info.state == "off":
            do = f'mend or block it: blocked_plugins = ["{info.name}"]'
            yield Check(f"plugin {info.name}", "WARN", f"off: {info.reason}", do)
        elif info.state == "blocked":
            yield Check(f"plugin {info.name}", "OK", info.reason)


def _java() -> Check:
    try:
        java = find_java()
    except NodeError as error:
        return Check("java", "WARN", str(error), "only the private node needs it")
    return Check("java", "OK", f"{java.version} ({java.home})")


def _node() -> Check:
    try:
        status = Node().status()
    except NodeError as error:
        return Check("node", "FAIL", str(error))
    if status.running:
        return Check("node", "OK", f"running at {status.url} ({status.home})")
    return Check(
        "node",
        "FAIL",
        status.state,
        "run `musnad node start`, or set MUSNAD_ES_URL for another cluster",
    )


def _cluster(client: Elasticsearch) -> Check:
    try:
        health = client.cluster.health()
    except AuthorizationException:
        # An archive can be used with a key that may do nothing else.
        return Check("cluster", "WARN", "answers, but the API key may not ask for its health")
    found = f"{health['cluster_name']}: {health['status']}, {health['number_of_nodes']} nodes"
    if health["status"] == "red":
        return Check("cluster", "FAIL", found, "some data is not there: look at the cluster's log")
    if health["status"] == "yellow":
        return Check(
            "cluster", "WARN", found, "some copies of the data are missing; all is readable"
        )
    return Check("cluster", "OK", found)


def _version(client: Elasticsearch) -> Iterator[Check]:
    nodes = client.nodes.info(filter_path="nodes.*.version")["nodes"].values()
    versions = sorted({str(node["version"]) for node in nodes})
    old = [version for version in versions if int(version.split(".")[0]) < 9]
    found = f"Elasticsearch {', '.join(versions)}"
    if old:
        yield Check("version", "FAIL", found, "use Elasticsearch 9 or newer")
    else:
        yield Check("version", "OK", found)


def _disk(client: Elasticsearch) -> Iterator[Check]:
    stats = client.nodes.stats(metric="fs", filter_path="nodes.*.fs.total,nodes.*.name")
    for node in stats["nodes"].values():
        total, free = (
            node["fs"]["total"]["total_in_bytes"],
            node["fs"]["total"]["available_in_bytes"],
        )
        used = 100 * (total - free) / total
        found = f"{node['name']}: {free / 2**30:.1f} GiB free ({used:.0f} % used)"
        if used >= _FAIL_DISK:
            yield Check("disk", "FAIL", found, "make room: indices become read-only on a full disk")
        elif used >= _WARN_DISK:
            yield Check(
                "disk", "WARN", found, "make room soon: Elasticsearch is about to stop writing"
            )
        else:
            yield Check("disk", "OK", found)


def _archive(client: Elasticsearch, prefix: str, plugins: Plugins) -> Iterator[Check]:
    complete = True
    for name in INDICES:
        there = alias(prefix, name)
        body = index_body(name, plugins)
        if not check(client, there, body):
            complete = False
            yield Check(f"index {there}", "FAIL", "not there", "run `musnad init`")
            continue
        count = client.count(index=there)["count"]
        if read_meta(client, there).get(MAPPING_META) != body["mappings"]["_meta"][MAPPING_META]:
            yield Check(
                f"index {there}", "WARN", "its mapping is of other plugins", "run `musnad init`"
            )
        else:
            yield Check(f"index {there}", "OK", f"{count} documents")
    if not complete:
        return
    authority = collect_authority(plugins)
    for sentence in authority.missing:
        yield Check("authority", "WARN", sentence)
    if authority_changed(client, prefix, authority):
        yield Check(
            "authority",
            "WARN",
            "the actors changed since the index was filled",
            "run `musnad init`",
        )
    else:
        yield Check("authority", "OK", f"{len(authority.records)} actors and outlets")
    yield from _work_left(client, prefix)


def _work_left(client: Elasticsearch, prefix: str) -> Iterator[Check]:
    stale = client.count(
        index=alias(prefix, "articles"), query={"term": {"enrichment.stale": True}}
    )["count"]
    failed = client.count(
        index=alias(prefix, "articles"), query={"exists": {"field": "failed_components"}}
    )["count"]
    waiting = (
        client.count(index=alias(prefix, "statements"), query={"term": {"settled": False}})["count"]
        + client.count(index=alias(prefix, "claims"), query={"term": {"unsettled": True}})["count"]
    )
    if stale:
        yield Check(
            "enrichment",
            "WARN",
            f"{stale} articles are out of date",
            "run `musnad ingest --stale` (`musnad search --stale` lists them)",
        )
    if failed:
        yield Check(
            "enrichment", "WARN", f"components failed on {failed} articles", "see `musnad show ID`"
        )
    if waiting:
        yield Check(
            "claims", "WARN", f"{waiting} statements or claims wait to be settled",
            "run `musnad claims settle`",
        )  # fmt: skip
    state = load(client, prefix)
    if state is not None:
        yield Check(
            "reindex", "WARN",
            f"one begun by {state.who} on {state.started_at:%Y-%m-%d %H:%M} UTC is unfinished",
            "run `musnad reindex --rollback` or `--abort`" if state.phase == "rolling_back"
            else f"run `{' '.join(['musnad reindex', state.options.told()]).strip()}` to go on, or `--abort`",
        )  # fmt: skip
    if not (stale or failed or waiting or state):
        yield Check("data", "OK", "up to date")
