"""The flat from above, as SVG."""

import math

from . import flat
from .catalogue import ITEMS
from .people import PEOPLE
from .sdf import shell
from .shapes import bounds

SCALE, MARGIN = 100, 20


def svg(poses):
    w, h = flat.SIZE
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{w * SCALE + 2 * MARGIN:.0f}" height="{h * SCALE + 2 * MARGIN:.0f}" '
           'font-family="sans-serif" font-size="13">', '<rect width="100%" height="100%" fill="white"/>',
           f'<g transform="translate({MARGIN},{h * SCALE + MARGIN}) scale(1,-1)">']
    for room in flat.ROOMS:
        out.append(quad(sum(room.x) / 2, sum(room.y) / 2, 0, (room.x[1] - room.x[0], room.y[1] - room.y[0]), room.floor, 0.4))
    for part in shell()[0]:
        out.append(quad(part.at[0], part.at[1], 0, part.size[:2], "#555555", 1))
    labels = []
    for place in flat.PLACES:
        out.append(quad(place.x, place.y, place.yaw, place.size, "#caa878", 0.9 if place.height else 0.3))
        c, s = math.cos(place.yaw), math.sin(place.yaw)
        for it in place.surfaces:
            out.append(quad(place.x + c * it.at[0] - s * it.at[1], place.y + s * it.at[0] + c * it.at[1], place.yaw, it.size, "#ffffff", 0.5))
        tip = place.size[0] / 2 + 0.1
        out.append(line(place.x + c * (tip - 0.1), place.y + s * (tip - 0.1), place.x + c * tip, place.y + s * tip))
        labels.append((place.x, place.y, place.id))
    for item in ITEMS:
        x, y, _, yaw = poses[item.id]
        low, high = bounds(item.parts)
        out.append(quad(x, y, yaw, (high[0] - low[0], high[1] - low[1]), item.colours[0][1], 1))
    for person in PEOPLE:
        x, y, yaw = person.pose
        out.append(f'<circle cx="{x * SCALE:.0f}" cy="{y * SCALE:.0f}" r="22" fill="{person.shirt[1]}"/>')
        labels.append((x, y, person.id))
    x, y, _ = flat.START
    out.append(f'<circle cx="{x * SCALE:.0f}" cy="{y * SCALE:.0f}" r="22" fill="none" stroke="black" stroke-width="3"/></g>')
    for x, y, label in labels:
        out.append(f'<text x="{MARGIN + x * SCALE:.0f}" y="{MARGIN + (h - y) * SCALE:.0f}" text-anchor="middle">{label}</text>')
    return "\n".join([*out, "</svg>", ""])


def quad(x, y, yaw, size, colour, opacity):
    return (f'<rect x="{-size[0] / 2 * SCALE:.1f}" y="{-size[1] / 2 * SCALE:.1f}" width="{size[0] * SCALE:.1f}" height="{size[1] * SCALE:.1f}" '
            f'fill="{colour}" fill-opacity="{opacity}" stroke="#333" stroke-width="1" '
            f'transform="translate({x * SCALE:.1f},{y * SCALE:.1f}) rotate({math.degrees(yaw):.1f})"/>')


def line(x0, y0, x1, y1):
    a, b, c, d = (v * SCALE for v in (x0, y0, x1, y1))
    return f'<line x1="{a:.0f}" y1="{b:.0f}" x2="{c:.0f}" y2="{d:.0f}" stroke="red" stroke-width="3"/>'
