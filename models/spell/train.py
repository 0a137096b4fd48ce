#!/usr/bin/env python3
"""Learns to spell from data.py's rows, and writes models/hearth-spell.onnx.

    python3 models/spell/train.py [--epochs 8] [--rate 0.003] [--seed 0] [--start-from FILE] [--out FILE]

input `heard` [1, n, 512] (Whisper's encoder, one row each 20 ms) -> `units` [1, n, units] (natural logarithm of the probability of each of
units.py's, the first of them nothing: connectionist temporal classification, Graves et al., ICML 2006).
"""

import argparse
import re
import time
from pathlib import Path

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional
from units import UNITS, units

SPELL = Path(__file__).resolve().parents[2] / ".sysroot" / "voice" / "spell"
MODEL = Path(__file__).resolve().parents[1] / "hearth-spell.onnx"
HEARD, WIDTH, KERNEL, BLOCKS = 512, 192, 11, 3


class Block(nn.Module):
    """What is near in time, each channel by itself; then all channels of a moment."""

    def __init__(self, drop):
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.near = nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=KERNEL // 2, groups=WIDTH)
        self.wide = nn.Conv1d(WIDTH, 2 * WIDTH, 1)
        self.back = nn.Conv1d(2 * WIDTH, WIDTH, 1)
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        y = self.near(self.norm(x.transpose(1, 2)).transpose(1, 2))
        return x + self.drop(self.back(self.drop(functional.gelu(self.wide(y)))))


class Speller(nn.Module):
    def __init__(self, drop=0.15):
        super().__init__()
        self.norm = nn.LayerNorm(HEARD)
        self.first = nn.Conv1d(HEARD, WIDTH, 1)
        self.blocks = nn.ModuleList(Block(drop) for _ in range(BLOCKS))
        self.last = nn.Conv1d(WIDTH, len(UNITS), 1)
        self.drop = nn.Dropout(drop)

    def forward(self, heard):
        x = self.first(self.drop(self.norm(heard)).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        return functional.log_softmax(self.last(x).transpose(1, 2), 2)


class Speech:
    """Utterances of a split."""

    def __init__(self, split):
        parts = [numpy.load(it) for it in sorted(SPELL.glob(f"{split}-*.npz"))]
        if not parts:
            raise SystemExit(f"{SPELL} has nothing of the split {split}: data.py makes it")
        self.utterances = []
        for part in parts:
            rows = torch.from_numpy(part["rows"])
            fields = (part[it] for it in ("begin", "count", "text", "voice", "snr_db"))
            for begin, count, text, voice, snr_db in zip(*fields):
                target = units(str(text))
                # As many rows as units are needed, and one more where two alike follow each other.
                if target and count > len(target) + sum(a == b for a, b in zip(target, target[1:])):
                    self.utterances.append((rows[begin : begin + count], target, str(voice), float(snr_db), str(text)))

    def batches(self, random, rows=6000):
        """Of about as long ones, in any order."""
        order = sorted(range(len(self.utterances)), key=lambda it: len(self.utterances[it][0]) * random.uniform(0.9, 1.1))
        batches, batch = [], []
        for it in order:
            if batch and (len(batch) + 1) * len(self.utterances[it][0]) > rows:
                batches.append(batch)
                batch = []
            batch.append(self.utterances[it])
        batches.append(batch)
        for it in random.permutation(len(batches)):
            yield batches[it]


def padded(batch):
    counts = torch.tensor([len(it[0]) for it in batch])
    heard = torch.zeros(len(batch), int(counts.max()), HEARD)
    for row, it in enumerate(batch):
        heard[row, : len(it[0])] = it[0].float()
    targets = torch.tensor([unit for it in batch for unit in it[1]])
    return heard, counts, targets, torch.tensor([len(it[1]) for it in batch])


def masked(heard):
    """Stretches of time and some channels are not heard (Park et al., SpecAugment, Interspeech 2019)."""
    for row in heard:
        for _ in range(2):
            length = int(torch.randint(1, 12, ()))
            begin = int(torch.randint(0, max(1, len(row) - length), ()))
            row[begin : begin + length] = 0
    return heard + 0.1 * heard.std() * torch.randn_like(heard)


def learn(model, speech, val, epochs, rate, seed, out):
    random = numpy.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2)
    steps = sum(1 for _ in speech.batches(numpy.random.default_rng(seed)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, epochs * (steps + 20), pct_start=0.2)
    for epoch in range(epochs):
        started, total, count = time.monotonic(), 0.0, 0
        model.train()
        for batch in speech.batches(random):
            heard, counts, targets, lengths = padded(batch)
            found = model(masked(heard)).transpose(0, 1)
            loss = functional.ctc_loss(found, targets, counts, lengths, zero_infinity=True)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch}: loss {total / count:.3f}, {time.monotonic() - started:.0f} s", flush=True)
        if epoch % 3 == 2 or epoch == epochs - 1:
            for name, wrong in errors(model, val).items():
                print(f"  {name}: {100 * wrong:.1f} % of units wrong", flush=True)
        # After each epoch: whoever is cut off has what was learnt so far.
        out.write_bytes(onnx_of(model.eval()))


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(diagonal + (x != y), row[j] + 1, row[j - 1] + 1)
    return row[-1]


