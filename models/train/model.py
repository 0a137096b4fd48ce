"""hearth-ground: a one-pass, text-conditioned detector for RGB-D pictures of 320x240.

Image tower: residual convolutions down to stride 32, a feature pyramid back up to stride 8, and at each of its 40x30
places: how much it is the middle of a thing or of a person, the box around it, and an embedding. Text tower: a frozen
sentence embedding (all-MiniLM-L6-v2) and one learned linear map. A phrase describes a place as well as the two agree.

The middles are trained as in Zhou et al., "Objects as Points" (2019); the agreement as in Zhai et al., "Sigmoid Loss for
Language Image Pre-Training" (2023).
"""

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEIGHT, STRIDE = 320, 240, 8
SENTENCE, EMBEDDING = 384, 128
# Kinds of middles.
THING, PERSON = 0, 1


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


class ImageTower(nn.Module):
    """picture [n, 4, 240, 320] -> middles [n, 2, 30, 40] (logits), boxes [n, 4, 30, 40] (left, top, right, bottom of
    the place's centre, in pixels), embedding [n, 128, 30, 40] (not of unit length)."""

    def __init__(self, widths=(64, 96, 160, 192), pyramid=96, head=128):
        super().__init__()
        w4, w8, w16, w32 = widths
        # Widths are multiples of 32, without which the CPU's convolutions are ten times slower. Straight to a quarter of the resolution: maps at half of it cost more time than all else.
        self.to4 = nn.Sequential(conv(6, w4, stride=4, size=7), conv(w4, w4), Block(w4))
        self.to8 = stage(w4, w8, 2)
        self.to16 = stage(w8, w16, 2)
        self.to32 = stage(w16, w32, 2)
        self.side32 = nn.Conv2d(w32, pyramid, 1)
        self.side16 = nn.Conv2d(w16, pyramid, 1)
        self.side8 = nn.Conv2d(w8, pyramid, 1)
        self.join16 = conv(pyramid, pyramid)
        self.join8 = conv(pyramid, pyramid)
        self.shared = conv(pyramid, head)
        self.middles = nn.Conv2d(head, 2, 1)
        self.boxes = nn.Conv2d(head, 4, 1)
        self.embedding = nn.Conv2d(head, EMBEDDING, 1)
        nn.init.constant_(self.middles.bias, -4.0)
        nn.init.constant_(self.boxes.bias, 0.8)

    def forward(self, picture):
        inverse = picture[:, 3:4]
        c8 = self.to8(self.to4(torch.cat([picture, relief(inverse, 7), relief(inverse, 17)], dim=1)))
        c16 = self.to16(c8)
        c32 = self.to32(c16)
        up = lambda x, like: F.interpolate(x, size=like.shape[-2:], mode="nearest")
        p16 = self.join16(self.side16(c16) + up(self.side32(c32), c16))
        p8 = self.join8(self.side8(c8) + up(p16, c8))
        shared = self.shared(p8)
        boxes = torch.exp(self.boxes(shared).clamp(max=4.0)) * STRIDE
        return self.middles(shared), boxes, self.embedding(shared)


class TextMap(nn.Module):
    """sentence [n, 384] -> [n, 128], unit length."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(SENTENCE, EMBEDDING, bias=True)

    def forward(self, sentence):
        return F.normalize(self.linear(sentence), dim=-1)


class Ground(nn.Module):
    """Both towers, with the scale and the bias that make logits of their agreement."""

    def __init__(self):
        super().__init__()
        self.image = ImageTower()
        self.text = TextMap()
        self.log_scale = nn.Parameter(torch.tensor(2.5))
        self.bias = nn.Parameter(torch.tensor(-3.0))

    def agreement(self, embeddings, texts):
        """[a, 128] and [b, 128] -> logits [a, b]."""
        return self.log_scale.exp() * F.normalize(embeddings, dim=-1) @ texts.T + self.bias


def pictures(rgb, depth_mm):
    """uint8 [n, 240, 320, 3] and uint16 millimetres [n, 240, 320] (0: none) -> float [n, 4, 240, 320].

    The fourth channel is half a metre over depth, at most 2, and 0 where there is none. Inverse depth is linear over a
    plane, so that tables and floors look alike from everywhere.
    """
    colour = rgb.permute(0, 3, 1, 2).float() / 255.0
    depth = depth_mm.float()
    inverse = torch.where(depth > 0, (500.0 / depth.clamp(min=1)).clamp(max=2.0), torch.zeros_like(depth))
    return torch.cat([(colour - 0.5) * 4.0, inverse[:, None] * 2.0], dim=1)
