"""home.yaml, scenes' shared table, and the map."""

import math

from . import appearance, flat, words
from .catalogue import ITEMS
from .people import PEOPLE
from .shapes import bounds, extent, holds, turned

CELL, LIDAR = 0.05, 0.2
ORIGIN = (-flat.WALL, -flat.WALL)
CELLS = tuple(round((s + 2 * flat.WALL) / CELL) for s in flat.SIZE)


def n(value):
    text = f"{value:.4f}".rstrip("0")
    return text + "0" if text.endswith(".") else ("0.0" if text in ("-0.0", "-0.") else text)


def pair(values):
    return "[" + ", ".join(n(v) for v in values) + "]"


def text(items):
    return "[" + ", ".join(f'"{it}"' for it in items) + "]"


def names(id, en, zh):
    return [f"  - id: {id}", f"    en: {text(en)}", f"    zh: {text(zh)}"]


def rect(x, y, yaw, size):
    return f"x_m: {n(x)}, y_m: {n(y)}, yaw_rad: {n(yaw)}, size_m: {pair(size)}"


def place_lines(place):
    lines = names(place.id, *words.PLACES[place.id])
    lines += [f"    room: {place.room}", f"    footprint: {{{rect(place.x, place.y, place.yaw, place.size)}}}",
              f"    height_m: {n(place.height)}"]
    c, s = math.cos(place.yaw), math.sin(place.yaw)
    if place.surfaces:
        lines.append("    surfaces:")
    for it in sorted(place.surfaces, key=lambda it: it.height):
        x, y = place.x + c * it.at[0] - s * it.at[1], place.y + s * it.at[0] + c * it.at[1]
        room = f", headroom_m: {n(it.headroom)}" if it.headroom else ""
        lines.append(f"      - {{height_m: {n(it.height)}, {rect(x, y, place.yaw, it.size)}{room}}}")
    lines.append(f"    open_sides: [{', '.join(place.sides)}]")
    return lines


def item_lines(item):
    low, high = bounds([p for p in item.parts if p.name not in ("stalk", "tip")])
    size = [round(b - a, 4) for a, b in zip(low, high)]
    size[:2] = sorted(size[:2], reverse=True)
    srgb, _ = appearance.colours(item)
    return [*names(item.id, item.en, item.zh), f"    kind: {item.kind}", f"    colours: [{', '.join(c for c, _ in item.colours)}]",
            f"    srgb: {text(srgb)}", f"    size_m: {pair(size)}", f"    shape: {item.shape}"]


HEAD = """# What the robot is told about the home: rooms, places, things, people.
# Written by sim/worlds/build.py, so that it agrees with sim/worlds/apartment.sdf; for another home, write your own.
#
# Metres and radians in frame `map`. `en` and `zh` list what people say, the first is what the robot says.
# footprint: what the place occupies; its +x (yaw_rad) is the front. surfaces: where things may stand.
# open_sides: front, back, left, right of the footprint from which the robot reaches it.
"""


def home():
    lines = [HEAD + "map: map.yaml", f"start: {{x_m: {n(flat.START[0])}, y_m: {n(flat.START[1])}, yaw_rad: {n(flat.START[2])}}}",
             "rooms:"]
    for room in flat.ROOMS:
        (x0, x1), (y0, y1) = room.x, room.y
        corners = ", ".join(pair(p) for p in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
        lines += [*names(room.id, room.en, room.zh), f"    outline_m: [{corners}]"]
    lines.append("places:")
    for place in flat.PLACES:
        if place.named:
            lines += place_lines(place)
    lines.append("categories:")
    for id, (en, zh) in words.CATEGORIES.items():
        lines += names(id, en, zh)
    lines.append("kinds:")
    for id, (category, en, zh) in words.KINDS.items():
        lines += [*names(id, en, zh), f"    category: {category}"]
    lines.append("catalogue:")
    for item in ITEMS:
        lines += item_lines(item)
    lines.append("people:")
    for p in PEOPLE:
        lines += [*names(p.id, p.en, p.zh), f"    usual_place: {p.usual_place}", f"    shirt: {p.shirt[0]}",
                  f'    shirt_srgb: "{p.shirt[1]}"']
    return "\n".join([*lines, ""])


def solids():
    """Every solid part of what does not move, in the map."""
    from .sdf import shell
    parts = list(shell()[0])
    for place in flat.PLACES:
        parts += [turned(p, place.x, place.y, place.yaw) for p in place.parts if p.solid]
    return parts


def rasterised(parts, height):
    """Cells of which at least an eighth is filled at the height, as rows from the lowest y."""
    width, depth = CELLS
    rows = [[False] * width for _ in range(depth)]
    for part in parts:
        e = extent(part)
        if abs(height - part.at[2]) > e[2]:
            continue
        span = [[math.floor((part.at[i] + k * e[i] - ORIGIN[i]) / CELL) for k in (-1, 1)] for i in range(2)]
        for row in range(max(0, span[1][0]), min(depth, span[1][1] + 1)):
            for col in range(max(0, span[0][0]), min(width, span[0][1] + 1)):
                rows[row][col] = rows[row][col] or filled(part, col, row, height)
    return rows


def filled(part, col, row, height):
    hits = 0
    for i in range(5):
        for j in range(5):
            x = ORIGIN[0] + (col + (i + 0.5) / 5) * CELL
            y = ORIGIN[1] + (row + (j + 0.5) / 5) * CELL
            hits += holds(part, (x, y, height))
            if hits > 3:
                return True
    return False


def map_pgm(rows):
    head = f"P5\n# {CELL} m/pix\n{CELLS[0]} {CELLS[1]}\n255\n".encode()
    return head + b"".join(bytes(0 if cell else 254 for cell in row) for row in reversed(rows))


def map_yaml():
    return ("# The flat at the lidar's height (0.2 m). Written by sim/worlds/build.py.\n"
            f"image: map.pgm\nmode: trinary\nresolution: {CELL}\norigin: [{ORIGIN[0]}, {ORIGIN[1]}, 0.0]\n"
            "negate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\n")
