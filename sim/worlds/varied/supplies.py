"""Cleaning supplies, other things of a household, and clutter: makers of parts. Each takes the draws and a look."""

import math
from dataclasses import replace

from home.shapes import Part, box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex
from .surfaces import E, block, column, globe

BLACK = from_hex("#1e1e20", "black", 0.4)
WHITE = from_hex("#f2f1ec", "white", 0.3)
STEEL = from_hex("#b4b8bc", "grey", 0.9)


def sponge(d, look):
    x, y, h = d.span(0.048, 0.064), d.span(0.029, 0.038), d.span(0.03, 0.05)
    split = d.span(0.68, 0.78) * h
    pore = replace(look.main, rgb=tuple(round(0.72 * c) for c in look.main.rgb))
    parts = [box("soft", look.main, (-x, x), (-y, y), (h - split, h)),
             box("scourer", look.second, (-x, x), (-y, y), (0, h - split))]
    for i in range(6):
        u, v = d.near(0, 0.85) * x, d.near(0, 0.8) * y
        parts.append(ellipsoid(f"pore_{i}", pore, (d.span(0.003, 0.006), 0.004, 0.0012), (u, v, h)))
    return parts


def soap(d, look):
    """A bar with rounded ends and a mark pressed into it."""
    x, y, h = d.span(0.036, 0.048), d.span(0.025, 0.032), d.span(0.022, 0.034)
    parts = [ellipsoid("dome", look.main, (x * 1.12, y * 1.1, h * 0.55), (0, 0, h * 0.55)),
             box("core", look.main, (-x * 0.82, x * 0.82), (-y * 0.86, y * 0.86), (0.0, h * 0.86))]
    parts += [cylinder(f"end_{s}", look.main, y * 0.86, (0, h * 0.86), (s * x * 0.4, 0)) for s in (-1, 1)]
    pressed = replace(look.main, rgb=tuple(round(0.8 * c) for c in look.main.rgb))
    parts.append(ellipsoid("mark", pressed, (x * 0.5, y * 0.42, 0.003), (0, 0, h * 1.09)))
    return parts


def cleaner(d, look, form="spray"):
    """A spray with a trigger, or a flat bottle of detergent with a push-pull cap."""
    cap = d.paint(d.beside(look.main.term), 0.4)
    if form == "spray":
        x, y, h = d.span(0.032, 0.042), d.span(0.023, 0.03), d.span(0.115, 0.145)
        parts = column(look, y * 1.25, (0, h)) if d.chance(0.4) else block(look, (-x, x), (-y, y), (0, h))
        parts += [ellipsoid("shoulder", look.main, (min(x, y * 1.25), y, 0.022), (0, 0, h)),
                  cylinder("neck", cap, 0.013, (h, h + 0.04)),
                  box("head", cap, (-0.024, 0.036), (-0.012, 0.012),
                      (h + 0.038, h + 0.062)), cylinder("ring", cap, 0.017, (h + 0.012, h + 0.026)),
                  Part("nozzle", "cylinder", (0.006, 0.014), (0.042, 0, h + 0.052), cap, (0, math.pi / 2, 0)),
                  Part("trigger", "box", (0.007, 0.012, 0.034), (0.026, 0, h + 0.024), cap, (0, -0.4, 0))]
    else:
        x, y, h = d.span(0.034, 0.044), d.span(0.021, 0.028), d.span(0.13, 0.165)
        parts = block(look, (-x, x), (-y, y), (0, h))
        parts += [ellipsoid("shoulder", look.main, (x, y, 0.03), (0, 0, h)),
                  cylinder("collar", cap, 0.015, (h + 0.022, h + 0.038)),
                  cylinder("push", cap, 0.008,
                           (h + 0.038, h + 0.052)), cylinder("lip", cap, 0.011, (h + 0.048, h + 0.055))]
    if look.pattern == "plain":
        z = (0.24 * h, d.span(0.56, 0.66) * h)
        parts.append(box("label", look.second, (-0.7 * x, 0.7 * x), (-y * 1.26 - E, y * 1.26 + E), z) if len(parts)
                     and parts[0].shape == "cylinder"
                     else box("label", look.second, (-0.75 * x, 0.75 * x), (-y - E, y + E), z))
    return parts


