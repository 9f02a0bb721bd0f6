"""A BERT sentence encoder's weights (safetensors) as an int8 ONNX graph, without torch.

The graph takes the token ids of **one** text, `tokens` (int64, (1, length)), and gives `embedding` (float32,
(1, dimension)): the mean of the last layer's token vectors, L2-normalised. There is no attention mask, because there is
no padding: activations are quantised with one scale for the whole input, so a neighbour in a batch would change a
text's vector (cosine .993 on average, as much as the quantisation itself), and on one thread a batch is no faster.

Weights are int8 with a scale for each output channel (for each token, in the vocabulary), activations uint8 with a
scale found at run time. One scale for a whole weight matrix costs much: cosine .936 to the float32 model, against .99.
onnxruntime's own `quantize_dynamic` would give the same graph, but by way of temporary copies of 90 MB outside our
folder, and warnings.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load

_OPSET = 20
"""The first with Gelu; onnxruntime 1.20, the oldest we allow, knows it."""

_IR_VERSION = 10
"""The newest that onnxruntime 1.20 reads; onnx by itself would write its own newest."""

_LAYER_NORM_EPSILON = 1e-12
"""As the BERT models are trained (`layer_norm_eps` in their config.json)."""

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class _Graph:
    """An ONNX graph in the making: every call adds a node and returns the name of its output."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, value: ArrayLike) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def nodes_for(self, kind: str, inputs: list[str], outputs: int, **attributes: Any) -> list[str]:
        name = f"{kind}_{len(self.nodes)}"
        names = [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=name, **attributes))
        return names

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.nodes_for(kind, list(inputs), 1, **attributes)[0]


def convert(safetensors: bytes, heads: int, target: Path) -> None:
    """Write the model's int8 graph to `target`.

    Args:
        safetensors: the weights of a BERT encoder, named as in the `transformers` library, float32.
        heads: attention heads of a layer; the other sizes are read off the weights.
        target: the ONNX file, about a quarter of the weights' size.

    Raises:
        KeyError: the weights are not a BERT encoder's.
        OSError: the file cannot be written.
    """
    graph, weights = _Graph(), load(safetensors)
    dimension = weights["embeddings.word_embeddings.weight"].shape[1]
    output = _pooled(graph, _encoder(graph, weights, heads))
    model = helper.make_model(
        helper.make_graph(
            [*graph.nodes, helper.make_node("Identity", [output], ["embedding"])],
            "sentence-encoder",
            [helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "length"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, dimension])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString())


def _encoder(graph: _Graph, weights: Weights, heads: int) -> str:
    """Token vectors of the last layer, (1, length, dimension): Devlin et al. 2018, section 3."""
    x = _normalised(graph, weights, "embeddings", _embedded(graph, weights))
    dimension = weights["embeddings.word_embeddings.weight"].shape[1]
    split = graph.constant([1, -1, heads, dimension // heads])
    joined = graph.constant([1, -1, dimension])
    scale = graph.constant(np.float32((dimension // heads) ** -0.5))
    layer = 0
    while (name := f"encoder.layer.{layer}") + ".output.dense.weight" in weights:
        quantised = _quantised(graph, x)
        query, key, value = (
            graph.node("Reshape", _linear(graph, weights, f"{name}.attention.self.{part}", quantised), split)
            for part in ("query", "key", "value")
        )
        query = graph.node("Mul", graph.node("Transpose", query, perm=[0, 2, 1, 3]), scale)
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 2, 3, 1]))
        values = graph.node("Transpose", value, perm=[0, 2, 1, 3])
        mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), values)
        mixed = graph.node("Reshape", graph.node("Transpose", mixed, perm=[0, 2, 1, 3]), joined)
        attended = _linear(graph, weights, f"{name}.attention.output.dense", _quantised(graph, mixed))
        x = _normalised(graph, weights, f"{name}.attention.output", graph.node("Add", x, attended))
        wide = graph.node("Gelu", _linear(graph, weights, f"{name}.intermediate.dense", _quantised(graph, x)))
        narrow = _linear(graph, weights, f"{name}.output.dense", _quantised(graph, wide))
        x = _normalised(graph, weights, f"{name}.output", graph.node("Add", x, narrow))
        layer += 1
    return x


def _embedded(graph: _Graph, weights: Weights) -> str:
    """Word, position and sentence embeddings, summed. All tokens are of the first sentence."""
    words, scales = int8(weights["embeddings.word_embeddings.weight"], axis=1)
    rows = graph.node("Cast", graph.node("Gather", graph.constant(words), "tokens"), to=TensorProto.FLOAT)
    word = graph.node("Mul", rows, graph.node("Gather", graph.constant(scales), "tokens"))
    offsets = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.node("Shape", "tokens", start=1, end=2)
    position = graph.node("Slice", graph.constant(offsets), graph.constant([0]), length, graph.constant([0]))
    return graph.node("Add", word, position)


def _pooled(graph: _Graph, x: str) -> str:
    mean = graph.node("ReduceMean", x, graph.constant([1]), keepdims=0)
    return graph.node("Div", mean, graph.node("ReduceL2", mean, graph.constant([-1]), keepdims=1))


def _normalised(graph: _Graph, weights: Weights, name: str, x: str) -> str:
    gain, bias = (graph.constant(weights[f"{name}.LayerNorm.{part}"]) for part in ("weight", "bias"))
    return graph.node("LayerNormalization", x, gain, bias, axis=-1, epsilon=_LAYER_NORM_EPSILON)


def _quantised(graph: _Graph, x: str) -> tuple[str, str, str]:
    """uint8 values, scale and zero point, found from the range of `x` when the graph runs."""
    values, scale, zero = graph.nodes_for("DynamicQuantizeLinear", [x], 3)
    return values, scale, zero


def _linear(graph: _Graph, weights: Weights, name: str, x: tuple[str, str, str]) -> str:
    values, scale, zero = x
    matrix, scales = int8(weights[f"{name}.weight"].T, axis=0)
    product = graph.node("MatMulInteger", values, graph.constant(matrix), zero)
    factor = graph.node("Mul", scale, graph.constant(scales[0]))
    real = graph.node("Mul", graph.node("Cast", product, to=TensorProto.FLOAT), factor)
    return graph.node("Add", real, graph.constant(weights[f"{name}.bias"]))


def int8(matrix: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric quantisation: `values * scales` is about `matrix`, with one scale for each slice along `axis`.

    The scales keep `axis` with length 1, so that they broadcast.
    """
    scales = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), np.finfo(np.float32).tiny) / np.float32(127)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)
