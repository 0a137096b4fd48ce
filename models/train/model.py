"""hearth-ground: a text-conditioned detector for RGB-D pictures of 320x240, in three small networks.

`Where` looks at the whole picture once: residual convolutions down to stride 32, a feature pyramid back up to stride 4,
and at each of its 80x60 places how much it is the middle of a thing or of a person, and the box around it. `Look` has a
closer look at each box, always at the same size, as if the eye moved there: whether it is a thing at all, its box more
exactly, an embedding, and for each of its traits (kind, main colour, pattern, ...) how likely each value is. There is one
for things and one for people. The text tower is a frozen sentence embedding (all-MiniLM-L6-v2) and a small learned network:
it gives an embedding, too, and which values of each trait a phrase lets pass. A phrase describes what is in a box as well as
the embeddings agree and the traits fit.

Middles are trained as in Zhou et al., "Objects as Points" (2019); the two stages and the correction of boxes as in Ren
et al., "Faster R-CNN" (2015); the agreement as in Zhai et al., "Sigmoid Loss for Language Image Pre-Training" (2023).
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEIGHT, STRIDE = 320, 240, 4
SENTENCE, EMBEDDING = 384, 256
# Kinds of middles.
THING, PERSON = 0, 1
# By what things and people are told apart: rows (attribute, values). A thing has one value of each row, or none is known.
TRAITS = json.loads((Path(__file__).parent / "traits.json").read_text())


def half_precision(device):
    """Context in which convolutions compute in bfloat16, where that is faster: it is not on a CPU that must imitate it."""
    slow = device == "cpu" and torch.backends.cpu.get_cpu_capability() in ("NO AVX", "DEFAULT", "AVX2")
    return torch.autocast(device, dtype=torch.bfloat16, enabled=not slow)


def conv(inputs, outputs, stride=1, size=3):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Block(nn.Module):
    """Two convolutions beside a short cut (He et al., 2016)."""

    def __init__(self, width):
        super().__init__()
        self.first = conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        # It begins as no more than the short cut.
        nn.init.zeros_(self.second[1].weight)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


def stage(inputs, outputs, blocks):
    return nn.Sequential(conv(inputs, outputs, stride=2), *(Block(outputs) for _ in range(blocks)))


def relief(inverse, cells):
    """How much nearer each place is than what surrounds it over `cells` x `cells` squares of 4 px, in units of 5 cm and
    within 2; inverse depth [n, 1, h, w] in 1/m, 0 where unknown. A thing's own relief is a hundredth of its inverse
    depth: without help, convolutions are slow to see it."""
    known = (inverse > 0).float()
    around = lambda x: F.avg_pool2d(F.avg_pool2d(x, 4), cells, 1, cells // 2, count_include_pad=False)
    mean = around(inverse) / around(known).clamp(min=0.05)
    mean = F.interpolate(mean, scale_factor=4.0, mode="nearest").clamp(min=0.1)
    return ((inverse - mean) / (mean * mean) / 0.05).clamp(-2, 2) * known


class Where(nn.Module):
    """picture [n, 4, 240, 320] -> middles [n, 2, 60, 80] (logits), boxes [n, 4, 60, 80] (left, top, right, bottom of
    the place's centre, in pixels)."""

    def __init__(self, widths=(64, 96, 160, 192), pyramid=96, head=64):
        super().__init__()
        w4, w8, w16, w32 = widths
        # Widths are multiples of 32, without which the CPU's convolutions are ten times slower. Straight to a quarter of
        # the resolution: maps at half of it cost more time than all else.
        self.to4 = nn.Sequential(conv(6, w4, stride=4, size=7), conv(w4, w4), Block(w4))
        self.to8 = stage(w4, w8, 2)
        self.to16 = stage(w8, w16, 2)
        self.to32 = stage(w16, w32, 2)
        self.side32 = nn.Conv2d(w32, pyramid, 1)
        self.side16 = nn.Conv2d(w16, pyramid, 1)
        self.side8 = nn.Conv2d(w8, pyramid, 1)
        self.join16 = conv(pyramid, pyramid)
        self.join8 = conv(pyramid, pyramid)
        self.down8 = nn.Conv2d(pyramid, head, 1)
        self.side4 = nn.Conv2d(w4, head, 1)
        self.join4 = conv(head, head)
        self.shared = conv(head, head)
        self.middles = nn.Conv2d(head, 2, 1)
        self.boxes = nn.Conv2d(head, 4, 1)
        nn.init.constant_(self.middles.bias, -4.0)
        nn.init.constant_(self.boxes.bias, 1.2)

    def forward(self, picture):
        inverse = picture[:, 3:4]
        c4 = self.to4(torch.cat([picture, relief(inverse, 7), relief(inverse, 17)], dim=1))
        c8 = self.to8(c4)
        c16 = self.to16(c8)
        c32 = self.to32(c16)
        up = lambda x, like: F.interpolate(x, size=like.shape[-2:], mode="nearest")
        p16 = self.join16(self.side16(c16) + up(self.side32(c32), c16))
        p8 = self.join8(self.side8(c8) + up(p16, c8))
        shared = self.shared(self.join4(self.side4(c4) + up(self.down8(p8), c4)))
        return self.middles(shared), torch.exp(self.boxes(shared).clamp(max=4.6)) * STRIDE


# How a closer look is framed: width and height in places, and how much of the picture around the box it takes in.
FRAMES = {"things": ((48, 48), 1.35), "people": ((64, 96), 1.2)}
# [m] A crop of this width is neither large nor small.
USUAL_WIDTH_M = 0.25
# [px] The camera that the pictures were rendered with; others' depth is scaled so that things are as large in pixels.
FOCAL_PX = 263.46


def frames(boxes, places, around):
    """boxes [n, 4] -> centres [n, 2] and sizes [n, 2] of the frame round each, in pixels."""
    width, height = places
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    side = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1.0)
    tall = torch.maximum(side[:, 1], side[:, 0] * (height / width)) * around + 2.0
    return centre, torch.stack([tall * (width / height), tall], 1)


