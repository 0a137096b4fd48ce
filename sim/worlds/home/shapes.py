"""Primitive parts of a model, their mass properties, and what lies inside them. Metres, kilograms, radians."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One primitive of a model, in the model's frame.

    size by shape: box (x, y, z) full; cylinder (radius, length); sphere (radius,);
    capsule (radius, length without caps); ellipsoid (rx, ry, rz) radii.
    """

    name: str
    shape: str
    size: tuple
    at: tuple
    colour: str
    rpy: tuple = (0.0, 0.0, 0.0)
    visual: bool = True
    solid: bool = True


def box(name, colour, x, y, z, **kw):
    """A box that fills the ranges x, y, z, each (low, high)."""
    size = tuple(b - a for a, b in (x, y, z))
    at = tuple((a + b) / 2 for a, b in (x, y, z))
    return Part(name, "box", size, at, colour, **kw)


def cylinder(name, colour, radius, z, at=(0.0, 0.0), **kw):
    """An upright cylinder over z = (low, high)."""
    return Part(name, "cylinder", (radius, z[1] - z[0]), (at[0], at[1], (z[0] + z[1]) / 2), colour, **kw)


def sphere(name, colour, radius, at, **kw):
    return Part(name, "sphere", (radius,), at, colour, **kw)


def ellipsoid(name, colour, radii, at, **kw):
    return Part(name, "ellipsoid", radii, at, colour, **kw)


def capsule(name, colour, radius, a, b, **kw):
    """A capsule whose axis runs from a to b."""
    d = [q - p for p, q in zip(a, b)]
    length = math.sqrt(sum(c * c for c in d))
    pitch = math.acos(max(-1.0, min(1.0, d[2] / length)))
    yaw = math.atan2(d[1], d[0]) if math.hypot(d[0], d[1]) > 1e-9 else 0.0
    at = tuple((p + q) / 2 for p, q in zip(a, b))
    return Part(name, "capsule", (radius, length), at, colour, rpy=(0.0, pitch, yaw), **kw)


def rotation(rpy):
    """Rz(yaw) Ry(pitch) Rx(roll), SDF's convention."""
    (sr, cr), (sp, cp), (sy, cy) = ((math.sin(a), math.cos(a)) for a in rpy)
    return [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]


def volume_and_inertia(part):
    """Volume, and the moments about the part's own axes per unit of mass."""
    s = part.size
    if part.shape == "box":
        x, y, z = s
        return x * y * z, ((y * y + z * z) / 12, (x * x + z * z) / 12, (x * x + y * y) / 12)
    if part.shape == "sphere":
        return 4 / 3 * math.pi * s[0] ** 3, (0.4 * s[0] ** 2,) * 3
    if part.shape == "ellipsoid":
        x, y, z = (r * r for r in s)
        return 4 / 3 * math.pi * s[0] * s[1] * s[2], ((y + z) / 5, (x + z) / 5, (x + y) / 5)
    r, length = s
    if part.shape == "cylinder":
        side = (3 * r * r + length * length) / 12
        return math.pi * r * r * length, (side, side, r * r / 2)
    # Capsule: a cylinder and two half spheres.
    tube, caps = math.pi * r * r * length, 4 / 3 * math.pi * r**3
    whole = tube + caps
    along = (tube * r * r / 2 + caps * 0.4 * r * r) / whole
    side = (
        tube * (length * length / 12 + r * r / 4)
        + caps * (0.4 * r * r + length * length / 4 + 3 * length * r / 8)
    ) / whole
    return whole, (side, side, along)


def mass_properties(parts, mass):
    """Centre of mass and inertia (ixx, iyy, izz, ixy, ixz, iyz) about it, of evenly dense solid parts."""
    solid = [p for p in parts if p.visual]
    weighed = [(p, *volume_and_inertia(p)) for p in solid]
    density = mass / sum(v for _, v, _ in weighed)
    com = [sum(v * density * p.at[i] for p, v, _ in weighed) / mass for i in range(3)]
    total = [[0.0] * 3 for _ in range(3)]
    for part, volume, per_mass in weighed:
        m, r = volume * density, rotation(part.rpy)
        d = [part.at[i] - com[i] for i in range(3)]
        d2 = sum(c * c for c in d)
        for i in range(3):
            for j in range(3):
                own = sum(r[i][k] * per_mass[k] * r[j][k] for k in range(3))
                total[i][j] += m * (own + (d2 if i == j else 0.0) - d[i] * d[j])
    t = total
    return com, (t[0][0], t[1][1], t[2][2], t[0][1], t[0][2], t[1][2])


def extent(part):
    """Half sizes of the part's axis-aligned box in the model's frame."""
    r, s = rotation(part.rpy), part.size
    if part.shape == "sphere":
        return (s[0],) * 3
    if part.shape == "ellipsoid":
        return tuple(math.sqrt(sum((r[i][k] * s[k]) ** 2 for k in range(3))) for i in range(3))
    if part.shape == "box":
        return tuple(sum(abs(r[i][k]) * s[k] / 2 for k in range(3)) for i in range(3))
    if part.shape == "cylinder":
        return tuple(
            abs(r[i][2]) * s[1] / 2 + s[0] * math.sqrt(max(0.0, 1 - r[i][2] ** 2)) for i in range(3)
        )
    return tuple(abs(r[i][2]) * s[1] / 2 + s[0] for i in range(3))


def bounds(parts):
    """Axis-aligned box of the parts that can be seen: (low, high)."""
    seen = [(p.at, extent(p)) for p in parts if p.visual]
    low = tuple(min(at[i] - e[i] for at, e in seen) for i in range(3))
    high = tuple(max(at[i] + e[i] for at, e in seen) for i in range(3))
    return low, high


def holds(part, point):
    """Whether the point (model's frame) lies in the part."""
    r, s = rotation(part.rpy), part.size
    d = [point[i] - part.at[i] for i in range(3)]
    x, y, z = (sum(r[i][k] * d[i] for i in range(3)) for k in range(3))
    if part.shape == "box":
        return abs(x) <= s[0] / 2 and abs(y) <= s[1] / 2 and abs(z) <= s[2] / 2
    if part.shape == "sphere":
        return x * x + y * y + z * z <= s[0] ** 2
    if part.shape == "ellipsoid":
        return (x / s[0]) ** 2 + (y / s[1]) ** 2 + (z / s[2]) ** 2 <= 1
    if part.shape == "cylinder":
        return x * x + y * y <= s[0] ** 2 and abs(z) <= s[1] / 2
    beyond = max(0.0, abs(z) - s[1] / 2)
    return x * x + y * y + beyond * beyond <= s[0] ** 2


def turned(part, x, y, yaw):
    """The part in the map, when its model stands at (x, y, yaw)."""
    c, s = math.cos(yaw), math.sin(yaw)
    at = (x + c * part.at[0] - s * part.at[1], y + s * part.at[0] + c * part.at[1], part.at[2])
    rpy = (part.rpy[0], part.rpy[1], part.rpy[2] + yaw)
    return Part(part.name, part.shape, part.size, at, part.colour, rpy, part.visual, part.solid)
