"""The trained network as an ONNX graph, written out operator by operator.

The graph is small enough to be read, and does not depend on the exporter of any version of torch. Standard operators of opset 20 only. Inputs: `ids` [batch, pieces] int64, `mask` [batch, pieces] float32 (1 at pieces, 0 at padding),
`hints` [batch, pieces, hints] float32. Output: `emissions` [batch, pieces, labels] float32.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from train_careful.e5 import Shape
from train_careful.network import FROZEN

Array = npt.NDArray[np.float32]
OPSET = 20
HEAD = "head"
"""The last product, on which the scores of labels hang: it stays in float32."""


class _Builder:
    """Nodes and weights as they come; every method returns the name of its result."""

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, name: str, *inputs: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def linear(self, name: str, x: str, weight: Array, bias: Array) -> str:
        if self.int8 and name != HEAD:
            product = self.integers(name, x, weight)
        else:
            product = self.op("MatMul", f"{name}/MatMul", x, self.constant(f"{name}.w", weight.T))
        return self.op("Add", f"{name}/Add", product, self.constant(f"{name}.b", bias))

    def integers(self, name: str, x: str, weight: Array) -> str:
        """Multiply 8-bit weights (a scale for each column) with 8-bit activations (a scale for each row).

        Scales by row, so the result for a text does not depend on what else is in its batch, as it does where
        one scale is taken over all activations (`quantize_dynamic` of onnxruntime).
        """
        largest = self.op("ReduceMax", f"{name}/largest", self.op("Abs", f"{name}/abs", x), "last")
        scale = self.op(
            "Mul", f"{name}/scale", self.op("Max", f"{name}/some", largest, "tiny"), "step"
        )
        steps = self.op("Round", f"{name}/steps", self.op("Div", f"{name}/divided", x, scale))
        whole = self.op(
            "Cast",
            f"{name}/whole",
            self.op("Add", f"{name}/shifted", steps, "middle"),
            to=TensorProto.UINT8,
        )
        columns = np.abs(weight).max(axis=1) / 127
        columns[columns == 0] = 1
        table = np.rint(weight / columns[:, None]).astype(np.int8)
        sums = self.op(
            "MatMulInteger",
            f"{name}/MatMul",
            whole,
            self.constant(f"{name}.w", table.T),
            "middle.uint8",
        )
        floats = self.op("Cast", f"{name}/float", sums, to=TensorProto.FLOAT)
        by_row = self.op("Mul", f"{name}/by_row", floats, scale)
        return self.op("Mul", f"{name}/by_column", by_row, self.constant(f"{name}.scale", columns))

    def norm(self, name: str, x: str, weight: Array, bias: Array, epsilon: float) -> str:
        scale, shift = self.constant(f"{name}.w", weight), self.constant(f"{name}.b", bias)
        return self.op(
            "LayerNormalization", f"{name}/Norm", x, scale, shift, axis=-1, epsilon=epsilon
        )


def build(
    weights: Mapping[str, Array], shape: Shape, hints: int, labels: int, *, int8: bool
) -> onnx.ModelProto:
    """Return the graph of a network's weights by their names in `Network.state_dict()`.

    The embeddings of pieces are kept as 8-bit integers with a scale for each piece (they come from 4 bits);
    everything else is float32, or with `int8` 8-bit integers where it is a matrix.
    """
    b = _Builder(int8=int8)
    b.constant("last", np.array([-1]))
    b.constant("tiny", np.full(1, 1e-6, np.float32))
    b.constant("step", np.full(1, 1 / 127, np.float32))
    b.constant("middle", np.full(1, 128, np.float32))
    b.constant("middle.uint8", np.array(128, np.uint8))
    table = weights["embedding.weight"]
    scale = np.abs(table).max(axis=1, keepdims=True) / 127
    scale[scale == 0] = 1
    rows = b.op(
        "Gather", "rows", b.constant("table", np.rint(table / scale).astype(np.int8)), "ids"
    )
    floats = b.op("Cast", "rows/float", rows, to=TensorProto.FLOAT)
    scales = b.op("Gather", "scales", b.constant("table.scale", scale.astype(np.float32)), "ids")
    words = b.op("Mul", "words", floats, scales)
    length = b.op("Shape", "length", "ids", start=1, end=2)
    places = b.op(
        "Slice", "places", b.constant("position", weights["position.weight"]),
        b.constant("zero", np.array([0])), length, b.constant("axis", np.array([0])),
    )  # fmt: skip
    x = b.op("Add", "embedded", words, places)
    x = b.norm("norm", x, weights["norm.weight"], weights["norm.bias"], shape.epsilon)
    low = b.constant("low", np.float32(-1e4).reshape(1))
    missing = b.op("Sub", "missing", b.constant("one", np.ones(1, np.float32)), "mask")
    bias = b.op(
        "Unsqueeze", "bias", b.op("Mul", "missing/low", missing, low),
        b.constant("bias.axes", np.array([1, 2])),
    )  # fmt: skip
    for i in range(shape.layers):
        if i == FROZEN:
            hint = b.constant("hint.w", weights["hint.weight"].T)
            x = b.op("Add", "hinted", x, b.op("MatMul", "hint/MatMul", "hints", hint))
        x = _layer(b, f"layers.{i}", x, bias, weights, shape)
    joined = b.op("Concat", "joined", x, "hints", axis=2)
    last = b.linear(HEAD, joined, weights["head.weight"], weights["head.bias"])
    b.op("Identity", "emissions", last)
    both = ["batch", "pieces"]
    graph = helper.make_graph(
        b.nodes,
        "careful",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, both),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, both),
            helper.make_tensor_value_info("hints", TensorProto.FLOAT, [*both, hints]),
        ],
        [helper.make_tensor_value_info("emissions", TensorProto.FLOAT, [*both, labels])],
        b.weights,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="musnad"
    )
    model.ir_version = 10
    onnx.checker.check_model(model)
    return model


def _layer(
    b: _Builder, name: str, x: str, bias: str, weights: Mapping[str, Array], shape: Shape
) -> str:
    """Add one layer of `train_careful.network.Layer`, without its dropouts."""
    size = shape.hidden // shape.heads

    def linear(part: str, source: str) -> str:
        at = f"{name}.{part}"
        return b.linear(at, source, weights[f"{at}.weight"], weights[f"{at}.bias"])

    def norm(part: str, source: str) -> str:
        at = f"{name}.{part}"
        return b.norm(at, source, weights[f"{at}.weight"], weights[f"{at}.bias"], shape.epsilon)

    heads = b.constant(f"{name}.heads", np.array([0, 0, shape.heads, size]))
    three = b.op(
        "Split", f"{name}/query", linear("qkv", x), axis=2, num_outputs=3,
    )  # fmt: skip
    b.nodes[-1].output.extend([f"{name}/key", f"{name}/value"])
    query, key, value = (
        b.op(
            "Transpose", f"{part}/heads", b.op("Reshape", f"{part}/shaped", part, heads), perm=order
        )
        for part, order in (
            (three, [0, 2, 1, 3]),
            (f"{name}/key", [0, 2, 3, 1]),
            (f"{name}/value", [0, 2, 1, 3]),
        )
    )
    scores = b.op("MatMul", f"{name}/scores", query, key)
    root = b.constant(f"{name}.root", np.float32(size**-0.5).reshape(1))
    scaled = b.op("Add", f"{name}/masked", b.op("Mul", f"{name}/scaled", scores, root), bias)
    shares = b.op("Softmax", f"{name}/shares", scaled, axis=3)
    attended = b.op("MatMul", f"{name}/attended", shares, value)
    back = b.op("Transpose", f"{name}/back", attended, perm=[0, 2, 1, 3])
    flat = b.op(
        "Reshape", f"{name}/flat", back, b.constant(f"{name}.flat", np.array([0, 0, shape.hidden]))
    )
    x = norm("norm", b.op("Add", f"{name}/sum", x, linear("out", flat)))
    wide = b.op("Gelu", f"{name}/gelu", linear("wide", x))
    return norm("norm_after", b.op("Add", f"{name}/sum_after", x, linear("narrow", wide)))
