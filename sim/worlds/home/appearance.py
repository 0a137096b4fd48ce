"""What a thing looks like from where the robot stands: which colours it shows, and how much of each."""

import math

from .shapes import bounds, extent, rotation

# From above by this much, rad; from all around.
ELEVATIONS, AZIMUTHS, RAYS = (0.35, 0.75), 8, 14
# A colour counts if it is this much of what is seen on the whole, or this much of some view.
ON_THE_WHOLE, IN_SOME_VIEW = 0.08, 0.25


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def quadratic(a, b, c):
    """The smaller root of a t^2 + 2 b t + c."""
    under = b * b - a * c
    return (-b - math.sqrt(under)) / a if a > 1e-12 and under >= 0 else None


def ellipsoid_hit(o, d, radii, z=0.0):
    o, d = [(o[0]) / radii[0], o[1] / radii[1], (o[2] - z) / radii[2]], [v / r for v, r in zip(d, radii)]
    return quadratic(dot(d, d), dot(o, d), dot(o, o) - 1)


def box_hit(o, d, size):
    near, far = -math.inf, math.inf
    for p, v, s in zip(o, d, size):
        if abs(v) < 1e-12:
            if abs(p) > s / 2:
                return None
            continue
        a, b = sorted(((-s / 2 - p) / v, (s / 2 - p) / v))
        near, far = max(near, a), min(far, b)
    return near if near <= far else None


def cylinder_hit(o, d, radius, length):
    hits = [quadratic(d[0] ** 2 + d[1] ** 2, o[0] * d[0] + o[1] * d[1], o[0] ** 2 + o[1] ** 2 - radius**2)]
    hits = [t for t in hits if t is not None and abs(o[2] + t * d[2]) <= length / 2]
    for end in (-length / 2, length / 2):
        if abs(d[2]) > 1e-12:
            t = (end - o[2]) / d[2]
            if math.hypot(o[0] + t * d[0], o[1] + t * d[1]) <= radius:
                hits.append(t)
    return min(hits, default=None)


def hit(part, turn, origin, direction):
    """How far along the ray the part is met."""
    off = [origin[i] - part.at[i] for i in range(3)]
    o = [sum(turn[i][k] * off[i] for i in range(3)) for k in range(3)]
    d = [sum(turn[i][k] * direction[i] for i in range(3)) for k in range(3)]
    s = part.size
    if part.shape == "box":
        return box_hit(o, d, s)
    if part.shape == "cylinder":
        return cylinder_hit(o, d, *s)
    if part.shape == "capsule":
        ends = (ellipsoid_hit(o, d, (s[0],) * 3, z) for z in (-s[1] / 2, s[1] / 2))
        return min((t for t in (cylinder_hit(o, d, *s), *ends) if t is not None), default=None)
    return ellipsoid_hit(o, d, s if part.shape == "ellipsoid" else (s[0],) * 3)


def seen(parts, azimuth, elevation):
    """Colour -> share of what is seen from that direction."""
    parts = [(p, rotation(p.rpy), math.hypot(*extent(p))) for p in parts if p.visual]
    low, high = bounds([p for p, _, _ in parts])
    middle = [(a + b) / 2 for a, b in zip(low, high)]
    reach = math.dist(low, high) / 2
    ce, se, ca, sa = math.cos(elevation), math.sin(elevation), math.cos(azimuth), math.sin(azimuth)
    ahead, right, up = (-ce * ca, -ce * sa, -se), (-sa, ca, 0.0), (-se * ca, -se * sa, ce)
    counts = {}
    for i in range(RAYS):
        for j in range(RAYS):
            u, v = ((2 * k + 1) / RAYS - 1 for k in (i, j))
            origin = [middle[k] + reach * (u * right[k] + v * up[k] - 2 * ahead[k]) for k in range(3)]
            best, colour = math.inf, None
            for part, turn, radius in parts:
                off = [part.at[k] - origin[k] for k in range(3)]
                if dot(off, off) - dot(off, ahead) ** 2 > radius * radius:
                    continue
                t = hit(part, turn, origin, ahead)
                if t is not None and t < best:
                    best, colour = t, part.colour
            if colour:
                counts[colour] = counts.get(colour, 0) + 1
    total = sum(counts.values())
    return {c: n / total for c, n in counts.items()}


def colours(item):
    """The item's colours as hex, the most seen first; at most six."""
    views = [seen(item.parts, 0.2 + 2 * math.pi * a / AZIMUTHS, e) for e in ELEVATIONS for a in range(AZIMUTHS)]
    mean, most = {}, {}
    for view in views:
        for c, share in view.items():
            mean[c] = mean.get(c, 0.0) + share / len(views)
            most[c] = max(most.get(c, 0.0), share)
    kept = [c for c in mean if mean[c] >= ON_THE_WHOLE or most[c] >= IN_SOME_VIEW]
    return sorted(kept, key=lambda c: (-round(mean[c], 3), c))[:6], mean
