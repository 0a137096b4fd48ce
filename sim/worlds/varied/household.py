"""Dishes, toys, cleaning supplies and other things: makers of parts. Each takes the draws and a look."""

import math
from dataclasses import replace

from home.items import ring
from home.shapes import Part, box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex, hsv
from .surfaces import E, block, column, globe, wall

BLACK, WHITE = from_hex("#1e1e20", "black", 0.4), from_hex("#f2f1ec", "white", 0.3)
STEEL = from_hex("#b4b8bc", "grey", 0.9)


def filling(d, kind):
    """What is in a full bowl or cup: its paint."""
    return from_hex({"coffee": "#3a2414", "tea": "#9a5a1e", "milk": "#f4efe2", "soup": "#c8641e", "cereal": "#d8a850", "rice": "#f2ead8"}[kind], "", 0.2)


def cup(d, look, full=False):
    """A mug with a handle."""
    r, h, lean = d.span(0.034, 0.046), d.span(0.08, 0.112), d.pick((0.0, 0.0, 0.08, 0.14))
    low = r - math.tan(lean) * h / 2
    parts = wall(look, r, 0.005, (0.001, h), lean, 10) + [cylinder("bottom", look.main, low - 0.001, (0, 0.007))]
    grip = look.second if look.pattern in ("two-tone", "striped") and d.chance(0.5) else look.main
    x0, x1, w = r - 0.003, r + d.span(0.022, 0.034), d.span(0.005, 0.0075)
    if d.chance(0.5):
        top, bottom = h * 0.8, h * 0.24
        parts += [capsule("handle_top", grip, w, (x0, 0, top), (x1 - w, 0, top - 0.004)),
                  capsule("handle_out", grip, w, (x1 - w, 0, top - 0.004), (x1 - w, 0, bottom + 0.012)),
                  capsule("handle_low", grip, w, (x1 - w, 0, bottom + 0.012), (x0 - math.tan(lean) * h * 0.25, 0, bottom))]
    else:
        parts += [box("handle_top", grip, (x0, x1), (-w, w), (h * 0.74, h * 0.86)),
                  box("handle_low", grip, (x0 - math.tan(lean) * h * 0.3, x1), (-w, w), (h * 0.2, h * 0.32)),
                  box("handle_out", grip, (x1 - 0.009, x1), (-w, w), (h * 0.32, h * 0.74))]
    if full:
        z = h * d.span(0.72, 0.9)
        parts.append(cylinder("drink", filling(d, d.pick(("coffee", "tea", "milk"))), r + math.tan(lean) * (z - h / 2) - 0.003, (z - 0.003, z)))
    return parts


def glass(d, look, full=False):
    """A tumbler without a handle."""
    r, h, lean = d.span(0.03, 0.038), d.span(0.105, 0.15), d.pick((0.03, 0.06, 0.1))
    parts = wall(look, r, 0.003, (0.001, h), lean, 12) + [cylinder("bottom", look.main, r - math.tan(lean) * h / 2, (0, 0.01))]
    if full:
        z = h * d.span(0.7, 0.9)
        drink = from_hex(d.pick(("#f0a020", "#c8dcec", "#b01c2c", "#5a2c14", "#f4efe2")), "", 0.4)
        parts.append(cylinder("drink", drink, r + math.tan(lean) * (z - h / 2) - 0.002, (z - 0.004, z)))
    return parts


def bowl(d, look, full=False):
    r, h, lean = d.span(0.056, 0.078), d.span(0.042, 0.064), d.span(0.22, 0.5)
    low = r - math.tan(lean) * h / 2
    parts = [cylinder("bottom", look.main, low, (0.0, 0.008))] + wall(look, r, 0.005, (0.003, h), lean, 12)
    if not full:
        return parts
    z = 0.7 * h
    inside = r + math.tan(lean) * (z - h / 2) - 0.007
    if d.chance(0.45):
        for i in range(3):
            a, size = 2 * math.pi * i / 3 + d.near(0, 0.4), d.span(0.022, 0.03)
            fruit = hsv("", *d.pick(((355, 0.85, 0.75), (28, 0.95, 0.95), (52, 0.85, 0.95), (88, 0.7, 0.65), (300, 0.6, 0.36))), 0.4)
            parts.append(sphere(f"fruit_{i}", fruit, size, (0.44 * r * math.cos(a), 0.44 * r * math.sin(a), max(size + 0.008, z))))
        return parts
    what = d.pick(("soup", "cereal", "rice", "milk", "cereal"))
    parts.append(cylinder("food", filling(d, "milk" if what == "cereal" else what), inside, (z - 0.004, z)))
    if what == "cereal":
        grain = filling(d, "cereal")
        parts += [ellipsoid(f"grain_{i}", grain, (0.009, 0.007, 0.005),
                            (0.8 * inside * math.sqrt((i + 0.5) / 14) * math.cos(2.4 * i), 0.8 * inside * math.sqrt((i + 0.5) / 14) * math.sin(2.4 * i), z + 0.002))
                  for i in range(14)]
    return parts


