"""Guests: people with gestures and postures who are not in home.yaml. They stand outside the flat until a setup has one.

Frame as in people.py: on the floor below the hips, +x where they look (a lying one: where the feet are). Left and right
are their own.
"""

from dataclasses import dataclass, replace

from varied.figure import FORE, UPPER, away, hand
from varied.surfaces import shifted, turned

from .people import head, sitting, standing, torso
from .shapes import Part, bounds, box, capsule, cylinder, ellipsoid

SHOULDER = (0.0, 0.215, 1.36)
# Directions of upper arm and forearm, as for a left arm, and the hand's style.
ARMS = {
    "waving": ((0.10, 0.95, -0.25), (0.12, 0.30, 0.95), "open"),
    "raised": ((0.02, 0.22, 0.97), (0.02, 0.08, 1.0), "open"),
    "pointing": ((0.08, 1.0, 0.0), (0.08, 1.0, 0.02), "pointing"),
    "hanging": ((-0.05, 0.12, -1.0), (0.14, 0.02, -1.0), "closed"),
    "away": ((0.0, 0.55, -0.83), (0.0, 0.35, -0.94), "open"),
}


@dataclass(frozen=True)
class Guest:
    """`shirt`, `trousers`, `hair`, `skin`: paints. `left`, `right`: what the arms do."""

    id: str
    posture: str
    left: str
    right: str
    shirt: str
    trousers: str
    hair: str
    skin: str
    long_hair: bool


GUESTS = [
    Guest("guest_waving", "standing", "waving", "hanging", "#6b2f92", "#2f3542", "#2a1c14", "#c99570", True),
    Guest("guest_raising_left", "standing", "raised", "hanging", "#f08fb0", "#33404f", "#8a5a2e", "#e8c3a6", True),
    Guest("guest_raising_right", "standing", "hanging", "raised", "#8f9296", "#27303c", "#1d1a18", "#8d5f43", False),
    Guest("guest_pointing_left", "standing", "pointing", "hanging", "#f2f1ec", "#34495c", "#b58a4a", "#e6bf9a", False),
    Guest("guest_pointing_right", "standing", "hanging", "pointing", "#26262a", "#7a6f60", "#141414", "#d9a981", False),
    Guest("guest_sitting", "sitting", "", "", "#6b4023", "#3a4a3f", "#8f9296", "#e0b394", False),
    Guest("guest_lying", "lying", "away", "hanging", "#f07f13", "#2c3a55", "#3b2a1e", "#e0b394", False),
]


def arm(side, what, shirt, skin):
    """The arm on that side (1 left, -1 right)."""
    upper, fore, style = ARMS[what]
    upper, fore = ((d[0], side * d[1], d[2]) for d in (upper, fore))
    name, shoulder = "left" if side > 0 else "right", (SHOULDER[0], side * SHOULDER[1], SHOULDER[2])
    elbow = away(shoulder, upper, UPPER)
    wrist = away(elbow, fore, FORE)
    return [capsule(f"upper_arm_{name}", shirt, 0.048, shoulder, elbow),
            capsule(f"forearm_{name}", skin, 0.037, elbow, wrist), *hand(f"hand_{name}", skin, wrist, fore, style, side)]


def arms(guest):
    return arm(1, guest.left, guest.shirt, guest.skin) + arm(-1, guest.right, guest.shirt, guest.skin)


def upright(guest):
    parts, _ = standing(guest.shirt, guest.trousers, guest.hair, guest.skin, guest.long_hair)
    body = [p for p in parts if "arm" not in p.name and not p.name.startswith("hand")]
    return body + [replace(p, solid=False) for p in arms(guest)]


def on_a_stool(guest):
    parts, at = sitting(guest.shirt, guest.trousers, guest.hair, guest.skin, guest.long_hair)
    wood = "#9a7b57"
    legs = [box(f"stool_leg_{i}", wood, (x - 0.018, x + 0.018), (y - 0.018, y + 0.018), (0.0, 0.40))
            for i, (x, y) in enumerate(((0.14, 0.14), (0.14, -0.14), (-0.14, 0.14), (-0.14, -0.14)))]
    held = Part("hand_right", "sphere", (0.045,), at, guest.skin, solid=False)
    return [*parts, held, cylinder("stool_seat", wood, 0.2, (0.40, 0.44)), *legs]


def on_the_floor(guest):
    """On the back, legs a little apart, one knee bent. The arms can be touched too: they lie in the robot's way."""
    body = [ellipsoid("hips", guest.trousers, (0.12, 0.17, 0.13), (0, 0, 0.88)), *torso(guest.shirt, 0.98),
            *head(guest.skin, guest.hair, guest.long_hair, 0.01, 1.62), *arms(guest)]
    for side, y, bend in (("left", 0.13, 0.0), ("right", -0.13, 0.16)):
        knee, ankle = (bend, y * 1.3, 0.48 + 0.3 * bend), (0.0, y * 1.7, 0.12 + bend)
        body += [capsule(f"thigh_{side}", guest.trousers, 0.075, (0, y * 0.75, 0.84), knee),
                 capsule(f"shin_{side}", guest.trousers, 0.06, knee, ankle),
                 Part(f"shoe_{side}", "box", (0.25, 0.1, 0.08), (ankle[0] + 0.04, ankle[1], ankle[2] - 0.08), "#2b2724")]
    hips = body[0].at
    laid = turned(shifted(body, tuple(-c for c in hips)), (0, -1.5707963, 0))
    return shifted(laid, (0, 0, -bounds(laid)[0][2]))


def figure(guest):
    return {"standing": upright, "sitting": on_a_stool, "lying": on_the_floor}[guest.posture](guest)


def poses():
    """Guest's id -> (x, y, yaw): a row outside the flat."""
    return {it.id: (12.5 + 2.2 * i, -4.0, 1.5707963) for i, it in enumerate(GUESTS)}
