"""Settings of the plugin: the table `[plugins.careful]`."""

from __future__ import annotations

from pathlib import Path

from musnad.settings import PluginSettings, SettingsPath
from pydantic import Field

DATA = Path(__file__).with_name("data")
MODEL = DATA / "careful.onnx"
"""The network with its tokenizer and labels, made by `make train-careful`."""
NAMES = DATA / "names.tsv.gz"
"""Lists of names, `word TAB flags`, made with the model."""
OFF = (
    "switched off: it reads about 1,200 words a second on one core, many times slower than everything else together; "
    'to switch it on, set "enabled = true" under [plugins.careful] (MUSNAD_PLUGINS__CAREFUL__ENABLED=true)'
)


class CarefulSettings(PluginSettings):
    """Whether and how the model runs."""

    enabled: bool = False
    """Off by default: reading with the model takes many times longer than everything else."""
    min_score: float = Field(default=0.4, ge=0, le=1)
    """Probability from which on a name is proposed: lower finds more, and more that are none."""
    threads: int = Field(default=1, ge=1)
    """Threads of the model in each process; `musnad ingest` has processes of its own."""
    model: SettingsPath | None = None
    """Another model file, made by `make train-careful`; without it, the one that ships."""