def paper_roll(d, look, form="toilet"):
    r, h = (d.span(0.045, 0.056),
            d.span(0.09, 0.108)) if form == "toilet" else (d.span(0.046, 0.062), d.span(0.2, 0.25))
    hole = from_hex("#3a3028", "", 0.0)
    parts = column(look, r, (0, h))
    parts += [cylinder("core", from_hex("#9a7f5e", "brown", 0.1), 0.021, (h - 0.001, h + 0.001)),
              cylinder("hole", hole, 0.018, (h, h + 0.0016)),
              box("flap", look.main, (r - 0.002, r + 0.002), (-0.3 * r, 0.55 * r), (0.001, h - 0.001))]
    return parts


def book(d, look):
    x, y, h = d.span(0.085, 0.12), d.span(0.06, 0.085), d.span(0.016, 0.042)
    parts = [box("back", look.main, (-x, x), (-y, y), (0, 0.003)),
             box("pages", WHITE, (-x + 0.003, x - 0.003), (-y + 0.003, y - 0.003),
                 (0.003, h - 0.003)), box("spine", look.main, (-x, x), (-y - 0.002, -y + 0.003), (0, h))]
    parts += block(look, (-x, x), (-y, y), (h - 0.003, h)) if look.pattern != "plain" else [
        box("cover", look.main, (-x, x), (-y, y), (h - 0.003,
                                                   h)), box("title", look.second, (-0.6 * x, 0.6 * x),
                                                            (0.1 * y, 0.5 * y), (h - E, h + E))]
    return parts


def phone(d, look):
    """A black one may lie on its back and show the screen; the others show their case and the lenses."""
    x, y, h = d.span(0.068, 0.08), d.span(0.033, 0.039), d.span(0.007, 0.01)
    body = box("body", look.main, (-x, x), (-y, y), (0, h))
    if look.main.term == "black" and d.chance(0.6):
        screen = from_hex(d.pick(("#101218", "#16202e", "#1a1a20")), "black", 0.9)
        return [body, box("screen", screen, (-x * 0.9, x * 0.9), (-y * 0.88, y * 0.88), (h - E, h + E)),
                cylinder("button", WHITE, 0.003, (h, h + 0.0014), (x * 0.95, 0))]
    isle = box("isle", BLACK if look.main.term != "black" else STEEL, (0.6 * x, 0.92 * x), (0.1 * y, 0.82 * y),
               (h, h + 0.002))
    return [body, isle, *[cylinder(f"lens_{i}", from_hex("#30343c", "", 0.9), 0.006, (h, h + 0.0035), (a * x, b * y))
                          for i, (a, b) in enumerate(((0.68, 0.3), (0.84, 0.3), (0.76, 0.62)))]]


def candle(d, look):
    r, h = d.span(0.02, 0.036), d.span(0.06, 0.15)
    parts = column(look, r, (0, h)) + [cylinder("wick", BLACK, 0.0016, (h, h + 0.01)),
                                       cylinder("wax", from_hex("#f6ecd0", "", 0.4), 0.6 * r, (h, h + 0.001))]
    if d.chance(0.5):
        parts += [ellipsoid("flame", from_hex("#ffb030", "", 0.0), (0.006, 0.006, 0.013), (0, 0, h + 0.02))]
    return parts


