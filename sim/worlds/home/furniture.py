"""Furniture made of primitives. Frame: centre of the footprint on the floor, +x is the front, +y its left."""

from .shapes import box, capsule, cylinder, ellipsoid, sphere

OAK, WALNUT, BIRCH, PINE = "#a58d70", "#655043", "#c3b398", "#b39f7f"
WHITE, CREAM, GREY, DARK, STEEL = "#e6e4df", "#d8d0c2", "#9a9a98", "#4a4a4c", "#a9adb1"
LINEN, SLATE, MOSS, TAUPE = "#b9bcc0", "#6f7782", "#77806c", "#8f8478"


def table(depth, width, height, top, leg, thick=0.035, leg_side=0.05):
    hx, hy, q = depth / 2, width / 2, leg_side
    parts = [box("top", top, (-hx, hx), (-hy, hy), (height - thick, height))]
    for i, (sx, sy) in enumerate(((1, 1), (1, -1), (-1, 1), (-1, -1))):
        cx, cy = sx * (hx - 0.03 - q / 2), sy * (hy - 0.03 - q / 2)
        parts.append(
            box(f"leg_{i}", leg, (cx - q / 2, cx + q / 2), (cy - q / 2, cy + q / 2), (0, height - thick))
        )
    return parts


def bed(depth, width):
    hx, hy = depth / 2, width / 2
    return [
        box("frame", OAK, (-hx, hx - 0.004), (-hy + 0.004, hy - 0.004), (0.0, 0.28)),
        box("mattress", WHITE, (-hx + 0.06, hx - 0.02), (-hy + 0.02, hy - 0.02), (0.26, 0.44)),
        box("blanket", "#8793a3", (-hx + 0.55, hx + 0.004), (-hy - 0.004, hy + 0.004), (0.34, 0.46)),
        box("fold", "#cfd3d8", (-hx + 0.55, -hx + 0.72), (-hy - 0.006, hy + 0.006), (0.36, 0.465)),
        box("headboard", WALNUT, (-hx, -hx + 0.06), (-hy, hy), (0.26, 0.95)),
        box("pillow_left", "#dedbd4", (-hx + 0.12, -hx + 0.46), (0.06, hy - 0.1), (0.44, 0.55)),
        box("pillow_right", "#dedbd4", (-hx + 0.12, -hx + 0.46), (-hy + 0.1, -0.06), (0.44, 0.55)),
    ]


def bedside_table(depth, width, height):
    hx, hy = depth / 2, width / 2
    return [
        box("body", OAK, (-hx, hx - 0.015), (-hy + 0.01, hy - 0.01), (0.0, height - 0.025)),
        box("top", BIRCH, (-hx, hx), (-hy, hy), (height - 0.025, height)),
        box("drawer_low", BIRCH, (hx - 0.015, hx - 0.003), (-hy + 0.03, hy - 0.03), (0.06, 0.26)),
        box("drawer_high", BIRCH, (hx - 0.015, hx - 0.003), (-hy + 0.03, hy - 0.03), (0.29, height - 0.05)),
    ]


def open_shelf(depth, width, boards, wood, board_wood, below):
    """Two sides, a back, boards whose tops are at the given heights; `below` fills what is under the first."""
    hx, hy, t = depth / 2, width / 2, 0.025
    top = boards[-1]
    parts = [
        box("left_side", wood, (-hx, hx), (hy - t, hy), (0.0, top - t)),
        box("right_side", wood, (-hx, hx), (-hy, -hy + t), (0.0, top - t)),
        box("back", wood, (-hx, -hx + 0.015), (-hy + t, hy - t), (0.0, top - t)),
    ]
    for i, z in enumerate(boards):
        reach = hy if z == top else hy - t
        parts.append(box(f"board_{i}", board_wood, (-hx, hx), (-reach, reach), (z - t, z)))
    return parts + below


def drawers(depth, width, top, colour, rows):
    hx, hy = depth / 2, width / 2 - 0.025
    parts = [box("base", colour, (-hx + 0.015, hx - 0.02), (-hy, hy), (0.0, top))]
    step = top / rows
    for i in range(rows):
        parts.append(
            box(f"front_{i}", CREAM, (hx - 0.02, hx - 0.006), (-hy + 0.02, hy - 0.02),
                (i * step + 0.02, (i + 1) * step - 0.02), solid=False)
        )
    return parts


def books(depth, width, top):
    hx, hy = depth / 2, width / 2 - 0.03
    shades = ("#6d5a4c", "#54606a", "#7a7466", "#5d4a55", "#68705c", "#8a8070", "#4f565e")
    parts, y = [box("bottom", WALNUT, (-hx + 0.015, hx), (-hy, hy), (0.0, 0.10))], -hy
    for i, shade in enumerate(shades):
        wide = 2 * hy / len(shades)
        high = top - 0.03 - 0.05 * ((i * 3) % 4) / 2
        parts.append(box(f"books_{i}", shade, (-hx + 0.02, hx - 0.05), (y, y + wide - 0.012), (0.10, high)))
        y += wide
    return parts


