"""The flat from above, as a PNG: each pixel shows the highest part below 2 m."""

import math
import struct
import zlib

from . import flat
from .catalogue import ITEMS
from .people import PEOPLE, figure
from .sdf import rgb, shell
from .shapes import extent, holds, turned

PIXEL = 0.01


def scene_parts(poses):
    walls, _, floors = shell()
    yield from floors + walls
    for place in flat.PLACES:
        yield from (turned(p, place.x, place.y, place.yaw) for p in place.parts)
    for item in ITEMS:
        x, y, z, yaw = poses[item.id]
        for p in (turned(p, x, y, yaw) for p in item.parts):
            yield type(p)(p.name, p.shape, p.size, (p.at[0], p.at[1], p.at[2] + z), p.colour, p.rpy, p.visual, p.solid)
    for person in PEOPLE:
        x, y, yaw = person.pose
        yield from (turned(p, x, y, getattr(flat, yaw)) for p in figure(person)[0])


def png(poses):
    width, height = (round(s / PIXEL) for s in flat.SIZE)
    pixels, tops = [[(40, 40, 40)] * width for _ in range(height)], [[-9.0] * width for _ in range(height)]
    for part in scene_parts(poses):
        if part.visual:
            paint(part, pixels, tops)
    raw = b"".join(b"\0" + bytes(v for p in row for v in p) for row in reversed(pixels))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paint(part, pixels, tops):
    e, top = extent(part), part.at[2] + extent(part)[2]
    colour = tuple(round(255 * v) for v in rgb(part.colour))
    spans = [[math.floor((part.at[i] + k * e[i]) / PIXEL) for k in (-1, 1)] for i in range(2)]
    for row in range(max(0, spans[1][0]), min(len(pixels), spans[1][1] + 1)):
        for col in range(max(0, spans[0][0]), min(len(pixels[0]), spans[0][1] + 1)):
            if top > tops[row][col] and holds(part, ((col + 0.5) * PIXEL, (row + 0.5) * PIXEL, part.at[2])):
                pixels[row][col], tops[row][col] = colour, top
