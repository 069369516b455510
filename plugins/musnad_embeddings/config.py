"""Settings of the plugin: the table `[plugins.embeddings]`."""

from __future__ import annotations

from musnad.settings import PluginSettings
from pydantic import Field

OFF = (
    "switched off: `claims match` takes about a third of a second longer for each article (some 10 passages of 50 "
    "words a second) and gains little by it (docs/claims.md); to switch it on, "
    'set "enabled = true" under [plugins.embeddings] (MUSNAD_PLUGINS__EMBEDDINGS__ENABLED=true)'
)


class EmbeddingsSettings(PluginSettings):
    """Whether and how the model runs."""

    enabled: bool = False
    """Off by default: it costs many times what matching by words costs."""
    threads: int = Field(default=1, ge=1)
    """Threads of the model in this process."""
