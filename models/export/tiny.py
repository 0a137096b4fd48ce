#!/usr/bin/env python3
"""Writes models/tests/data/tiny.onnx, the graph of the tests: y = 2 x, with x and y f32 [rows, 3]. Needs onnx==1.23.2."""

from pathlib import Path

from onnx import TensorProto, helper

values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 3]) for name in "xy"]
two = helper.make_tensor("two", TensorProto.FLOAT, [], [2.0])
graph = helper.make_graph([helper.make_node("Mul", ["x", "two"], ["y"])], "tiny", values[:1], values[1:], [two])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name="hearth")
out = Path(__file__).resolve().parent.parent / "tests" / "data" / "tiny.onnx"
out.write_bytes(model.SerializeToString(deterministic=True))
