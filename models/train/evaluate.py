"""Figures over a rendered split, by the rules of `./hearth bench perception` (judge.py)."""

import numpy as np
import torch
import torch.nn.functional as F

from judge import ACTS, SAME, Judge, calibration_error, overlap
from model import HEIGHT, STRIDE, WIDTH, corrected, crops, pictures, sampled
from text import sentences

__all__ = ["Detector", "calibration_error", "evaluate", "places", "recall"]
# A middle below this is not looked at; of two that overlap by more than this only the surer one; at most so many.
LEAST_HEAT, MOST_OVERLAP, MOST_THINGS, MOST_PEOPLE = 0.06, 0.6, 24, 6


def apart(boxes, score, most_overlap):
    """Non-maximum suppression: indices of those that stay, the surest first."""
    kept = []
    for i in np.argsort(-score, kind="stable"):
        if not kept or overlap(boxes[i : i + 1], boxes[kept]).max() < most_overlap:
            kept.append(i)
    return np.array(kept, np.int64)


@torch.no_grad()
def places(where, rgb, depth, device, use_depth=True):
    """One picture -> boxes [n, 4], heat [n], whether a person [n] of what is worth a closer look."""
    picture = pictures(rgb.to(device), depth.to(device))
    if not use_depth:
        picture[:, 3] = 0
    heat, boxes = (it[0].float().cpu() for it in where(picture))
    return spots(heat.sigmoid(), boxes)


def spots(p, boxes):
    """Maps of one picture -> what `places` gives."""
    peak = F.max_pool2d(p[None], 3, 1, 1)[0]
    layer, y, x = torch.nonzero((p == peak) & (p > LEAST_HEAT), as_tuple=True)
    d = boxes[:, y, x].numpy()
    u, v = (x.numpy() + 0.5) * STRIDE, (y.numpy() + 0.5) * STRIDE
    found = np.stack([u - d[0], v - d[1], u + d[2], v + d[3]], 1).clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(np.float32)
    score, person = p[layer, y, x].numpy(), layer.numpy() == 1
    kept = []
    for one, most in ((False, MOST_THINGS), (True, MOST_PEOPLE)):
        mine = np.flatnonzero(person == one)
        kept.append(mine[apart(found[mine], score[mine], MOST_OVERLAP)[:most]])
    kept = np.concatenate(kept)
    return found[kept], score[kept], person[kept]


class Detector:
    """The networks one after the other. looks: kind ("things", "people") -> (Look, Words)."""

    def __init__(self, where, looks, device):
        self.where, self.looks, self.device = where.eval(), {k: (a.eval(), b.eval()) for k, (a, b) in looks.items()}, device
        for look, words in self.looks.values():
            look.to(device), words.to(device)

    def worth_a_look(self, picture):
        """What `places` gives, of a picture that is prepared."""
        heat, boxes = (it[0].float().cpu() for it in self.where(picture))
        return spots(heat.sigmoid(), boxes)

    def look(self, kind, picture, boxes):
        """Boxes [n, 4] -> better ones [n, 4], how surely something is there [n], embeddings."""
        look, _ = self.looks[kind]
        box = torch.from_numpy(boxes).to(self.device)
        thing, embedding, correction = look(crops(*sampled(picture, box, look.places, look.around), box, look.places, look.around))
        return corrected(box, correction).cpu().numpy(), thing.sigmoid().cpu().numpy(), embedding

    @torch.no_grad()
    def __call__(self, rgb, depth, use_depth=True):
        """One picture -> boxes [n, 4], confidence [n], whether a person [n], kind -> embeddings of its rows."""
        picture = pictures(rgb.to(self.device), depth.to(self.device))
        if not use_depth:
            picture[:, 3] = 0
        found, heat, person = self.worth_a_look(picture)
        rows = []
        for kind in self.looks:
            mine = np.flatnonzero(person == (kind == "people"))
            if not len(mine):
                continue
            better, something, embedding = self.look(kind, picture, found[mine])
            better = better.clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
            # The two looks are of one opinion as often as not: their geometric mean.
            score = np.sqrt(heat[mine] * something)
            kept = apart(better, score, MOST_OVERLAP)
            rows.append((better[kept], score[kept], kind, embedding[kept]))
        if not rows:
            return np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, bool), {}
        return (np.concatenate([r[0] for r in rows]), np.concatenate([r[1] for r in rows]),
                np.concatenate([np.full(len(r[0]), r[2] == "people") for r in rows]), {r[2]: r[3] for r in rows})


@torch.no_grad()
def recall(where, renders, device, most=None, depth=True):
    """How many of the things and of the people the first network finds well enough (0.5) or at all (0.3)."""
    hits = {False: [], True: []}
    where.eval()
    count = []
    for i in range(min(most or len(renders), len(renders))):
        found, _, person = places(where, *renders.picture(i), device, depth)
        count.append(len(found))
        for box, _, counts, is_person in renders.things(i):
            if counts:
                ious = overlap(box[None], found)[0] * (person == is_person) if len(found) else np.zeros(1)
                hits[is_person].append(ious.max())
    share = lambda it, least: round(float((np.array(it) >= least).mean()), 4) if it else float("nan")
    return {"recall": share(hits[False], SAME), "recall_at_03": share(hits[False], 0.3),
            "recall_of_people": share(hits[True], SAME), "looks": round(float(np.mean(count)), 1)}


@torch.no_grad()
def evaluate(detector, renders, phrases, most=None, depth=True, keep_pairs=False, calibration=None):
    """calibration: kind -> (scale, offset) of its log odds."""
    judge = Judge(phrases)
    said = torch.from_numpy(sentences(phrases.texts + list(ACTS))).to(detector.device)
    texts = {kind: words.text(said) for kind, (_, words) in detector.looks.items()}
    for i in range(min(most or len(renders), len(renders))):
        found, score, person, embeddings = detector(*renders.picture(i), depth)
        log_odds = np.zeros((len(found), len(said)), np.float32)
        for kind, embedding in embeddings.items():
            a, b = (calibration or {}).get(kind, (1.0, 0.0))
            log_odds[person == (kind == "people")] = detector.looks[kind][1].agreement(embedding, texts[kind]).cpu().numpy() * a + b
        judge.add(i, list(renders.things(i)), found, score, person, log_odds)
    if keep_pairs:
        return judge.figures(), {"pairs": judge.pairs, "kinds": judge.precisions(), "novel": judge.new}
    return judge.figures()
