"""Fruit: makers of parts, and the natural paints. Each takes the draws and a look."""

import math

from home.shapes import Part, capsule, cylinder, ellipsoid, sphere

from .draw import Paint, from_hex, hsv


def fruit_skin(d, kind, term):
    """Hue ranges in which a fruit is that colour."""
    hue, saturation, value = {
        ("apple", "red"): ((350, 361), (0.78, 0.92), (0.6, 0.82)), ("apple",
                                                                    "green"): ((80, 98), (0.65, 0.82), (0.6, 0.75)),
        ("apple", "yellow"): ((48, 56), (0.6, 0.78), (0.86, 0.95)), ("orange",
                                                                     "orange"): ((25, 33), (0.88, 0.97), (0.9, 0.98)),
        ("lemon", "yellow"): ((50, 58), (0.75, 0.9), (0.9,
                                                      0.98)), ("pear", "green"): ((66, 80), (0.65, 0.8), (0.62, 0.78)),
        ("pear", "yellow"): ((50, 56), (0.6, 0.75), (0.82, 0.92)), ("banana",
                                                                    "yellow"): ((47, 54), (0.75, 0.9), (0.88, 0.98)),
        ("banana", "green"): ((78, 95), (0.6, 0.75), (0.6,
                                                      0.75)), ("peach", "pink"): ((4, 14), (0.4, 0.52), (0.92, 0.98)),
        ("peach", "orange"): ((20, 28), (0.5, 0.65), (0.92, 0.98)), ("plum",
                                                                     "purple"): ((285, 312), (0.5, 0.68), (0.3, 0.42)),
        ("grapes", "purple"): ((275, 305), (0.5, 0.7), (0.3, 0.45)), ("grapes",
                                                                      "green"): ((74, 92), (0.5, 0.65), (0.68, 0.8)),
    }[kind, term]
    return hsv(term, d.span(*hue), d.span(*saturation), d.span(*value), d.span(0.15, 0.45))


def stalk(d, z):
    return cylinder("stalk", from_hex("#4a3520", "brown", 0.1), d.span(0.002, 0.0035),
                    (z - 0.006, z + d.span(0.006, 0.014)))


def apple(d, look):
    r = d.span(0.033, 0.042)
    rz = r * d.span(0.84, 0.95)
    # Shoulders about a hollow, so that the stalk sits low.
    parts = [ellipsoid("flesh", look.main, (r, r, rz), (0, 0, rz))]
    parts += [sphere(f"lobe_{i}", look.main, 0.6 * r, (0.36 * r * math.cos(a), 0.36 * r * math.sin(a), 1.33 * rz))
              for i, a in enumerate((0, 1.57, 3.14, 4.71))]
    top = 1.96 * rz
    parts.append(stalk(d, top))
    if d.chance(0.4):
        parts.append(Part("leaf", "ellipsoid", (0.014, 0.006, 0.0015), (0.014, 0, top + 0.008),
                          from_hex("#3f8a35", "green", 0.2), (0, -0.4, 0)))
    return parts


def orange(d, look):
    r = d.span(0.036, 0.044)
    rz = r * d.span(0.94, 1.0)
    return [ellipsoid("flesh", look.main, (r, r, rz), (0, 0, rz)),
            ellipsoid("navel", from_hex("#5a7a2a", "green", 0.1), (0.005, 0.005, 0.002), (0, 0, 2 * rz))]


def lemon(d, look):
    rx, r = d.span(0.036, 0.043), d.span(0.024, 0.029)
    return [ellipsoid("flesh", look.main, (rx, r, r), (0, 0, r)),
            ellipsoid("tip", look.main, (0.012, 0.008, 0.008), (rx * 0.97, 0, r)),
            ellipsoid("end", look.main, (0.009, 0.009, 0.009), (-rx * 0.96, 0, r))]


def pear(d, look):
    r = d.span(0.031, 0.038)
    h = d.span(2.5, 3.0) * r
    parts = [ellipsoid("low", look.main, (r, r, r * 0.98), (0, 0, r * 0.98)),
             ellipsoid("high", look.main, (0.6 * r, 0.6 * r, 0.42 * h), (0, 0, 0.58 * h)), stalk(d, h)]
    return parts


def banana(d, look):
    r, bend, n = d.span(0.0155, 0.02), d.span(0.095, 0.14), 5
    half = d.span(0.075, 0.095) / bend
    angles = [-half + 2 * half * i / n for i in range(n + 1)]
    points = [(bend * math.sin(a), bend * (1 - math.cos(a)), r) for a in angles]
    wide = (0.75, 1.0, 1.06, 1.0, 0.75)
    parts = [capsule(f"flesh_{i}", look.main, r * wide[i], points[i], points[i + 1]) for i in range(n)]
    (x0, y0, _), (x1, y1, _) = points[0], points[-1]
    parts += [sphere("tip", from_hex("#4a3a1c", "brown", 0.1), 0.007, (x1 + r * 0.7, y1 + r * 0.6, r)),
              capsule("stalk", from_hex("#8a7a2c", "brown", 0.1), 0.006, (x0, y0, r), (x0 - 0.022, y0 + 0.017, r))]
    return parts


def peach(d, look):
    r = d.span(0.032, 0.039)
    blush = d.paint("red", 0.1)
    warm = Paint("pink", tuple(round(0.72 * a + 0.28 * b) for a, b in zip(look.main.rgb, blush.rgb)), 0.1)
    parts = [ellipsoid("flesh", look.main, (r, r, 0.95 * r), (0, 0, 0.95 * r)),
             ellipsoid("blush", warm, (0.8 * r, 0.8 * r, 0.75 * r), (0.21 * r, 0.1 * r, 1.1 * r))]
    parts.append(Part("leaf", "ellipsoid", (0.018, 0.007, 0.0015), (0.012, 0, 1.92 * r),
                      from_hex("#4a8a35", "green", 0.2), (0, 0.25, d.near(0, 3))))
    return parts


def plum(d, look):
    r = d.span(0.022, 0.028)
    return [ellipsoid("flesh", look.main, (r * d.span(1.0, 1.18), r, r), (0, 0, r)), stalk(d, 2 * r)]


def grapes(d, look):
    r = d.span(0.0085, 0.0115)
    parts, n = [], 0
    for layer, (count, wide) in enumerate(((9, 2.7), (6, 1.8), (3, 0.9))):
        for i in range(count):
            a = 2 * math.pi * i / count + layer
            parts.append(sphere(f"grape_{n}", look.main, r, (1.5 * wide * r * math.cos(a), wide * r * math.sin(a),
                                                             r * (1 + 1.5 * layer))))
            n += 1
    parts.append(capsule("stalk", from_hex("#6b5a2a", "brown", 0.1), 0.003, (0, 0, 4 * r), (0.012, 0.004, 5.6 * r)))
    return parts
