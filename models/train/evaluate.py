"""Figures over a rendered split, by the rules of `./hearth bench perception` (judge.py)."""

import numpy as np
import torch

from judge import ACTS, Judge, calibration_error, overlap
from model import STRIDE, pictures
from text import sentences

__all__ = ["calibration_error", "decode", "evaluate"]
# A middle below this is no detection; at most so many a picture.
LEAST_HEAT, MOST = 0.08, 60


def decode(heat, boxes, embedding):
    """Maps of one picture -> boxes [n, 4], heat [n], whether a person [n], embeddings [n, d], the hottest first."""
    p = heat.sigmoid()
    peak = torch.nn.functional.max_pool2d(p[None], 3, 1, 1)[0]
    layer, y, x = torch.nonzero((p == peak) & (p > LEAST_HEAT), as_tuple=True)
    order = p[layer, y, x].argsort(descending=True)[: 3 * MOST]
    layer, y, x = layer[order], y[order], x[order]
    d = boxes[:, y, x].numpy()
    u, v = (x.numpy() + 0.5) * STRIDE, (y.numpy() + 0.5) * STRIDE
    found = np.stack([u - d[0], v - d[1], u + d[2], v + d[3]], 1).clip(0, [320, 240, 320, 240])
    score, person = p[layer, y, x].numpy(), layer.numpy() == 1
    kept = []
    for i in range(len(found)):
        same = [j for j in kept if person[j] == person[i]]
        if not same or overlap(found[i : i + 1], found[same]).max() < 0.55:
            kept.append(i)
    kept = kept[:MOST]
    return found[kept], score[kept], person[kept], embedding[:, y[kept], x[kept]].T


@torch.no_grad()
def evaluate(model, renders, phrases, device, most=None, depth=True, keep_pairs=False, calibration=(1.0, 0.0)):
    model.eval()
    judge = Judge(phrases)
    texts = model.text(torch.from_numpy(sentences(phrases.texts + list(ACTS))).to(device))
    for i in range(min(most or len(renders), len(renders))):
        picture = pictures(torch.from_numpy(renders.rgb[i : i + 1].copy()), torch.from_numpy(renders.depth[i : i + 1].astype(np.int32)))
        if not depth:
            picture[:, 3] = 0
        heat, boxes, embedding = (it[0].float().cpu() for it in model.image(picture.to(device)))
        found, score, person, embedding = decode(heat, boxes, embedding)
        a, b = calibration
        log_odds = model.agreement(embedding.to(device), texts).cpu().numpy() * a + b
        judge.add(i, list(renders.things(i)), found, score, person, log_odds)
    if keep_pairs:
        return judge.figures(), {"pairs": judge.pairs, "kinds": judge.precisions(), "novel": judge.new}
    return judge.figures()
