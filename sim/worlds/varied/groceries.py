"""Drinks, snacks and food: makers of parts. Each takes the draws and a look and returns parts in its own frame."""

import math

from home.items import TIN
from home.shapes import Part, box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex
from .surfaces import E, block, column, patch

METAL = from_hex(TIN, "grey", 0.8)
PAGE = from_hex("#f2f1ec", "white", 0.2)
DARK = from_hex("#1e1e20", "black", 0.3)


def disc(name, paint, size, at, along="x"):
    """A flat round picture on an upright face: along x or y."""
    radii = (0.002, size, size) if along == "x" else (size, 0.002, size)
    return ellipsoid(name, paint, radii, at)


def can(d, look):
    r, h = d.span(0.0305, 0.036), d.span(0.105, 0.126)
    if d.chance(0.2):
        r, h = d.span(0.026, 0.029), d.span(0.126, 0.15)
    parts = column(look, r, (0.005, h - 0.005)) + [cylinder("rim", METAL, r - 0.004, (0, h))]
    if look.pattern == "plain":
        low, high = d.span(0.3, 0.45), d.span(0.55, 0.66)
        style = d.pick(("band", "disc", "two"))
        if style == "band":
            parts.append(cylinder("print", look.second, r + E, (low * h, high * h)))
        elif style == "two":
            parts += [cylinder(f"print_{i}", look.second, r + E, (a * h, (a + 0.09) * h))
                      for i, a in enumerate((0.12, 0.78))]
        else:
            parts += [patch(f"print_{i}", look.second, r, a, 0.5 * h, 0.17 * h) for i, a in enumerate((0.3, 2.4, 4.5))]
    parts.append(box("tab", METAL, (0.2 * r, 0.7 * r), (-0.006, 0.006), (h, h + 0.0015)))
    return parts


def bottle(d, look):
    r, h = d.span(0.029, 0.038), d.span(0.185, 0.25)
    neck, cap = d.span(0.24, 0.34), d.paint(d.beside(look.main.term), 0.4)
    shoulder = h * (1 - neck)
    parts = column(look, r, (0.001, shoulder))
    if look.pattern == "plain":
        parts.append(cylinder("label", look.second, r + E,
                              (d.span(0.3, 0.4) * shoulder, d.span(0.6, 0.72) * shoulder)))
    parts += [ellipsoid("shoulder", look.main, (r, r, d.span(0.025, 0.045)), (0, 0, shoulder)),
              cylinder("neck", look.main, 0.014, (shoulder, h - 0.018)), cylinder("cap", cap, 0.017, (h - 0.022, h))]
    return parts


def carton(d, look):
    w, h = d.span(0.03, 0.04), d.span(0.155, 0.23)
    top = h * d.span(0.82, 0.88)
    deep = w * (1.0 if d.chance(0.7) else d.span(0.7, 0.95))
    parts = block(look, (-w, w), (-deep, deep), (0, top))
    # The gable: two leaning panels and the seam on top.
    lean = math.atan2(deep, h - top - 0.012)
    slope = math.hypot(deep, h - top - 0.012)
    for side in (-1, 1):
        parts.append(Part(f"gable_{side}", "box", (2 * w - 0.002, 0.003, slope),
                          (0, side * deep / 2, (top + h - 0.012) / 2),
                          look.main, (side * lean, 0, 0)))
    parts.append(box("seam", look.main, (-w, w), (-0.003, 0.003), (h - 0.018, h)))
    if look.pattern == "plain":
        z = (d.span(0.25, 0.35) * h, d.span(0.5, 0.62) * h)
        parts.append(box("print", look.second, (-w - E, w + E), (-deep - E, deep + E), z))
    if d.chance(0.5):
        parts.append(Part("cap", "cylinder", (0.013, 0.012), (0, deep * 0.55, (top + h) / 2), look.second,
                          (-lean, 0, 0)))
    return parts


