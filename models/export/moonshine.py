#!/usr/bin/env python3
"""Writes models/moonshine-encoder.onnx and models/moonshine-decoder.onnx: Moonshine base's own graphs, whose weights stay in the .ort
files that its makers pack.

    python3 models/export/moonshine.py FOLDER [--out FOLDER] [--check]     # FOLDER: .sysroot/models/moonshine-base-en

The .ort files keep their matrices as 8-bit integers and widen all of them again for each token: ONNX Runtime folds no constants in
files of this kind. The graphs written here say the same and name where each tensor lies in the .ort file (ONNX's external data); in
them ONNX Runtime widens each matrix once, when it opens the graph. A token takes a fifth of the time, and 110 MB more of memory.

Needs onnxruntime==1.28.0 and onnx==1.23.2; only for whoever changes the graphs. Same input, same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import onnx
import onnxruntime
from committed import options, write_or_check

# [bytes] Smaller tensors are in the graph itself.
LEAST = 1024
PARTS = {"encoder": "encoder_model.ort", "decoder": "decoder_model_merged.ort"}


def plain(path: Path):
    """The .ort file as an ONNX model, as it is."""
    session = onnxruntime.SessionOptions()
    session.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session.log_severity_level = 3
    session.add_session_config_entry("session.save_model_format", "ONNX")
    with tempfile.TemporaryDirectory() as folder:
        session.optimized_model_filepath = str(Path(folder) / "plain.onnx")
        onnxruntime.InferenceSession(str(path), session)
        return onnx.load(session.optimized_model_filepath)


def graphs(graph):
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from graphs(attribute.g)


def outside(tensor, content: bytes, location: str):
    """Leaves a tensor's bytes where they are in the file, if they are there once."""
    data = tensor.raw_data
    offset = content.find(data) if len(data) >= LEAST else -1
    if offset < 0:
        return
    if content.find(data, offset + 1) >= 0:
        sys.exit(f"{location} has the bytes of {tensor.name} more than once")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", str(offset)), ("length", str(len(data)))):
        tensor.external_data.add(key=key, value=value)


def graph(name: str, path: Path) -> bytes:
    model, content = plain(path), path.read_bytes()
    used = {node.domain for it in graphs(model.graph) for node in it.node}
    kept = [it for it in model.opset_import if it.domain in used | {""}]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    model.producer_name, model.producer_version, model.doc_string = "hearth", "1", ""
    for number, it in enumerate(graphs(model.graph)):
        it.name = f"moonshine-base-en-{name}" if number == 0 else f"branch-{number}"
        for tensor in it.initializer:
            outside(tensor, content, path.name)
    return model.SerializeToString(deterministic=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="folder of encoder_model.ort and decoder_model_merged.ort")
    options(parser)
    arguments = parser.parse_args()
    for name, file in PARTS.items():
        path, data = arguments.out / f"moonshine-{name}.onnx", graph(name, arguments.weights / file)
        write_or_check(path, data, arguments.check)


if __name__ == "__main__":
    main()
