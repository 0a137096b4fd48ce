"""Toys: makers of parts. Each takes the draws and a look; some come in several forms."""

import math

from home.shapes import Part, box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex
from .surfaces import E, block, globe

BLACK = from_hex("#1e1e20", "black", 0.4)
WHITE = from_hex("#f2f1ec", "white", 0.3)
STEEL = from_hex("#b4b8bc", "grey", 0.9)


def plush(d, look, form="bear"):
    """A soft animal that sits: bear, rabbit, cat or elephant."""
    fur, light = look.main, look.second
    k, round_ = d.span(0.9, 1.12), d.span(0.9, 1.15)
    parts = [ellipsoid("belly", fur, (0.034, 0.037 * round_, 0.045 * k), (0, 0, 0.048)),
             sphere("head", fur, 0.033, (0.004, 0, 0.108 * k)),
             capsule("leg_left", fur, 0.015, (0.005, 0.024, 0.015),
                     (0.045, 0.03, 0.015)), capsule("leg_right", fur, 0.015, (0.005, -0.024, 0.015),
                                                    (0.045, -0.03, 0.015)),
             capsule("arm_left", fur, 0.012, (0.004, 0.03, 0.075 * k),
                     (0.03, 0.046, 0.05)), capsule("arm_right", fur, 0.012, (0.004, -0.03, 0.075 * k),
                                                   (0.03, -0.046, 0.05)),
             ellipsoid("tummy", light, (0.012, 0.024, 0.028), (0.026, 0, 0.05))]
    z = 0.108 * k
    for side, y in (("left", 1), ("right", -1)):
        parts.append(sphere(f"eye_{side}", BLACK, 0.0045, (0.033, y * 0.013, z + 0.009)))
        if form == "bear":
            parts += [sphere(f"ear_{side}", fur, 0.013, (0, y * 0.026, z + 0.028)),
                      sphere(f"paw_{side}", light, 0.009, (0.054, y * 0.03, 0.016))]
        elif form == "rabbit":
            parts += [ellipsoid(f"ear_{side}", fur, (0.006, 0.011, d.span(0.03, 0.042)),
                                (-0.002, y * 0.015, z + 0.056)),
                      ellipsoid(f"inner_{side}", light, (0.003, 0.006, 0.024), (0.004, y * 0.015, z + 0.054))]
        elif form == "cat":
            parts += [Part(f"ear_{side}", "box", (0.008, 0.02, 0.02), (0.0, y * 0.02, z + 0.027), fur,
                           (math.pi / 4, 0, 0)),
                      capsule(f"whisker_{side}", BLACK, 0.001, (0.034, y * 0.008, z - 0.004), (0.03, y * 0.034, z))]
        else:
            parts.append(ellipsoid(f"ear_{side}", light, (0.006, 0.026, 0.03), (0.0, y * 0.046, z + 0.004)))
    if form == "elephant":
        parts += [capsule("trunk_high", fur, 0.01, (0.03, 0, z - 0.004), (0.052, 0, z - 0.034)),
                  capsule("trunk_low", fur, 0.008, (0.052, 0, z - 0.034), (0.066, 0, z - 0.044))]
    else:
        parts += [ellipsoid("muzzle", light, (0.016, 0.016, 0.012), (0.03, 0, z - 0.007)),
                  sphere("nose", BLACK, 0.005, (0.046, 0, z - 0.003))]
    if form == "cat":
        parts.append(capsule("tail", fur, 0.008, (-0.03, 0.01, 0.02), (-0.05, 0.03, 0.06)))
    if look.pattern == "spotted":
        places = ((-0.024, 0.012, 0.06), (-0.022, -0.016, 0.04), (0.0, 0.03, 0.058), (0.0, -0.031, 0.045),
                  (-0.02, 0.01, z + 0.008), (0.004, -0.024, z + 0.012), (0.0, 0.02, z + 0.018))
        parts += [sphere(f"patch_{i}", light, 0.011, at) for i, at in enumerate(places)]
    elif look.pattern == "striped":
        parts += [ellipsoid(f"stripe_{i}", light, (0.033, 0.038 * round_, 0.004), (0, 0, h))
                  for i, h in enumerate((0.036, 0.054, 0.07))]
        parts += [ellipsoid("stripe_head", light, (0.034, 0.034, 0.004), (0.004, 0, z + 0.002))]
    return parts