def sampled(picture, boxes, places, around):
    """picture [1, 4, h, w] and boxes [n, 4] in pixels -> colours [n, 3, height, width] and inverse depth [n, 1, height,
    width] of the frame round each box."""
    width, height = places
    x, y = rays(boxes, places, around)
    grid = torch.stack([x.expand(-1, height, -1), y.expand(-1, -1, width)], 3)
    grid = grid / torch.tensor([picture.shape[3] / 2.0, picture.shape[2] / 2.0], device=boxes.device) - 1.0
    # All crops as one tall picture: the network's input need not be copied for each.
    grid = grid.reshape(1, -1, width, 2)
    apart = lambda it: it.reshape(it.shape[1], -1, height, width).transpose(0, 1)
    colours = F.grid_sample(picture[:, :3], grid, "bilinear", "border", align_corners=False)
    inverse = F.grid_sample(picture[:, 3:], grid, "nearest", "zeros", align_corners=False)
    return apart(colours), apart(inverse)


def rays(boxes, places, around):
    """Where in the picture the places of each frame are: x [n, 1, width] and y [n, height, 1], in pixels."""
    width, height = places
    centre, size = frames(boxes, places, around)
    u = (torch.arange(width, device=boxes.device) + 0.5) / width - 0.5
    v = (torch.arange(height, device=boxes.device) + 0.5) / height - 0.5
    x = centre[:, :1] + u[None] * size[:, :1]
    y = centre[:, 1:] + v[None] * size[:, 1:]
    return x[:, None, :], y[:, :, None]