def rack(depth, width, boards):
    hx, hy, q = depth / 2, width / 2, 0.03
    parts = []
    for i, (sx, sy) in enumerate(((1, 1), (1, -1), (-1, 1), (-1, -1))):
        cx, cy = sx * (hx - q / 2), sy * (hy - q / 2)
        parts.append(
            box(f"post_{i}", DARK, (cx - q / 2, cx + q / 2), (cy - q / 2, cy + q / 2), (0, boards[-1] - 0.02))
        )
    for i, z in enumerate(boards):
        parts.append(box(f"board_{i}", STEEL, (-hx, hx), (-hy, hy), (z - 0.02, z)))
    parts.append(box("crate_left", "#7d7364", (-hx + 0.03, hx - 0.03), (0.03, hy - 0.05), (boards[0], boards[0] + 0.24)))
    parts.append(box("crate_right", "#8c8f8a", (-hx + 0.03, hx - 0.03), (-hy + 0.05, -0.03), (boards[0], boards[0] + 0.2)))
    return parts


def counter(depth, width, height, body, top, front):
    """A kitchen unit: body, worktop, a front panel with a bar handle."""
    hx, hy = depth / 2, width / 2
    return [
        box("body", body, (-hx, hx - 0.02), (-hy, hy), (0.0, height - 0.03)),
        box("front", front, (hx - 0.02, hx - 0.012), (-hy + 0.015, hy - 0.015), (0.08, height - 0.06)),
        box("top", top, (-hx, hx), (-hy, hy), (height - 0.03, height)),
        box("handle", DARK, (hx - 0.012, hx), (-hy + 0.12, hy - 0.12), (height - 0.14, height - 0.12), solid=False),
    ]


def refrigerator(depth, width, height):
    hx, hy = depth / 2, width / 2
    return [
        box("body", "#b7bcc2", (-hx, hx - 0.035), (-hy, hy), (0.0, height - 0.02)),
        box("door", "#c9ced3", (hx - 0.03, hx - 0.01), (-hy, hy), (0.05, height - 0.03)),
        box("top", "#8d949b", (-hx, hx), (-hy, hy), (height - 0.02, height)),
        box("handle", DARK, (hx - 0.01, hx), (hy - 0.08, hy - 0.05), (0.35, height - 0.1), solid=False),
    ]


def sink(depth, width, height):
    """The basin is in the right half; the left half is a draining board."""
    hx, hy, t = depth / 2, width / 2, 0.03
    top = "#a3a19c"
    basin_x, basin_y = (-hx + 0.12, hx - 0.08), (-hy + 0.06, -0.06)
    low = height - 0.16
    return [
        box("body", WHITE, (-hx, hx - 0.02), (-hy, hy), (0.0, low)),
        box("rear", top, (-hx, basin_x[0]), (-hy, hy), (low, height)),
        box("left", top, (basin_x[0], hx), (basin_y[1], hy), (low, height)),
        box("right", top, (basin_x[0], hx), (-hy, basin_y[0]), (low, height)),
        box("lip", top, (basin_x[1], hx), basin_y, (low, height)),
        box("basin", STEEL, basin_x, basin_y, (low, low + 0.012)),
        box("door_left", CREAM, (hx - 0.02, hx - 0.01), (0.02, hy - 0.02), (0.08, low - 0.02)),
        box("door_right", CREAM, (hx - 0.02, hx - 0.01), (-hy + 0.02, -0.02), (0.08, low - 0.02)),
        cylinder("tap", STEEL, 0.015, (height, height + 0.24), (-hx + 0.06, (basin_y[0] + basin_y[1]) / 2)),
        capsule("spout", STEEL, 0.012, (-hx + 0.06, (basin_y[0] + basin_y[1]) / 2, height + 0.24),
                (-hx + 0.22, (basin_y[0] + basin_y[1]) / 2, height + 0.2)),
    ]


def cabinet(depth, width, height):
    hx, hy = depth / 2, width / 2
    return [
        box("body", WHITE, (-hx, hx - 0.015), (-hy + 0.01, hy - 0.01), (0.0, height - 0.025)),
        box("top", PINE, (-hx, hx), (-hy, hy), (height - 0.025, height)),
        box("door_left", CREAM, (hx - 0.015, hx - 0.005), (0.01, hy - 0.03), (0.06, height - 0.05)),
        box("door_right", CREAM, (hx - 0.015, hx - 0.005), (-hy + 0.03, -0.01), (0.06, height - 0.05)),
        sphere("knob_left", DARK, 0.012, (hx - 0.005, 0.04, height * 0.6), solid=False),
        sphere("knob_right", DARK, 0.012, (hx - 0.005, -0.04, height * 0.6), solid=False),
    ]


