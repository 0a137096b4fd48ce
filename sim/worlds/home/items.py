"""The household's things. Frame: centre of the underside, +x along the longer horizontal side, +z up."""

import math
from dataclasses import dataclass

from .shapes import Part, box, capsule, cylinder, ellipsoid, sphere

RED, ORANGE, YELLOW, GREEN, BLUE = "#c4161c", "#f07f13", "#f4cf1f", "#3f9b35", "#1f57b8"
PURPLE, PINK, BROWN, BLACK, GREY, WHITE = "#6b2f92", "#f08fb0", "#6b4023", "#1e1e20", "#8f9296", "#f2f1ec"
TIN = "#b4b8bc"


@dataclass(frozen=True)
class Item:
    """A known thing. `colours`: what people call its colours, with the paints they mean, the dominant first."""

    id: str
    kind: str
    en: list
    zh: list
    mass: float
    shape: str
    colours: list
    parts: list
    friction: float = 0.8
    rolling: float = 0.0


def foot(half=0.010):
    """A hidden square that a round thing stands on: four points of contact, whatever the physics engine."""
    return box("foot", "#000000", (-half, half), (-half, half), (0.0, 0.008), visual=False)


def can(radius, height, body, band, low=0.35, high=0.62):
    e = 0.0006
    return [
        cylinder("body", body, radius, (0.004, height - 0.004)),
        cylinder("band", band, radius + e, (low * height, high * height), solid=False),
        cylinder("rim", TIN, radius - 0.004, (0.0, height), solid=False),
        foot(0.68 * radius),
    ]


def bottle(radius, height, body, label, cap, neck=0.3):
    shoulder = height * (1 - neck)
    return [
        cylinder("body", body, radius, (0.001, shoulder)),
        foot(0.68 * radius),
        cylinder("label", label, radius + 0.0008, (0.25 * shoulder, 0.75 * shoulder), solid=False),
        ellipsoid("shoulder", body, (radius, radius, 0.028), (0, 0, shoulder)),
        cylinder("neck", body, 0.014, (shoulder, height - 0.018)),
        cylinder("cap", cap, 0.017, (height - 0.02, height)),
    ]


def carton(length, width, height, body, band, top):
    e = 0.0006
    hx, hy = length / 2, width / 2
    return [
        box("body", body, (-hx, hx), (-hy, hy), (0, height * 0.86)),
        box("band", band, (-hx - e, hx + e), (-hy - e, hy + e), (height * 0.3, height * 0.6), solid=False),
        box("roof", top, (-hx, hx), (-hy * 0.55, hy * 0.55), (height * 0.86, height)),
    ]


def packet(length, width, height, body, picture, where=(0.25, 0.8)):
    """A box with a picture that wraps round it."""
    e = 0.0006
    hx, hy = length / 2, width / 2
    z = (where[0] * height, where[1] * height)
    return [
        box("body", body, (-hx, hx), (-hy, hy), (0, height)),
        box("picture", picture, (-hx * 0.8, hx * 0.8), (-hy - e, hy + e), z, solid=False),
        box("side", picture, (-hx - e, hx + e), (-hy * 0.6, hy * 0.6), z, solid=False),
    ]


def round_fruit(radii, skin, stalk="#4a3520"):
    rx, ry, rz = radii
    return [
        ellipsoid("flesh", skin, radii, (0, 0, rz)),
        cylinder("stalk", stalk, 0.003, (2 * rz - 0.004, 2 * rz + 0.008), solid=False),
        foot(),
    ]


def ring(prefix, colour, count, radius, wall, height, lean, base):
    """Upright panels in a ring whose outer faces touch `radius` at mid height; lean > 0 opens upwards."""
    top_radius = radius + math.tan(lean) * height / 2
    wide = 2 * top_radius * math.tan(math.pi / count)
    parts = []
    for i in range(count):
        a = 2 * math.pi * i / count
        r = radius - wall / 2
        parts.append(
            Part(f"{prefix}_{i}", "box", (wall, wide, height / math.cos(lean)),
                 (r * math.cos(a), r * math.sin(a), base + height / 2), colour, (0, lean, a))
        )
    return parts


def cup(colour, handle, radius=0.037, height=0.092):
    wall, h = 0.005, 0.006
    parts = ring("wall", colour, 10, radius, wall, height - 0.001, 0.0, 0.001)
    parts += [cylinder("bottom", colour, radius - 0.002, (0.0, 0.006), solid=False), foot(0.68 * radius)]
    x0, x1 = radius - 0.003, radius + 0.026
    parts.append(box("handle_top", handle, (x0, x1), (-h, h), (height * 0.74, height * 0.86)))
    parts.append(box("handle_low", handle, (x0, x1), (-h, h), (height * 0.22, height * 0.34)))
    parts.append(box("handle_out", handle, (x1 - 0.009, x1), (-h, h), (height * 0.34, height * 0.74)))
    return parts


def bowl(colour, base, mid_radius=0.066, height=0.055):
    parts = [cylinder("bottom", base, 0.052, (0.001, 0.008)), foot(0.034)]
    return parts + ring("wall", colour, 12, mid_radius, 0.005, height - 0.003, 0.28, 0.003)


def banana():
    r, bend, n = 0.0175, 0.11, 4
    angles = [math.radians(-42 + 84 * i / n) for i in range(n + 1)]
    points = [(bend * math.sin(a), bend * (1 - math.cos(a)) - 0.015, r) for a in angles]
    parts = [capsule(f"flesh_{i}", YELLOW, r, points[i], points[i + 1]) for i in range(n)]
    parts.append(sphere("tip", "#4a3a1c", 0.008, (points[-1][0] + 0.013, points[-1][1] + 0.012, r), solid=False))
    parts.append(capsule("stalk", "#8a7a2c", 0.007, points[0], (points[0][0] - 0.02, points[0][1] + 0.014, r), solid=False))
    return parts