def crops(colours, inverse, boxes, places, around):
    """What `sampled` gave and the boxes -> [n, 8, height, width]: colours, relief against the middle of the crop (in
    units of 10 cm, within 2), whether depth is known, whether inside of the box, how wide the crop is in metres and in
    pixels (logarithms)."""
    width, height = places
    x, y = rays(boxes, places, around)
    size = frames(boxes, places, around)[1]
    known = (inverse > 0).float()
    inner = (slice(None), slice(None), slice(height // 4, 3 * height // 4), slice(width // 4, 3 * width // 4))
    seen = known[inner].sum((2, 3), keepdim=True)
    has = (seen > 0).float()
    middle = (inverse[inner].sum((2, 3), keepdim=True) / seen.clamp(min=1.0)).clamp(min=0.1)
    rises = ((inverse - middle) / (middle * middle) / 0.1).clamp(-2, 2) * known * has
    metres = torch.log(size[:, :1, None, None] / (FOCAL_PX * USUAL_WIDTH_M * middle)).clamp(-3, 3) * has
    pixels = torch.log(size[:, :1, None, None] / width)
    left, top, right, bottom = (boxes[:, k, None, None] for k in range(4))
    inside = ((x >= left) & (x <= right) & (y >= top) & (y <= bottom)).float()[:, None]
    wide = torch.ones_like(inverse)
    return torch.cat([colours, rises, known, inside, metres * wide, pixels * wide], 1)


def sizes(kind):
    """How many values each trait has."""
    return [len(values) for _, values in TRAITS[kind]]


class Look(nn.Module):
    """crops [n, 8, h, w] -> whether it is a thing [n] (logits), what is seen [n, 256 + values]: its embedding (not of unit
    length) and the logits of each trait's values; correction of the box [n, 4]: of its centre in parts of its size, of the
    logarithm of its size."""

    def __init__(self, kind, widths=(32, 64, 128, 256)):
        super().__init__()
        self.places, self.around = FRAMES[kind]
        w2, w4, w8, w16 = widths
        self.body = nn.Sequential(
            conv(8, w2, 2), Block(w2), conv(w2, w4, 2), Block(w4), conv(w4, w8, 2), Block(w8), Block(w8), conv(w8, w16, 2), Block(w16)
        )
        width, height = self.places
        # Where in the crop something is tells arms apart and corrects boxes; what it is does not depend on it.
        self.layout = nn.Linear(w16 * (width // 16) * (height // 16), 128)
        self.is_thing = nn.Linear(w16, 1)
        self.correction = nn.Linear(128, 4)
        self.embedding = nn.Linear(w16 + 128, EMBEDDING)
        self.traits = nn.Sequential(nn.Linear(w16 + 128, 256), nn.ReLU(), nn.Linear(256, sum(sizes(kind))))
        nn.init.constant_(self.is_thing.bias, 1.0)
        nn.init.zeros_(self.traits[2].weight), nn.init.zeros_(self.traits[2].bias)

    def forward(self, crop):
        maps = self.body(crop)
        layout = F.relu(self.layout(maps.flatten(1)))
        whole = maps.mean((2, 3))
        both = torch.cat([whole, layout], 1)
        seen = torch.cat([self.embedding(both), self.traits(both)], 1)
        return self.is_thing(whole)[:, 0], seen, self.correction(layout)


def corrected(boxes, correction):
    """Boxes [n, 4] moved and resized by [n, 4]."""
    centre, side = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).clamp(min=1.0)
    centre, side = centre + correction[:, :2] * side, side * torch.exp(correction[:, 2:].clamp(-1, 1))
    return torch.cat([centre - side / 2, centre + side / 2], 1)


# What a value that a phrase does not let pass still counts: the eye may be wrong.
LEAST_FIT = 0.01


class Words(nn.Module):
    """The text tower's learned part, and how well what is seen and what is said agree."""

    def __init__(self, kind):
        super().__init__()
        self.sizes = sizes(kind)
        self.linear = nn.Linear(SENTENCE, EMBEDDING)
        self.hidden = nn.Sequential(nn.Linear(SENTENCE, 1024), nn.ReLU(), nn.Dropout(0.3))
        self.more, self.passes = nn.Linear(1024, EMBEDDING), nn.Linear(1024, sum(self.sizes))
        nn.init.zeros_(self.more.weight), nn.init.zeros_(self.more.bias)
        # Nothing is ruled out at first.
        nn.init.constant_(self.passes.bias, 2.0)
        self.log_scale = nn.Parameter(torch.tensor(2.5))
        self.bias = nn.Parameter(torch.tensor(-3.0))
        self.gain = nn.Parameter(torch.tensor(1.0))

    def heard(self, sentence):
        """Sentence embeddings [n, 384] -> embedding [n, 256] (not of unit length), logits of the values that pass [n, values]."""
        # Of unit length, a sentence's numbers are small; ready-made initial weights want them about 1.
        hidden = self.hidden(sentence * 8.0)
        return self.linear(sentence) + self.more(hidden), self.passes(hidden)

    def text(self, sentence):
        """[n, 384] -> [n, 256 + values]: embedding of unit length, how much each value passes."""
        embedding, passes = self.heard(sentence)
        return torch.cat([F.normalize(embedding, dim=-1), LEAST_FIT + (1 - LEAST_FIT) * passes.sigmoid()], 1)

    def likely(self, logits):
        """Logits of traits [n, values] -> probabilities; those of a trait add up to 1."""
        return torch.cat([it.softmax(1) for it in logits.split(self.sizes, 1)], 1)

    def agreement(self, seen, texts):
        """What a `Look` saw [a, 256 + values], and `text`s [b, 256 + values] -> logits [a, b]: cosine of the embeddings, and for
        each trait how likely the thing has a value that passes."""
        cosine = F.normalize(seen[:, :EMBEDDING], dim=-1) @ texts[:, :EMBEDDING].T
        traits = zip(self.likely(seen[:, EMBEDDING:]).split(self.sizes, 1), texts[:, EMBEDDING:].split(self.sizes, 1))
        fit = math.prod(likely @ passes.T for likely, passes in traits)
        return self.log_scale.exp() * cosine + self.bias + self.gain * torch.log(fit)


def pictures(rgb, depth_mm):
    """uint8 [n, 240, 320, 3] and uint16 millimetres [n, 240, 320] (0: none) -> float [n, 4, 240, 320].

    The fourth channel is half a metre over depth, at most 2, and 0 where there is none. Inverse depth is linear over a
    plane, so that tables and floors look alike from everywhere.
    """
    colour = rgb.permute(0, 3, 1, 2).float() / 255.0
    depth = depth_mm.float()
    inverse = torch.where(depth > 0, (500.0 / depth.clamp(min=1)).clamp(max=2.0), torch.zeros_like(depth))
    return torch.cat([(colour - 0.5) * 4.0, inverse[:, None] * 2.0], dim=1)