def desk(depth, width, height):
    hx, hy = depth / 2, width / 2
    return [
        box("top", BIRCH, (-hx, hx), (-hy, hy), (height - 0.035, height)),
        box("left_panel", WALNUT, (-hx + 0.03, hx - 0.03), (hy - 0.04, hy - 0.01), (0, height - 0.035)),
        box("modesty", WALNUT, (-hx + 0.06, -hx + 0.085), (-hy + 0.4, hy - 0.04), (0.1, height - 0.035)),
        box("drawers", WALNUT, (-hx + 0.03, hx - 0.04), (-hy + 0.01, -hy + 0.4), (0, height - 0.035)),
        box("drawer_high", OAK, (hx - 0.04, hx - 0.03), (-hy + 0.03, -hy + 0.38), (0.42, 0.66), solid=False),
        box("drawer_low", OAK, (hx - 0.04, hx - 0.03), (-hy + 0.03, -hy + 0.38), (0.08, 0.38), solid=False),
    ]


def desk_lamp(foot):
    return [
        cylinder("foot", DARK, 0.075, (foot, foot + 0.02), (-0.03, 0)),
        capsule("arm_low", STEEL, 0.010, (-0.03, 0, foot + 0.02), (-0.09, 0, foot + 0.24)),
        capsule("arm_high", STEEL, 0.010, (-0.09, 0, foot + 0.24), (0.04, 0, foot + 0.38)),
        cylinder("shade", "#3f4a52", 0.07, (foot + 0.32, foot + 0.40), (0.06, 0)),
        sphere("bulb", "#f4edc8", 0.035, (0.06, 0, foot + 0.32), solid=False),
    ]


def seat(depth, width, seat_height, back_height, cloth, cushion, cushions, arm=0.18, back=0.22):
    """Sofa or armchair."""
    hx, hy = depth / 2, width / 2
    parts = [
        box("base", cloth, (-hx, hx), (-hy, hy), (0.0, seat_height - 0.12)),
        box("back", cloth, (-hx, -hx + back), (-hy, hy), (seat_height - 0.12, back_height)),
        box("left_arm", cloth, (-hx + back, hx), (hy - arm, hy), (seat_height - 0.12, seat_height + 0.16)),
        box("right_arm", cloth, (-hx + back, hx), (-hy, -hy + arm), (seat_height - 0.12, seat_height + 0.16)),
    ]
    wide = (width - 2 * arm) / cushions
    for i in range(cushions):
        y = -hy + arm + i * wide
        parts.append(box(f"cushion_{i}", cushion, (-hx + back, hx), (y + 0.002, y + wide - 0.002),
                         (seat_height - 0.12, seat_height)))
    return parts


def tv_stand(depth, width, height):
    hx, hy = depth / 2, width / 2
    return [
        box("body", WALNUT, (-hx, hx - 0.015), (-hy + 0.01, hy - 0.01), (0.0, height - 0.03)),
        box("top", OAK, (-hx, hx), (-hy, hy), (height - 0.03, height)),
        box("door_left", OAK, (hx - 0.015, hx - 0.005), (0.02, hy - 0.04), (0.05, height - 0.06)),
        box("door_right", OAK, (hx - 0.015, hx - 0.005), (-hy + 0.04, -0.02), (0.05, height - 0.06)),
        box("tv_foot", DARK, (-hx + 0.01, -hx + 0.12), (-0.2, 0.2), (height, height + 0.03)),
        box("tv", "#26272a", (-hx + 0.03, -hx + 0.07), (-0.5, 0.5), (height + 0.03, height + 0.62)),
        box("screen", "#343a40", (-hx + 0.07, -hx + 0.073), (-0.48, 0.48), (height + 0.05, height + 0.6), solid=False),
    ]


def side_tables(heights, side, gap):
    """Two small tables side by side."""
    parts = []
    for name, sign, height in zip(("left", "right"), (1, -1), heights):
        y0, y1 = sorted((sign * gap / 2, sign * (gap / 2 + side)))
        h = side / 2
        parts += [
            box(f"{name}_top", PINE, (-h, h), (y0, y1), (height - 0.03, height)),
            box(f"{name}_panel_a", WALNUT, (-h + 0.02, h - 0.02), (y0 + 0.02, y0 + 0.045), (0, height - 0.03)),
            box(f"{name}_panel_b", WALNUT, (-h + 0.02, h - 0.02), (y1 - 0.045, y1 - 0.02), (0, height - 0.03)),
            box(f"{name}_base", WALNUT, (-h + 0.02, h - 0.02), (y0 + 0.045, y1 - 0.045), (0.17, 0.2 + 0.03)),
        ]
    return parts


