"""Rendered pictures with labels: read once into one file each, mapped into memory, and changed a little each time."""

import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import torch

from judge import overlap
from model import FRAMES, HEIGHT, STRIDE, WIDTH, half_precision, pictures

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

    def found(self, where, device):
        """(boxes [n, 4], whether each is a person) that the first network finds in each picture; kept in a file."""
        from evaluate import spots

        weights = hashlib.sha256(b"".join(it.cpu().numpy().tobytes() for it in where.state_dict().values())).hexdigest()
        file = self.folder / f"found-{weights[:12]}.npz"
        if not file.exists():
            rows, size = [], 16
            for first in range(0, len(self), size):
                part = slice(first, first + size)
                picture = pictures(torch.from_numpy(self.rgb[part].copy()), torch.from_numpy(self.depth[part].astype(np.int32)))
                with torch.no_grad(), half_precision(device):
                    heat, boxes = where(picture.to(device).contiguous(memory_format=torch.channels_last))
                for k in range(len(heat)):
                    found, _, person = spots(heat[k].float().sigmoid().cpu(), boxes[k].float().cpu())
                    rows += [(first + k, *box, float(is_person)) for box, is_person in zip(found, person)]
                if first % 1600 == 0:
                    print(f"{self.folder}: looked through {first} of {len(self)}", flush=True)
            np.savez(file, rows=np.array(rows, np.float32))
        rows = np.load(file)["rows"]
        ends = np.searchsorted(rows[:, 0], np.arange(len(self) + 1))
        for a, b in zip(ends[:-1], ends[1:]):
            yield rows[a:b, 1:5], rows[a:b, 5] > 0.5

    def picture(self, i):
        """uint8 [1, 240, 320, 3] and millimetres [1, 240, 320], as `model.pictures` takes them."""
        return torch.from_numpy(self.rgb[i : i + 1].copy()), torch.from_numpy(self.depth[i : i + 1].astype(np.int32))

    def things(self, i):
        """(box, attributes, whether it counts, whether it is a person) of all that is seen in picture i."""
        label = self.labels[i]
        for is_person, key in ((False, "objects"), (True, "people")):
            for it in label[key]:
                counts = it["visible_px"] >= FEWEST_PX and it["visible_share"] >= LEAST_SHARE
                attributes = it["attributes"]
                if "facing_rad" in it:
                    # In eight directions, of which 0 is towards the camera and 2 to the person's left.
                    attributes = {**attributes, "facing": [round(it["facing_rad"] / (math.pi / 4)) % 8]}
                yield np.array(it["box"], np.float32), attributes, counts, is_person


def mirrored(attributes):
    """Attributes of the mirrored picture."""
    gestures = [MIRRORED.get(g, g) for g in attributes.get("gesture", [])]
    facing = [-it % 8 for it in attributes.get("facing", [])]
    return {**attributes, **({"gesture": gestures} if gestures else {}), **({"facing": facing} if facing else {})}


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
    rgb, depth = relit(rgb, depth, random)
    return rgb, depth, boxes, attributes


