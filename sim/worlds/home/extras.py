"""Movable things that the household's catalogue does not know. They stand outside the flat until a setup needs one.

Frame as in items.py. Nothing of this is written into home.yaml: the robot has never heard of them.
"""

import math
from dataclasses import dataclass, replace

from .items import BLACK, BLUE, ORANGE, PINK, PURPLE, RED, WHITE, YELLOW, bowl, cup, foot, ring
from .shapes import Part, box, capsule, cylinder, ellipsoid, sphere

# How far a pattern stands out of what it is painted on, m.
PROUD = 0.0008


@dataclass(frozen=True)
class Extra:
    """A thing without names. What people may call it is in the suites only."""

    id: str
    mass: float
    parts: list
    friction: float = 0.8
    rolling: float = 0.0


def painted(parts):
    """Parts that can only be seen."""
    return [replace(p, solid=False) for p in parts]


def striped_mug():
    radius, bands = 0.037, []
    for i, low in enumerate((0.012, 0.040, 0.068)):
        bands += painted(ring(f"band_{i}", BLUE, 10, radius + PROUD, 0.003, 0.014, 0.0, low))
    return cup(WHITE, WHITE) + bands


def spotted_cup():
    """Red spots in three rows, each turned against the one below; none where the handle is."""
    spots, radius = [], 0.0395
    for row in range(3):
        for i in range(7):
            a = 2 * math.pi * (i + 0.5 * (row % 2)) / 7 + 0.2
            if math.cos(a) > 0.93:
                continue
            at = ((radius - 0.003) * math.cos(a), (radius - 0.003) * math.sin(a), 0.019 + 0.027 * row)
            spots.append(Part(f"spot_{row}_{i}", "ellipsoid", (0.0033, 0.0095, 0.0095), at, RED, (0, 0, a), solid=False))
    return cup(WHITE, WHITE) + spots


def checked_bowl():
    """Three rows of twelve squares; what is touched is the plain bowl below them."""
    lean, squares = 0.28, []
    for row in range(3):
        low = 0.003 + 0.0173 * row
        radius = 0.066 + math.tan(lean) * (low + 0.0087 - 0.029) + PROUD
        tiles = ring(f"square_{row}", WHITE, 12, radius, 0.0062, 0.0173, lean, low)
        squares += [replace(p, colour=RED if (i + row) % 2 else WHITE, solid=False) for i, p in enumerate(tiles)]
    return bowl(WHITE, WHITE) + squares


def plate(colour, middle):
    """A small flat plate, whose rim leans out far enough for a finger to get below it."""
    rim = ring("rim", colour, 14, 0.076, 0.005, 0.022, 0.75, 0.003)
    return [cylinder("bottom", colour, 0.064, (0.001, 0.008)), foot(0.04),
            cylinder("middle", middle, 0.044, (0.008, 0.0088), solid=False), *rim]


def toy_bus():
    pane, e = "#bcd8ee", PROUD
    parts = [box("body", ORANGE, (-0.07, 0.07), (-0.029, 0.029), (0.014, 0.074)),
             box("sole", BLACK, (-0.055, 0.055), (-0.03, 0.03), (0.0, 0.014), visual=False),
             box("stripe", WHITE, (-0.07 - e, 0.07 + e), (-0.029 - e, 0.029 + e), (0.032, 0.037), solid=False),
             box("front", pane, (0.069, 0.07 + e), (-0.024, 0.024), (0.042, 0.066), solid=False),
             box("rear", pane, (-0.07 - e, -0.069), (-0.02, 0.02), (0.046, 0.066), solid=False)]
    parts += [box(f"window_{i}", pane, (x - 0.0105, x + 0.0105), (-0.029 - e, 0.029 + e), (0.044, 0.065), solid=False)
              for i, x in enumerate((-0.05, -0.024, 0.002, 0.028, 0.054))]
    for i, (x, y) in enumerate(((0.044, 0.026), (0.044, -0.026), (-0.044, 0.026), (-0.044, -0.026))):
        parts.append(Part(f"wheel_{i}", "cylinder", (0.016, 0.011), (x, y, 0.016), BLACK, (math.pi / 2, 0, 0), solid=False))
    parts += [sphere(f"light_{i}", YELLOW, 0.006, (0.07, y, 0.024), solid=False) for i, y in enumerate((0.02, -0.02))]
    return parts


