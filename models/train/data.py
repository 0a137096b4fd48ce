"""Rendered pictures with labels: read once into one file each, mapped into memory, and changed a little each time."""

import json
from pathlib import Path

import cv2
import numpy as np

from model import HEIGHT, STRIDE, WIDTH

# [px] Things that show fewer pixels, or a smaller part of themselves, are neither learnt nor counted.
FEWEST_PX, LEAST_SHARE = 40, 0.30
MOST_THINGS = 32
MIRRORED = {
    "raising_left_arm": "raising_right_arm", "raising_right_arm": "raising_left_arm",
    "pointing_left": "pointing_right", "pointing_right": "pointing_left",
}


class Renders:
    """A folder that `./hearth sim render` has written."""

    def __init__(self, folder):
        folder = Path(folder)
        lines = (folder / "labels.jsonl").read_text().splitlines()
        self.labels = [json.loads(line) for line in lines]
        self.folder = folder
        count = len(self.labels)
        rgb_file, depth_file = folder / "rgb.u8", folder / "depth.u16"
        if not depth_file.exists():
            self._gather(rgb_file, depth_file, count)
        self.rgb = np.memmap(rgb_file, np.uint8, "r", shape=(count, HEIGHT, WIDTH, 3))
        self.depth = np.memmap(depth_file, np.uint16, "r", shape=(count, HEIGHT, WIDTH))

    def _gather(self, rgb_file, depth_file, count):
        rgb = np.memmap(rgb_file, np.uint8, "w+", shape=(count, HEIGHT, WIDTH, 3))
        depth = np.memmap(depth_file.with_suffix(".new"), np.uint16, "w+", shape=(count, HEIGHT, WIDTH))
        for i, label in enumerate(self.labels):
            name = f"{label['image']:06}.png"
            rgb[i] = cv2.imread(str(self.folder / "images" / name))[:, :, ::-1]
            depth[i] = cv2.imread(str(self.folder / "depth" / name), cv2.IMREAD_UNCHANGED)
        rgb.flush(), depth.flush()
        depth_file.with_suffix(".new").rename(depth_file)

    def __len__(self):
        return len(self.labels)

    def things(self, i):
        """(box, attributes, whether it counts, whether it is a person) of all that is seen in picture i."""
        label = self.labels[i]
        for is_person, key in ((False, "objects"), (True, "people")):
            for it in label[key]:
                counts = it["visible_px"] >= FEWEST_PX and it["visible_share"] >= LEAST_SHARE
                yield np.array(it["box"], np.float32), it["attributes"], counts, is_person


def mirrored(attributes):
    gestures = [MIRRORED.get(g, g) for g in attributes.get("gesture", [])]
    return {**attributes, "gesture": gestures} if gestures else attributes


