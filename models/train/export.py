"""Makes the files that the robot runs out of a checkpoint: hearth-ground.onnx and hearth-ground-text.onnx, and the
figures for the model card. Checks that they give what PyTorch gives."""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from data import Renders
from evaluate import calibration_error, evaluate
from model import HEIGHT, STRIDE, WIDTH, Ground, pictures
from phrases import Phrases

OPSET = 17
# Largest difference to PyTorch that half-precision weights may make.
TOLERANCE = {"middles": 0.02, "boxes": 2.0, "embedding": 0.02}


class Deployed(nn.Module):
    """The image tower with outputs that need no further arithmetic."""

    def __init__(self, tower):
        super().__init__()
        self.tower = tower
        y, x = torch.meshgrid(torch.arange(HEIGHT // STRIDE), torch.arange(WIDTH // STRIDE), indexing="ij")
        self.register_buffer("centre", (torch.stack([x, y]).float()[None] + 0.5) * STRIDE)

    def forward(self, picture):
        middles, boxes, embedding = self.tower(picture)
        corners = torch.cat([self.centre - boxes[:, :2], self.centre + boxes[:, 2:]], dim=1)
        return middles.sigmoid(), corners, F.normalize(embedding, dim=1)


def halve(model):
    """Keeps large weights in half precision; ONNX Runtime widens them once, when it loads the file."""
    kept = []
    for tensor in list(model.graph.initializer):
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < 1024:
            continue
        model.graph.initializer.remove(tensor)
        half = numpy_helper.from_array(value.astype(np.float16), tensor.name + "_half")
        model.graph.initializer.append(half)
        kept.append(helper.make_node("Cast", [half.name], [tensor.name], name=tensor.name + "_cast", to=TensorProto.FLOAT))
    for node in reversed(kept):
        model.graph.node.insert(0, node)
    return model


def export_image(tower, file):
    deployed = Deployed(tower).eval()
    example = torch.zeros(1, 4, HEIGHT, WIDTH)
    torch.onnx.export(
        deployed, (example,), str(file), dynamo=False, opset_version=OPSET, do_constant_folding=True,
        input_names=["picture"], output_names=["middles", "boxes", "embedding"],
    )
    model = halve(onnx.load(str(file)))
    model.producer_name, model.producer_version, model.doc_string = "hearth", "1", ""
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(file))
    return deployed


def export_text(model, calibration, file):
    """Sentence embedding -> vector whose product with a place's embedding, plus the bias, is the calibrated log odds."""
    a, b = calibration
    weight = model.text.linear.weight.detach().numpy().astype(np.float32)
    scale = np.float32(a * model.log_scale.exp().item())
    bias = np.array([a * model.bias.item() + b], np.float32)
    inits = {
        "weight": weight.T.copy(), "offset": model.text.linear.bias.detach().numpy().astype(np.float32),
        "scale": np.array([scale], np.float32), "least": np.array([1e-12], np.float32), "log_odds_offset": bias,
    }
    nodes = [
        helper.make_node("MatMul", ["sentence", "weight"], ["mapped"]),
        helper.make_node("Add", ["mapped", "offset"], ["moved"]),
        helper.make_node("ReduceL2", ["moved"], ["length"], axes=[1], keepdims=1),
        helper.make_node("Max", ["length", "least"], ["positive"]),
        helper.make_node("Div", ["moved", "positive"], ["unit"]),
        helper.make_node("Mul", ["unit", "scale"], ["query"]),
        helper.make_node("Identity", ["log_odds_offset"], ["bias"]),
    ]
    graph = helper.make_graph(
        nodes, "hearth-ground-text",
        [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["n", weight.shape[1]])],
        [helper.make_tensor_value_info("query", TensorProto.FLOAT, ["n", weight.shape[0]]),
         helper.make_tensor_value_info("bias", TensorProto.FLOAT, [1])],
        [numpy_helper.from_array(v, k) for k, v in inits.items()],
    )
    onnx_model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="hearth", ir_version=8)
    onnx.checker.check_model(onnx_model, full_check=True)
    onnx.save(onnx_model, str(file))


def calibrate(pairs):
    """Platt scaling (1999): the scale and offset of log odds under which the pairs are likeliest."""
    logits, truth = (torch.tensor(it, dtype=torch.float64) for it in zip(*pairs))
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=100)

    def loss():
        optimiser.zero_grad()
        value = F.binary_cross_entropy_with_logits(parameters[0] * logits + parameters[1], truth)
        value.backward()
        return value

    optimiser.step(loss)
    return tuple(float(it) for it in parameters.detach())


def parity(deployed, file, renders):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    worst = dict.fromkeys(TOLERANCE, 0.0)
    for i in range(min(16, len(renders))):
        picture = pictures(torch.from_numpy(renders.rgb[i : i + 1].copy()),
                           torch.from_numpy(renders.depth[i : i + 1].astype(np.int32)))
        with torch.no_grad():
            ours = deployed(picture)
        theirs = session.run(list(TOLERANCE), {"picture": picture.numpy()})
        for name, a, b in zip(TOLERANCE, ours, theirs):
            worst[name] = max(worst[name], float(np.abs(a.numpy() - b).max()))
    for name, most in TOLERANCE.items():
        if worst[name] > most:
            raise SystemExit(f"{file}: output {name} differs from PyTorch by {worst[name]:.4f}, more than {most}")
    return worst


def main():
    it = argparse.ArgumentParser(description=__doc__)
    it.add_argument("--checkpoint", required=True)
    it.add_argument("--val", required=True)
    it.add_argument("--out", required=True, help="folder for the ONNX files")
    it.add_argument("--most", type=int, help="pictures of the validation split; all if not given")
    o = it.parse_args()
    state = torch.load(o.checkpoint, map_location="cpu", weights_only=False)
    model = Ground()
    model.load_state_dict(state["mean"])
    model.eval()
    renders, phrases = Renders(o.val), Phrases.read(Path(o.val) / "phrases.json")
    figures, details = evaluate(model, renders, phrases, "cpu", most=o.most, keep_pairs=True)
    calibration = calibrate(details["pairs"])
    out = Path(o.out)
    deployed = export_image(model.image, out / "hearth-ground.onnx")
    export_text(model, calibration, out / "hearth-ground-text.onnx")
    blind = evaluate(model, renders, phrases, "cpu", most=o.most, depth=False)
    report = {
        "epochs": state["epoch"], "calibration": calibration, "ece": calibration_error(details["pairs"], calibration),
        "val": figures, "val_without_depth": blind, "kinds": details["kinds"],
        "parity": parity(deployed, out / "hearth-ground.onnx", renders),
        "bytes": {f.name: f.stat().st_size for f in (out / "hearth-ground.onnx", out / "hearth-ground-text.onnx")},
    }
    (Path(o.checkpoint).parent / "export.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
