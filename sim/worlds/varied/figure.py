"""The body of a person: joints, limbs, head and trunk, drawn for one height. Frame as in people.py."""

import math
from dataclasses import replace

from home.shapes import Part, bounds, box, capsule, cylinder, ellipsoid, sphere

from .draw import from_hex
from .surfaces import STYLES, shifted, turned

UPPER, FORE = 0.282, 0.255
EYES, LIPS = from_hex("#22201e", "", 0.6), from_hex("#9a4a42", "", 0.2)
SIDES = (("left", 1), ("right", -1))


def away(a, direction, length):
    n = math.sqrt(sum(c * c for c in direction))
    return tuple(p + length * c / n for p, c in zip(a, direction))


def compass(side, lateral, lift):
    """A direction: `lateral` rad from straight ahead towards the arm's own side (+1 left), `lift` rad above level."""
    return (math.cos(lift) * math.cos(lateral), side * math.cos(lift) * math.sin(lateral), math.sin(lift))


def hand(name, skin, wrist, direction, style, side):
    """A closed hand, an open one with fingers, or one that points."""
    middle = away(wrist, direction, 0.05)
    if style == "closed":
        return [sphere(name, skin, 0.045, middle)]
    if style == "pointing":
        tip = away(wrist, direction, 0.155)
        return [sphere(name, skin, 0.04, middle), capsule(f"{name}_finger", skin, 0.012, middle, tip)]
    parts = [ellipsoid(name, skin, (0.022, 0.044, 0.05), middle)]
    for i, a in enumerate((-0.5, -0.17, 0.17, 0.5)):
        # Fingers fan out across the body's plane.
        spread = (direction[0], direction[1] * math.cos(a) - direction[2] * math.sin(a),
                  direction[1] * math.sin(a) + direction[2] * math.cos(a))
        parts.append(capsule(f"{name}_finger_{i}", skin, 0.0115, away(wrist, spread, 0.06),
                             away(wrist, spread, 0.125)))
    thumb = (direction[0], direction[1] * math.cos(1.1) + side * direction[2] * math.sin(1.1),
             direction[2] * math.cos(1.1) - side * direction[1] * math.sin(1.1))
    return parts + [capsule(f"{name}_thumb", skin, 0.012, middle, away(middle, thumb, 0.06))]


def arm_pose(d, what, side, shoulder):
    """(elbow, wrist, direction of the hand, style of the hand) of the arm on that side (+1 left)."""
    deg = math.radians
    if what == "up":
        upper = compass(side, d.near(deg(80), deg(60)), d.near(deg(80), deg(7)))
        fore = compass(side, d.near(deg(80), deg(60)), d.near(deg(83), deg(6)))
        style = d.pick(("open", "closed", "open"))
    elif what == "out":
        lateral, lift = d.near(deg(86), deg(13)), d.near(0, deg(9))
        upper, fore = compass(side, lateral, lift), compass(side, lateral + d.near(0, deg(4)),
                                                            lift + d.near(0, deg(4)))
        style = "pointing"
    elif what == "wave":
        upper = compass(side, d.near(deg(72), deg(22)), d.near(deg(-2), deg(22)))
        tilt = d.near(deg(0), deg(26))
        fore = (d.near(0.12, 0.12), side * math.sin(tilt), math.cos(tilt))
        style = "open"
    else:
        upper, fore, style = rest(d, what, side)
    elbow = away(shoulder, upper, UPPER)
    return elbow, away(elbow, fore, FORE), fore, style


