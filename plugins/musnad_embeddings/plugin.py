"""The hooks of plugin `embeddings`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad

from musnad_embeddings.config import EmbeddingsSettings
from musnad_embeddings.encoder import E5Encoder


@musnad.hookimpl
def musnad_settings() -> type[EmbeddingsSettings]:
    """Return the settings model."""
    return EmbeddingsSettings


@musnad.hookimpl
def musnad_encoders(settings: EmbeddingsSettings) -> Iterable[musnad.Encoder]:
    """Return the encoder of texts."""
    return [E5Encoder(settings)]