def chair(prefix, x, y, facing):
    """A kitchen chair; facing +1 looks along +x."""
    s = 0.2
    parts = [box(f"{prefix}_seat", PINE, (x - s, x + s), (y - s, y + s), (0.41, 0.45))]
    for i, (sx, sy) in enumerate(((1, 1), (1, -1), (-1, 1), (-1, -1))):
        cx, cy = x + sx * (s - 0.02), y + sy * (s - 0.02)
        parts.append(box(f"{prefix}_leg_{i}", WALNUT, (cx - 0.02, cx + 0.02), (cy - 0.02, cy + 0.02), (0, 0.41)))
    bx = sorted((x - facing * s, x - facing * (s - 0.03)))
    parts.append(box(f"{prefix}_back", PINE, tuple(bx), (y - s, y + s), (0.45, 0.88)))
    return parts


def bin_round(radius, height, colour, lid):
    parts = [cylinder("body", colour, radius, (0.0, height))]
    parts.append(cylinder("lid", lid, radius * (1.04 if height > 0.4 else 0.9), (height, height + 0.025)))
    return parts


def potted_plant():
    leaf, leaf_dark = "#4f6b46", "#415c3c"
    return [
        cylinder("pot", "#8a6a55", 0.16, (0.0, 0.34)),
        cylinder("soil", "#3c2f26", 0.145, (0.34, 0.345), solid=False),
        cylinder("stem", "#6a5a40", 0.02, (0.34, 0.75)),
        ellipsoid("leaves_low", leaf_dark, (0.26, 0.26, 0.2), (0.0, 0.0, 0.72)),
        ellipsoid("leaves_mid", leaf, (0.21, 0.22, 0.22), (0.03, 0.02, 0.95)),
        ellipsoid("leaves_high", leaf_dark, (0.14, 0.13, 0.2), (-0.02, 0.0, 1.17)),
    ]


def coatrack():
    return [
        cylinder("foot", DARK, 0.17, (0.0, 0.03)),
        cylinder("pole", WALNUT, 0.022, (0.03, 1.7)),
        capsule("hook_a", WALNUT, 0.012, (-0.14, 0, 1.66), (0.14, 0, 1.66)),
        capsule("hook_b", WALNUT, 0.012, (0, -0.14, 1.58), (0, 0.14, 1.58)),
        box("coat", "#59606b", (0.03, 0.12), (-0.16, 0.06), (0.85, 1.6)),
        ellipsoid("hat", "#7b6d58", (0.12, 0.12, 0.06), (0.0, 0.0, 1.73)),
    ]


def floor_lamp():
    return [
        cylinder("foot", DARK, 0.15, (0.0, 0.03)),
        cylinder("pole", STEEL, 0.018, (0.03, 1.35)),
        cylinder("shade", "#e2d5b4", 0.17, (1.3, 1.56)),
    ]


def doormat(door_colour):
    """A spot before a front door: the mat is flat, the door hangs on the wall behind it (-x)."""
    return [
        box("mat", "#6a6259", (-0.3, 0.3), (-0.4, 0.4), (0.0, 0.004), solid=False),
        box("door", door_colour, (-0.5, -0.48), (-0.45, 0.45), (0.0, 2.0), solid=False),
        box("frame", "#f2efe8", (-0.5, -0.49), (-0.52, 0.52), (0.0, 2.07), solid=False),
        sphere("handle", STEEL, 0.03, (-0.455, 0.36, 1.0), solid=False),
    ]


def bathtub(depth, width, height):
    hx, hy, t = depth / 2, width / 2, 0.07
    c = "#e9ebec"
    return [
        box("front", c, (hx - t, hx), (-hy, hy), (0, height)),
        box("rear", c, (-hx, -hx + t), (-hy, hy), (0, height)),
        box("left", c, (-hx + t, hx - t), (hy - t, hy), (0, height)),
        box("right", c, (-hx + t, hx - t), (-hy, -hy + t), (0, height)),
        box("bottom", "#cfd8db", (-hx + t, hx - t), (-hy + t, hy - t), (0, 0.25)),
    ]


def toilet():
    c = "#e6e8e8"
    return [
        box("tank", c, (-0.32, -0.14), (-0.2, 0.2), (0, 0.8)),
        box("base", c, (-0.14, 0.12), (-0.12, 0.12), (0, 0.36)),
        cylinder("bowl", c, 0.19, (0.1, 0.4), (0.1, 0)),
        cylinder("seat", "#bfc4c6", 0.185, (0.4, 0.425), (0.1, 0)),
    ]
