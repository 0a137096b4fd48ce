"""Bodies with a pattern on them, and how parts are moved. Metres, radians; frames as in home/items.py."""

import math
from dataclasses import dataclass, replace

from home.items import ring
from home.shapes import Part, bounds, box, cylinder, ellipsoid, rotation

from .draw import Paint

PATTERNS = ("plain", "striped", "spotted", "checked", "two-tone")
E = 0.0008
# Per split: bands of a striped body, strips around it, spots (how many, how big), squares of a checked one.
STYLES = {
    "train": {"bands": (3, 5), "strips": (6, 8, 10), "spots": (0.8, 1.0, 1.45), "repeat": (3, 4, 6)},
    "val": {"bands": (4,), "strips": (7,), "spots": (1.15,), "repeat": (5,)},
    "test": {"bands": (4, 6), "strips": (9,), "spots": (0.9, 1.25), "repeat": (5, 7)},
}


@dataclass(frozen=True)
class Look:
    """Paints of a thing: the main one, the one of its pattern or print, and the style of the pattern."""

    main: Paint
    second: Paint
    pattern: str = "plain"
    upright: bool = False
    bands: int = 3
    strips: int = 8
    spot: float = 1.0
    repeat: int = 4

    @staticmethod
    def drawn(d, main, second, pattern):
        style = STYLES[d.split]
        return Look(main, second, pattern, d.chance(0.4), d.pick(style["bands"]), d.pick(style["strips"]),
                    d.pick(style["spots"]), d.pick(style["repeat"]))

    @property
    def checked(self):
        return replace(self.main, texture={"kind": "checker", "rgb2": list(self.second.rgb), "repeat": self.repeat})


def band_ranges(look, low, high):
    """z ranges of the stripes: a little narrower than the gaps."""
    step = (high - low) / look.bands
    return [(low + (i + 0.3) * step, low + (i + 0.7) * step) for i in range(look.bands)]


def spot_places(rows, around):
    """(share of the height, angle) of spots, each row turned against the one below."""
    return [((i + 0.5) / rows, 2 * math.pi * (j + 0.5 * (i % 2)) / around) for i in range(rows) for j in range(around)]


def column(look, radius, z):
    """An upright cylinder."""
    low, high = z
    parts = [cylinder("body", look.checked if look.pattern == "checked" else look.main, radius, z)]
    if look.pattern == "two-tone":
        parts.append(cylinder("tone", look.second, radius + E, (low, low + 0.45 * (high - low))))
    elif look.pattern == "striped" and look.upright:
        wide = 0.31 * 2 * math.pi * radius / look.strips
        for i in range(look.strips):
            a = 2 * math.pi * i / look.strips
            at = ((radius - 0.002) * math.cos(a), (radius - 0.002) * math.sin(a), (low + high) / 2)
            parts.append(Part(f"strip_{i}", "box", (0.006, wide, high - low - 2 * E), at, look.second, (0, 0, a)))
    elif look.pattern == "striped":
        parts += [cylinder(f"band_{i}", look.second, radius + E, b)
                  for i, b in enumerate(band_ranges(look, low, high))]
    elif look.pattern == "spotted":
        size = 0.27 * radius * look.spot
        rows = max(1, round((high - low) / (4 * size)))
        for i, (t, a) in enumerate(spot_places(rows, 6 if look.spot < 1.3 else 5)):
            at = ((radius - 0.0015) * math.cos(a), (radius - 0.0015) * math.sin(a), low + t * (high - low))
            parts.append(Part(f"spot_{i}", "ellipsoid", (0.004, size, size), at, look.second, (0, 0, a)))
    return parts


def patch(name, paint, radius, angle, z, half_height):
    """An oval print on an upright cylinder, half a radius to each side of the angle."""
    proud, deep = 0.022 * radius, 0.3 * radius
    r = radius + proud - deep
    return Part(name, "ellipsoid", (deep, math.sqrt(0.85 * radius * deep), half_height / 0.38),
                (r * math.cos(angle), r * math.sin(angle), z), paint, (0, 0, angle))


def block(look, x, y, z):
    """A box over the ranges."""
    parts = [box("body", look.checked if look.pattern == "checked" else look.main, x, y, z)]
    (x0, x1), (y0, y1), (z0, z1) = x, y, z
    if look.pattern == "two-tone":
        parts.append(box("tone", look.second, (x0 - E, x1 + E), (y0 - E, y1 + E), (z0, z0 + 0.45 * (z1 - z0))))
    elif look.pattern == "striped" and look.upright:
        step = (x1 - x0) / look.bands
        for i in range(look.bands):
            a = x0 + (i + 0.3) * step
            parts.append(box(f"strip_{i}", look.second, (a, a + 0.36 * step), (y0 - E, y1 + E), (z0, z1 + E)))
    elif look.pattern == "striped":
        parts += [box(f"band_{i}", look.second, (x0 - E, x1 + E), (y0 - E, y1 + E), b)
                  for i, b in enumerate(band_ranges(look, z0, z1))]
    elif look.pattern == "spotted":
        parts += box_spots(look, x, y, z)
    return parts


