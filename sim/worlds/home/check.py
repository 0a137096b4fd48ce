"""Whether the flat makes sense to a robot of 0.22 m radius: every problem as one line."""

import math
from collections import deque

from . import appearance, describe, extras, flat, guests, scenes, words
from .catalogue import ITEMS
from .obstacles import OBSTACLES
from .people import PEOPLE, figure
from .shapes import bounds, holds, turned

ROBOT, COMFORT, STAND = 0.22, 0.27, 0.05
BODY_HEIGHTS = (0.02, 0.1, 0.2, 0.3, 0.43, 0.49, 0.58, 0.735, 0.79, 0.84, 0.9, 1.1, 1.3)
NORMALS = {"front": (1, 0), "back": (-1, 0), "left": (0, 1), "right": (0, -1)}
INSIDE = {("desk", "desk_lamp"), ("kitchen_table", "chairs")}


def problems(poses):
    return [*words_problems(), *item_problems(poses), *extra_problems(), *guest_problems(), *surface_problems(),
            *overlap_problems(), *floor_problems()]


def words_problems():
    ids = [p.id for p in flat.PLACES if p.named]
    if sorted(ids) != sorted(words.PLACES):
        yield f"places without words or words without places: {set(ids) ^ set(words.PLACES)}"
    for item in ITEMS:
        if item.kind not in words.KINDS:
            yield f"{item.id}: unknown kind {item.kind}"
    for category, row in scenes.belongs().items():
        for place in row:
            if not any(p.id == place and p.surfaces for p in flat.PLACES):
                yield f"scenes.yaml: {category} cannot stand on {place}"


def item_problems(poses):
    for item in ITEMS:
        yield from body_problems(item, item.shape == "bowl")
        yield from colour_problems(item)
    standing = [(i, poses[i.id]) for i in ITEMS]
    for k, (a, pa) in enumerate(standing):
        for b, pb in standing[k + 1 :]:
            if abs(pa[2] - pb[2]) < 0.2 and math.hypot(pa[0] - pb[0], pa[1] - pb[1]) < 0.1:
                yield f"{a.id} and {b.id} stand in each other"


def body_problems(item, by_its_rim):
    """Whether it stands and the gripper gets hold of it."""
    low, high = bounds(item.parts)
    size = sorted(b - a for a, b in zip(low, high))
    if not -1e-6 < low[2] < 0.0011:
        yield f"{item.id}: its underside is at {low[2]:.4f} m"
    if not by_its_rim and min(high[0] - low[0], high[1] - low[1]) > 0.0801:
        yield f"{item.id}: {size} m is too wide for the gripper"
    if not 0.03 <= item.mass <= 0.6:
        yield f"{item.id}: {item.mass} kg"


def extra_problems():
    """The robot must be able to take what it does not know, and must not know it."""
    known = {item.id for item in ITEMS}
    for extra in extras.EXTRAS:
        yield from body_problems(extra, extra.id.endswith(("bowl", "plate")))
        if extra.id in known:
            yield f"{extra.id}: is in the catalogue"


def guest_problems():
    models = {it.id for it in guests.GUESTS}
    if models != set(scenes.guests()):
        yield f"guests of scenes.yaml and home/guests.py differ: {models ^ set(scenes.guests())}"
    for guest in guests.GUESTS:
        low, high = bounds(guests.figure(guest))
        if abs(low[2]) > 0.002 or (high[2] < 0.6) != (guest.posture == "lying"):
            yield f"{guest.id}: reaches from {low[2]:.3f} to {high[2]:.3f} m"
        if guest.id in {it.id for it in PEOPLE}:
            yield f"{guest.id}: is somebody of the household"


def colour_problems(item):
    kept, share = appearance.colours(item)
    for word, paint in item.colours:
        if share.get(paint, 0.0) < 0.02:
            yield f"{item.id}: nobody sees that it is {word}"
    if item.colours[0][1] not in kept:
        yield f"{item.id}: it is not chiefly {item.colours[0][0]}"


def surface_problems():
    for place in flat.PLACES:
        for it in place.surfaces:
            where = f"{place.id} at {it.height} m"
            if not 0.35 <= it.height <= 0.95:
                yield f"{where}: out of the arm's range"
            if it.headroom is not None and it.headroom < 0.30:
                yield f"{where}: headroom {it.headroom} m"
            for i in range(9):
                for j in range(9):
                    x, y = (it.at[k] + (c / 8 - 0.5) * it.size[k] * 0.985 + 0.003 for k, c in ((0, i), (1, j)))
                    if not any(p.solid and holds(p, (x, y, it.height - 0.004)) for p in place.parts):
                        yield f"{where}: nothing below ({x:.2f}, {y:.2f})"
                    for up in (0.004, 0.1, 0.2, 0.29):
                        if any(p.solid and holds(p, (x, y, it.height + up)) for p in place.parts):
                            yield f"{where}: something stands at ({x:.2f}, {y:.2f}), {up} m above"


def aligned(place):
    """The footprint's ranges in the map; all furniture stands at right angles."""
    c, s = abs(math.cos(place.yaw)), abs(math.sin(place.yaw))
    hx, hy = (c * place.size[0] + s * place.size[1]) / 2, (s * place.size[0] + c * place.size[1]) / 2
    return place.x - hx, place.x + hx, place.y - hy, place.y + hy