def duck(d, look):
    k = d.span(0.9, 1.15)
    hx = d.span(0.018, 0.027)
    hz, r = 0.07 * k, d.span(0.022, 0.027)
    parts = globe(look, (0.045, 0.034 * k, 0.030), 0.030)
    parts += [sphere("head", look.main, r, (hx, 0, hz)),
              ellipsoid("beak", d.paint("orange"), (0.015, 0.012, 0.006), (hx + r + 0.002, 0, hz - 0.003)),
              Part("tail", "ellipsoid", (0.018, 0.016, 0.008), (-0.042, 0, 0.042), look.main, (0, 0.6, 0))]
    for side, y in (("left", 1), ("right", -1)):
        parts += [sphere(f"eye_{side}", BLACK, 0.004, (hx + 0.7 * r, y * 0.6 * r, hz + 0.35 * r)),
                  ellipsoid(f"wing_{side}", look.main, (0.022, 0.007, 0.014), (-0.006, y * 0.032 * k, 0.036))]
    return parts


def toy_vehicle(d, look, form="car"):
    pane = from_hex("#9fc4ea", "blue", 0.6)
    x, y, r = d.span(0.052, 0.07), d.span(0.024, 0.031), d.span(0.014, 0.018)
    z = r
    if form == "car":
        top = z + d.span(0.024, 0.032)
        parts = block(look, (-x, x), (-y, y), (z, top))
        parts += [box("cabin", pane, (-0.58 * x, 0.4 * x), (-0.86 * y, 0.86 * y), (top, top + 0.022)),
                  box("roof", look.main, (-0.55 * x, 0.34 * x), (-0.86 * y, 0.86 * y), (top + 0.02, top + 0.027))]
    elif form == "bus":
        top = z + d.span(0.05, 0.062)
        parts = block(look, (-x, x), (-y, y), (z, top))
        parts += [box(f"window_{i}", pane, (a * x - 0.009, a * x + 0.009), (-y - 2 * E, y + 2 * E),
                      (z + 0.55 * (top - z), z + 0.85 * (top - z))) for i, a in enumerate((-0.72, -0.24, 0.24, 0.72))]
        parts.append(box("front", pane, (x - 0.002, x + 2 * E), (-0.8 * y, 0.8 * y),
                         (z + 0.5 * (top - z), z + 0.85 * (top - z))))
    else:
        load = look.second
        parts = [box("sole", BLACK, (-x, x), (-0.8 * y, 0.8 * y), (z, z + 0.01)),
                 box("cab", look.main, (0.42 * x, x), (-y, y), (z + 0.004, z + 0.052)),
                 box("pane", pane, (x - 0.002, x + E), (-0.8 * y, 0.8 * y), (z + 0.028, z + 0.046))]
        parts += block(look, (-x, 0.34 * x), (-y, y), (z + 0.01, z + d.span(0.036, 0.06)))
        if look.pattern == "plain":
            parts.append(box("load", load, (-0.9 * x, 0.24 * x), (-0.85 * y, 0.85 * y), (z + 0.03, z + 0.066)))
    hub = STEEL if d.chance(0.5) else WHITE
    for i, (a, b) in enumerate(((0.6, 1), (0.6, -1), (-0.6, 1), (-0.6, -1))):
        parts += [Part(f"wheel_{i}", "cylinder", (r, 0.012), (a * x, b * y * 0.96, r), BLACK, (math.pi / 2, 0, 0)),
                  Part(f"hub_{i}", "cylinder", (0.45 * r, 0.0135), (a * x, b * y * 0.96, r), hub, (math.pi / 2, 0, 0))]
    parts += [sphere(f"light_{i}", from_hex("#f6eeb8", "", 0.5), 0.005, (x, s * 0.65 * y, z + 0.014))
              for i, s in enumerate((-1, 1))]
    return parts


