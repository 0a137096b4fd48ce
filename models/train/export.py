"""Makes the files that the robot runs out of checkpoints: hearth-ground.onnx, -things, -people and -text, and the
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
from evaluate import Detector, evaluate, places
from model import HEIGHT, STRIDE, WIDTH, Look, Where, Words, corrected, crops, pictures, sampled
from phrases import Phrases

OPSET = 17
KINDS = ("things", "people")
# Largest difference to PyTorch that half-precision weights may make.
TOLERANCE = {"middles": 0.02, "boxes": 2.0, "something": 0.02, "embedding": 0.02}


class Deployed(nn.Module):
    """The first network with outputs that need no further arithmetic."""

    outputs = ("middles", "boxes")

    def __init__(self, where):
        super().__init__()
        self.where = where
        y, x = torch.meshgrid(torch.arange(HEIGHT // STRIDE), torch.arange(WIDTH // STRIDE), indexing="ij")
        self.register_buffer("centre", (torch.stack([x, y]).float()[None] + 0.5) * STRIDE)

    def forward(self, picture):
        middles, boxes = self.where(picture)
        return middles.sigmoid(), torch.cat([self.centre - boxes[:, :2], self.centre + boxes[:, 2:]], dim=1)


class DeployedLook(nn.Module):
    """A closer look that cuts its crops out of the picture itself."""

    outputs = ("boxes", "something", "embedding")

    def __init__(self, look):
        super().__init__()
        self.look = look

    def forward(self, picture, at):
        places, around = self.look.places, self.look.around
        something, embedding, correction = self.look(crops(*sampled(picture, at, places, around), at, places, around))
        return corrected(at, correction), something.sigmoid(), F.normalize(embedding, dim=1)


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


def widened(file):
    """The file with all weights in single precision, as they were before `halve`."""
    model = onnx.load(str(file))
    halves = {it.name: it for it in model.graph.initializer if it.data_type == TensorProto.FLOAT16}
    for node in [it for it in model.graph.node if it.op_type == "Cast" and it.input[0] in halves]:
        half = halves[node.input[0]]
        model.graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(half).astype(np.float32), node.output[0]))
        model.graph.initializer.remove(half), model.graph.node.remove(node)
    return model


def export(deployed, examples, names, free, file):
    torch.onnx.export(
        deployed.eval(), examples, str(file), dynamo=False, opset_version=OPSET, do_constant_folding=True,
        input_names=list(names), output_names=list(deployed.outputs), dynamic_axes={it: {0: "n"} for it in free},
    )
    model = halve(onnx.load(str(file)))
    model.producer_name, model.producer_version, model.doc_string = "hearth", "1", ""
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(file))


def export_text(words, calibration, file):
    """Sentence embedding -> for things and for people the vector whose product with what is seen, plus the bias, is the
    calibrated log odds. words and calibration: by kind."""
    nodes, inits, biases = [], {"least": np.array([1e-12], np.float32)}, []
    for kind in KINDS:
        a, b = calibration[kind]
        linear = words[kind].text.linear
        named = lambda it: f"{kind}_{it}"
        inits[named("weight")] = linear.weight.detach().numpy().T.astype(np.float32).copy()
        inits[named("offset")] = linear.bias.detach().numpy().astype(np.float32)
        inits[named("scale")] = np.array([a * words[kind].log_scale.exp().item()], np.float32)
        biases.append(a * words[kind].bias.item() + b)
        nodes += [
            helper.make_node("MatMul", ["sentence", named("weight")], [named("mapped")]),
            helper.make_node("Add", [named("mapped"), named("offset")], [named("moved")]),
            helper.make_node("ReduceL2", [named("moved")], [named("length")], axes=[1], keepdims=1),
            helper.make_node("Max", [named("length"), "least"], [named("positive")]),
            helper.make_node("Div", [named("moved"), named("positive")], [named("unit")]),
            helper.make_node("Mul", [named("unit"), named("scale")], [kind]),
        ]
    inits["log_odds_offset"] = np.array(biases, np.float32)
    nodes.append(helper.make_node("Identity", ["log_odds_offset"], ["bias"]))
    width, embedding = inits["things_weight"].shape
    tensor = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        nodes, "hearth-ground-text", [tensor("sentence", ["n", width])],
        [*(tensor(kind, ["n", embedding]) for kind in KINDS), tensor("bias", [len(KINDS)])],
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


def parity(deployed, file, inputs):
    """Largest differences over the inputs (a list of dictionaries of arrays)."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    worst = dict.fromkeys(deployed.outputs, 0.0)
    for given in inputs:
        with torch.no_grad():
            ours = deployed(*(torch.from_numpy(it) for it in given.values()))
        for name, a, b in zip(deployed.outputs, ours, session.run(list(deployed.outputs), given)):
            worst[name] = max(worst[name], float(np.abs(a.numpy() - b).max()))
    for name, difference in worst.items():
        if difference > TOLERANCE[name]:
            raise SystemExit(f"{file}: output {name} differs from PyTorch by {difference:.4f}, more than {TOLERANCE[name]}")
    return worst