def overlap_problems():
    rooms = {r.id: r for r in flat.ROOMS}
    for k, a in enumerate(flat.PLACES):
        x0, x1, y0, y1 = aligned(a)
        room = rooms[a.room]
        half = flat.WALL / 2
        for low, high, (r0, r1), limit in ((x0, x1, room.x, flat.SIZE[0]), (y0, y1, room.y, flat.SIZE[1])):
            if low < r0 + (half if r0 > 0 else 0) - 1e-6 or high > r1 - (half if r1 < limit else 0) + 1e-6:
                yield f"{a.id}: sticks into a wall of the {a.room}"
        low, high = bounds([p for p in a.parts if p.solid] or a.parts[:1])
        if max(high[0], -low[0]) > a.size[0] / 2 + 0.03 or max(high[1], -low[1]) > a.size[1] / 2 + 0.03:
            if a.id != "desk_lamp":
                yield f"{a.id}: larger than its footprint {low} {high}"
        for b in flat.PLACES[k + 1 :]:
            u0, u1, v0, v1 = aligned(b)
            if x0 < u1 and u0 < x1 and y0 < v1 and v0 < y1 and (a.id, b.id) not in INSIDE and a.height and b.height:
                yield f"{a.id} and {b.id} overlap"


def blocked(parts):
    """Cells that a body reaching from the floor to 1.3 m cannot enter."""
    cells = set()
    for height in BODY_HEIGHTS:
        for row, line in enumerate(describe.rasterised(parts, height)):
            cells.update((col, row) for col, hit in enumerate(line) if hit)
    return cells


def grown(cells, radius):
    reach = int(radius / describe.CELL) + 1
    disc = [(i, j) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)
            if math.hypot(i, j) * describe.CELL < radius]
    return {(c + i, r + j) for c, r in cells for i, j in disc}


def cell(x, y):
    return tuple(math.floor((v - o) / describe.CELL) for v, o in zip((x, y), describe.ORIGIN))


def reached(start, closed):
    width, depth = describe.CELLS
    seen, queue = {start}, deque([start])
    while queue:
        c, r = queue.popleft()
        for step in ((c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)):
            if step not in seen and step not in closed and 0 <= step[0] < width and 0 <= step[1] < depth:
                seen.add(step)
                queue.append(step)
    return seen


def along_side(place, side, gap):
    """Points before a side of the footprint, every 5 cm, `gap` away from it."""
    nx, ny = NORMALS[side]
    deep, wide = (place.size[0], place.size[1]) if nx else (place.size[1], place.size[0])
    c, s = math.cos(place.yaw), math.sin(place.yaw)
    steps = max(2, int(wide / 0.05))
    for i in range(steps):
        t, d = (i + 0.5) / steps * wide - wide / 2, deep / 2 + gap
        x, y = nx * d + abs(ny) * t, ny * d + abs(nx) * t
        yield place.x + c * x - s * y, place.y + s * x + c * y


def floor_problems():
    solids = describe.solids()
    cells = blocked(solids)
    start = cell(*flat.START[:2])
    comfortable, close = reached(start, grown(cells, COMFORT)), reached(start, grown(cells, ROBOT + 0.02))
    for room in flat.ROOMS:
        share = sum(cell(room.x[0] + (i + 0.5) * 0.1, room.y[0] + (j + 0.5) * 0.1) in comfortable
                    for i in range(int((room.x[1] - room.x[0]) * 10)) for j in range(int((room.y[1] - room.y[0]) * 10)))
        if share < 20:
            yield f"{room.id}: the robot does not get in"
    for a, b, (x, y), width in flat.DOORWAYS:
        if width < 0.9 or cell(x, y) not in comfortable:
            yield f"the doorway between {a} and {b} is too narrow"
    for place in (p for p in flat.PLACES if p.named):
        if place.height == 0 and cell(place.x, place.y) not in close:
            yield f"{place.id}: the robot cannot stand there"
        for side in place.sides if place.height else ():
            stands = [cell(*p) in close for p in along_side(place, side, ROBOT + STAND)]
            free = [cell(*p) not in cells for gap in (0.1, 0.3, 0.5, 0.68) for p in along_side(place, side, gap)]
            need = 0.5 if place.surfaces else 0.05
            if sum(stands) < need * len(stands):
                yield f"{place.id}: the robot can stand before only {sum(stands)}/{len(stands)} of its {side}"
            if place.surfaces and sum(free) < 0.7 * len(free):
                yield f"{place.id}: floor before its {side} is taken ({sum(free)}/{len(free)} free)"
    yield from company_problems(cells, start)


def company_problems(cells, start):
    """People and obstacles must stand on free floor and leave ways round them."""
    people = {p.id: p for p in PEOPLE}
    spots = [(name, pose, figure(people[name])[0], people[name].posture == "sitting") for name, pose in scenes.people()]
    spots += [(name, pose, OBSTACLES[name], False) for name, pose in scenes.obstacles()]
    spots += [("commander", commander, figure(PEOPLE[0])[0], False) for _, commander in scenes.starts()]
    for name, pose, parts, sits in spots:
        there = [turned(p, *pose) for p in parts if p.solid]
        taken = blocked(there)
        if not sits and taken & cells:
            yield f"scenes.yaml: {name} at {pose} stands in something"
        ways = reached(start, grown(cells | (set() if sits else taken), COMFORT))
        for a, b, (x, y), _ in flat.DOORWAYS:
            if cell(x, y) not in ways:
                yield f"scenes.yaml: {name} at {pose} blocks the way from {a} to {b}"
    for robot, commander in scenes.starts():
        if not 1.2 <= math.dist(robot[:2], commander[:2]) <= 1.8:
            yield f"scenes.yaml: start {robot} is not 1.2-1.8 m from the commander"
