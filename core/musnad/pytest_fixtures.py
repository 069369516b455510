"""The pytest plugin of Musnad (found by its entry point): fixtures with a real Elasticsearch.

- `elasticsearch_node`: the connection to a running node, one for the session (see
  `musnad.node.pytest_fixtures` for which one it is);
- `musnad_archive`: an empty archive of its own on that node, removed after the test.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# Only what pytest needs to list fixtures is imported here: this module is loaded by every pytest run on a
# machine where Musnad is installed.
from musnad.node.pytest_fixtures import elasticsearch_node
from musnad.node.state import Connection

if TYPE_CHECKING:
    from musnad.archive.read import ArchiveReader
    from musnad.settings import Settings

__all__ = ["elasticsearch_node", "musnad_archive", "musnad_settings"]


@pytest.fixture
def musnad_settings(
    elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Yield the settings of an archive of its own on the node; its indices are removed.

    The environment (`MUSNAD_ES_URL`, `MUSNAD_ES_API_KEY`, `MUSNAD_PREFIX`) is set to the same, for tests
    that run the command line.
    """
    from musnad.archive.client import connect
    from musnad.settings import Settings

    prefix = f"t{secrets.token_hex(4)}"
    monkeypatch.setenv("MUSNAD_ES_URL", elasticsearch_node.url)
    if elasticsearch_node.api_key:
        monkeypatch.setenv("MUSNAD_ES_API_KEY", elasticsearch_node.api_key)
    if elasticsearch_node.ca:
        monkeypatch.setenv("MUSNAD_ES_CA", str(elasticsearch_node.ca))
    monkeypatch.setenv("MUSNAD_PREFIX", prefix)
    settings = Settings()
    yield settings
    with connect(settings) as client:
        indices = list(client.indices.get(index=f"{prefix}-*", expand_wildcards="all"))
        if indices:
            client.indices.delete(index=",".join(indices))
        # A pattern that matches no template is a 404.
        templates = client.options(ignore_status=404).indices.get_index_template(name=f"{prefix}-*")
        for template in templates.get("index_templates", ()):
            client.indices.delete_index_template(name=template["name"])


@pytest.fixture
def musnad_archive(musnad_settings: Settings) -> Iterator[ArchiveReader]:
    """Yield an `ArchiveReader` of an empty, initialized archive with the fields of all installed plugins."""
    from musnad.archive.client import connect
    from musnad.archive.indices import init
    from musnad.archive.read import ArchiveReader
    from musnad.plugins import Plugins

    with connect(musnad_settings) as client:
        init(client, musnad_settings.prefix, Plugins.load(musnad_settings))
        yield ArchiveReader(client, musnad_settings.prefix)
