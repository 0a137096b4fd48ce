"""Rooms, walls, furniture and people's places: the geometry of the flat. Metres, radians, frame `map`.

The origin is the inner south-west corner; +x east, +y north.
"""

import math
from dataclasses import dataclass, field

from . import furniture as f

EAST, NORTH, WEST, SOUTH = 0.0, math.pi / 2, math.pi, -math.pi / 2
SIZE = (10.0, 8.0)
WALL_HEIGHT, WALL = 2.2, 0.10


@dataclass(frozen=True)
class Room:
    id: str
    en: list
    zh: list
    x: tuple
    y: tuple
    floor: str
    wall: str


ROOMS = [
    Room("living_room", ["living room", "lounge", "sitting room"], ["客厅", "起居室", "大厅"],
         (3.6, 10.0), (0.0, 4.8), "#a08c74", "#ddd8cd"),
    Room("kitchen", ["kitchen"], ["厨房"], (5.7, 10.0), (4.8, 8.0), "#b9b4aa", "#d9dcd2"),
    Room("bedroom", ["bedroom"], ["卧室", "睡房", "卧房"], (0.0, 3.5), (4.8, 8.0), "#8f7a66", "#d3d6dd"),
    Room("office", ["office", "study", "work room"], ["书房", "办公室", "工作室"],
         (0.0, 3.6), (0.0, 3.4), "#7d828a", "#d9d3c8"),
    Room("bathroom", ["bathroom", "toilet", "restroom", "washroom"], ["浴室", "卫生间", "洗手间", "厕所"],
         (3.5, 5.7), (4.8, 8.0), "#a7b6bb", "#dde3e4"),
    Room("corridor", ["corridor", "hallway", "hall"], ["走廊", "过道", "门厅"],
         (0.0, 3.6), (3.4, 4.8), "#9b8f80", "#dcd8d0"),
]

# Inner walls as (x, y) ranges of solid stretches; doorways are the gaps between them.
INNER_WALLS = [
    # South walls of bedroom, bathroom, kitchen. Doors: 2.3-3.3, 4.2-5.2, 5.9-7.0.
    ((0.0, 2.3), (4.75, 4.85)), ((3.3, 4.2), (4.75, 4.85)), ((5.2, 5.9), (4.75, 4.85)),
    ((7.0, 10.0), (4.75, 4.85)),
    # Between bedroom, bathroom and kitchen.
    ((3.45, 3.55), (4.85, 8.0)), ((5.65, 5.75), (4.85, 8.0)),
    # North wall of the office with its door 2.3-3.3, and its east wall.
    ((0.0, 2.3), (3.35, 3.45)), ((3.3, 3.65), (3.35, 3.45)), ((3.55, 3.65), (0.0, 3.35)),
]
DOORWAYS = [
    ("bedroom", "corridor", (2.8, 4.8), 1.0), ("bathroom", "living_room", (4.7, 4.8), 1.0),
    ("kitchen", "living_room", (6.45, 4.8), 1.1), ("office", "corridor", (2.8, 3.4), 1.0),
    ("corridor", "living_room", (3.6, 4.1), 1.3),
]


@dataclass(frozen=True)
class Surface:
    """A rectangle on which things stand, in the furniture's frame: centre, size, height."""

    height: float
    at: tuple
    size: tuple
    headroom: float | None = None
    # Sides of the rectangle from which a hand gets at it.
    free: tuple = ("front",)


@dataclass(frozen=True)
class Place:
    id: str
    room: str
    x: float
    y: float
    yaw: float
    size: tuple
    height: float
    parts: list
    sides: tuple
    surfaces: list = field(default_factory=list)
    named: bool = True


SHELF_BOARDS, BOOK_BOARDS, PANTRY_BOARDS = (0.50, 0.90), (0.52, 0.92), (0.45, 0.86)
RACK_BOARDS = (0.10, 0.48, 0.90)
ALL = ("front", "back", "left", "right")