def toy_rabbit():
    fur, inner = "#f4f2ee", "#f0a8ba"
    parts = [ellipsoid("belly", fur, (0.034, 0.036, 0.044), (0, 0, 0.046)),
             sphere("head", fur, 0.031, (0.005, 0, 0.105)),
             box("seat", fur, (-0.025, 0.02), (-0.025, 0.025), (0.0, 0.02)),
             ellipsoid("muzzle", fur, (0.014, 0.016, 0.011), (0.031, 0, 0.098), solid=False),
             sphere("nose", inner, 0.0045, (0.045, 0, 0.101), solid=False),
             sphere("tail", fur, 0.014, (-0.038, 0, 0.03), solid=False)]
    for side, y in (("left", 1), ("right", -1)):
        parts += [capsule(f"leg_{side}", fur, 0.014, (0.005, y * 0.022, 0.014), (0.044, y * 0.024, 0.014)),
                  capsule(f"arm_{side}", fur, 0.011, (0.006, y * 0.028, 0.074), (0.034, y * 0.022, 0.056), solid=False),
                  ellipsoid(f"ear_{side}", fur, (0.007, 0.011, 0.036), (-0.002, y * 0.015, 0.162), solid=False),
                  ellipsoid(f"inner_{side}", inner, (0.003, 0.0065, 0.026), (0.0035, y * 0.015, 0.162), solid=False),
                  sphere(f"eye_{side}", BLACK, 0.0045, (0.033, y * 0.012, 0.113), solid=False)]
    return parts


def book(cover):
    """Lies closed; pages show on three sides."""
    x, y, z = 0.075, 0.0385, 0.030
    return [box("pages", "#f4efe0", (-x + 0.004, x - 0.003), (-y + 0.004, y - 0.003), (0.004, z - 0.004), solid=False),
            box("low", cover, (-x, x), (-y, y), (0.0, 0.004)),
            box("high", cover, (-x, x), (-y, y), (z - 0.004, z)),
            box("spine", cover, (-x, x), (-y, -y + 0.004), (0.0, z)),
            box("block", cover, (-x, x), (-y, y), (0.0, z), visual=False),
            box("title", "#c8a24a", (-0.03, 0.03), (-0.012, 0.012), (z, z + 0.0006), solid=False)]


def vase(colour, second):
    return [ellipsoid("belly", colour, (0.039, 0.039, 0.052), (0, 0, 0.054)),
            cylinder("base", colour, 0.026, (0.0, 0.02)), foot(0.018),
            cylinder("neck", colour, 0.018, (0.09, 0.15)),
            cylinder("lip", colour, 0.025, (0.15, 0.158)),
            cylinder("hole", "#1d120b", 0.019, (0.158, 0.1586), solid=False),
            cylinder("line", second, 0.0397, (0.05, 0.058), solid=False)]


def candle(wax):
    return [cylinder("wax", wax, 0.03, (0.001, 0.10)), foot(0.02),
            cylinder("top", "#d9606a", 0.024, (0.10, 0.1008), solid=False),
            cylinder("wick", "#2a2622", 0.0022, (0.10, 0.116), solid=False)]


EXTRAS = [
    Extra("striped_mug", 0.2, striped_mug()),
    Extra("spotted_cup", 0.2, spotted_cup()),
    Extra("purple_mug", 0.2, cup(PURPLE, PURPLE)),
    Extra("checked_bowl", 0.25, checked_bowl()),
    Extra("pink_bowl", 0.25, bowl(PINK, "#e07f9f")),
    Extra("grey_plate", 0.2, plate("#8f9296", "#a3a6aa")),
    Extra("orange_toy_bus", 0.16, toy_bus()),
    Extra("white_toy_rabbit", 0.12, toy_rabbit(), 0.9),
    Extra("black_book", 0.25, book("#1e1e20"), 0.7),
    Extra("brown_vase", 0.35, vase("#6b4023", "#c79a66")),
    Extra("red_candle", 0.2, candle(RED)),
]


def poses():
    """Extra's id -> (x, y, z, yaw): a row outside the flat."""
    return {it.id: (12.0 + 0.3 * i, 3.2, 0.0, 0.0) for i, it in enumerate(EXTRAS)}