def plate(d, look):
    r, h = d.span(0.085, 0.125), d.span(0.014, 0.022)
    rise = h - 0.002
    parts = [cylinder("bottom", look.main, r - 0.3 * h - math.tan(1.15) * rise / 2 + 0.003, (0, 0.006))]
    parts += ring("rim", look.main, 14, r - 0.3 * h, 0.004, rise, 1.15, 0.002)
    if look.pattern == "striped":
        parts += [cylinder("circle", look.second, 0.62 * r, (0.006, 0.0066)), cylinder("inner", look.main, 0.48 * r, (0.006, 0.0072)),
                  cylinder("heart", look.second, 0.3 * r, (0.006, 0.0078)), cylinder("core", look.main, 0.18 * r, (0.006, 0.0084))]
    elif look.pattern == "spotted":
        n = 7
        parts += [cylinder(f"spot_{i}", look.second, 0.1 * r * look.spot, (0.005, 0.0068), (0.45 * r * math.cos(6.283 * i / n), 0.45 * r * math.sin(6.283 * i / n)))
                  for i in range(n)]
        parts.append(cylinder("spot", look.second, 0.1 * r * look.spot, (0.005, 0.0068)))
    elif look.pattern == "two-tone":
        parts.append(cylinder("heart", look.second, 0.6 * r, (0.006, 0.0068)))
    return parts


def spoon(d, look):
    length, r = d.span(0.14, 0.19), d.span(0.017, 0.024)
    return [ellipsoid("bowl", look.main, (r * 1.45, r, 0.005), (length / 2 - r, 0, 0.006)),
            capsule("handle", look.main, 0.0042, (length / 2 - 2 * r, 0, 0.006), (-length / 2, 0, 0.006)),
            ellipsoid("end", look.main, (0.016, 0.007, 0.004), (-length / 2 + 0.012, 0, 0.006))]


def plush(d, look, form="bear"):
    """A soft animal that sits: bear, rabbit, cat or elephant."""
    fur, light = look.main, look.second
    k, round_ = d.span(0.9, 1.12), d.span(0.9, 1.15)
    parts = [ellipsoid("belly", fur, (0.034, 0.037 * round_, 0.045 * k), (0, 0, 0.048)), sphere("head", fur, 0.033, (0.004, 0, 0.108 * k)),
             capsule("leg_left", fur, 0.015, (0.005, 0.024, 0.015), (0.045, 0.03, 0.015)), capsule("leg_right", fur, 0.015, (0.005, -0.024, 0.015), (0.045, -0.03, 0.015)),
             capsule("arm_left", fur, 0.012, (0.004, 0.03, 0.075 * k), (0.03, 0.046, 0.05)), capsule("arm_right", fur, 0.012, (0.004, -0.03, 0.075 * k), (0.03, -0.046, 0.05)),
             ellipsoid("tummy", light, (0.012, 0.024, 0.028), (0.026, 0, 0.05))]
    z = 0.108 * k
    for side, y in (("left", 1), ("right", -1)):
        parts.append(sphere(f"eye_{side}", BLACK, 0.0045, (0.033, y * 0.013, z + 0.009)))
        if form == "bear":
            parts += [sphere(f"ear_{side}", fur, 0.013, (0, y * 0.026, z + 0.028)), sphere(f"paw_{side}", light, 0.009, (0.054, y * 0.03, 0.016))]
        elif form == "rabbit":
            parts += [ellipsoid(f"ear_{side}", fur, (0.006, 0.011, d.span(0.03, 0.042)), (-0.002, y * 0.015, z + 0.056)),
                      ellipsoid(f"inner_{side}", light, (0.003, 0.006, 0.024), (0.004, y * 0.015, z + 0.054))]
        elif form == "cat":
            parts += [Part(f"ear_{side}", "box", (0.008, 0.02, 0.02), (0.0, y * 0.02, z + 0.027), fur, (math.pi / 4, 0, 0)),
                      capsule(f"whisker_{side}", BLACK, 0.001, (0.034, y * 0.008, z - 0.004), (0.03, y * 0.034, z))]
        else:
            parts.append(ellipsoid(f"ear_{side}", light, (0.006, 0.026, 0.03), (0.0, y * 0.046, z + 0.004)))
    if form == "elephant":
        parts += [capsule("trunk_high", fur, 0.01, (0.03, 0, z - 0.004), (0.052, 0, z - 0.034)), capsule("trunk_low", fur, 0.008, (0.052, 0, z - 0.034), (0.066, 0, z - 0.044))]
    else:
        parts += [ellipsoid("muzzle", light, (0.016, 0.016, 0.012), (0.03, 0, z - 0.007)), sphere("nose", BLACK, 0.005, (0.046, 0, z - 0.003))]
    if form == "cat":
        parts.append(capsule("tail", fur, 0.008, (-0.03, 0.01, 0.02), (-0.05, 0.03, 0.06)))
    if look.pattern == "spotted":
        parts += [sphere(f"patch_{i}", light, 0.011, at) for i, at in enumerate(((-0.024, 0.012, 0.06), (-0.022, -0.016, 0.04), (0.0, 0.03, 0.058), (0.0, -0.031, 0.045), (-0.02, 0.01, z + 0.008), (0.004, -0.024, z + 0.012), (0.0, 0.02, z + 0.018)))]
    elif look.pattern == "striped":
        parts += [ellipsoid(f"stripe_{i}", light, (0.033, 0.038 * round_, 0.004), (0, 0, h)) for i, h in enumerate((0.036, 0.054, 0.07))]
        parts += [ellipsoid("stripe_head", light, (0.034, 0.034, 0.004), (0.004, 0, z + 0.002))]
    return parts


