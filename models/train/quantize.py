"""Whether hearth-ground holds its accuracy in int8: makes int8 files out of the ONNX files, measures both on the validation split, and
times both.

    python quantize.py --models .. --train RENDERS --val RENDERS --out FOLDER

Weights and activations of the convolutions are rounded (QDQ, a scale for each channel of the weights), scales from pictures of the training
split; what cuts crops and what comes after the embedding stays in float.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from data import Renders
from evaluate import MOST_OVERLAP, apart, evaluate, spots
from model import HEIGHT, STRIDE, WIDTH, pictures
from phrases import Phrases
from restore import words

KINDS = ("things", "people")
FILES = {"where": "hearth-ground.onnx", **{k: f"hearth-ground-{k}.onnx" for k in KINDS}}
# Pictures out of which the scales come; pictures that are timed.
CALIBRATED, TIMED = 200, 100


class Deployed:
    """The files as the robot runs them, with the interface of `evaluate.Detector`."""

    def __init__(self, files, texts, threads=2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.sessions = {k: onnxruntime.InferenceSession(str(it), options, providers=["CPUExecutionProvider"]) for k, it in files.items()}
        self.looks, self.device = {k: (None, it.eval()) for k, it in texts.items()}, "cpu"
        y, x = np.meshgrid(np.arange(HEIGHT // STRIDE), np.arange(WIDTH // STRIDE), indexing="ij")
        self.centre = (np.stack([x, y]).astype(np.float32) + 0.5) * STRIDE

    def places(self, picture):
        """What is worth a closer look: boxes [n, 4], heat [n], whether a person [n]."""
        middles, corners = self.sessions["where"].run(["middles", "boxes"], {"picture": picture})
        sides = np.concatenate([self.centre - corners[0][:2], corners[0][2:] - self.centre])
        return spots(torch.from_numpy(middles[0]), torch.from_numpy(sides))

    def __call__(self, rgb, depth, use_depth=True):
        picture = pictures(rgb, depth).numpy()
        if not use_depth:
            picture[:, 3] = 0
        found, heat, person = self.places(picture)
        rows = []
        for kind in KINDS:
            mine = np.flatnonzero(person == (kind == "people"))
            if not len(mine):
                continue
            given = {"picture": picture, "at": found[mine]}
            better, something, embedding = self.sessions[kind].run(["boxes", "something", "embedding"], given)
            better = better.clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(np.float32)
            score = np.sqrt(heat[mine] * something)
            kept = apart(better, score, MOST_OVERLAP)
            rows.append((better[kept], score[kept], kind, torch.from_numpy(embedding[kept])))
        if not rows:
            return np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, bool), {}
        return (np.concatenate([r[0] for r in rows]), np.concatenate([r[1] for r in rows]),
                np.concatenate([np.full(len(r[0]), r[2] == "people") for r in rows]), {r[2]: r[3] for r in rows})


class Given(CalibrationDataReader):
    """Inputs one after the other."""

    def __init__(self, inputs):
        self.left = iter(inputs)

    def get_next(self):
        return next(self.left, None)


def rounded(file, inputs, out):
    """Writes the file with int8 convolutions."""
    prepared = out.with_suffix(".prepared")
    quant_pre_process(str(file), str(prepared), skip_symbolic_shape=True)
    quantize_static(str(prepared), str(out), Given(inputs), quant_format=QuantFormat.QDQ, per_channel=True, op_types_to_quantize=["Conv"],
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    prepared.unlink()


def milliseconds(detector, renders):
    """Of a picture, the median."""
    took = []
    for i in np.linspace(0, len(renders) - 1, TIMED).astype(int):
        picture = renders.picture(int(i))
        began = time.perf_counter()
        detector(*picture)
        took.append((time.perf_counter() - began) * 1e3)
    return round(float(np.median(took)), 1)


def main():
    it = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("models", "train", "val", "out"):
        it.add_argument(f"--{name}", type=Path, required=True)
    it.add_argument("--most", type=int, help="pictures of the validation split; all if not given")
    o = it.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    texts = {k: words(k, o.models / "hearth-ground-text.onnx") for k in KINDS}
    whole = Deployed({k: o.models / it for k, it in FILES.items()}, texts)
    train, val, phrases = Renders(o.train), Renders(o.val), Phrases.read(o.val / "phrases.json")
    inputs = {k: [] for k in FILES}
    for i in np.linspace(0, len(train) - 1, CALIBRATED).astype(int):
        picture = pictures(*train.picture(int(i))).numpy()
        found, _, person = whole.places(picture)
        inputs["where"].append({"picture": picture})
        for kind in KINDS:
            mine = found[person == (kind == "people")]
            if len(mine):
                inputs[kind].append({"picture": picture, "at": mine})
    for name, file in FILES.items():
        rounded(o.models / file, inputs[name], o.out / file)
    report = {}
    for name, folder in (("float", o.models), ("int8", o.out)):
        detector = Deployed({k: folder / it for k, it in FILES.items()}, texts)
        report[name] = {**evaluate(detector, val, phrases, most=o.most), "ms": milliseconds(detector, val),
                        "bytes": sum((folder / it).stat().st_size for it in FILES.values())}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