def vase(d, look, full=False):
    """A belly, a narrow neck and a wider lip; full: with flowers."""
    r, h, neck = d.span(0.04, 0.056), d.span(0.15, 0.21), d.span(0.3, 0.42)
    parts = globe(look, (r, r, 0.3 * h), 0.3 * h)
    parts += [cylinder("base", look.main, 0.6 * r, (0, 0.012)),
              cylinder("neck", look.main, neck * r, (0.5 * h, h - 0.006)),
              ellipsoid("lip", look.main, (0.62 * r, 0.62 * r, 0.008), (0, 0, h - 0.008)),
              cylinder("mouth", BLACK, neck * r, (h - 0.003, h + 0.0005))]
    if full:
        for i in range(d.count(2, 4)):
            a, out, up = 2.1 * i + d.near(0, 0.4), d.span(0.02, 0.05), h + d.span(0.05, 0.11)
            end = (out * math.cos(a), out * math.sin(a), up)
            parts += [capsule(f"stem_{i}", from_hex("#3c7a34", "green", 0.1), 0.0025, (0, 0, h - 0.02), end),
                      sphere(f"blossom_{i}", d.paint(d.pick(("red", "yellow", "pink", "white"))), 0.017, end)]
    return parts


def shoe(d, look):
    x, y = d.span(0.1, 0.135), d.span(0.037, 0.046)
    lace = WHITE if look.main.term != "white" else BLACK
    return [box("sole", look.second, (-0.9 * x, 0.6 * x), (-0.96 * y, 0.96 * y), (0, 0.014)),
            cylinder("toe_sole", look.second, 0.96 * y, (0, 0.014), (0.62 * x, 0)),
            ellipsoid("toe", look.main, (0.66 * x, 0.95 * y, 0.028),
                      (0.36 * x, 0, 0.032)), ellipsoid("heel", look.main, (0.48 * x, 0.9 * y, 0.04),
                                                       (-0.46 * x, 0, 0.046)),
            ellipsoid("opening", BLACK, (0.26 * x, 0.55 * y, 0.01),
                      (-0.5 * x, 0, 0.082)), ellipsoid("tongue", look.main, (0.3 * x, 0.5 * y, 0.02),
                                                       (0.02 * x, 0, 0.06)),
            *[box(f"lace_{i}", lace, (a * x, a * x + 0.006), (-0.42 * y, 0.42 * y), (0.04, z))
              for i, (a, z) in enumerate(((-0.02, 0.0815), (0.12, 0.0785), (0.26, 0.0655)))]]


def remote(d, look):
    x, y, h = d.span(0.075, 0.1), d.span(0.02, 0.026), d.span(0.014, 0.02)
    parts = [box("body", look.main, (-x, x), (-y, y), (0, h)),
             cylinder("power", d.paint("red"), 0.006, (h, h + 0.002), (0.84 * x, 0.4 * y))]
    keys = WHITE if look.main.term in ("black", "grey") else BLACK
    parts += [cylinder(f"key_{i}{j}", keys, 0.0045, (h, h + 0.002), (0.5 * x - 0.017 * i, (j - 1) * 0.55 * y))
              for i in range(5) for j in range(3)]
    return parts + [cylinder("wheel", keys, 0.5 * y, (h, h + 0.0022), (-0.6 * x, 0))]


def distractor(d, look):
    """Clutter without a name: one to four primitives."""
    parts, z = [], 0.0
    for i in range(d.count(1, 4)):
        paint = look.main if i == 0 or d.chance(0.4) else d.paint(d.beside(look.main.term))
        a, b, c = d.span(0.012, 0.06), d.span(0.012, 0.05), d.span(0.012, 0.07)
        at, turn = (d.near(0, 0.03) if i else 0.0, d.near(0, 0.03) if i else 0.0), (0, 0, d.near(0, 1.5))
        shape = d.pick(("box", "cylinder", "capsule", "ellipsoid", "cylinder", "box"))
        size, half = {"box": ((2 * a, 2 * b, 2 * c), c), "cylinder": ((a, 2 * c), c),
                      "capsule": ((0.5 * a, 2 * b), b + 0.5 * a), "ellipsoid": ((a, b, c), c)}[shape]
        parts.append(Part(f"piece_{i}", shape, size, (*at, z + half), paint, turn))
        z = z if d.chance(0.4) else z + 1.7 * half
        if z > 0.16:
            break
    return parts
