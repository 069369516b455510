"""Running camel-tools' model: the labels of its `NERecognizer`, without its waiting.

camel-tools pads every sentence to 256 pieces; most of what it computes is padding. Here nothing is padded (see `packed`).
The weights, the pieces and the cuts are the same, and so are the labels.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from musnad.errors import NotConfigured

from musnad_camel.ner.pieces import batches, segments

PIECES_PER_BATCH = 1024
"""Pieces of a batch: enough for the weights to be read seldom, few enough for the processor's caches."""
WORDS_KEPT = 100_000
"""Words whose pieces are remembered."""
OUTSIDE = "O"


class Runner:
    """A BERT token classifier in a folder, on the CPU."""

    def __init__(self, path: Path, *, int8: bool = False) -> None:
        """Load the model in folder `path`, never from the network.

        `int8` keeps the weights of its linear layers in 8 bits: faster, smaller, with slightly other labels. Raises
        `NotConfigured` where torch or transformers are not installed, or the folder has no such model.
        """
        transformers = _libraries()
        shown = transformers.utils.logging.is_progress_bar_enabled()
        # A second or two; its bar would stand among the lines of our own progress.
        transformers.utils.logging.disable_progress_bar()
        try:
            model = transformers.BertForTokenClassification.from_pretrained(
                str(path), local_files_only=True
            )
            tokenizer = transformers.BertTokenizer.from_pretrained(str(path), local_files_only=True)
        except (OSError, ValueError) as error:
            raise NotConfigured(
                f"{path} has no BERT model for labelling words: {str(error).strip().splitlines()[0]}"
            ) from error
        finally:
            if shown:
                transformers.utils.logging.enable_progress_bar()
        # Only now: these import torch.
        from musnad_camel.ner.linear import lay_out
        from musnad_camel.ner.packed import Packed

        model.eval()
        try:
            if int8:
                model = quantized(model)
            else:
                lay_out(model.bert.encoder, PIECES_PER_BATCH)
            self._packed = Packed(model)
        except ValueError as error:
            raise NotConfigured(f"{path}: {error}") from error
        self.label_names: dict[int, str] = dict(model.config.id2label)
        self._ends = (tokenizer.cls_token_id, tokenizer.sep_token_id)
        self._ids_of = lru_cache(maxsize=WORDS_KEPT)(
            lambda word: tuple(tokenizer.convert_tokens_to_ids(tokenizer.tokenize(word)))
        )

    def labels(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return a label (`B-PERS`, `I-LOC`, `O` …) for each word of each sentence."""
        found = [[OUTSIDE] * len(sentence) for sentence in sentences]
        opening, closing = self._ends
        for batch in batches(segments(sentences, self._ids_of), PIECES_PER_BATCH):
            best = self._packed.best(
                [(opening, *segment.ids, closing) for segment in batch],
                [[first + 1 for first in segment.firsts] for segment in batch],
            )
            for segment, numbers in zip(batch, best, strict=True):
                for word, number in zip(segment.words, numbers, strict=True):
                    found[segment.sentence][word] = self.label_names[number]
        return found


def quantized(model: Any) -> Any:
    """Return a copy of the model whose linear layers have weights of 8 bits (activations are scaled as they come).

    Raises `NotConfigured` where this version of torch no longer has it.
    """
    try:
        with warnings.catch_warnings():
            # torch announces the removal of its own quantization, and of the tensors that it makes; nothing else
            # that it ships does this on a CPU. When it goes, the import fails and the setting is declined.
            warnings.filterwarnings(
                "ignore", "torch.ao.quantization is deprecated", DeprecationWarning
            )
            warnings.filterwarnings("ignore", r"torch\.quantize_per_tensor", UserWarning)
            from torch import nn, qint8
            from torch.ao.quantization import quantize_dynamic

            return quantize_dynamic(model, {nn.Linear}, dtype=qint8)
    except ImportError as error:
        raise NotConfigured(
            "this version of torch has no dynamic quantization: set ner_int8 = false"
        ) from error


def _libraries() -> Any:
    try:
        import torch  # noqa: F401 - transformers can be there without it
        import transformers
    except ImportError as error:
        raise NotConfigured(
            f"{error.name} is not installed: it comes with the extra `ner` (several gigabytes)"
        ) from error
    return transformers
