#!/usr/bin/env python3
"""Writes models/minilm.onnx: the graph of all-MiniLM-L6-v2, whose weights stay in the published safetensors file.

    python3 models/export/minilm.py MODEL.SAFETENSORS [--check]

The graph has no weights of its own: it names where each lies in `model.safetensors` (ONNX's external data), which saves
an export at set-up and lets ONNX Runtime map the table of words instead of reading it. Mean pooling over the tokens and
the L2 norm are inside. Needs the package onnx==1.23.2; only for whoever changes the graph. Same input, same bytes.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

from committed import write_or_check
from onnx import TensorProto, helper

OPSET, IR_VERSION = 20, 10
WIDTH, HEADS, LAYERS, WORDS, POSITIONS = 384, 12, 6, 30522, 512
PARTS = WIDTH // HEADS
EPSILON = 1e-12
WEIGHTS = "model.safetensors"
OUT = Path(__file__).resolve().parent.parent / "minilm.onnx"


class Graph:
    """Nodes and constants, in order."""

    def __init__(self, weights: Path):
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            self.header = json.loads(file.read(length))
        self.start = 8 + length
        self.nodes, self.constants, self.known = [], [], set()

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def weight(self, name, shape):
        """A tensor of the safetensors file."""
        entry = self.header[name]
        if entry["dtype"] != "F32" or entry["shape"] != list(shape):
            sys.exit(f"{name} is {entry['dtype']} {entry['shape']}, expected F32 {list(shape)}")
        begin, end = entry["data_offsets"]
        tensor = TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", WEIGHTS), ("offset", self.start + begin), ("length", end - begin)):
            tensor.external_data.add(key=key, value=str(value))
        self.constants.append(tensor)
        return name

    def constant(self, name, kind, values, shape):
        if name not in self.known:
            self.known.add(name)
            self.constants.append(helper.make_tensor(name, kind, shape, values))
        return name

    def ints(self, name, *values):
        return self.constant(name, TensorProto.INT64, values, [len(values)])

    def number(self, name, value):
        return self.constant(name, TensorProto.FLOAT, [value], [])

    def linear(self, prefix, rows, columns, x, output):
        """x [n, columns] by a torch Linear."""
        inputs = [x, self.weight(f"{prefix}.weight", (rows, columns)), self.weight(f"{prefix}.bias", (rows,))]
        return self.node("Gemm", inputs, output, transB=1)

    def norm(self, prefix, x, output):
        inputs = [x, self.weight(f"{prefix}.weight", (WIDTH,)), self.weight(f"{prefix}.bias", (WIDTH,))]
        return self.node("LayerNormalization", inputs, output, axis=-1, epsilon=EPSILON)


def embeddings(g):
    """Words, their positions and the one segment, as rows [batch * sequence, width]."""
    words = g.node("Gather", [g.weight("embeddings.word_embeddings.weight", (WORDS, WIDTH)), "input_ids"], "words")
    g.node("Shape", ["input_ids"], "shape")
    g.node("Gather", ["shape", g.constant("one", TensorProto.INT64, [1], [])], "sequence_length")
    g.node("Unsqueeze", ["sequence_length", g.ints("axis0", 0)], "sequence_end")
    table = g.weight("embeddings.position_embeddings.weight", (POSITIONS, WIDTH))
    places = g.node("Slice", [table, g.ints("zero", 0), "sequence_end", "axis0"], "positions")
    segments = g.weight("embeddings.token_type_embeddings.weight", (2, WIDTH))
    segment = g.node("Slice", [segments, "zero", g.ints("row1", 1), "axis0"], "segment")
    x = g.node("Add", [g.node("Add", [words, segment], "words_segment"), places], "embedded")
    x = g.norm("embeddings.LayerNorm", x, "embedded_normed")
    return g.node("Reshape", [x, g.ints("rows", -1, WIDTH)], "hidden_0")


def heads(g, x, output, permutation):
    """Rows to [batch, heads, ., .]."""
    x = g.node("Reshape", [x, "shape_of_heads"], f"{output}.apart")
    return g.node("Transpose", [x], output, perm=permutation)


def layer(g, index, x):
    at, tag = f"encoder.layer.{index}", f"layer{index}"
    q, k, v = (
        g.linear(f"{at}.attention.self.{name}", WIDTH, WIDTH, x, f"{tag}.{name}") for name in ("query", "key", "value")
    )
    q, k = heads(g, q, f"{tag}.q", [0, 2, 1, 3]), heads(g, k, f"{tag}.k", [0, 2, 3, 1])
    v = heads(g, v, f"{tag}.v", [0, 2, 1, 3])
    scores = g.node("MatMul", [q, k], f"{tag}.dots")
    scores = g.node("Mul", [scores, g.number("scale", PARTS**-0.5)], f"{tag}.scaled")
    shares = g.node("Softmax", [g.node("Add", [scores, "bias"], f"{tag}.masked")], f"{tag}.shares", axis=-1)
    mixed = g.node("Transpose", [g.node("MatMul", [shares, v], f"{tag}.mixed")], f"{tag}.mixed_back", perm=[0, 2, 1, 3])
    mixed = g.node("Reshape", [mixed, "rows"], f"{tag}.mixed_rows")
    mixed = g.linear(f"{at}.attention.output.dense", WIDTH, WIDTH, mixed, f"{tag}.attended")
    x = g.norm(f"{at}.attention.output.LayerNorm", g.node("Add", [mixed, x], f"{tag}.attended_sum"), f"{tag}.middle")
    wide = g.linear(f"{at}.intermediate.dense", 4 * WIDTH, WIDTH, x, f"{tag}.wide")
    wide = g.node("Gelu", [wide], f"{tag}.gelu")
    narrow = g.linear(f"{at}.output.dense", WIDTH, 4 * WIDTH, wide, f"{tag}.narrow")
    return g.norm(f"{at}.output.LayerNorm", g.node("Add", [narrow, x], f"{tag}.sum"), f"hidden_{index + 1}")


def pooled(g, x):
    """The mean over the tokens that are there, of length 1."""
    x = g.node("Reshape", [x, g.node("Concat", ["shape", g.ints("width", WIDTH)], "shape_of_tokens", axis=0)], "tokens")
    weights = g.node("Unsqueeze", ["mask", g.ints("axis2", 2)], "weights")
    total = g.node("ReduceSum", [g.node("Mul", [x, weights], "weighed"), g.ints("axis1", 1)], "total", keepdims=0)
    # The mean differs from the total by a factor only, which the norm takes out.
    return g.node("LpNormalization", [total], "embedding", axis=-1, p=2)


def build(weights: Path) -> bytes:
    g = Graph(weights)
    x = embeddings(g)
    g.node("Concat", ["shape", g.ints("heads", HEADS, PARTS)], "shape_of_heads", axis=0)
    g.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    g.node("Unsqueeze", ["mask", g.ints("axes12", 1, 2)], "mask_4d")
    absent = g.node("Sub", [g.number("unit", 1.0), "mask_4d"], "absent")
    g.node("Mul", [absent, g.number("never", -1e9)], "bias")
    for index in range(LAYERS):
        x = layer(g, index, x)
    pooled(g, x)
    sides = ["batch", "sequence"]
    graph = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(it, TensorProto.INT64, sides) for it in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])],
        initializer=g.constants,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="hearth"
    )
    return model.SerializeToString(deterministic=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="model.safetensors of all-MiniLM-L6-v2")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the committed graph differs")
    arguments = parser.parse_args()
    write_or_check(OUT, build(arguments.weights), arguments.check)


if __name__ == "__main__":
    main()