def duck(d, look):
    k = d.span(0.9, 1.15)
    hx = d.span(0.018, 0.027)
    hz, r = 0.07 * k, d.span(0.022, 0.027)
    parts = globe(look, (0.045, 0.034 * k, 0.030), 0.030)
    parts += [sphere("head", look.main, r, (hx, 0, hz)), ellipsoid("beak", d.paint("orange"), (0.015, 0.012, 0.006), (hx + r + 0.002, 0, hz - 0.003)),
              Part("tail", "ellipsoid", (0.018, 0.016, 0.008), (-0.042, 0, 0.042), look.main, (0, 0.6, 0))]
    for side, y in (("left", 1), ("right", -1)):
        parts += [sphere(f"eye_{side}", BLACK, 0.004, (hx + 0.7 * r, y * 0.6 * r, hz + 0.35 * r)), ellipsoid(f"wing_{side}", look.main, (0.022, 0.007, 0.014), (-0.006, y * 0.032 * k, 0.036))]
    return parts


def toy_vehicle(d, look, form="car"):
    pane = from_hex("#9fc4ea", "blue", 0.6)
    x, y, r = d.span(0.052, 0.07), d.span(0.024, 0.031), d.span(0.014, 0.018)
    z = r
    if form == "car":
        top = z + d.span(0.024, 0.032)
        parts = block(look, (-x, x), (-y, y), (z, top))
        parts += [box("cabin", pane, (-0.58 * x, 0.4 * x), (-0.86 * y, 0.86 * y), (top, top + 0.022)), box("roof", look.main, (-0.55 * x, 0.34 * x), (-0.86 * y, 0.86 * y), (top + 0.02, top + 0.027))]
    elif form == "bus":
        top = z + d.span(0.05, 0.062)
        parts = block(look, (-x, x), (-y, y), (z, top))
        parts += [box(f"window_{i}", pane, (a * x - 0.009, a * x + 0.009), (-y - 2 * E, y + 2 * E), (z + 0.55 * (top - z), z + 0.85 * (top - z))) for i, a in enumerate((-0.72, -0.24, 0.24, 0.72))]
        parts.append(box("front", pane, (x - 0.002, x + 2 * E), (-0.8 * y, 0.8 * y), (z + 0.5 * (top - z), z + 0.85 * (top - z))))
    else:
        load = look.second
        parts = [box("sole", BLACK, (-x, x), (-0.8 * y, 0.8 * y), (z, z + 0.01)), box("cab", look.main, (0.42 * x, x), (-y, y), (z + 0.004, z + 0.052)),
                 box("pane", pane, (x - 0.002, x + E), (-0.8 * y, 0.8 * y), (z + 0.028, z + 0.046))]
        parts += block(look, (-x, 0.34 * x), (-y, y), (z + 0.01, z + d.span(0.036, 0.06)))
        if look.pattern == "plain":
            parts.append(box("load", load, (-0.9 * x, 0.24 * x), (-0.85 * y, 0.85 * y), (z + 0.03, z + 0.066)))
    hub = STEEL if d.chance(0.5) else WHITE
    for i, (a, b) in enumerate(((0.6, 1), (0.6, -1), (-0.6, 1), (-0.6, -1))):
        parts += [Part(f"wheel_{i}", "cylinder", (r, 0.012), (a * x, b * y * 0.96, r), BLACK, (math.pi / 2, 0, 0)),
                  Part(f"hub_{i}", "cylinder", (0.45 * r, 0.0135), (a * x, b * y * 0.96, r), hub, (math.pi / 2, 0, 0))]
    parts += [sphere(f"light_{i}", from_hex("#f6eeb8", "", 0.5), 0.005, (x, s * 0.65 * y, z + 0.014)) for i, s in enumerate((-1, 1))]
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
    sides = (("front", (a - 0.001, a + e), (-b, b)), ("back", (-a - e, -a + 0.001), (-b, b)), ("left", (-b, b), (a - 0.001, a + e)), ("right", (-b, b), (-a - e, -a + 0.001)))
    parts = [box("core", BLACK, (-a, a), (-a, a), (0, 2 * a)), box("top", look.main, (-b, b), (-b, b), (2 * a - 0.001, 2 * a + e))]
    parts += [box(n, d.paint(t, 0.5), x, y, (a - b, a + b)) for (n, x, y), t in zip(sides, others)]
    if d.chance(0.5):
        # Turned about: some stickers of other colours.
        for i in range(4):
            u, w = d.pick((-1, 0, 1)) * 0.64 * a, a + d.pick((-1, 0, 1)) * 0.64 * a
            tile, s = d.paint(d.pick(others), 0.5), 0.28 * a
            parts += [box(f"tile_y{i}", tile, (u - s, u + s), (-a - 2 * e, a + 2 * e), (w - s, w + s)), box(f"tile_x{i}", tile, (-a - 2 * e, a + 2 * e), (u - s, u + s), (w - s, w + s))]
    t, o = 0.0014, a + 0.0018
    for i, v in enumerate((-a / 3, a / 3)):
        parts += [box(f"line_x{i}", BLACK, (v - t, v + t), (-o, o), (0, 2 * a + 0.0018)), box(f"line_y{i}", BLACK, (-o, o), (v - t, v + t), (0, 2 * a + 0.0018)),
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
    faces = (lambda u, v: (b, u, a + v), lambda u, v: (-b, u, a + v), lambda u, v: (u, b, a + v), lambda u, v: (u, -b, a + v), lambda u, v: (u, v, a + b))
    for f, number in zip(faces, numbers):
        parts += [sphere(f"pip_{len(parts)}_{i}", look.second, r, f(u * step, v * step)) for i, (u, v) in enumerate(PIPS[number])]
    return parts


def sponge(d, look):
    x, y, h = d.span(0.048, 0.064), d.span(0.029, 0.038), d.span(0.03, 0.05)
    split = d.span(0.68, 0.78) * h
    pore = replace(look.main, rgb=tuple(round(0.72 * c) for c in look.main.rgb))
    parts = [box("soft", look.main, (-x, x), (-y, y), (h - split, h)), box("scourer", look.second, (-x, x), (-y, y), (0, h - split))]
    for i in range(6):
        u, v = d.near(0, 0.85) * x, d.near(0, 0.8) * y
        parts.append(ellipsoid(f"pore_{i}", pore, (d.span(0.003, 0.006), 0.004, 0.0012), (u, v, h)))
    return parts


def soap(d, look):
    """A bar with rounded ends and a mark pressed into it."""
    x, y, h = d.span(0.036, 0.048), d.span(0.025, 0.032), d.span(0.022, 0.034)
    parts = [ellipsoid("dome", look.main, (x * 1.12, y * 1.1, h * 0.55), (0, 0, h * 0.55)), box("core", look.main, (-x * 0.82, x * 0.82), (-y * 0.86, y * 0.86), (0.0, h * 0.86))]
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
        parts += [ellipsoid("shoulder", look.main, (min(x, y * 1.25), y, 0.022), (0, 0, h)), cylinder("neck", cap, 0.013, (h, h + 0.04)),
                  box("head", cap, (-0.024, 0.036), (-0.012, 0.012), (h + 0.038, h + 0.062)), cylinder("ring", cap, 0.017, (h + 0.012, h + 0.026)),
                  Part("nozzle", "cylinder", (0.006, 0.014), (0.042, 0, h + 0.052), cap, (0, math.pi / 2, 0)),
                  Part("trigger", "box", (0.007, 0.012, 0.034), (0.026, 0, h + 0.024), cap, (0, -0.4, 0))]
    else:
        x, y, h = d.span(0.034, 0.044), d.span(0.021, 0.028), d.span(0.13, 0.165)
        parts = block(look, (-x, x), (-y, y), (0, h))
        parts += [ellipsoid("shoulder", look.main, (x, y, 0.03), (0, 0, h)), cylinder("collar", cap, 0.015, (h + 0.022, h + 0.038)),
                  cylinder("push", cap, 0.008, (h + 0.038, h + 0.052)), cylinder("lip", cap, 0.011, (h + 0.048, h + 0.055))]
    if look.pattern == "plain":
        z = (0.24 * h, d.span(0.56, 0.66) * h)
        parts.append(box("label", look.second, (-0.7 * x, 0.7 * x), (-y * 1.26 - E, y * 1.26 + E), z) if len(parts) and parts[0].shape == "cylinder"
                     else box("label", look.second, (-0.75 * x, 0.75 * x), (-y - E, y + E), z))
    return parts


def paper_roll(d, look, form="toilet"):
    r, h = (d.span(0.045, 0.056), d.span(0.09, 0.108)) if form == "toilet" else (d.span(0.046, 0.062), d.span(0.2, 0.25))
    hole = from_hex("#3a3028", "", 0.0)
    parts = column(look, r, (0, h))
    parts += [cylinder("core", from_hex("#9a7f5e", "brown", 0.1), 0.021, (h - 0.001, h + 0.001)), cylinder("hole", hole, 0.018, (h, h + 0.0016)),
              box("flap", look.main, (r - 0.002, r + 0.002), (-0.3 * r, 0.55 * r), (0.001, h - 0.001))]
    return parts


def book(d, look):
    x, y, h = d.span(0.085, 0.12), d.span(0.06, 0.085), d.span(0.016, 0.042)
    parts = [box("back", look.main, (-x, x), (-y, y), (0, 0.003)), box("pages", WHITE, (-x + 0.003, x - 0.003), (-y + 0.003, y - 0.003), (0.003, h - 0.003)), box("spine", look.main, (-x, x), (-y - 0.002, -y + 0.003), (0, h))]
    parts += block(look, (-x, x), (-y, y), (h - 0.003, h)) if look.pattern != "plain" else [
        box("cover", look.main, (-x, x), (-y, y), (h - 0.003, h)), box("title", look.second, (-0.6 * x, 0.6 * x), (0.1 * y, 0.5 * y), (h - E, h + E))]
    return parts


def phone(d, look):
    """A black one may lie on its back and show the screen; the others show their case and the lenses."""
    x, y, h = d.span(0.068, 0.08), d.span(0.033, 0.039), d.span(0.007, 0.01)
    body = box("body", look.main, (-x, x), (-y, y), (0, h))
    if look.main.term == "black" and d.chance(0.6):
        screen = from_hex(d.pick(("#101218", "#16202e", "#1a1a20")), "black", 0.9)
        return [body, box("screen", screen, (-x * 0.9, x * 0.9), (-y * 0.88, y * 0.88), (h - E, h + E)), cylinder("button", WHITE, 0.003, (h, h + 0.0014), (x * 0.95, 0))]
    isle = box("isle", BLACK if look.main.term != "black" else STEEL, (0.6 * x, 0.92 * x), (0.1 * y, 0.82 * y), (h, h + 0.002))
    return [body, isle, *[cylinder(f"lens_{i}", from_hex("#30343c", "", 0.9), 0.006, (h, h + 0.0035), (a * x, b * y)) for i, (a, b) in enumerate(((0.68, 0.3), (0.84, 0.3), (0.76, 0.62)))]]


def candle(d, look):
    r, h = d.span(0.02, 0.036), d.span(0.06, 0.15)
    parts = column(look, r, (0, h)) + [cylinder("wick", BLACK, 0.0016, (h, h + 0.01)), cylinder("wax", from_hex("#f6ecd0", "", 0.4), 0.6 * r, (h, h + 0.001))]
    if d.chance(0.5):
        parts += [ellipsoid("flame", from_hex("#ffb030", "", 0.0), (0.006, 0.006, 0.013), (0, 0, h + 0.02))]
    return parts


def vase(d, look, full=False):
    """A belly, a narrow neck and a wider lip; full: with flowers."""
    r, h, neck = d.span(0.04, 0.056), d.span(0.15, 0.21), d.span(0.3, 0.42)
    parts = globe(look, (r, r, 0.3 * h), 0.3 * h) + [cylinder("base", look.main, 0.6 * r, (0, 0.012)), cylinder("neck", look.main, neck * r, (0.5 * h, h - 0.006)),
                                                     ellipsoid("lip", look.main, (0.62 * r, 0.62 * r, 0.008), (0, 0, h - 0.008)), cylinder("mouth", BLACK, neck * r, (h - 0.003, h + 0.0005))]
    if full:
        for i in range(d.count(2, 4)):
            a, out, up = 2.1 * i + d.near(0, 0.4), d.span(0.02, 0.05), h + d.span(0.05, 0.11)
            end = (out * math.cos(a), out * math.sin(a), up)
            parts += [capsule(f"stem_{i}", from_hex("#3c7a34", "green", 0.1), 0.0025, (0, 0, h - 0.02), end), sphere(f"blossom_{i}", d.paint(d.pick(("red", "yellow", "pink", "white"))), 0.017, end)]
    return parts


def shoe(d, look):
    x, y = d.span(0.1, 0.135), d.span(0.037, 0.046)
    lace = WHITE if look.main.term != "white" else BLACK
    return [box("sole", look.second, (-0.9 * x, 0.6 * x), (-0.96 * y, 0.96 * y), (0, 0.014)), cylinder("toe_sole", look.second, 0.96 * y, (0, 0.014), (0.62 * x, 0)),
            ellipsoid("toe", look.main, (0.66 * x, 0.95 * y, 0.028), (0.36 * x, 0, 0.032)), ellipsoid("heel", look.main, (0.48 * x, 0.9 * y, 0.04), (-0.46 * x, 0, 0.046)),
            ellipsoid("opening", BLACK, (0.26 * x, 0.55 * y, 0.01), (-0.5 * x, 0, 0.082)), ellipsoid("tongue", look.main, (0.3 * x, 0.5 * y, 0.02), (0.02 * x, 0, 0.06)),
            *[box(f"lace_{i}", lace, (a * x, a * x + 0.006), (-0.42 * y, 0.42 * y), (0.04, z)) for i, (a, z) in enumerate(((-0.02, 0.0815), (0.12, 0.0785), (0.26, 0.0655)))]]


def remote(d, look):
    x, y, h = d.span(0.075, 0.1), d.span(0.02, 0.026), d.span(0.014, 0.02)
    parts = [box("body", look.main, (-x, x), (-y, y), (0, h)), cylinder("power", d.paint("red"), 0.006, (h, h + 0.002), (0.84 * x, 0.4 * y))]
    keys = WHITE if look.main.term in ("black", "grey") else BLACK
    parts += [cylinder(f"key_{i}{j}", keys, 0.0045, (h, h + 0.002), (0.5 * x - 0.017 * i, (j - 1) * 0.55 * y)) for i in range(5) for j in range(3)]
    return parts + [cylinder("wheel", keys, 0.5 * y, (h, h + 0.0022), (-0.6 * x, 0))]


def distractor(d, look):
    """Clutter without a name: one to four primitives."""
    parts, z = [], 0.0
    for i in range(d.count(1, 4)):
        paint = look.main if i == 0 or d.chance(0.4) else d.paint(d.beside(look.main.term))
        a, b, c = d.span(0.012, 0.06), d.span(0.012, 0.05), d.span(0.012, 0.07)
        at, turn = (d.near(0, 0.03) if i else 0.0, d.near(0, 0.03) if i else 0.0), (0, 0, d.near(0, 1.5))
        shape = d.pick(("box", "cylinder", "capsule", "ellipsoid", "cylinder", "box"))
        size, half = {"box": ((2 * a, 2 * b, 2 * c), c), "cylinder": ((a, 2 * c), c), "capsule": ((0.5 * a, 2 * b), b + 0.5 * a), "ellipsoid": ((a, b, c), c)}[shape]
        parts.append(Part(f"piece_{i}", shape, size, (*at, z + half), paint, turn))
        z = z if d.chance(0.4) else z + 1.7 * half
        if z > 0.16:
            break
    return parts
