#!/usr/bin/env python3
"""Writes models/whisper-encoder.onnx and models/whisper-decoder.onnx: Whisper base (multilingual) as ONNX graphs whose
weights stay in CTranslate2's model.bin.

    python3 models/export/whisper.py MODEL.BIN [--float] [--out FOLDER] [--check]

The graphs name where each tensor lies in `model.bin` (ONNX's external data). It holds 16-bit floats; ONNX Runtime widens
them when it opens the graph, and the large matrices it turns into 8-bit integers with a scale a column, by the nodes that
stand before each matrix here and that it folds into constants. `--float` leaves those out: 32-bit matrices, to compare with.

encoder: mel [1, 80, frames] (10 ms each, an even number, at most 3000)
    -> heard [1, frames / 2, 512], cross_keys [6, 8, 64, frames / 2], cross_values [6, 8, frames / 2, 64]
decoder: tokens [batch, n], keys [6, batch, 8, 64, past], values [6, batch, 8, past, 64], cross_keys, cross_values
    -> logits [batch, 51865] of what follows the last token; keys, values with n more places

Needs the package onnx==1.23.2; only for whoever changes the graphs. Same input, same bytes.
"""

import argparse
from pathlib import Path

from committed import options, write_or_check
from ctranslate2_file import FLOAT, HEADS, INT, PARTS, WIDTH, Graph
from onnx import helper

LAYERS, TOKENS, BINS = 6, 51865, 80


def value(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, shape)


def encoder(path, integers) -> bytes:
    g = Graph(path, integers)
    x = "mel"
    for index, (channels, stride) in enumerate(((BINS, 1), (WIDTH, 2)), 1):
        kernel = g.weight(f"encoder/conv{index}/weight", (WIDTH, channels, 3))
        inputs = [x, kernel, g.weight(f"encoder/conv{index}/bias", (WIDTH,))]
        x = g.node("Gelu", [g.node("Conv", inputs, f"conv{index}", pads=[1, 1], strides=[stride])], f"conv{index}.gelu")
    x = g.node("Transpose", [x], "frames", perm=[0, 2, 1])
    g.node("Shape", [x], "count", start=1, end=2)
    x = g.node(
        "Add",
        [x, g.rows("places", "encoder/position_encodings/encodings", 1500, g.ints(0), "count", "places")],
        "hidden_0",
    )
    for index in range(LAYERS):
        at, tag = f"encoder/layer_{index}", f"layer{index}"
        q, k, v = g.thirds(
            g.norm(x, f"{at}/self_attention/layer_norm", f"{tag}.norm"), f"{at}/self_attention/linear_0", tag
        )
        q, k, v = g.heads(q, f"{tag}.queries"), g.heads(k, f"{tag}.keys", (0, 2, 3, 1)), g.heads(v, f"{tag}.values")
        attended = g.attention(q, k, v, f"{at}/self_attention/linear_1", f"{tag}.attended")
        x = g.feed_forward(g.node("Add", [x, attended], f"{tag}.middle"), f"{at}/ffn", f"hidden_{index + 1}")
    x = g.norm(x, "encoder/layer_norm", "heard")
    keys, values = [], []
    for index in range(LAYERS):
        both = g.linear(x, f"decoder/layer_{index}/attention/linear_1", 2 * WIDTH, WIDTH, f"cross{index}")
        g.node("Split", [both], f"cross{index}.k", [f"cross{index}.v"], axis=2, num_outputs=2)
        keys.append(g.heads(f"cross{index}.k", f"cross{index}.keys", (0, 2, 3, 1)))
        values.append(g.heads(f"cross{index}.v", f"cross{index}.values"))
    for parts, name in ((keys, "cross_keys"), (values, "cross_values")):
        g.node("Concat", parts, name, axis=0)
    outputs = [
        value("heard", FLOAT, 1, "heard", WIDTH),
        value("cross_keys", FLOAT, LAYERS, HEADS, PARTS, "heard"),
        value("cross_values", FLOAT, LAYERS, HEADS, "heard", PARTS),
    ]
    return g.model("whisper-base-encoder", [value("mel", FLOAT, 1, BINS, "frames")], outputs)


