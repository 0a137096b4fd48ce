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
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from data import Renders
from evaluate import Detector, evaluate, spots
from export import KINDS, widened
from model import HEIGHT, STRIDE, WIDTH, pictures
from phrases import Phrases
from restore import words

FILES = {"where": "hearth-ground.onnx", **{k: f"hearth-ground-{k}.onnx" for k in KINDS}}
# Pictures out of which the scales come; pictures that are timed.
CALIBRATED, TIMED = 200, 100


class Sessions(Detector):
    """The files as the robot runs them. texts: kind -> Words."""

    def __init__(self, files, texts, threads=2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.sessions = {k: onnxruntime.InferenceSession(str(it), options, providers=["CPUExecutionProvider"]) for k, it in files.items()}
        self.looks, self.device = {k: (None, it.eval()) for k, it in texts.items()}, "cpu"
        y, x = torch.meshgrid(torch.arange(HEIGHT // STRIDE), torch.arange(WIDTH // STRIDE), indexing="ij")
        self.centre = (torch.stack([x, y]).float() + 0.5) * STRIDE

    def worth_a_look(self, picture):
        middles, corners = (torch.from_numpy(it[0]) for it in self.sessions["where"].run(["middles", "boxes"], {"picture": picture.numpy()}))
        return spots(middles, torch.cat([self.centre - corners[:2], corners[2:] - self.centre]))

    def look(self, kind, picture, boxes):
        given = {"picture": picture.numpy(), "at": boxes}
        better, something, embedding, traits = self.sessions[kind].run(["boxes", "something", "embedding", "traits"], given)
        return better, something, torch.cat([torch.from_numpy(embedding), torch.from_numpy(traits).clamp(min=1e-9).log()], 1)


class Given(CalibrationDataReader):
    """Inputs one after the other."""

    def __init__(self, inputs):
        self.left = iter(inputs)

    def get_next(self):
        return next(self.left, None)


def rounded(file, inputs, out):
    """Writes the file with int8 convolutions."""
    prepared = out.with_suffix(".prepared")
    # What comes out of a Cast is no weight for the quantizer, and would stay as it is.
    onnx.save(widened(file), str(prepared))
    quant_pre_process(str(prepared), str(prepared), skip_symbolic_shape=True)
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
    whole = Sessions({k: o.models / it for k, it in FILES.items()}, texts)
    train, val, phrases = Renders(o.train), Renders(o.val), Phrases.read(o.val / "phrases.json")
    inputs = {k: [] for k in FILES}
    for i in np.linspace(0, len(train) - 1, CALIBRATED).astype(int):
        picture = pictures(*train.picture(int(i)))
        found, _, person = whole.worth_a_look(picture)
        picture = picture.numpy()
        inputs["where"].append({"picture": picture})
        for kind in KINDS:
            mine = found[person == (kind == "people")]
            if len(mine):
                inputs[kind].append({"picture": picture, "at": mine})
    for name, file in FILES.items():
        rounded(o.models / file, inputs[name], o.out / file)
    report = {}
    for name, folder in (("float", o.models), ("int8", o.out)):
        detector = Sessions({k: folder / it for k, it in FILES.items()}, texts)
        report[name] = {**evaluate(detector, val, phrases, most=o.most), "ms": milliseconds(detector, val),
                        "bytes": sum((folder / it).stat().st_size for it in FILES.values())}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