def ball(d, look):
    r = d.span(0.031, 0.052)
    parts = globe(look, (r, r, r), r)
    if look.pattern == "plain" and d.chance(0.5):
        parts.append(cylinder("seam", look.second, r + 0.0005, (r - 0.003, r + 0.003)))
    return parts


def cube(d, look):
    """A puzzle cube: six colours in a grid of black lines; the look's main colour is on top."""
    a = d.span(0.026, 0.033)
    others = [t for t in ("white", "red", "orange", "green", "blue", "yellow") if t != look.main.term]
    d.random.shuffle(others)
    b, e = 0.95 * a, 0.0006
    sides = (("front", (a - 0.001, a + e), (-b, b)), ("back", (-a - e, -a + 0.001), (-b, b)),
             ("left", (-b, b), (a - 0.001, a + e)), ("right", (-b, b), (-a - e, -a + 0.001)))
    parts = [box("core", BLACK, (-a, a), (-a, a), (0, 2 * a)),
             box("top", look.main, (-b, b), (-b, b), (2 * a - 0.001, 2 * a + e))]
    parts += [box(n, d.paint(t, 0.5), x, y, (a - b, a + b)) for (n, x, y), t in zip(sides, others)]
    if d.chance(0.5):
        # Turned about: some stickers of other colours.
        for i in range(4):
            u, w = d.pick((-1, 0, 1)) * 0.64 * a, a + d.pick((-1, 0, 1)) * 0.64 * a
            tile, s = d.paint(d.pick(others), 0.5), 0.28 * a
            parts += [box(f"tile_y{i}", tile, (u - s, u + s), (-a - 2 * e, a + 2 * e), (w - s, w + s)),
                      box(f"tile_x{i}", tile, (-a - 2 * e, a + 2 * e), (u - s, u + s), (w - s, w + s))]
    t, o = 0.0014, a + 0.0018
    for i, v in enumerate((-a / 3, a / 3)):
        parts += [box(f"line_x{i}", BLACK, (v - t, v + t), (-o, o), (0, 2 * a + 0.0018)),
                  box(f"line_y{i}", BLACK, (-o, o), (v - t, v + t), (0, 2 * a + 0.0018)),
                  box(f"line_z{i}", BLACK, (-o, o), (-o, o), (a + v - t, a + v + t))]
    return parts


PIPS = {1: ((0, 0),), 2: ((-1, -1), (1, 1)), 3: ((-1, -1), (0, 0), (1, 1)), 4: ((-1, -1), (-1, 1), (1, -1), (1, 1)),
        5: ((-1, -1), (-1, 1), (1, -1), (1, 1), (0, 0)), 6: ((-1, -1), (-1, 0), (-1, 1), (1, -1), (1, 0), (1, 1))}


def dice(d, look):
    a, r = d.span(0.02, 0.03), d.span(0.0042, 0.006)
    step, b = 0.5 * a, a - 0.6 * r
    numbers = [1, 2, 3, 4, 5, 6]
    d.random.shuffle(numbers)
    parts = [box("body", look.main, (-a, a), (-a, a), (0, 2 * a))]
    faces = (lambda u, v: (b, u, a + v), lambda u, v: (-b, u, a + v), lambda u, v: (u, b, a + v), lambda u,
             v: (u, -b, a + v), lambda u, v: (u, v, a + b))
    for f, number in zip(faces, numbers):
        parts += [sphere(f"pip_{len(parts)}_{i}", look.second, r, f(u * step, v * step))
                  for i, (u, v) in enumerate(PIPS[number])]
    return parts