def averaged(state, part, module):
    """The module with the weights of the checkpoint's part."""
    module.load_state_dict({k.split(".", 1)[1]: v for k, v in state["mean"].items() if k.startswith(part + ".")})
    return module.eval()


def main():
    it = argparse.ArgumentParser(description=__doc__)
    for name in ("where", *KINDS):
        it.add_argument(f"--{name}", required=True, help=f"checkpoint of `train.py {name}`")
    it.add_argument("--val", required=True)
    it.add_argument("--out", required=True, help="folder for the ONNX files")
    it.add_argument("--report", required=True, help="JSON file for the figures")
    it.add_argument("--most", type=int, help="pictures of the validation split; all if not given")
    o = it.parse_args()
    states = {k: torch.load(getattr(o, k), map_location="cpu", weights_only=False) for k in ("where", *KINDS)}
    where = averaged(states["where"], "where", Where())
    looks = {k: (averaged(states[k], "look", Look(k)), averaged(states[k], "words", Words())) for k in KINDS}
    renders, phrases = Renders(o.val), Phrases.read(Path(o.val) / "phrases.json")
    calibration = {}
    for kind in KINDS:
        alone = Detector(where, {kind: looks[kind]}, "cpu")
        calibration[kind] = calibrate(evaluate(alone, renders, phrases, most=o.most, keep_pairs=True)[1]["pairs"])
    detector = Detector(where, looks, "cpu")
    figures, details = evaluate(detector, renders, phrases, most=o.most, keep_pairs=True, calibration=calibration)
    blind = evaluate(detector, renders, phrases, most=o.most, depth=False, calibration=calibration)
    out = Path(o.out)
    few = [pictures(*renders.picture(i)).numpy() for i in range(min(16, len(renders)))]
    files = {"where": out / "hearth-ground.onnx", **{k: out / f"hearth-ground-{k}.onnx" for k in KINDS}}
    whole = Deployed(where)
    export(whole, (torch.from_numpy(few[0]),), ("picture",), (), files["where"])
    differences = {"where": parity(whole, files["where"], [{"picture": it} for it in few])}
    for kind in KINDS:
        look = DeployedLook(looks[kind][0])
        boxes = [places(where, *renders.picture(i), "cpu")[0] for i in range(len(few))]
        inputs = [{"picture": a, "at": b} for a, b in zip(few, boxes) if len(b)]
        export(look, tuple(torch.from_numpy(it) for it in inputs[0].values()), ("picture", "at"), ("at", *look.outputs), files[kind])
        differences[kind] = parity(look, files[kind], inputs)
    files["text"] = out / "hearth-ground-text.onnx"
    export_text({k: looks[k][1] for k in KINDS}, calibration, files["text"])
    report = {
        "epochs": {k: it["epoch"] for k, it in states.items()}, "calibration": calibration, "val": figures,
        "val_without_depth": blind, "kinds": details["kinds"], "parity": differences,
        "bytes": {f.name: f.stat().st_size for f in files.values()},
    }
    Path(o.report).write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
