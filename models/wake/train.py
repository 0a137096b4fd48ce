#!/usr/bin/env python3
"""Learns the wake word from data.py's rows, and writes .sysroot/voice/wake/hearth-wake.onnx.

    python3 models/wake/train.py [--epochs 30] [--seed 0]

input `rows` [n, 16, 96] (the front end's last 16 rows, 1.28 s and the 0.76 s that the first has heard) -> `call` [n, 2]: how likely
a call has just ended, English and Chinese. Numbers are measured by evaluate.py.
"""

import argparse
import time

import numpy
import torch
from data import OUT
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

LENGTH, WIDTH, CHANNELS = 16, 96, 32
MODEL = OUT / "hearth-wake.onnx"
LANGUAGES = ("en", "zh")


class Wake(nn.Module):
    """Two convolutions over time; the largest and the last of what they find, weighed together."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(WIDTH, CHANNELS, 3)
        self.second = nn.Conv1d(CHANNELS, CHANNELS, 3)
        self.out = nn.Linear(2 * CHANNELS, len(LANGUAGES))
        self.drop = nn.Dropout(0.3)
        self.register_buffer("middle", torch.zeros(WIDTH))
        self.register_buffer("spread", torch.ones(WIDTH))

    def forward(self, rows):
        x = ((rows - self.middle) / self.spread).transpose(1, 2)
        x = functional.relu(self.second(self.drop(functional.relu(self.first(self.drop(x))))))
        return self.out(self.drop(torch.cat([x.amax(2), x[:, :, -1]], 1)))


class Windows:
    """All windows of 16 rows of a split that matter, and what is true of each: [n, 2]."""

    def __init__(self, split):
        found = numpy.load(OUT / f"{split}.npz")
        self.rows = torch.from_numpy(found["rows"])
        truth, scene, kinds = found["truth"], found["scene"], found["kind"]
        self.ends = torch.from_numpy(numpy.flatnonzero(truth >= 0))
        english = numpy.char.endswith(kinds, "en")[scene]
        self.truth = torch.from_numpy(numpy.stack([(truth == 1) & english, (truth == 1) & ~english], 1)).float()

    def batch(self, ends):
        index = ends[:, None] + torch.arange(1 - LENGTH, 1)
        return self.rows[index].float(), self.truth[ends]


def onnx_of(model: Wake) -> bytes:
    """Written by hand: no tracer, no surprises. The middle and the spread go into the first convolution."""
    weight, bias = model.first.weight / model.spread[None, :, None], model.first.bias
    bias = bias - (weight * model.middle[None, :, None]).sum((1, 2))
    held = {
        "w1": weight,
        "b1": bias,
        "w2": model.second.weight,
        "b2": model.second.bias,
        "w3": model.out.weight,
        "b3": model.out.bias,
    }
    constants = [numpy_helper.from_array(it.detach().numpy(), name) for name, it in held.items()]
    constants += [helper.make_tensor(name, TensorProto.INT64, [], [value]) for name, value in (("end", -1),)]
    constants.append(helper.make_tensor("time", TensorProto.INT64, [1], [2]))
    nodes = [
        helper.make_node("Transpose", ["rows"], ["bands"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["bands", "w1", "b1"], ["c1"]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"]),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node("ReduceMax", ["r2", "time"], ["most"], keepdims=0),
        helper.make_node("Gather", ["r2", "end"], ["last"], axis=2),
        helper.make_node("Concat", ["most", "last"], ["found"], axis=1),
        helper.make_node("Gemm", ["found", "w3", "b3"], ["odds"], transB=1),
        helper.make_node("Sigmoid", ["odds"], ["call"]),
    ]
    inputs = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", LENGTH, WIDTH])]
    outputs = [helper.make_tensor_value_info("call", TensorProto.FLOAT, ["n", len(LANGUAGES)])]
    graph = helper.make_graph(nodes, "hearth-wake", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name="hearth")
    return made.SerializeToString(deterministic=True)


def learn(model, data, epochs, seed):
    torch.manual_seed(seed)
    calls = data.ends[data.truth[data.ends].amax(1) > 0]
    others = data.ends[data.truth[data.ends].amax(1) == 0]
    sample = data.rows[others[torch.randint(len(others), (20000,))]].float()
    model.middle, model.spread = sample.mean(0), sample.std(0)
    best = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=1e-2)
    size, steps = 512, max(len(calls) * 4 // 512, 100)
    schedule = torch.optim.lr_scheduler.OneCycleLR(best, 4e-3, epochs * steps)
    hard = others[torch.randint(len(others), (20000,))]
    for epoch in range(epochs):
        started, total = time.monotonic(), 0.0
        for _ in range(steps):
            picked = [
                pool[torch.randint(len(pool), (size // share,))] for pool, share in ((calls, 4), (others, 4), (hard, 2))
            ]
            rows, truth = data.batch(torch.cat(picked))
            # Little was heard and much is to be told apart: voices between the voices, and noise on every number.
            share, other = torch.rand(len(rows), 1, 1) * 0.3, torch.randperm(len(rows))
            rows, truth = rows + share * (rows[other] - rows), truth + share[:, 0] * (truth[other] - truth)
            rows = rows + model.spread * (0.3 * torch.randn_like(rows[:, :1]) + 0.3 * torch.randn_like(rows))
            loss = functional.binary_cross_entropy_with_logits(model(rows), truth)
            best.zero_grad()
            loss.backward()
            best.step()
            schedule.step()
            total += loss.item()
        if epoch % 3 == 2 or epoch == 0:
            hard = hardest(model, data, others)
        print(f"epoch {epoch}: loss {total / steps:.4f}, {time.monotonic() - started:.0f} s", flush=True)


@torch.no_grad()
def hardest(model, data, others):
    """The windows without a call that look most like one."""
    model.eval()
    odds = torch.cat([model(data.batch(it)[0]).amax(1) for it in others.split(8192)])
    model.train()
    return others[odds.topk(min(6000, len(odds))).indices]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # The steps are too small to share.
    torch.manual_seed(arguments.seed)
    model = Wake()
    learn(model, Windows("train"), arguments.epochs, arguments.seed)
    MODEL.write_bytes(onnx_of(model.eval()))
    print(f"{MODEL}: {MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
