"""People: figures with joints, in varied clothes.

Frame: on the floor below the hips, +x where they look, +y their left.
"""

from dataclasses import dataclass

from home.shapes import bounds, box, cylinder

from . import figure
from .draw import COLOURS, hsv
from .surfaces import shifted

POSTURES = {"standing": 50, "sitting": 30, "lying": 20}
GESTURES = ("waving", "raising_left_arm", "raising_right_arm", "pointing_left", "pointing_right")
# Height that the figure below is drawn for, from sole to crown, m.
DRAWN_HEIGHT = 1.735
SKINS = ((28, 0.18, 0.96), (25, 0.27, 0.92), (26, 0.36, 0.84), (24, 0.46, 0.68), (22, 0.5, 0.52), (20, 0.52, 0.38))
HAIRS = {"black": (20, 0.2, 0.1), "brown": (24, 0.6, 0.32), "blond": (42, 0.5, 0.86), "red": (16, 0.8, 0.58),
         "grey": (40, 0.04, 0.62), "white": (40, 0.03, 0.92)}


@dataclass(frozen=True)
class Figure:
    parts: list
    attributes: dict
    posture: str


def stool(d, seat):
    """What a sitting person sits on: a stool, a box or a pouffe. Parts begin with "seat"."""
    paint, style = d.paint(d.pick(COLOURS), 0.2), d.pick(("stool", "box", "pouffe", "bench"))
    a = d.span(0.17, 0.24)
    if style == "box":
        return [box("seat_box", paint, (-a, a * 0.85), (-a, a), (0, seat))]
    if style == "pouffe":
        return [cylinder("seat_drum", paint, a * 1.05, (0, seat))]
    z = (seat - 0.04, seat)
    top = [box("seat_top", paint, (-a, a), (-a * 1.5, a * 1.5), z)]
    if style == "stool":
        top = [cylinder("seat_top", paint, a, z)]
    wide = 0.65 if style == "stool" else 0.85
    return top + [box(f"seat_leg_{i}", paint, (x * wide * a - 0.018, x * wide * a + 0.018),
                      (y * wide * a - 0.018, y * wide * a + 0.018), (0, seat - 0.04))
                  for i, (x, y) in enumerate(((1, 1), (1, -1), (-1, 1), (-1, -1)))]


def clothes(d):
    """What somebody wears and looks like, and the attributes that say so."""
    shirt = d.pick(COLOURS)
    pattern = d.weighed({"plain": 12, "striped": 3, "checked": 2, "spotted": 2})
    skirted = d.chance(0.15)
    lower = d.pick(COLOURS) if d.chance(0.6) else d.pick(("blue", "black", "grey", "brown"))
    hair, hatted, long_hair = d.weighed({"black": 4, "brown": 4, "blond": 3, "red": 1, "grey": 1,
                                         "white": 1}), d.chance(0.15), d.chance(0.45)
    hat = d.pick(COLOURS) if hatted else None
    second = d.beside(shirt)
    hue, saturation, value = d.pick(SKINS)
    h, hs, hv = HAIRS[hair]
    wears = {
        "shirt": d.paint(shirt, 0.05), "second": d.paint(second, 0.05), "pattern": pattern,
        "sleeves": d.pick(("short", "long")),
        "trousers": d.paint(lower, 0.05), "skirt": d.paint(lower, 0.05) if skirted else None,
        "shoes": d.paint(d.pick(("black", "brown", "white", "red", "blue"))),
        "skin": hsv("", hue + d.near(0, 2), saturation + d.near(0, 0.04), value + d.near(0, 0.04), 0.1),
        "hair": hsv("", h + d.near(0, 3), hs * d.near(1, 0.15), hv * d.near(1, 0.08), 0.2), "long_hair": long_hair,
        "hat": d.paint(hat, 0.05) if hatted else None, "brim": d.pick(("cap", "round")),
    }
    legwear = "skirt" if skirted else "trousers"
    attributes = {"shirt": [shirt, second] if pattern == "checked" else [shirt], "shirt_pattern": [pattern],
                  "sleeves": [wears["sleeves"]], "legwear": [legwear], legwear: [lower], "hair": [hair],
                  "hair_length": ["long" if long_hair else "short"], "wearing_hat": ["yes" if hatted else "no"]}
    if hatted:
        attributes["hat"] = [hat]
    return wears, attributes


def make(d, posture=None, gesture=None):
    """A person; what is not asked for is drawn."""
    posture = posture or d.weighed(POSTURES)
    # Lying people rarely gesture, so that the others do a little more often: 40 % none on the whole.
    if gesture is None:
        gesture = "none" if d.chance(0.96 if posture == "lying" else 0.26) else d.pick(GESTURES)
    child = d.chance(1 / 6)
    height = d.span(1.1, 1.4) if child else d.span(1.5, 1.92)
    s, wide = height / DRAWN_HEIGHT, d.span(0.88, 1.2)
    wears, attributes = clothes(d)
    seat = []
    if posture == "sitting":
        rise = d.span(0.40, 0.50)
        body, acting = figure.sitting(d, wears, gesture, rise, s)
        seat = stool(d, rise)
    else:
        drawn = figure.standing if posture == "standing" else figure.lying_body
        body, acting = drawn(d, wears, gesture)
    body = figure.fitted(body, s, wide, child)
    if posture == "lying":
        body = figure.laid(d, body)
    elif posture == "sitting":
        low = bounds(body)[0][2]
        body = shifted(body, (0, 0, -low)) if low < 0 else body
    about = {"kind": ["person"], "posture": [posture], "gesture": [gesture], **attributes,
             "age": ["child" if child else "adult"]}
    if acting:
        about["arm"] = [acting]
    return Figure(body + seat, about, posture)