def boards(heights, depth, width, thick=0.025):
    """Surfaces of an open shelf: all boards reachable from the front, the uppermost without a ceiling."""
    found = []
    for i, z in enumerate(heights):
        room = None if i + 1 == len(heights) else round(heights[i + 1] - thick - z, 3)
        found.append(Surface(z, (0.01, 0.0), (depth - 0.05, width - 0.10), room))
    return found


PLACES = [
    # Bedroom.
    Place("bed", "bedroom", 0.75, 6.97, SOUTH, (2.02, 1.4), 0.95, f.bed(2.02, 1.4), ("front", "left"),
          [Surface(0.46, (0.36, 0.0), (1.22, 1.3), None, ("front", "left"))]),
    Place("bedside_table", "bedroom", 1.72, 7.77, SOUTH, (0.42, 0.42), 0.55, f.bedside_table(0.42, 0.42, 0.55),
          ("front", "left"), [Surface(0.55, (0.0, 0.0), (0.38, 0.38), None, ("front", "left"))]),
    Place("shelf", "bedroom", 3.28, 6.7, WEST, (0.32, 0.9), 0.90,
          f.open_shelf(0.32, 0.9, SHELF_BOARDS, f.WHITE, f.BIRCH, f.drawers(0.32, 0.9, 0.475, f.WHITE, 2)),
          ("front",), boards(SHELF_BOARDS, 0.32, 0.9)),
    # Kitchen.
    Place("trashbin", "kitchen", 9.78, 5.1, NORTH, (0.34, 0.34), 0.6, f.bin_round(0.16, 0.57, f.STEEL, f.DARK),
          ("front", "left")),
    Place("dishwasher", "kitchen", 7.12, 7.72, SOUTH, (0.54, 0.6), 0.86,
          f.counter(0.54, 0.6, 0.86, f.WHITE, "#8f8c86", "#d4d6d6"), ("front",),
          [Surface(0.86, (0.03, 0.0), (0.44, 0.54))]),
    Place("kitchen_table", "kitchen", 8.35, 5.72, NORTH, (0.8, 1.2), 0.75, f.table(0.8, 1.2, 0.75, f.OAK, f.WALNUT),
          ("front", "left", "right"), [Surface(0.75, (0.0, 0.0), (0.74, 1.14), None, ("front", "left", "right"))]),
    Place("chairs", "kitchen", 8.35, 5.17, NORTH, (0.44, 1.0), 0.88,
          f.chair("east", 0.0, -0.27, 1) + f.chair("west", 0.0, 0.27, 1), ("left", "right")),
    Place("pantry", "kitchen", 9.45, 7.81, SOUTH, (0.35, 0.9), 0.86,
          f.open_shelf(0.35, 0.9, PANTRY_BOARDS, f.PINE, f.PINE, f.drawers(0.35, 0.9, 0.425, f.PINE, 1)),
          ("front",), boards(PANTRY_BOARDS, 0.35, 0.9)),
    Place("refrigerator", "kitchen", 8.2, 7.71, SOUTH, (0.56, 0.6), 0.86, f.refrigerator(0.56, 0.6, 0.86),
          ("front",), [Surface(0.86, (0.03, 0.0), (0.44, 0.54))]),
    Place("sink", "kitchen", 6.28, 7.72, SOUTH, (0.54, 1.0), 0.86, f.sink(0.54, 1.0, 0.86), ("front",),
          [Surface(0.86, (0.04, 0.22), (0.42, 0.48))]),
    # Bathroom.
    Place("cabinet", "bathroom", 3.74, 6.3, EAST, (0.36, 0.9), 0.80, f.cabinet(0.36, 0.9, 0.80), ("front",),
          [Surface(0.80, (0.0, 0.0), (0.32, 0.84))]),
    Place("bathtub", "bathroom", 4.6, 7.62, SOUTH, (0.72, 2.0), 0.52, f.bathtub(0.72, 2.0, 0.52), ("front",),
          named=False),
    Place("toilet", "bathroom", 5.31, 6.4, WEST, (0.64, 0.42), 0.80, f.toilet(), ("front",), named=False),
    # Corridor.
    Place("coatrack", "corridor", 0.22, 4.52, EAST, (0.34, 0.34), 1.75, f.coatrack(), ("front", "right")),
    Place("entrance", "corridor", 0.5, 3.98, EAST, (0.6, 0.8), 0.0, f.doormat("#7c5a44"), ALL),
    # Office.
    Place("desk", "office", 0.95, 0.34, NORTH, (0.65, 1.4), 0.75, f.desk(0.65, 1.4, 0.75), ("front",),
          [Surface(0.75, (0.02, -0.11), (0.57, 1.10))]),
    Place("desk_lamp", "office", 0.40, 0.45, NORTH, (0.42, 0.2), 1.15, f.desk_lamp(0.75), ("front",)),
    Place("armchair", "office", 0.50, 2.72, EAST, (0.8, 0.8), 0.85,
          f.seat(0.8, 0.8, 0.44, 0.85, f.MOSS, "#87907a", 1, 0.14, 0.2), ("front",)),
    Place("waste_basket", "office", 1.90, 0.22, NORTH, (0.28, 0.28), 0.34, f.bin_round(0.13, 0.32, "#7b7f86", f.DARK),
          ("front", "right")),
    Place("bookshelf", "office", 3.39, 1.3, WEST, (0.30, 1.0), 0.92,
          f.open_shelf(0.30, 1.0, BOOK_BOARDS, f.WALNUT, f.WALNUT, f.books(0.30, 1.0, 0.495)), ("front",),
          boards(BOOK_BOARDS, 0.30, 1.0)),
    # Living room.
    Place("storage_rack", "living_room", 3.84, 1.5, EAST, (0.35, 1.0), 0.90, f.rack(0.35, 1.0, RACK_BOARDS),
          ("front",), boards(RACK_BOARDS, 0.35, 1.0, 0.02)[1:]),
    Place("potted_plant", "living_room", 9.68, 0.35, WEST, (0.5, 0.5), 1.35, f.potted_plant(), ("front", "right")),
    Place("tv_stand", "living_room", 9.77, 1.9, WEST, (0.42, 1.4), 0.50, f.tv_stand(0.42, 1.4, 0.50), ("front",),
          [Surface(0.50, (0.07, 0.0), (0.24, 1.30))]),
    Place("lamp", "living_room", 6.3, 0.32, NORTH, (0.36, 0.36), 1.56, f.floor_lamp(), ("left",)),
    Place("side_tables", "living_room", 8.15, 0.26, NORTH, (0.45, 0.95), 0.60, f.side_tables((0.48, 0.60), 0.45, 0.05),
          ("front", "left", "right"),
          [Surface(0.48, (0.0, 0.25), (0.41, 0.41), None, ("front", "left")),
           Surface(0.60, (0.0, -0.25), (0.41, 0.41), None, ("front", "right"))]),
    Place("sofa", "living_room", 6.45, 1.65, EAST, (0.82, 1.9), 0.82,
          f.seat(0.82, 1.9, 0.43, 0.82, f.SLATE, "#7d8590", 2), ("front",),
          [Surface(0.43, (0.10, 0.0), (0.56, 1.46))]),
    Place("exit", "living_room", 9.5, 4.2, WEST, (0.6, 0.8), 0.0, f.doormat("#4f6459"), ALL),
]

RUGS = [("rug_living", (7.0, 8.9), (0.9, 2.5), "#857a70"), ("rug_bedroom", (1.6, 2.9), (5.3, 6.6), "#75808c")]
# Name, shadows, colour, direction.
LIGHTS = [
    ("sun", "true", (0.33, 0.32, 0.30), (-0.3, 0.2, -0.93)),
    ("fill_north_east", "false", (0.21, 0.22, 0.24), (-0.7, -0.5, -0.5)),
    ("fill_south_west", "false", (0.24, 0.23, 0.21), (0.7, 0.5, -0.5)),
]
START, COMMANDER = (7.4, 3.5, EAST), (8.9, 3.4, WEST)