def chips(d, look):
    r, h = d.span(0.034, 0.041), d.span(0.185, 0.245)
    lid = d.paint(d.pick(("white", "grey", "red", "yellow")))
    parts = column(look, r, (0.003, h - 0.01)) + [cylinder("lid", lid, r + 0.0015, (h - 0.014, h)),
                                                  cylinder("rim", METAL, r + E, (0, 0.004))]
    if look.pattern == "plain":
        low = d.span(0.28, 0.4)
        parts.append(cylinder("print", look.second, r + E, (low * h, (low + d.span(0.16, 0.26)) * h)))
        crisp = d.paint("yellow")
        parts += [Part(f"crisp_{i}", "ellipsoid", (0.004, 0.55 * r, 0.35 * r),
                       (r * math.cos(a), r * math.sin(a), (low - 0.1) * h), crisp, (0.3, 0, a))
                  for i, a in enumerate((0.4, 2.5, 4.6))]
    return parts


def nuts(d, look):
    r, h = d.span(0.036, 0.044), d.span(0.062, 0.086)
    parts = column(look, r, (0.003, h - 0.008)) + [cylinder("rim", METAL, r - 0.003, (0, h - 0.004))]
    parts.append(cylinder("lid", look.main, r + 0.0012, (h - 0.009, h)))
    nut = from_hex("#c98d4a", "brown", 0.1)
    for i in range(7):
        a = 2 * math.pi * i / 7 + d.near(0, 0.1)
        parts.append(Part(f"nut_{i}", "ellipsoid", (0.004, 0.009, 0.006),
                          (r * math.cos(a), r * math.sin(a), (0.4 + 0.12 * (i % 2)) * h), nut, (0.5, 0, a)))
    return parts


def tin(d, look):
    flat, printed = d.chance(0.4), d.chance(0.7)
    r, h = (d.span(0.037, 0.045), d.span(0.038, 0.056)) if flat else (d.span(0.034, 0.04), d.span(0.088, 0.108))
    e = 0.0015
    parts = [cylinder("metal", METAL, r, (0, h)), cylinder("rim", METAL, r + 0.002, (h - 0.003, h)),
             cylinder("foot_rim", METAL, r + 0.002, (0, 0.003))]
    low, high = (0.1, 0.92) if flat else (0.04, 0.96)
    parts += column(look, r + 0.001, (low * h, high * h))
    if look.pattern == "plain":
        parts.append(cylinder("print", look.second, r + 0.001 + e, ((low + 0.02) * h, d.span(0.34, 0.44) * h)))
    parts.append(cylinder("lid", look.main if printed else from_hex("#8f9296", "grey", 0.8),
                          r * (0.88 if printed else 0.75), (h - 0.001, h + 0.001)))
    return parts


def sauce(d, look):
    r, h = d.span(0.026, 0.033), d.span(0.155, 0.205)
    cap = d.paint(d.pick([t for t in ("white", "green", "red", "black", "yellow") if t != look.main.term]), 0.4)
    shoulder = h * d.span(0.6, 0.68)
    parts = column(look, r, (0.001, shoulder))
    parts += [ellipsoid("shoulder", look.main, (r, r, h * 0.2), (0, 0, shoulder)),
              cylinder("collar", cap, r * 0.62,
                       (h * 0.79, h * 0.87)), capsule("nozzle", cap, 0.006, (0, 0, h * 0.86), (0, 0, h - 0.006)),
              ellipsoid("cone", cap, (r * 0.5, r * 0.5, h * 0.08), (0, 0, h * 0.87))]
    if look.pattern == "plain":
        parts += [patch(f"label_{i}", look.second, r, a, 0.37 * h, 0.13 * h)
                  for i, a in enumerate((0.2, 0.2 + math.pi))]
    return parts


def coffee(d, look):
    r, h = d.span(0.037, 0.044), d.span(0.105, 0.14)
    parts = column(look, r, (0, h * 0.86))
    lid = d.paint(d.pick([t for t in ("black", "white", "brown", "red") if t != look.second.term]))
    parts.append(cylinder("lid", lid, r * d.span(0.88, 1.03), (h * 0.86, h)))
    if look.pattern == "plain":
        low = d.span(0.2, 0.3)
        parts.append(cylinder("label", look.second, r + E, (low * h, (low + 0.24) * h)))
        bean = from_hex("#3a2012", "brown", 0.3)
        parts += [Part(f"bean_{i}", "ellipsoid", (0.004, 0.009, 0.006),
                       (r * math.cos(a), r * math.sin(a), (low + 0.12) * h), bean, (0.6, 0, a))
                  for i, a in enumerate((0.1, 1.4, 2.7, 4.0, 5.3))]
    return parts


