"""People: simple figures in clothes. Frame: on the floor below the hips, +x is where they look."""

from dataclasses import dataclass

from .shapes import box, capsule, cylinder, ellipsoid, sphere


@dataclass(frozen=True)
class Person:
    id: str
    en: list
    zh: list
    posture: str
    shirt: tuple
    trousers: str
    hair: str
    skin: str
    long_hair: bool
    usual_place: str
    pose: tuple


def head(skin, hair, long_hair, x, z):
    parts = [
        cylinder("neck", skin, 0.05, (z - 0.18, z - 0.05), (x, 0)),
        ellipsoid("head", skin, (0.095, 0.078, 0.115), (x, 0, z)),
        ellipsoid("hair", hair, (0.102, 0.088, 0.10), (x - 0.018, 0, z + 0.035), solid=False),
        sphere("eye_left", "#22201e", 0.011, (x + 0.088, 0.03, z + 0.005), solid=False),
        sphere("eye_right", "#22201e", 0.011, (x + 0.088, -0.03, z + 0.005), solid=False),
        sphere("nose", skin, 0.014, (x + 0.096, 0, z - 0.02), solid=False),
    ]
    if long_hair:
        parts.append(ellipsoid("hair_back", hair, (0.05, 0.09, 0.16), (x - 0.065, 0, z - 0.06), solid=False))
    return parts


def arm(side, shirt, skin, shoulder, elbow, wrist):
    return [
        capsule(f"upper_arm_{side}", shirt, 0.048, shoulder, elbow, solid=False),
        capsule(f"forearm_{side}", skin, 0.036, elbow, wrist, solid=False),
    ]


def torso(shirt, low):
    """Waist at `low`, shoulders 0.38 m above."""
    return [
        capsule("flank_left", shirt, 0.105, (0, 0.065, low + 0.04), (0, 0.085, low + 0.32)),
        capsule("flank_right", shirt, 0.105, (0, -0.065, low + 0.04), (0, -0.085, low + 0.32)),
        ellipsoid("middle", shirt, (0.117, 0.165, 0.25), (0, 0, low + 0.19)),
        capsule("shoulders", shirt, 0.065, (0, -0.17, low + 0.375), (0, 0.17, low + 0.375)),
        cylinder("collar", shirt, 0.07, (low + 0.38, low + 0.455)),
    ]


def standing(shirt, trousers, hair, skin, long_hair):
    shoes = "#2b2724"
    parts = []
    for side, y in (("left", 0.095), ("right", -0.095)):
        parts += [
            box(f"shoe_{side}", shoes, (-0.09, 0.17), (y - 0.05, y + 0.05), (0.0, 0.08)),
            capsule(f"leg_{side}", trousers, 0.075, (0, y, 0.15), (0, y * 0.95, 0.82)),
        ]
    parts += [
        ellipsoid("hips", trousers, (0.12, 0.17, 0.13), (0, 0, 0.88)),
        *torso(shirt, 0.98),
    ]
    parts += arm("left", shirt, skin, (0, 0.215, 1.36), (-0.02, 0.255, 1.08), (0.06, 0.25, 0.84))
    parts += [sphere("hand_left", skin, 0.045, (0.075, 0.25, 0.80), solid=False)]
    parts += arm("right", shirt, skin, (0, -0.215, 1.36), (0.06, -0.25, 1.08), (0.30, -0.20, 1.0))
    return parts + head(skin, hair, long_hair, 0.01, 1.62), (0.36, -0.19, 1.0)


def sitting(shirt, trousers, hair, skin, long_hair):
    """On a seat 0.44 m high; the origin is below the hips."""
    parts = []
    for side, y in (("left", 0.11), ("right", -0.11)):
        parts += [
            capsule(f"thigh_{side}", trousers, 0.075, (0.0, y, 0.53), (0.40, y, 0.53)),
            capsule(f"shin_{side}", trousers, 0.06, (0.43, y, 0.50), (0.46, y, 0.13)),
            box(f"shoe_{side}", "#2b2724", (0.40, 0.65), (y - 0.05, y + 0.05), (0.0, 0.08)),
        ]
    parts += [
        ellipsoid("hips", trousers, (0.13, 0.18, 0.12), (0, 0, 0.56)),
        *torso(shirt, 0.64),
    ]
    parts += arm("left", shirt, skin, (0, 0.215, 1.02), (0.05, 0.26, 0.75), (0.29, 0.19, 0.67))
    parts += [sphere("hand_left", skin, 0.045, (0.34, 0.17, 0.66), solid=False)]
    parts += arm("right", shirt, skin, (0, -0.215, 1.02), (0.10, -0.25, 0.78), (0.36, -0.20, 0.80))
    return parts + head(skin, hair, long_hair, 0.01, 1.28), (0.43, -0.19, 0.81)


def figure(person):
    """(parts of the body, position of the right hand)."""
    build = standing if person.posture == "standing" else sitting
    return build(person.shirt[1], person.trousers, person.hair, person.skin, person.long_hair)


PEOPLE = [
    Person("anna", ["anna"], ["安娜"], "standing", ("red", "#b3202c"), "#2f3542", "#5b3a22", "#e0b394", True,
           "sink", (8.9, 3.4, "WEST")),
    Person("ben", ["ben"], ["阿本", "本"], "standing", ("blue", "#2a55a5"), "#4b463e", "#1d1a18", "#8d5f43", False,
           "sink", (6.0, 5.95, "EAST")),
    Person("mei", ["mei"], ["小美", "阿美"], "sitting", ("yellow", "#e3b62e"), "#38454f", "#141414", "#e6bf9a", True,
           "armchair", (0.57, 2.72, "EAST")),
    Person("leo", ["leo"], ["里奥", "利奥"], "standing", ("green", "#3c8a4a"), "#6d6257", "#b58a4a", "#e8c3a6", False,
           "bed", (0.45, 5.2, "EAST")),
]