def rest(d, what, side):
    style = d.pick(("closed", "closed", "open"))
    if what == "hanging":
        return (d.near(-0.02, 0.12), side * d.near(0.14, 0.05),
                -1.0), (d.near(0.2, 0.15), side * d.near(0.0, 0.06), -1.0), style
    if what == "akimbo":
        return (d.near(-0.25, 0.1), side * d.near(0.75, 0.1),
                -0.75), (d.near(0.3, 0.1), side * -0.9, d.near(-0.55, 0.1)), "closed"
    if what == "before":
        return (d.near(0.25, 0.1), side * 0.12, -0.95), (d.near(0.75, 0.1), side * d.near(-0.68, 0.08),
                                                         d.near(-0.15, 0.25)), "closed"
    if what == "holding":
        return (d.near(0.25, 0.1), side * 0.12, -0.95), (0.9, side * d.near(0.05, 0.15), d.near(-0.1, 0.25)), style
    # On the thigh of somebody who sits.
    return (d.near(0.25, 0.08), side * 0.12, -0.95), (0.85, side * d.near(-0.2, 0.1), d.near(-0.32, 0.08)), style


def arms(d, gesture, posture, wears, shoulder_z):
    """Parts of both arms, and which arm makes the gesture."""
    acting = {"raising_left_arm": 1, "pointing_left": 1, "raising_right_arm": -1, "pointing_right": -1,
              "waving": d.pick((1, -1))}.get(gesture)
    act = {"waving": "wave"}.get(gesture, "up" if gesture.startswith("raising") else "out")
    calm = ("lap", "lap", "holding", "before") if posture == "sitting" else ("hanging", "hanging", "akimbo", "holding")
    both = d.pick(("same", "each")) if posture != "lying" else "same"
    first = d.pick(("hanging", "before", "hanging") if posture == "lying" else (*calm, "before"))
    parts = []
    for side, name in ((1, "left"), (-1, "right")):
        what = first if both == "same" and acting is None else d.pick(("hanging",) if posture == "lying" else calm)
        if side == acting:
            what = act
        shoulder = (0, side * 0.215, shoulder_z)
        elbow, wrist, direction, style = arm_pose(d, what, side, shoulder)
        skin, shirt = wears["skin"], wears["shirt"]
        parts += [capsule(f"upper_arm_{name}", shirt, 0.048, shoulder, elbow),
                  capsule(f"forearm_{name}", shirt if wears["sleeves"] == "long" else skin, 0.037, elbow, wrist)]
        parts += hand(f"hand_{name}", skin, wrist, direction, style, side)
    return parts, {1: "left", -1: "right", None: None}[acting]


def head(d, wears, z):
    skin, hair, x = wears["skin"], wears["hair"], 0.01
    parts = [cylinder("neck", skin, 0.05, (z - 0.18, z - 0.05), (x, 0)),
             ellipsoid("head", skin, (0.095, 0.078, 0.115), (x, 0, z)),
             sphere("nose", skin, 0.014, (x + 0.096, 0, z - 0.02)),
             *[sphere(f"eye_{side}", EYES, 0.011, (x + 0.088, y * 0.03, z + 0.005)) for side, y in SIDES],
             *[sphere(f"ear_{side}", skin, 0.018, (x, y * 0.078, z - 0.01)) for side, y in SIDES],
             ellipsoid("mouth", LIPS, (0.006, 0.022, 0.006), (x + 0.085, 0, z - 0.052))]
    # The cap sits behind the brow, so that the face stays free.
    parts.append(ellipsoid("hair", hair, (0.102, 0.088, 0.10), (x - 0.02, 0, z + 0.037)))
    if wears["long_hair"]:
        parts += [ellipsoid("hair_back", hair, (0.05, 0.092, d.near(0.17, 0.02)), (x - 0.066, 0, z - 0.07)),
                  capsule("hair_left", hair, 0.024, (x - 0.01, 0.082, z + 0.03),
                          (x - 0.02, 0.088, z - 0.13)), capsule("hair_right", hair, 0.024,
                                                                (x - 0.01, -0.082,
                                                                 z + 0.03), (x - 0.02, -0.088, z - 0.13))]
    if wears["hat"]:
        hat = wears["hat"]
        parts.append(ellipsoid("hat", hat, (0.112, 0.097, 0.095), (x - 0.012, 0, z + 0.06)))
        parts.append(ellipsoid("brim", hat, (0.085, 0.075, 0.01), (x + 0.085, 0, z + 0.062)) if wears["brim"] == "cap"
                     else cylinder("brim", hat, 0.165, (z + 0.052, z + 0.06), (x - 0.01, 0)))
    return parts


