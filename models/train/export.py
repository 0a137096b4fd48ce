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
from model import EMBEDDING, HEIGHT, STRIDE, WIDTH, Look, Where, Words, corrected, crops, pictures, sampled
from phrases import Phrases
from text import sentences

OPSET = 17
KINDS = ("things", "people")
# Largest difference to PyTorch that half-precision weights may make.
TOLERANCE = {"middles": 0.02, "boxes": 2.0, "something": 0.02, "embedding": 0.02, "traits": 0.03}
TOLERANCE_OF_WORDS = 0.01


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
    """A closer look that cuts its crops out of the picture itself. Its embedding is of unit length; its traits are
    probabilities, which for each trait add up to 1."""

    outputs = ("boxes", "something", "embedding", "traits")

    def __init__(self, look, words):
        super().__init__()
        self.look, self.likely = look, words.likely

    def forward(self, picture, at):
        places, around = self.look.places, self.look.around
        something, seen, correction = self.look(crops(*sampled(picture, at, places, around), at, places, around))
        embedding, traits = F.normalize(seen[:, :EMBEDDING], dim=1), self.likely(seen[:, EMBEDDING:])
        return corrected(at, correction), something.sigmoid(), embedding, traits


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
    # The exporter does not see through all arithmetic.
    for output, made in zip(model.graph.output, deployed(*examples)):
        for k, dim in enumerate(output.type.tensor_type.shape.dim):
            if k or output.name not in free:
                dim.dim_value = made.shape[k]
    model.producer_name, model.producer_version, model.doc_string = "hearth", "1", ""
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(file))


class DeployedWords(nn.Module):
    """Sentence embeddings -> for things and for people the vector whose product with what is seen, times `scale`, plus `bias`, are
    log odds; how much each value of the traits passes; `gain`, what the logarithm of how well traits fit adds to the log odds, and
    which values (columns) are each trait's (rows). The log odds are calibrated."""

    outputs = ("things", "people", "things_passes", "people_passes", "things_traits", "people_traits", "scale", "bias", "gain")

    def __init__(self, words, calibration):
        super().__init__()
        self.words = nn.ModuleDict(words)
        slopes, offsets = zip(*(calibration[kind] for kind in KINDS))
        mine = lambda name: torch.stack([getattr(words[kind], name).detach() for kind in KINDS])
        slopes, offsets = torch.tensor(slopes), torch.tensor(offsets)
        for name, value in (("scale", slopes * mine("log_scale").exp()), ("bias", slopes * mine("bias") + offsets), ("gain", slopes * mine("gain"))):
            self.register_buffer(name, value)
        for kind in KINDS:
            of = torch.arange(len(words[kind].sizes)).repeat_interleave(torch.tensor(words[kind].sizes))
            self.register_buffer(f"{kind}_traits", (of == torch.arange(len(words[kind].sizes))[:, None]).float())

    def forward(self, sentence):
        texts = [self.words[kind].text(sentence) for kind in KINDS]
        vectors, passes = ([it[:, part] for it in texts] for part in (slice(EMBEDDING), slice(EMBEDDING, None)))
        return *vectors, *passes, self.things_traits, self.people_traits, self.scale, self.bias, self.gain


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
        if difference > (most := TOLERANCE.get(name, TOLERANCE_OF_WORDS)):
            raise SystemExit(f"{file}: output {name} differs from PyTorch by {difference:.4f}, more than {most}")
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
    looks = {k: (averaged(states[k], "look", Look(k)), averaged(states[k], "words", Words(k))) for k in KINDS}
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
        look = DeployedLook(*looks[kind])
        boxes = [places(where, *renders.picture(i), "cpu")[0] for i in range(len(few))]
        inputs = [{"picture": a, "at": b} for a, b in zip(few, boxes) if len(b)]
        export(look, tuple(torch.from_numpy(it) for it in inputs[0].values()), ("picture", "at"), ("at", *look.outputs), files[kind])
        differences[kind] = parity(look, files[kind], inputs)
    files["text"] = out / "hearth-ground-text.onnx"
    words, said = DeployedWords({k: looks[k][1] for k in KINDS}, calibration), sentences(phrases.texts[:200])
    depend = [it for it in words.outputs if it in KINDS or it.endswith("passes")]
    export(words, (torch.from_numpy(said),), ("sentence",), ("sentence", *depend), files["text"])
    differences["text"] = parity(words, files["text"], [{"sentence": said}])
    report = {
        "epochs": {k: it["epoch"] for k, it in states.items()}, "calibration": calibration, "val": figures,
        "val_without_depth": blind, "kinds": details["kinds"], "parity": differences,
        "bytes": {f.name: f.stat().st_size for f in files.values()},
    }
    Path(o.report).write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