def biscuit(name, form, size, at):
    """A picture of a cookie with chocolate chips, or of a cracker with holes."""
    x, y, z = at
    points = from_hex("#4a2a16" if form == "cookies" else "#7a5a2c", "", 0.1)
    shown = [sphere(f"point_{name}{j}", points, 0.0028,
                    (x + 0.5 * size * math.cos(a), y + math.copysign(0.001, y),
                     z + 0.5 * size * math.sin(a))) for j, a in enumerate((0.4, 2.5, 4.6))]
    if form == "cookies":
        return [disc(f"cookie_{name}", from_hex("#c8924e", "brown", 0.1), size, at, "y"), *shown]
    return [box(f"cracker_{name}", from_hex("#e8c078", "", 0.1), (x - 0.85 * size, x + 0.85 * size),
                (y - 0.0015, y + 0.0015), (z - 0.85 * size, z + 0.85 * size)), *shown]


def snack_box(d, look, form="cookies"):
    """A low wide box with round cookies or square crackers pictured on it."""
    x, y, h = d.span(0.065, 0.085), d.span(0.022, 0.034), d.span(0.075, 0.11)
    parts = block(look, (-x, x), (-y, y), (0, h))
    size = d.span(0.016, 0.022)
    for side in (-1, 1):
        for i, u in enumerate((-0.5, 0.0, 0.5)):
            parts += biscuit(f"{side}_{i}", form, size, (u * x * 1.1, side * y, h * (0.42 + 0.08 * (i % 2))))
    if look.pattern == "plain":
        parts.append(box("name", look.second, (-0.7 * x, 0.7 * x), (-y - E, y + E), (0.72 * h, 0.9 * h)))
        parts.append(box("name_top", look.second, (-0.6 * x, 0.6 * x), (-0.5 * y, 0.5 * y), (h - E, h + E)))
    return parts


def food_box(d, look):
    """A tall box with a picture."""
    x, y, h = d.span(0.04, 0.075), d.span(0.02, 0.032), d.span(0.165, 0.225)
    parts = block(look, (-x, x), (-y, y), (0, h))
    if look.pattern == "plain":
        low = d.span(0.1, 0.5)
        style = d.pick(("wrap", "bowl", "window"))
        z = (low * h, (low + d.span(0.26, 0.34)) * h)
        if style == "wrap":
            parts += [box("picture", look.second, (-x * 0.8, x * 0.8), (-y - E, y + E), z),
                      box("side", look.second, (-x - E, x + E), (-y * 0.6, y * 0.6), z)]
        elif style == "window":
            parts.append(box("window", look.second, (-x * 0.6, x * 0.6), (-y - E, y + E), z))
        else:
            parts += [disc(f"picture_{s}", look.second, 0.62 * x, (0, s * y, 0.35 * h), "y") for s in (-1, 1)]
        parts.append(box("name", PAGE if look.main.term != "white" else DARK, (-x * 0.6, x * 0.6), (-y - E, y + E),
                         (0.86 * h, 0.93 * h)))
    return parts


def chocolate(d, look):
    x, y, h = d.span(0.06, 0.085), d.span(0.026, 0.038), d.span(0.012, 0.03)
    parts = block(look, (-x, x), (-y, y), (0, h))
    if look.pattern == "plain":
        a = d.span(-0.7, 0.1) * x
        parts.append(box("wrapper", look.second, (a, a + d.span(0.5, 0.8) * x), (-y - E, y + E), (0, h + E)))
    # Bare squares at one end, as if opened.
    if d.chance(0.5):
        bare = from_hex("#4e2a16", "brown", 0.3)
        parts += [box(f"square_{i}{j}", bare, (x + 0.002 + 0.013 * i, x + 0.013 + 0.013 * i),
                      (-y * 0.9 + j * 0.9 * y + 0.001, -y * 0.9 + (j + 1) * 0.9 * y - 0.001), (0, h * 0.8))
                  for i in range(2) for j in range(2)]
    return parts