def box_spots(look, x, y, z):
    """Three by three discs on each face that is wide enough, the underside left out."""
    middle, half = [(a + b) / 2 for a, b in (x, y, z)], [(b - a) / 2 for a, b in (x, y, z)]
    parts = []
    for across, up, out in ((1, 2, 0), (0, 2, 1), (0, 1, 2)):
        size = 0.21 * look.spot * min(half[across], half[up])
        if size < 0.003:
            continue
        for i, (u, v) in enumerate((u, v) for u in (-1, 0, 1) for v in (-1, 0, 1)):
            for side in (1,) if out == 2 else (1, -1):
                at, radii = list(middle), [0.002] * 3
                at[across] += 0.64 * u * half[across]
                at[up] += 0.64 * v * half[up]
                at[out] += side * half[out]
                radii[across] = radii[up] = size
                parts.append(ellipsoid(f"spot_{out}{side}_{i}", look.second, tuple(radii), tuple(at)))
    return parts


def globe(look, radii, z):
    """An ellipsoid about (0, 0, z)."""
    rx, ry, rz = radii
    parts = [ellipsoid("body", look.checked if look.pattern == "checked" else look.main, radii, (0, 0, z))]
    if look.pattern == "two-tone":
        # Sunk a little: it stands out below the middle only.
        parts.append(ellipsoid("tone", look.second, (rx * 0.995, ry * 0.995, rz * 0.985), (0, 0, z - 0.06 * rz)))
    elif look.pattern == "striped":
        for i in range(look.bands):
            t = -0.75 + 1.5 * (i + 0.5) / look.bands
            half, wide = 0.3 / look.bands, math.sqrt(1 - t * t)
            parts.append(ellipsoid(f"band_{i}", look.second, (rx * wide * 1.03 + 0.0008, ry * wide * 1.03 + 0.0008,
                                                              2.0 * half * rz),
                                   (0, 0, z + t * rz)))
    elif look.pattern == "spotted":
        # Each spot is a smaller ball sunk so deep that it shows as a disc of this share of the radius.
        shown, deep = 0.25 * look.spot, 0.55
        size = math.sqrt(deep * deep + 1 - 2 * deep * math.sqrt(1 - shown * shown))
        for i, (share, a) in enumerate(spot_places(3, 5)):
            lift = math.radians(-50 + 100 * share)
            n = (math.cos(lift) * math.cos(a), math.cos(lift) * math.sin(a), math.sin(lift))
            parts.append(ellipsoid(f"spot_{i}", look.second, (size * rx, size * ry, size * rz),
                                   (deep * rx * n[0], deep * ry * n[1], z + deep * rz * n[2])))
    return parts


def wall(look, radius, thick, z, lean=0.0, count=12):
    """The open wall of a cup or bowl: panels in a ring over the range z, as wide as `radius` at mid height."""
    low, high = z
    if look.pattern == "spotted":
        parts = ring("wall", look.main, count, radius, thick, high - low, lean, low)
        size = 0.22 * radius * look.spot
        rows = max(1, round((high - low) / (3.4 * size)))
        for i, (t, a) in enumerate(spot_places(rows, 6)):
            r = radius + (t - 0.5) * (high - low) * math.tan(lean) - 0.001
            at = (r * math.cos(a), r * math.sin(a), low + t * (high - low))
            parts.append(Part(f"spot_{i}", "ellipsoid", (0.004, size, size), at, look.second, (0, lean, a)))
        return parts
    if look.pattern == "plain" or (look.pattern == "striped" and look.upright):
        parts = ring("wall", look.main, count, radius, thick, high - low, lean, low)
        if look.pattern == "striped":
            parts = [replace(p, colour=look.second) if i % 3 == 1 else p for i, p in enumerate(parts)]
        return parts
    if look.pattern == "two-tone":
        cuts = [(low, low + 0.45 * (high - low), 1), (low + 0.45 * (high - low), high, 0)]
    elif look.pattern == "striped":
        edges = [low, *(v for b in band_ranges(replace(look, bands=min(look.bands, 3)), low, high) for v in b), high]
        cuts = [(a, b, i % 2) for i, (a, b) in enumerate(zip(edges, edges[1:]))]
    else:
        rows = 2 if look.repeat < 5 else 3
        cuts = [(low + (high - low) * i / rows, low + (high - low) * (i + 1) / rows, i % 2) for i in range(rows)]
    parts = []
    for n, (a, b, second) in enumerate(cuts):
        r = radius + ((a + b) / 2 - (low + high) / 2) * math.tan(lean)
        row = ring(f"wall_{n}", look.second if second else look.main, count, r, thick, b - a, lean, a)
        if look.pattern == "checked":
            row = [replace(p, colour=look.second if (i + second) % 2 else look.main) for i, p in enumerate(row)]
        parts += row
    return parts


def angles(m):
    """Roll, pitch, yaw of a rotation matrix."""
    pitch = math.asin(max(-1.0, min(1.0, -m[2][0])))
    if abs(m[2][0]) > 1 - 1e-9:
        return (0.0, pitch, math.atan2(-m[0][1], m[1][1]))
    return (math.atan2(m[2][1], m[2][2]), pitch, math.atan2(m[1][0], m[0][0]))


def product(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def turned(parts, rpy):
    """The parts, rotated about the origin."""
    turn = rotation(rpy)
    return [replace(p, at=tuple(sum(turn[i][k] * p.at[k] for k in range(3)) for i in range(3)),
                    rpy=angles(product(turn, rotation(p.rpy)))) for p in parts]


def scaled(parts, by):
    return [replace(p, size=tuple(by * s for s in p.size), at=tuple(by * c for c in p.at)) for p in parts]


def shifted(parts, by):
    return [replace(p, at=tuple(c + b for c, b in zip(p.at, by))) for p in parts]


def grounded(parts):
    """The parts that can be seen, with the middle of their underside at the origin."""
    parts = [p for p in parts if p.visual]
    low, high = bounds(parts)
    return shifted(parts, (-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]))
