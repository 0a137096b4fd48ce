"""Where the things stand in the SDF as committed: one plausible scene, the same every time."""

import math
import random

from . import flat, scenes
from .catalogue import ITEMS
from .shapes import bounds

EDGE_MIN, EDGE_MAX, GAP, COUNT, SEED = 0.03, 0.25, 0.09, 24, 5


def half_sizes(item):
    low, high = bounds(item.parts)
    return [max(abs(low[i]), abs(high[i])) for i in range(2)]


def spots(place, surface, item, rng, tries=60):
    """Poses in the furniture's frame near a free edge, best guesses first come."""
    hx, hy = half_sizes(item)
    radius = math.hypot(hx, hy) if hx / hy > 1.3 else max(hx, hy)
    for _ in range(tries):
        side = rng.choice(surface.free)
        half = (surface.size[0] / 2, surface.size[1] / 2)
        deep, wide = (half[0], half[1]) if side in ("front", "back") else (half[1], half[0])
        span = max(0.0, min(2 * deep - radius - EDGE_MIN, EDGE_MAX) - (radius + EDGE_MIN))
        if wide < radius + EDGE_MIN:
            continue
        inset = deep - (radius + EDGE_MIN) - rng.random() * span
        along = (2 * rng.random() - 1) * (wide - radius - EDGE_MIN)
        x, y = {"front": (inset, along), "back": (-inset, along), "left": (along, inset), "right": (along, -inset)}[side]
        yield surface.at[0] + x, surface.at[1] + y, radius


def scene(kinds):
    """item id -> (x, y, z, yaw) in the map; things left over stand in rows outside the flat."""
    rng, taken, poses, belongs = random.Random(SEED), [], {}, scenes.belongs()
    places = {p.id: p for p in flat.PLACES}
    order = sorted(ITEMS, key=lambda it: rng.random())
    for item in order:
        if len(poses) >= COUNT:
            break
        wishes = belongs[kinds[item.kind]]
        for name in sorted(wishes, key=lambda n: -wishes[n] * rng.random()):
            place = places[name]
            fitting = [s for s in place.surfaces if s.headroom is None or s.headroom > 0.3]
            pose = stand(place, rng.choice(fitting), item, rng, taken)
            if pose:
                poses[item.id] = pose
                break
    for i, item in enumerate(it for it in ITEMS if it.id not in poses):
        poses[item.id] = (12.0 + 0.3 * (i % 8), 1.0 + 0.3 * (i // 8), 0.0, 0.0)
    return poses


def stand(place, surface, item, rng, taken):
    c, s = math.cos(place.yaw), math.sin(place.yaw)
    for x, y, radius in spots(place, surface, item, rng):
        mx, my = place.x + c * x - s * y, place.y + s * x + c * y
        if all(math.hypot(mx - ox, my - oy) > radius + r + GAP for ox, oy, oz, r in taken if abs(oz - surface.height) < 0.2):
            taken.append((mx, my, surface.height, radius))
            return (mx, my, surface.height, rng.random() * 2 * math.pi)
    return None
