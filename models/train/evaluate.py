"""Figures over a rendered split, by the rules of `./hearth bench perception` (nodes/cli/src/bench/perception)."""

import numpy as np
import torch

from data import FEWEST_PX
from model import STRIDE, pictures
from text import sentences

# A middle below this is no detection; at most so many a picture.
LEAST_HEAT, MOST = 0.08, 60
GESTURES = ("waving", "raising_left_arm", "raising_right_arm", "pointing_left", "pointing_right")
POSTURES = ("standing", "sitting", "lying")
GESTURE_PHRASES = ("a person waving", "a person raising their left arm", "a person raising their right arm",
                   "a person pointing to the left", "a person pointing to the right")
POSTURE_PHRASES = ("a person standing", "a person sitting", "a person lying down")


def overlap(a, b):
    """[n, 4], [m, 4] -> intersection over union [n, m]."""
    least = np.maximum(a[:, None, :2], b[None, :, :2])
    most = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = np.prod((most - least).clip(0), 2)
    area = lambda it: np.prod((it[:, 2:] - it[:, :2]).clip(0), 1)
    return inner / (area(a)[:, None] + area(b)[None] - inner).clip(1e-6)


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


def average_precision(found, truths):
    """found: (score, right) of all pictures; truths: how many there are."""
    if truths == 0:
        return None
    right = np.array([r for _, r in sorted(found, key=lambda it: -it[0])], float)
    precision = np.cumsum(right) / np.arange(1, len(right) + 1) if len(right) else np.zeros(0)
    recall = np.cumsum(right) / truths
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


@torch.no_grad()
def evaluate(model, renders, phrases, device, most=None, depth=True, keep_pairs=False, calibration=(1.0, 0.0)):
    model.eval()
    random = np.random.default_rng(0)
    texts = model.text(torch.from_numpy(sentences(phrases.texts)).to(device))
    kinds = {}
    for i, it in enumerate(phrases.entries):
        if list(it["constraints"]) == ["kind"] and len(it["constraints"]["kind"]) == 1 and not it["novel"]:
            kinds.setdefault(it["constraints"]["kind"][0], i)
    acts = model.text(torch.from_numpy(sentences(list(GESTURE_PHRASES + POSTURE_PHRASES))).to(device))
    compound = np.array([len(it["constraints"]) > 1 and not it["novel"] for it in phrases.entries])
    novel = np.array([it["novel"] for it in phrases.entries])
    found_of, truths_of = {k: [] for k in kinds}, dict.fromkeys(kinds, 0)
    top, new, gestures, postures, pairs, recalled = [], [], [], [], [], []
    count = min(most or len(renders), len(renders))
    for i in range(count):
        picture = pictures(torch.from_numpy(renders.rgb[i : i + 1].copy()), torch.from_numpy(renders.depth[i : i + 1].astype(np.int32)))
        if not depth:
            picture[:, 3] = 0
        heat, boxes, embedding = (it[0].float().cpu() for it in model.image(picture.to(device)))
        found, score, person, embedding = decode(heat, boxes, embedding)
        things = list(renders.things(i))
        truth = np.array([t[0] for t in things], np.float32).reshape(-1, 4)
        counts = np.array([t[2] for t in things], bool)
        is_person = np.array([t[3] for t in things], bool)
        attributes = [t[1] for t in things]
        a, b = calibration
        logits = model.agreement(embedding.to(device), torch.cat([texts, acts])).cpu() * a + b
        p = logits.sigmoid().numpy()
        p, acted = p[:, : len(texts)], p[:, len(texts):]
        ious = overlap(found, truth) * (person[:, None] == is_person[None])
        matches = phrases.matches(attributes)
        if counts.any():
            recalled += list((ious[:, counts] >= 0.5).any(0)) if len(found) else [False] * int(counts.sum())
        # Average precision of each kind.
        for kind, index in kinds.items():
            is_kind = matches[:, index] == 1
            truths_of[kind] += int((is_kind & counts).sum())
            taken = np.zeros(len(things), bool)
            confidence = score * p[:, index]
            for j in np.argsort(-confidence):
                if confidence[j] < 0.02:
                    break
                fits = (ious[j] >= 0.5) & is_kind
                fresh = fits & counts & ~taken
                if fresh.any():
                    taken[np.argmax(ious[j] * fresh)] = True
                    found_of[kind].append((confidence[j], 1))
                elif not (fits & ~counts).any():
                    found_of[kind].append((confidence[j], 0))
        if not len(found) or not counts.any():
            continue
        describes = (matches == 1) & counts[:, None]
        hard = phrases.near_misses(attributes) & counts[:, None]
        order = lambda index: np.argmax(np.sqrt(score) * p[:, index])
        right = lambda index: bool((ious[order(index)] * (matches[:, index] == 1)).max() >= 0.5)
        usable = np.flatnonzero(compound & describes.any(0) & hard.any(0))
        asked = random.choice(usable, min(6, len(usable)), replace=False)
        top += [right(index) for index in asked]
        usable = np.flatnonzero(novel & describes.any(0) & ((matches == 0) & counts[:, None]).any(0))
        fresh = random.choice(usable, min(4, len(usable)), replace=False)
        new += [(phrases.texts[index], right(index)) for index in fresh]
        best = ious.argmax(1)
        for j in np.flatnonzero(ious.max(1) >= 0.5):
            for index in asked:
                if matches[best[j], index] >= 0 and counts[best[j]]:
                    pairs.append((float(logits[j, index]), int(matches[best[j], index])))
        for t in np.flatnonzero(is_person & counts):
            if things[t][0][2] - things[t][0][0] < 12:
                continue
            j = ious[:, t].argmax()
            said = attributes[t]
            if ious[j, t] < 0.5:
                gestures.append(False), postures.append(False)
                continue
            act = acted[j, : len(GESTURES)]
            gesture = GESTURES[act.argmax()] if act.max() > 0.5 else "none"
            gestures.append(gesture == said.get("gesture", ["none"])[0])
            postures.append(POSTURES[acted[j, len(GESTURES):].argmax()] == said["posture"][0])
    precisions = {k: average_precision(found_of[k], truths_of[k]) for k in kinds}
    known = [v for v in precisions.values() if v is not None]
    figures = {
        "map50": np.mean(known), "recall": np.mean(recalled), "phrase_top1_hard": np.mean(top),
        "gesture_accuracy": np.mean(gestures + postures), "gestures": np.mean(gestures), "postures": np.mean(postures),
        "novel_words_accuracy": np.mean([r for _, r in new]), "ece": calibration_error(pairs, (1.0, 0.0)),
    }
    figures = {k: round(float(v), 4) for k, v in figures.items()}
    if keep_pairs:
        return figures, {"pairs": pairs, "kinds": precisions, "novel": new}
    return figures


def calibration_error(pairs, calibration, bins=15):
    """Expected calibration error (Guo et al., 2017) of probabilities that a phrase describes a thing."""
    if not pairs:
        return float("nan")
    logits, truth = (np.array(it, float) for it in zip(*pairs))
    p = 1 / (1 + np.exp(-(calibration[0] * logits + calibration[1])))
    index = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(p[index == k].mean() - truth[index == k].mean()) * (index == k).mean() for k in range(bins) if (index == k).any()]
    return float(np.sum(gaps))