def relit(rgb, depth, random):
    """In other light, with worse depth."""
    height, width = depth.shape
    light = rgb.astype(np.float32) * random.uniform(0.75, 1.25) * random.uniform(0.95, 1.05, 3).astype(np.float32)
    light += random.uniform(-12, 12)
    if random.random() < 0.3:
        light += random.standard_normal((height, width, 1)).astype(np.float32) * random.uniform(2, 8)
    rgb = np.clip(light, 0, 255).astype(np.uint8)
    if random.random() < 0.12:
        depth = np.zeros_like(depth)
    elif random.random() < 0.3:
        depth = np.where(random.random((height // 8, width // 8)).repeat(8, 0).repeat(8, 1) < 0.08, 0, depth)
    return rgb, depth.astype(np.uint16)


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
# learning from it costs as much as from what stands before it. Size in pixels, how many make a batch.
WHOLE, THINGS, PEOPLE = "whole", "things", "people"
WINDOWS = {WHOLE: ((WIDTH, HEIGHT), 8), THINGS: ((96, 96), 64), PEOPLE: ((160, 224), 16)}
# Share of the pictures that are learnt whole each epoch.
WHOLE_SHARE = 0.2


def window(renders, i, left, top, width, height):
    """A part of picture i, with what stands in it: rgb, depth, boxes, attributes, whether each counts, is a person."""
    seen = lambda b: b[2] > left and b[3] > top and b[0] < left + width and b[1] < top + height
    things = [it for it in renders.things(i) if seen(it[0])]
    boxes = np.array([t[0] for t in things], np.float32).reshape(-1, 4) - np.array([left, top, left, top], np.float32)
    part = np.s_[top : top + height, left : left + width]
    return renders.rgb[i][part], renders.depth[i][part], boxes, *([t[k] for t in things] for k in (1, 2, 3))


class Windows:
    """Batches to learn by where things are; the order and the changes follow from the seed and the epoch."""

    def __init__(self, renders, seed):
        self.renders, self.seed = renders, seed
        every = [(r, i) for r in range(len(renders)) for i in range(len(renders[r]))]
        has = lambda r, i, person: any(p == person and c for _, _, c, p in renders[r].things(i))
        self.pictures = {
            WHOLE: np.array(every),
            THINGS: np.array([it for it in every if has(*it, False)]),
            PEOPLE: np.array([it for it in every if has(*it, True)]),
        }

    def plan(self, random):
        """(what kind, pictures) of each batch of an epoch."""
        batches = []
        for kind, pictures in self.pictures.items():
            order = random.permutation(pictures)
            order = order[: int(WHOLE_SHARE * len(order))] if kind == WHOLE else order
            size = WINDOWS[kind][1]
            batches += [(kind, order[k : k + size]) for k in range(0, len(order) - size + 1, size)]
        return [batches[k] for k in random.permutation(len(batches))]

    def steps(self):
        """Of an epoch, about."""
        return len(self.plan(np.random.default_rng([self.seed, 0])))

    def sample(self, r, i, kind, random):
        width, height = WINDOWS[kind][0]
        left = top = 0
        if kind != WHOLE:
            wanted = [b for b, _, c, p in self.renders[r].things(i) if c and p == (kind == PEOPLE)]
            l, t, right, b = wanted[random.integers(len(wanted))]
            left = int(np.clip((l + right) / 2 - width * random.uniform(0.25, 0.75), 0, WIDTH - width))
            top = int(np.clip((t + b) / 2 - height * random.uniform(0.25, 0.75), 0, HEIGHT - height))
        rgb, depth, boxes, attributes, counts, is_person = window(self.renders[r], i, left, top, width, height)
        rgb, depth, boxes, _ = changed(rgb, depth, boxes, attributes, random)
        return rgb, depth, *targets(boxes, counts, is_person, width, height)

    def epoch(self, number):
        random = np.random.default_rng([self.seed, number])
        for kind, chosen in self.plan(random):
            samples = [self.sample(*it, kind, random) for it in chosen]
            rgb, depth, middles, ignored = (np.stack([s[k] for s in samples]) for k in range(4))
            places = [np.concatenate([np.full((len(s[4]), 1), n, np.float32), s[4]], 1) for n, s in enumerate(samples)]
            if sum(map(len, places)):
                yield rgb, depth, middles, ignored, np.concatenate(places)


# How many closer looks make a batch, and how many at nothing are learnt from, against those at something.
LOOKS = {"things": 128, "people": 48}
NOTHING = {"things": 0.35, "people": 0.2}
# A found box is of a thing from the first overlap on, and must be corrected; of nothing below the second.
OF_THING, OF_NOTHING = 0.3, 0.2
# Share of the looks at something that are at a found box, if there is one; the others are at the thing's own box, shaken.
AT_FOUND = 0.65
# What is seldom is looked at more often (repeat factors, as in Gupta et al., "LVIS", 2019): a value that this share of the things has,
# once; one that is four times as rare, twice.
OFTEN = 0.06
REPEATED = ("kind", "form", "pattern", "state", "second_colour", "posture", "gesture")


class Looks:
    """Batches to learn by what is in a box: boxes of things that are a little wrong, boxes that the first network found,
    and boxes that it found where nothing is."""

    def __init__(self, renders, kind, seed, where, device):
        self.renders, self.kind, self.seed = renders, kind, seed
        self.places, self.around = FRAMES[kind]
        # (folder, picture, thing in it, boxes found of it) and (folder, picture, box found of nothing)
        self.real, self.nothing = [], []
        # Of each real look, the values that may be seldom.
        self.values = []
        for r, folder in enumerate(renders):
            for i, (found, person) in enumerate(folder.found(where, device)):
                self._compare(r, i, found[person == (kind == "people")])
        self.repeats = self._repeats()

    def _repeats(self):
        """How often each real look comes in an epoch, on average."""
        seen = Counter(value for of_one in self.values for value in of_one)
        often = lambda it: math.sqrt(OFTEN * len(self.values) / seen[it])
        return np.array([max([1.0, *map(often, of_one)]) for of_one in self.values])

    def _compare(self, r, i, found):
        things = list(self.renders[r].things(i))
        mine = [k for k, it in enumerate(things) if it[3] == (self.kind == "people")]
        boxes = np.array([things[k][0] for k in mine], np.float32).reshape(-1, 4)
        ious = overlap(found, boxes) if len(mine) and len(found) else np.zeros((len(found), len(mine)))
        for row, k in enumerate(mine):
            if things[k][2]:
                of_it = [j for j in range(len(found)) if ious[j].argmax() == row and ious[j, row] >= OF_THING]
                self.real.append((r, i, k, found[of_it]))
                attributes = things[k][1]
                self.values.append([(a, attributes[a][0]) for a in REPEATED if attributes.get(a)])
        self.nothing += [(r, i, found[j]) for j in range(len(found)) if not len(mine) or ious[j].max() < OF_NOTHING]

    def plan(self, random):
        times = np.floor(self.repeats + random.random(len(self.real))).astype(np.int64)
        real = random.permutation(np.repeat(np.arange(len(self.real)), times))
        count = min(len(self.nothing), int(NOTHING[self.kind] * len(real)))
        nothing = -1 - random.permutation(len(self.nothing))[:count]
        order = random.permutation(np.concatenate([real, nothing]))
        size = LOOKS[self.kind]
        return [order[k : k + size] for k in range(0, len(order) - size + 1, size)]

    def steps(self):
        return len(self.plan(np.random.default_rng([self.seed, 0])))

    def sample(self, index, random):
        """rgb and depth of the frame, box and true box in the pixels of the picture that the frame was cut from,
        whether anything is there, its attributes."""
        if index < 0:
            r, i, box = self.nothing[-1 - index]
            truth, attributes = box, {}
        else:
            r, i, k, found = self.real[index]
            truth, attributes = list(self.renders[r].things(i))[k][:2]
            at_found = len(found) and random.random() < AT_FOUND
            box = found[random.integers(len(found))] if at_found else shaken(truth, random)
        width, height = self.places
        side = np.maximum(box[2:] - box[:2], 1.0)
        tall = max(side[1], side[0] * height / width) * self.around + 2.0
        wide = tall * width / height
        middle = (box[:2] + box[2:]) / 2
        # From the frame's places to the picture's, both counted from the middle of the first.
        matrix = np.array([[wide / width, 0, middle[0] - wide / 2 + 0.5 * wide / width - 0.5],
                           [0, tall / height, middle[1] - tall / 2 + 0.5 * tall / height - 0.5]], np.float32)
        cut = lambda it, how, edge: cv2.warpAffine(it, matrix, self.places, flags=how | cv2.WARP_INVERSE_MAP, borderMode=edge)
        rgb = cut(self.renders[r].rgb[i], cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
        depth = cut(self.renders[r].depth[i], cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)
        if random.random() < 0.5:
            rgb, depth, attributes = rgb[:, ::-1], depth[:, ::-1], mirrored(attributes)
            flip = lambda it: np.array([2 * middle[0] - it[2], it[1], 2 * middle[0] - it[0], it[3]], np.float32)
            box, truth = flip(box), flip(truth)
        rgb, depth = relit(rgb, depth, random)
        return rgb, depth, box.astype(np.float32), truth.astype(np.float32), np.float32(index >= 0), attributes

    def epoch(self, number):
        random = np.random.default_rng([self.seed, number])
        for chosen in self.plan(random):
            samples = [self.sample(it, random) for it in chosen]
            yield *(np.stack([s[k] for s in samples]) for k in range(5)), [s[5] for s in samples]


def shaken(box, random):
    """A box as wrong as a detector's may be."""
    side = box[2:] - box[:2]
    middle = (box[:2] + box[2:]) / 2 + np.clip(random.normal(0, 0.08, 2), -0.2, 0.2) * side + random.normal(0, 0.6, 2)
    side = np.maximum(side * np.exp(np.clip(random.normal(0, 0.12, 2), -0.3, 0.3)) + random.normal(0, 0.6, 2), 2.0)
    return np.concatenate([middle - side / 2, middle + side / 2]).astype(np.float32)