def teddy():
    fur, light = "#8a5a2e", "#c79a66"
    return [
        ellipsoid("belly", fur, (0.034, 0.037, 0.045), (0, 0, 0.048)),
        sphere("head", fur, 0.033, (0.004, 0, 0.112)),
        ellipsoid("muzzle", light, (0.016, 0.016, 0.013), (0.031, 0, 0.106), solid=False),
        sphere("nose", BLACK, 0.005, (0.047, 0, 0.11), solid=False),
        sphere("ear_left", fur, 0.013, (0.0, 0.026, 0.14), solid=False),
        sphere("ear_right", fur, 0.013, (0.0, -0.026, 0.14), solid=False),
        capsule("leg_left", fur, 0.015, (0.005, 0.022, 0.015), (0.045, 0.025, 0.015)),
        capsule("leg_right", fur, 0.015, (0.005, -0.022, 0.015), (0.045, -0.025, 0.015)),
        box("seat", fur, (-0.025, 0.02), (-0.025, 0.025), (0.0, 0.02)),
        ellipsoid("tummy", light, (0.012, 0.024, 0.028), (0.026, 0, 0.05), solid=False),
    ]


def duck():
    return [
        ellipsoid("body", "#f7d417", (0.045, 0.034, 0.030), (0, 0, 0.030)),
        sphere("head", "#f7d417", 0.024, (0.022, 0, 0.073)),
        ellipsoid("beak", ORANGE, (0.014, 0.012, 0.006), (0.048, 0, 0.070)),
        sphere("eye_left", BLACK, 0.004, (0.038, 0.014, 0.082), solid=False),
        sphere("eye_right", BLACK, 0.004, (0.038, -0.014, 0.082), solid=False),
        foot(0.018),
    ]


def toy_car():
    parts = [
        box("body", BLUE, (-0.06, 0.06), (-0.028, 0.028), (0.014, 0.042)),
        box("cabin", "#9fc4ea", (-0.035, 0.025), (-0.024, 0.024), (0.042, 0.068)),
        box("roof", BLUE, (-0.033, 0.02), (-0.024, 0.024), (0.066, 0.072)),
        box("sole", BLACK, (-0.045, 0.045), (-0.03, 0.03), (0.0, 0.012), visual=False),
    ]
    for i, (x, y) in enumerate(((0.036, 0.026), (0.036, -0.026), (-0.036, 0.026), (-0.036, -0.026))):
        parts.append(Part(f"wheel_{i}", "cylinder", (0.016, 0.012), (x, y, 0.016), BLACK, (math.pi / 2, 0, 0), solid=False))
    return parts


def cube():
    a, e = 0.0285, 0.0006
    parts = [box("core", BLACK, (-a, a), (-a, a), (0, 2 * a))]
    b = a * 0.9
    faces = (("top", WHITE, (-b, b), (-b, b), (2 * a - 0.001, 2 * a + e)),
             ("front", RED, (a - 0.001, a + e), (-b, b), (a - b, a + b)),
             ("back", ORANGE, (-a - e, -a + 0.001), (-b, b), (a - b, a + b)),
             ("left", GREEN, (-b, b), (a - 0.001, a + e), (a - b, a + b)),
             ("right", BLUE, (-b, b), (-a - e, -a + 0.001), (a - b, a + b)))
    return parts + [box(n, c, x, y, z, solid=False) for n, c, x, y, z in faces]


def dice():
    a, r = 0.025, 0.006
    b = a - 0.0045
    dots = [(0, 0, a + b)]
    dots += [(b, s * 0.011, a + t * 0.011) for s in (-1, 1) for t in (-1, 1)]
    dots += [(s * 0.011, -b, a + s * 0.011) for s in (-1, 1)]
    return [box("body", WHITE, (-a, a), (-a, a), (0, 2 * a))] + [
        sphere(f"dot_{i}", BLACK, r, at, solid=False) for i, at in enumerate(dots)
    ]


def pear():
    skin = "#b3bf2f"
    return [
        sphere("low", skin, 0.034, (0, 0, 0.034)),
        ellipsoid("high", skin, (0.021, 0.021, 0.036), (0, 0, 0.066)),
        cylinder("stalk", "#4a3520", 0.003, (0.098, 0.112), solid=False),
        foot(0.014),
    ]


def spray():
    return [
        box("body", "#e8eef2", (-0.034, 0.034), (-0.025, 0.025), (0.0, 0.12)),
        box("label", BLUE, (-0.0346, 0.0346), (-0.0256, 0.0256), (0.03, 0.09), solid=False),
        cylinder("neck", BLUE, 0.014, (0.12, 0.155)),
        box("trigger", BLUE, (-0.02, 0.04), (-0.012, 0.012), (0.155, 0.18)),
    ]


def paper_roll():
    return [
        cylinder("paper", WHITE, 0.039, (0.0005, 0.095)),
        foot(0.026),
        cylinder("core", "#8a735a", 0.016, (0.0945, 0.0955), solid=False),
    ]


def slab(length, width, height, low, high, split):
    hx, hy = length / 2, width / 2
    return [box("low", low, (-hx, hx), (-hy, hy), (0, split * height)),
            box("high", high, (-hx, hx), (-hy, hy), (split * height, height))]


def ball(radius, colour, stripe):
    return [
        sphere("ball", colour, radius, (0, 0, radius)),
        cylinder("stripe", stripe, radius + 0.0004, (radius - 0.003, radius + 0.003), solid=False),
        foot(0.01),
    ]