@torch.no_grad()
def spelt(model, heard):
    path = model(heard.float()[None])[0].argmax(1).tolist()
    return [unit for unit, before in zip(path, [0, *path]) if unit and unit != before]


@torch.no_grad()
def errors(model, speech):
    """Share of units that are wrong, by language, engine and noise."""
    model.eval()
    wrong = {}
    for heard, target, voice, snr_db, text in speech.utterances:
        language = "en" if text[0] < "\u4e00" else "zh"
        noise = "clear" if snr_db > 20 else "10-20 dB" if snr_db > 10 else "2-10 dB"
        group = wrong.setdefault(f"{language} {voice.split(':')[0]} {noise}", [0, 0])
        group[0] += distance(spelt(model, heard), target)
        group[1] += len(target)
    return {name: bad / count for name, (bad, count) in sorted(wrong.items())}


def onnx_of(model) -> bytes:
    """Written by hand: no tracer, no surprises."""
    nodes, constants = [], []

    def held(module, name):
        for kind in ("weight", "bias"):
            constants.append(numpy_helper.from_array(getattr(module, kind).detach().numpy(), f"{name}.{kind}"))
        return [f"{name}.weight", f"{name}.bias"]

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def flipped(x, name):
        return node("Transpose", [x], name, perm=[0, 2, 1])

    def norm(module, x, name):
        return node("LayerNormalization", [x, *held(module, name)], name, axis=-1, epsilon=1e-5)

    x = flipped(norm(model.norm, "heard", "norm"), "channels")
    x = node("Conv", [x, *held(model.first, "first")], "first")
    for index, block in enumerate(model.blocks):
        at = f"block{index}"
        y = flipped(norm(block.norm, flipped(x, f"{at}.rows"), f"{at}.norm"), f"{at}.in")
        pads = [KERNEL // 2] * 2
        y = node("Conv", [y, *held(block.near, f"{at}.near")], f"{at}.near", group=WIDTH, pads=pads)
        y = node("Gelu", [node("Conv", [y, *held(block.wide, f"{at}.wide")], f"{at}.wide")], f"{at}.gelu")
        x = node("Add", [x, node("Conv", [y, *held(block.back, f"{at}.back")], f"{at}.back")], at)
    scores = flipped(node("Conv", [x, *held(model.last, "last")], "last"), "scores")
    node("LogSoftmax", [scores], "units", axis=2)
    inputs = [helper.make_tensor_value_info("heard", TensorProto.FLOAT, [1, "n", HEARD])]
    outputs = [helper.make_tensor_value_info("units", TensorProto.FLOAT, [1, "n", len(UNITS)])]
    graph = helper.make_graph(nodes, "hearth-spell", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name="hearth")
    return made.SerializeToString(deterministic=True)


def weights_of(path):
    """What onnx_of wrote."""
    held = {it.name: torch.from_numpy(numpy_helper.to_array(it).copy()) for it in onnx.load(path).graph.initializer}
    return {re.sub(r"^block(\d)", r"blocks.\1", name): it for name, it in held.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start-from", type=Path, help="an ONNX file of this script's")
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    model, speech = Speller(), Speech("train")
    print(f"{len(speech.utterances)} utterances, {sum(it.numel() for it in model.parameters())} weights", flush=True)
    if arguments.start_from:
        model.load_state_dict(weights_of(arguments.start_from))
    learn(model, speech, Speech("val"), arguments.epochs, arguments.rate, arguments.seed, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