def changed(rgb, depth, boxes, attributes, random):
    """A little different picture: mirrored, shifted and zoomed by up to 10 %, other light, worse depth."""
    height, width = depth.shape
    if random.random() < 0.5:
        rgb, depth = rgb[:, ::-1], depth[:, ::-1]
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
        attributes = [mirrored(it) for it in attributes]
    if random.random() < 0.6:
        zoom = random.uniform(0.9, 1.12)
        x, y = (random.uniform(-0.06, 0.06) * side + (1 - zoom) * side / 2 for side in (width, height))
        matrix = np.array([[zoom, 0, x], [0, zoom, y]], np.float32)
        edge = tuple(int(v) for v in rgb.reshape(-1, 3).mean(0))
        rgb = cv2.warpAffine(np.ascontiguousarray(rgb), matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=edge)
        depth = cv2.warpAffine(np.ascontiguousarray(depth), matrix, (width, height), flags=cv2.INTER_NEAREST)
        boxes = boxes * zoom + np.array([x, y, x, y], np.float32)
    light = rgb.astype(np.float32) * random.uniform(0.75, 1.25) * random.uniform(0.95, 1.05, 3).astype(np.float32)
    light += random.uniform(-12, 12)
    if random.random() < 0.3:
        light += random.standard_normal((height, width, 1)).astype(np.float32) * random.uniform(2, 8)
    rgb = np.clip(light, 0, 255).astype(np.uint8)
    if random.random() < 0.12:
        depth = np.zeros_like(depth)
    elif random.random() < 0.3:
        depth = np.where(random.random((height // 8, width // 8)).repeat(8, 0).repeat(8, 1) < 0.08, 0, depth)
    return rgb, depth.astype(np.uint16), boxes, attributes


def targets(boxes, counts, is_person, width=WIDTH, height=HEIGHT):
    """Middles [2, h, w] (1 at a middle, falling off round it), mask [2, h, w] of where nothing may be learnt, and for
    each thing its places and boxes: rows (y, x, left, top, right, bottom, index of the thing, how near its middle)."""
    h, w = height // STRIDE, width // STRIDE
    middles, ignored = np.zeros((2, h, w), np.float32), np.zeros((2, h, w), bool)
    places = []
    for index in range(len(boxes)):
        left, top, right, bottom = boxes[index]
        layer = int(is_person[index])
        left_in, right_in = max(left, 0.0), min(right, width)
        top_in, bottom_in = max(top, 0.0), min(bottom, height)
        if right_in - left_in < 2 or bottom_in - top_in < 2:
            continue
        inside = (right_in - left_in) * (bottom_in - top_in) / max((right - left) * (bottom - top), 1.0)
        cx, cy = (left_in + right_in) / 2 / STRIDE - 0.5, (top_in + bottom_in) / 2 / STRIDE - 0.5
        x, y = int(np.clip(round(cx), 0, w - 1)), int(np.clip(round(cy), 0, h - 1))
        reach = (right_in - left_in) / STRIDE, (bottom_in - top_in) / STRIDE
        if not counts[index] or inside < 0.6:
            x0, x1 = int(max(0, cx - reach[0] / 2)), int(min(w - 1, cx + reach[0] / 2)) + 1
            y0, y1 = int(max(0, cy - reach[1] / 2)), int(min(h - 1, cy + reach[1] / 2)) + 1
            ignored[layer, y0:y1, x0:x1] = True
            continue
        sx, sy = max(reach[0] * 0.14, 0.45), max(reach[1] * 0.14, 0.45)
        rx, ry = int(np.ceil(3 * sx)), int(np.ceil(3 * sy))
        ys, xs = np.mgrid[max(0, y - ry) : min(h, y + ry + 1), max(0, x - rx) : min(w, x + rx + 1)]
        bump = np.exp(-((xs - x) ** 2) / (2 * sx * sx) - (ys - y) ** 2 / (2 * sy * sy)).astype(np.float32)
        region = middles[layer, ys[0, 0] : ys[-1, 0] + 1, xs[0, 0] : xs[0, -1] + 1]
        np.maximum(region, bump, out=region)
        for dy, dx in np.argwhere(bump > 0.55):
            py, px = ys[dy, 0], xs[0, dx]
            u, v = (px + 0.5) * STRIDE, (py + 0.5) * STRIDE
            places.append((py, px, u - left_in, v - top_in, right_in - u, bottom_in - v, index, bump[dy, dx]))
    return middles, ignored, np.array(places, np.float32).reshape(-1, 8)


# What a batch is made of: windows round things and round people, and whole pictures. Most of a picture is bare wall, and
# learning from it costs as much as from what stands before it. Size in pixels, how many make a batch of size 1.
WHOLE, THINGS, PEOPLE = "whole", "things", "people"
WINDOWS = {WHOLE: ((WIDTH, HEIGHT), 1), THINGS: ((96, 96), 8), PEOPLE: ((160, 224), 2)}
# Of each picture, so many windows an epoch.
THINGS_A_PICTURE = 2


class Batches:
    """Pictures in random order; the order and the changes follow from the seed and the epoch. `whole` is the share of
    pictures that are learnt whole too."""

    def __init__(self, renders, size, seed, whole):
        self.renders, self.size, self.seed, self.whole = renders, size, seed, whole
        has = lambda i, person: any(p == person and c for _, _, c, p in renders.things(i))
        self.with_things = np.array([i for i in range(len(renders)) if has(i, False)])
        self.with_people = np.array([i for i in range(len(renders)) if has(i, True)])

    def plan(self, random):
        """(what kind, pictures) of each batch of an epoch."""
        whole = np.flatnonzero(random.random(len(self.renders)) < self.whole)
        batches = []
        for kind, chosen in ((WHOLE, whole), (THINGS, np.tile(self.with_things, THINGS_A_PICTURE)), (PEOPLE, self.with_people)):
            size = WINDOWS[kind][1] * self.size
            order = random.permutation(chosen)
            batches += [(kind, order[k : k + size]) for k in range(0, len(order) - size + 1, size)]
        return [batches[k] for k in random.permutation(len(batches))]

    def steps(self):
        """Of an epoch, about."""
        return len(self.plan(np.random.default_rng([self.seed, 0])))

    def sample(self, i, kind, random):
        things = list(self.renders.things(i))
        width, height = WINDOWS[kind][0]
        left = top = 0
        if kind != WHOLE:
            wanted = [b for b, _, c, p in things if c and p == (kind == PEOPLE)]
            l, t, r, b = wanted[random.integers(len(wanted))]
            left = int(np.clip((l + r) / 2 - width * random.uniform(0.25, 0.75), 0, WIDTH - width))
            top = int(np.clip((t + b) / 2 - height * random.uniform(0.25, 0.75), 0, HEIGHT - height))
            seen = lambda b: b[2] > left and b[3] > top and b[0] < left + width and b[1] < top + height
            things = [it for it in things if seen(it[0])]
        boxes = np.array([t[0] for t in things], np.float32).reshape(-1, 4) - np.array([left, top, left, top], np.float32)
        attributes, counts, is_person = [t[1] for t in things], [t[2] for t in things], [t[3] for t in things]
        window = np.s_[top : top + height, left : left + width]
        rgb, depth = self.renders.rgb[i][window], self.renders.depth[i][window]
        rgb, depth, boxes, attributes = changed(rgb, depth, boxes, attributes, random)
        middles, ignored, places = targets(boxes, counts, is_person, width, height)
        return rgb, depth, middles, ignored, places, attributes

    def epoch(self, number):
        random = np.random.default_rng([self.seed, number])
        for kind, chosen in self.plan(random):
            samples = [self.sample(i, kind, random) for i in chosen]
            rgb, depth, middles, ignored = (np.stack([s[k] for s in samples]) for k in range(4))
            places, things, first = [], [], 0
            for n, sample in enumerate(samples):
                mine = sample[4].copy()
                mine[:, 6] += first
                places.append(np.concatenate([np.full((len(mine), 1), n, np.float32), mine], 1))
                things += sample[5]
                first += len(sample[5])
            if sum(map(len, places)):
                yield rgb, depth, middles, ignored, np.concatenate(places), things
