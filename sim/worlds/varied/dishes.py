"""Dishes: makers of parts. Each takes the draws and a look; hollow ones may be full."""

import math

from home.items import ring
from home.shapes import box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex, hsv
from .surfaces import wall


def filling(d, kind):
    """What is in a full bowl or cup: its paint."""
    return from_hex({"coffee": "#3a2414", "tea": "#9a5a1e", "milk": "#f4efe2", "soup": "#c8641e", "cereal": "#d8a850",
                     "rice": "#f2ead8"}[kind], "", 0.2)


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
                  capsule("handle_low", grip, w, (x1 - w, 0, bottom + 0.012),
                          (x0 - math.tan(lean) * h * 0.25, 0, bottom))]
    else:
        parts += [box("handle_top", grip, (x0, x1), (-w, w), (h * 0.74, h * 0.86)),
                  box("handle_low", grip, (x0 - math.tan(lean) * h * 0.3, x1), (-w, w), (h * 0.2, h * 0.32)),
                  box("handle_out", grip, (x1 - 0.009, x1), (-w, w), (h * 0.32, h * 0.74))]
    if full:
        z = h * d.span(0.72, 0.9)
        parts.append(cylinder("drink", filling(d, d.pick(("coffee", "tea", "milk"))),
                              r + math.tan(lean) * (z - h / 2) - 0.003, (z - 0.003, z)))
    return parts


def glass(d, look, full=False):
    """A tumbler without a handle."""
    r, h, lean = d.span(0.03, 0.038), d.span(0.105, 0.15), d.pick((0.03, 0.06, 0.1))
    parts = wall(look, r, 0.003, (0.001, h), lean,
                 12) + [cylinder("bottom", look.main, r - math.tan(lean) * h / 2, (0, 0.01))]
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
            fruit = hsv("", *d.pick(((355, 0.85, 0.75), (28, 0.95, 0.95), (52, 0.85, 0.95), (88, 0.7, 0.65),
                                     (300, 0.6, 0.36))), 0.4)
            parts.append(sphere(f"fruit_{i}", fruit, size, (0.44 * r * math.cos(a), 0.44 * r * math.sin(a),
                                                            max(size + 0.008, z))))
        return parts
    what = d.pick(("soup", "cereal", "rice", "milk", "cereal"))
    parts.append(cylinder("food", filling(d, "milk" if what == "cereal" else what), inside, (z - 0.004, z)))
    if what == "cereal":
        grain = filling(d, "cereal")
        parts += [ellipsoid(f"grain_{i}", grain, (0.009, 0.007, 0.005),
                            (0.8 * inside * math.sqrt((i + 0.5) / 14) * math.cos(2.4 * i),
                             0.8 * inside * math.sqrt((i + 0.5) / 14) * math.sin(2.4 * i), z + 0.002))
                  for i in range(14)]
    return parts


def plate(d, look):
    r, h = d.span(0.085, 0.125), d.span(0.014, 0.022)
    rise = h - 0.002
    parts = [cylinder("bottom", look.main, r - 0.3 * h - math.tan(1.15) * rise / 2 + 0.003, (0, 0.006))]
    parts += ring("rim", look.main, 14, r - 0.3 * h, 0.004, rise, 1.15, 0.002)
    if look.pattern == "striped":
        parts += [cylinder("circle", look.second, 0.62 * r, (0.006, 0.0066)),
                  cylinder("inner", look.main, 0.48 * r, (0.006, 0.0072)),
                  cylinder("heart", look.second, 0.3 * r,
                           (0.006, 0.0078)), cylinder("core", look.main, 0.18 * r, (0.006, 0.0084))]
    elif look.pattern == "spotted":
        n = 7
        parts += [cylinder(f"spot_{i}", look.second, 0.1 * r * look.spot, (0.005, 0.0068),
                           (0.45 * r * math.cos(6.283 * i / n), 0.45 * r * math.sin(6.283 * i / n)))
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
