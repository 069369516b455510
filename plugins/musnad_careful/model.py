"""The model: an ONNX file with its tokenizer and labels inside, run by onnxruntime."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from musnad.errors import NotConfigured

from musnad_careful.config import MODEL
from musnad_careful.decode import Chain, Labelled, Scores
from musnad_careful.labels import LABELS
from musnad_careful.lexicon import WIDTH, Lexicon
from musnad_careful.pieces import END, PAD, START, Pieces

LIMIT = 510
"""Pieces of one window: what the encoder has positions for, without start and end."""
BATCH = 4096
"""Pieces in one run of the model, padding included."""
PACKAGES = ("onnxruntime", "tokenizers", "numpy")
"""What the extra `careful` brings."""


def missing() -> list[str]:
    """Return which of the packages that the model needs are not installed."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


class Model:
    """Labels words in windows. Not to be shared between processes; closed by forgetting it."""

    def __init__(self, session: Any, pieces: Pieces, chain: Chain, lexicon: Lexicon):
        self._session = session
        self._pieces = pieces
        self.chain = chain
        self.lexicon = lexicon

    @classmethod
    def load(cls, path: Path = MODEL, *, threads: int = 1) -> Self:
        """Load the model in `path` to run on `threads` threads.

        Raises `NotConfigured` where a package or the file is missing, or the file is no model of this plugin.
        """
        if absent := missing():
            raise NotConfigured(f"needs {' and '.join(absent)}: pip install 'musnad[careful]'")
        if not path.is_file():
            raise NotConfigured(f"{path}: no such model file")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Workers of an ingest run side by side: a thread that spins while it waits takes time from the others.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
            content = session.get_modelmeta().custom_metadata_map
            if tuple(json.loads(content["labels"])) != LABELS:
                raise ValueError("its labels are others")
            pieces = Pieces(content["tokenizer"])
            transitions, first = (
                np.array(json.loads(content[key]), dtype=np.float32)
                for key in ("transitions", "first")
            )
        except Exception as error:  # onnxruntime's exceptions have no base class of their own
            raise NotConfigured(f"{path}: not a model of this plugin: {error}") from error
        return cls(session, pieces, Chain.of(transitions, first), Lexicon.load())

    def label(self, windows: Sequence[Sequence[str]]) -> list[Labelled]:
        """Return the labels of the (cleaned) words of each window, in order."""
        pairs = zip(self.emissions(windows), windows, strict=True)
        return [self.chain.label(scores, len(words)) for scores, words in pairs]

    def emissions(self, windows: Sequence[Sequence[str]]) -> list[Scores]:
        """Return the scores of labels for the (cleaned) words of each window, [words, labels], in order.

        Windows of like length run together; what comes out for one does not depend on the others. Words beyond
        the `LIMIT` of pieces have none.
        """
        cut = [self._pieces.ids(words) for words in windows]
        order = sorted(range(len(windows)), key=lambda i: sum(map(len, cut[i])))
        results: dict[int, Scores] = {}
        batch: list[int] = []
        for i in order:
            if batch and (len(batch) + 1) * (sum(map(len, cut[i])) + 2) > BATCH:
                results.update(self._run(batch, windows, cut))
                batch = []
            batch.append(i)
        if batch:
            results.update(self._run(batch, windows, cut))
        return [results[i] for i in range(len(windows))]

    def _run(
        self,
        batch: Sequence[int],
        windows: Sequence[Sequence[str]],
        cut: Sequence[Sequence[tuple[int, ...]]],
    ) -> dict[int, Scores]:
        encoded = [self._encode(windows[i], cut[i]) for i in batch]
        longest = max(len(ids) for ids, *_ in encoded)
        ids = np.full((len(batch), longest), PAD, dtype=np.int64)
        mask = np.zeros(ids.shape, dtype=np.float32)
        hints = np.zeros((*ids.shape, WIDTH), dtype=np.float32)
        for row, (own, its_hints, _) in enumerate(encoded):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
            hints[row, : len(own)] = its_hints
        (emissions,) = self._session.run(None, {"ids": ids, "mask": mask, "hints": hints})
        return {
            i: emissions[row, firsts]
            for row, (i, (_, _, firsts)) in enumerate(zip(batch, encoded, strict=True))
        }

    def _encode(
        self, words: Sequence[str], cut: Sequence[tuple[int, ...]]
    ) -> tuple[list[int], npt.NDArray[np.float32], list[int]]:
        """Return the ids of a window's pieces, the hints of each, and where each word begins."""
        ids, firsts = [START], []
        for pieces in cut:
            if len(ids) + len(pieces) > LIMIT + 1:
                break
            firsts.append(len(ids))
            ids += pieces
        hints = np.zeros((len(ids) + 1, WIDTH), dtype=np.float32)
        for word, pieces, first in zip(words, cut, firsts, strict=False):
            hints[first : first + len(pieces)] = self.lexicon.hints(word)
        return [*ids, END], hints, firsts
