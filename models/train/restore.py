"""Checkpoints out of the ONNX files that the robot runs, to go on from the committed weights without the folder that made them.

    python restore.py --models .. --pictures ../../renders/a --out ../../renders/restored

Writes where.pt, things.pt and people.pt for `--where` and `--start-from`. The exporter has put each normalisation into the convolution
before it; here the normalisations get back what pictures show them (mean and spread of what the convolution gives), and a scale and an
offset that undo it, so that the network gives the same as before and can be trained. Weights are as exact as half precision.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from onnx import numpy_helper
from torch import nn

from data import Renders
from export import KINDS, widened
from model import Look, Where, Words, crops, pictures, sampled


def constants(file):
    """Every weight of the file by name, and the nodes that use them."""
    graph = widened(file).graph
    values = {it.name: numpy_helper.to_array(it).astype(np.float32) for it in graph.initializer}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
    return values, graph.node


def fill(module, run, file):
    """Puts the file's weights into the module; `run` calls the module once, on pictures."""
    values, nodes = constants(file)
    called, hooks = [], []
    for name, part in module.named_modules():
        if isinstance(part, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
            hooks.append(part.register_forward_hook(lambda part, *_, name=name: called.append((name, part))))
    with torch.no_grad():
        run()
    for it in hooks:
        it.remove()
    learnt = [it for it in nodes if it.op_type in ("Conv", "Gemm") and it.input[1] in values]
    layers = [it for it in called if not isinstance(it[1], nn.BatchNorm2d)]
    if len(learnt) != len(layers):
        raise SystemExit(f"{file}: {len(learnt)} layers, the network has {len(layers)}")
    after = {name: called[k + 1][1] for k, (name, _) in enumerate(called[:-1]) if isinstance(called[k + 1][1], nn.BatchNorm2d)}
    for node, (name, part) in zip(learnt, layers):
        weight, offset = (torch.from_numpy(values[it].copy()) for it in node.input[1:3])
        if weight.shape != part.weight.shape:
            raise SystemExit(f"{file}: {node.name} is {tuple(weight.shape)}, {name} is {tuple(part.weight.shape)}")
        part.weight.data.copy_(weight)
        norm = after.get(name) if part.bias is None else None
        if norm is None:
            part.bias.data.copy_(offset)
            continue
        norm.weight.data.fill_(1), norm.bias.data.copy_(offset)
        norm.running_mean.zero_(), norm.running_var.fill_(1 - norm.eps)
    return module.eval()


def settle(module, run):
    """Normalisations that leave all as it is learn what comes through them, so that training goes on from here."""
    hooks = []

    def note(norm, inputs):
        seen = inputs[0].float()
        norm.seen = (seen.mean((0, 2, 3)), seen.var((0, 2, 3), unbiased=False))

    norms = [it for it in module.modules() if isinstance(it, nn.BatchNorm2d)]
    for norm in norms:
        hooks.append(norm.register_forward_pre_hook(note))
    with torch.no_grad():
        run()
        for norm in norms:
            mean, spread = norm.seen
            norm.running_mean.copy_(mean), norm.running_var.copy_(spread)
            norm.bias.add_(mean), norm.weight.copy_((spread + norm.eps).sqrt())
            del norm.seen
    for it in hooks:
        it.remove()


def words(kind, file):
    values, _ = constants(file)
    number = KINDS.index(kind)
    it = Words(kind)
    state = {name: values.get(f"words.{kind}.{name}") for name in it.state_dict()}
    # The exporter has put the calibration into these.
    state |= {"log_scale": np.log(values["scale"][number]), "bias": values["bias"][number], "gain": values["gain"][number]}
    if missing := [name for name, value in state.items() if value is None]:
        raise SystemExit(f"{file}: lacks {', '.join(missing)} of {kind}")
    it.load_state_dict({name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()})
    return it


def save(path, parts):
    state = {f"{name}.{k}": v for name, part in parts.items() for k, v in part.state_dict().items()}
    torch.save({"mean": state, "epoch": 0}, path)


def main():
    it = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("--models", type=Path, required=True, help="folder of the ONNX files")
    it.add_argument("--pictures", required=True, help="folder that `./hearth sim render` wrote")
    it.add_argument("--out", type=Path, required=True, help="folder for the checkpoints")
    o = it.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    renders = Renders(o.pictures)
    some = np.linspace(0, len(renders) - 1, 400).astype(int)
    seen = torch.cat([pictures(*renders.picture(i)) for i in some[::4]])
    where = Where().eval()
    fill(where, lambda: where(seen[:1]), o.models / "hearth-ground.onnx")
    settle(where, lambda: where(seen))
    save(o.out / "where.pt", {"where": where})
    for kind in KINDS:
        look = Look(kind).eval()
        seen = []
        for i in some:
            boxes = [box for box, _, person, _ in renders.things(i) if person == (kind == "people")]
            if boxes:
                at = torch.tensor(np.array(boxes, np.float32))
                seen.append(crops(*sampled(pictures(*renders.picture(i)), at, look.places, look.around), at, look.places, look.around))
        seen = torch.cat(seen)
        fill(look, lambda: look(seen[:1]), o.models / f"hearth-ground-{kind}.onnx")
        settle(look, lambda: look(seen))
        save(o.out / f"{kind}.pt", {"look": look, "words": words(kind, o.models / "hearth-ground-text.onnx")})


if __name__ == "__main__":
    main()