def mask(g):
    """[n, past + n]: 0 where a token may look, far below where it would look ahead."""
    g.node("Range", ["past", "end", g.index(1)], "rows")
    g.node("Range", [g.index(0), "end", g.index(1)], "columns")
    ahead = g.node("Less", [g.node("Unsqueeze", ["rows", g.ints(1)], "rows_2d"), "columns"], "ahead")
    return g.node("Where", [ahead, g.number("never", -1e9), g.number("nothing", 0.0)], "mask")


def decoder(path, integers) -> bytes:
    g = Graph(path, integers)
    table = g.half("decoder/embeddings/weight", (TOKENS, WIDTH))
    words = g.node("Cast", [g.node("Gather", [table, "tokens"], "words.half")], "words", to=FLOAT)
    g.node("Shape", ["keys"], "past_1d", start=4, end=5)
    g.node("Shape", ["tokens"], "new_1d", start=1, end=2)
    g.node("Add", ["past_1d", "new_1d"], "end_1d")
    g.node("Squeeze", ["past_1d"], "past")
    g.node("Squeeze", ["end_1d"], "end")
    x = g.node(
        "Add",
        [words, g.rows("places", "decoder/position_encodings/encodings", 448, "past_1d", "end_1d", "places")],
        "hidden_0",
    )
    mask(g)
    keys, values = [], []
    for index in range(LAYERS):
        at, tag = f"decoder/layer_{index}", f"layer{index}"
        part = {
            it: g.node("Gather", [it, g.index(index)], f"{tag}.{it}", axis=0)
            for it in ("keys", "values", "cross_keys", "cross_values")
        }
        q, k, v = g.thirds(
            g.norm(x, f"{at}/self_attention/layer_norm", f"{tag}.norm"), f"{at}/self_attention/linear_0", tag
        )
        k = g.node("Concat", [part["keys"], g.heads(k, f"{tag}.new_keys", (0, 2, 3, 1))], f"{tag}.all_keys", axis=3)
        v = g.node("Concat", [part["values"], g.heads(v, f"{tag}.new_values")], f"{tag}.all_values", axis=2)
        keys.append(k)
        values.append(v)
        attended = g.attention(
            g.heads(q, f"{tag}.queries"), k, v, f"{at}/self_attention/linear_1", f"{tag}.attended", "mask"
        )
        x = g.node("Add", [x, attended], f"{tag}.said")
        q = g.linear(
            g.norm(x, f"{at}/attention/layer_norm", f"{tag}.norm2"),
            f"{at}/attention/linear_0",
            WIDTH,
            WIDTH,
            f"{tag}.cross_q",
        )
        attended = g.attention(
            g.heads(q, f"{tag}.cross_queries"),
            part["cross_keys"],
            part["cross_values"],
            f"{at}/attention/linear_2",
            f"{tag}.heard",
        )
        x = g.feed_forward(g.node("Add", [x, attended], f"{tag}.middle"), f"{at}/ffn", f"hidden_{index + 1}")
    last = g.node("Gather", [x, g.index(-1)], "last", axis=1)
    g.product(g.norm(last, "decoder/layer_norm", "last_normed"), "decoder/projection/weight", TOKENS, WIDTH, "logits")
    g.stack(keys, "keys_after")
    g.stack(values, "values_after")
    cached = [
        [
            value(f"keys{after}", FLOAT, LAYERS, "batch", HEADS, PARTS, length),
            value(f"values{after}", FLOAT, LAYERS, "batch", HEADS, length, PARTS),
        ]
        for after, length in (("", "past"), ("_after", "past_after"))
    ]
    cross = [
        value("cross_keys", FLOAT, LAYERS, HEADS, PARTS, "heard"),
        value("cross_values", FLOAT, LAYERS, HEADS, "heard", PARTS),
    ]
    inputs = [value("tokens", INT, "batch", "n"), *cached[0], *cross]
    return g.model("whisper-base-decoder", inputs, [value("logits", FLOAT, "batch", TOKENS), *cached[1]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="model.bin of Whisper base, multilingual, 16-bit floats")
    parser.add_argument("--float", action="store_true", help="32-bit matrices")
    options(parser)
    arguments = parser.parse_args()
    for name, make in (("encoder", encoder), ("decoder", decoder)):
        path, data = arguments.out / f"whisper-{name}.onnx", make(arguments.weights, not arguments.float)
        write_or_check(path, data, arguments.check)


if __name__ == "__main__":
    main()