def torso(d, wears, low):
    """Waist at `low`, shoulders 0.38 m above."""
    shirt, second, pattern = wears["shirt"], wears["second"], wears["pattern"]
    paint = shirt
    if pattern == "checked":
        paint = replace(shirt, texture={"kind": "checker", "rgb2": list(second.rgb),
                                        "repeat": d.pick(STYLES[d.split]["repeat"])})
    parts = [capsule("flank_left", paint, 0.105, (0, 0.065, low + 0.04), (0, 0.085, low + 0.32)),
             capsule("flank_right", paint, 0.105, (0, -0.065, low + 0.04), (0, -0.085, low + 0.32)),
             ellipsoid("middle", paint, (0.117, 0.165, 0.25),
                       (0, 0, low + 0.19)), capsule("shoulders", paint, 0.065, (0, -0.17, low + 0.375),
                                                    (0, 0.17, low + 0.375)),
             cylinder("collar", shirt, 0.07, (low + 0.38, low + 0.455))]
    if pattern == "striped":
        n = d.pick(STYLES[d.split]["bands"]) + 1
        for i in range(n):
            z = low + 0.02 + 0.31 * (i + 0.5) / n
            parts.append(ellipsoid(f"stripe_{i}", second, (0.136, 0.208, 0.13 / n), (0, 0, z)))
    elif pattern == "spotted":
        for i in range(24):
            row, a = i % 4, 2 * math.pi * (i // 4 + 0.5 * (i % 2)) / 6 + 0.2
            parts.append(ellipsoid(f"dot_{i}", second, (0.022, 0.022, 0.022),
                                   (0.105 * math.cos(a), 0.176 * math.sin(a), low + 0.04 + 0.09 * row)))
    return parts


def skirt(paint, hips_z, low):
    n = 4
    return [Part(f"skirt_{i}", "ellipsoid", (0.14 + 0.03 * i, 0.19 + 0.03 * i, 0.09),
                 (0, 0, hips_z - (hips_z - low) * i / n), paint) for i in range(n + 1)]


def standing(d, wears, gesture):
    """Hips at 0.88 m."""
    shoes, legs = wears["shoes"], wears["skin"] if wears["skirt"] else wears["trousers"]
    lower, apart = wears["skirt"] or wears["trousers"], d.near(0.105, 0.02)
    parts = []
    for side, y in (("left", apart), ("right", -apart)):
        x = d.near(0, 0.05)
        parts += [box(f"shoe_{side}", shoes, (x - 0.09, x + 0.17), (y - 0.05, y + 0.05), (0.0, 0.08)),
                  capsule(f"leg_{side}", legs, 0.072, (x, y, 0.14), (0, y * 0.9, 0.82))]
    parts += [ellipsoid("hips", lower, (0.12, 0.17, 0.13), (0, 0, 0.88)), *torso(d, wears, 0.98)]
    if wears["skirt"]:
        parts += skirt(lower, 0.88, 0.52)
    limbs, acting = arms(d, gesture, "standing", wears, 1.36)
    return parts + limbs + head(d, wears, 1.62), acting


def sitting(d, wears, gesture, seat, s):
    """On a seat of that height (m, once scaled by s)."""
    seat /= s
    hip = seat + 0.10
    shoes, legs = wears["shoes"], wears["skin"] if wears["skirt"] else wears["trousers"]
    lower, parts = wears["skirt"] or wears["trousers"], []
    sole = max(0.0, hip - 0.53)
    for side, y in (("left", 0.11), ("right", -0.11)):
        y += d.near(0, 0.03)
        kick = d.near(0.46, 0.07)
        parts += [capsule(f"thigh_{side}", lower, 0.075, (0.0, y, hip), (0.40, y, hip)),
                  capsule(f"shin_{side}", legs, 0.058, (0.43, y, hip - 0.02), (kick, y, sole + 0.12)),
                  box(f"shoe_{side}", shoes, (kick - 0.06, kick + 0.19), (y - 0.05, y + 0.05), (sole, sole + 0.08))]
    if wears["skirt"]:
        parts.append(box("lap", lower, (0.0, 0.36), (-0.17, 0.17), (hip - 0.05, hip + 0.078)))
    parts += [ellipsoid("hips", lower, (0.13, 0.18, 0.12), (0, 0, hip + 0.02)), *torso(d, wears, hip + 0.12)]
    limbs, acting = arms(d, gesture, "sitting", wears, hip + 0.5)
    return parts + limbs + head(d, wears, hip + 0.76), acting


def lying_body(d, wears, gesture):
    shoes, legs = wears["shoes"], wears["skin"] if wears["skirt"] else wears["trousers"]
    lower, parts = wears["skirt"] or wears["trousers"], []
    for side, y in (("left", 0.1), ("right", -0.1)):
        bend, out = abs(d.near(0.0, 0.3)), d.near(1.15, 0.25)
        knee = (bend, y * out, 0.50 + 0.3 * bend)
        foot = (bend * d.near(0.2, 0.2), y * out * 1.1, 0.12 + 0.4 * bend)
        parts += [capsule(f"thigh_{side}", lower, 0.075, (0, y * 0.95, 0.84), knee),
                  capsule(f"shin_{side}", legs, 0.062, knee, foot),
                  Part(f"shoe_{side}", "box", (0.25, 0.1, 0.08), (foot[0] + 0.05, foot[1], foot[2] - 0.07), shoes)]
    parts += [ellipsoid("hips", lower, (0.12, 0.17, 0.13), (0, 0, 0.88)), *torso(d, wears, 0.98)]
    limbs, acting = arms(d, gesture, "lying", wears, 1.36)
    return parts + limbs + head(d, wears, 1.62), acting


def fitted(parts, s, wide, child):
    """The drawn figure in another size: `wide` makes the body broader, a child's head is bigger for its height."""
    head_parts = {"head", "neck", "hair", "eye_left", "eye_right", "nose", "ear_left", "ear_right", "mouth",
                  "hair_back", "hair_left", "hair_right", "hat", "brim"}
    grown = 1.0 if not child else min(1.3, 0.9 / s)
    pivot = next((p.at[2] for p in parts if p.name == "neck"), 0)
    out = []
    for p in parts:
        if p.name in head_parts:
            at = (p.at[0] * s * grown, p.at[1] * s * grown, s * pivot + (p.at[2] - pivot) * s * grown)
            out.append(replace(p, size=tuple(v * s * grown for v in p.size), at=at))
        else:
            # Radii of limbs and trunk go with the build; lengths do not.
            k = s if p.name.startswith(("hand", "stripe", "dot")) else s * wide
            size = tuple((s if p.shape == "box" else k) * v for v in p.size)
            if p.shape in ("capsule", "cylinder"):
                size = (k * p.size[0], s * p.size[1])
            if p.name.startswith(("stripe", "middle", "hips", "skirt")):
                size = (s * wide * p.size[0], s * wide * p.size[1], s * p.size[2])
            out.append(replace(p, size=size, at=tuple(s * c for c in p.at)))
    return out


def laid(d, parts):
    """On the back or on a side, hips over the origin, head towards -x."""
    hips = next(p.at for p in parts if p.name == "hips")
    parts = turned(shifted(parts, tuple(-c for c in hips)), (0, -math.pi / 2, 0))
    if d.chance(0.35):
        parts = turned(parts, (d.pick((1, -1)) * d.near(1.45, 0.12), 0, 0))
    return shifted(parts, (0, 0, -bounds(parts)[0][2]))
