"""Which kinds there are, in which colours, patterns, forms and sizes, and one instance with its attributes."""

import math
from dataclasses import dataclass, replace

from home.catalogue import ITEMS
from home.items import TIN
from home.shapes import bounds
from home.words import KINDS as HOME_KINDS

from . import dishes, fruits, groceries, supplies, toys
from .draw import COLOURS, Paint, from_hex, shiny
from .surfaces import Look, grounded, scaled, turned

ALL = COLOURS
PRINTED = {"plain": 8, "striped": 3, "spotted": 2, "checked": 2, "two-tone": 2}
PAINTED = {"plain": 6, "striped": 4, "spotted": 3, "checked": 2, "two-tone": 2}
PLAIN = {"plain": 1}
BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    patterns: weights; lies: share that lies on its side; full: share of the hollow ones that hold something;
    scale: of small, medium and big ones.
    """

    category: str
    make: object
    colours: tuple = ALL
    patterns: dict = None
    forms: tuple = ()
    lies: float = 0.0
    full: float = None
    second: tuple = ALL
    shine: tuple = (0.2, 0.5)
    scale: tuple = ((0.74, 0.84), (0.93, 1.07), (1.22, 1.4))


FRUIT_SCALE = ((0.76, 0.86), (0.94, 1.06), (1.16, 1.28))
KINDS = {
    "can": Kind("drinks", groceries.can, patterns=PRINTED, lies=0.18, shine=(0.5, 0.8),
                scale=((0.76, 0.84), (0.95, 1.05), (1.2, 1.32))),
    "bottle": Kind("drinks", groceries.bottle, patterns=PRINTED, lies=0.2, shine=(0.5, 0.8),
                   scale=((0.74, 0.84), (0.94, 1.06), (1.18, 1.3))),
    "carton": Kind("drinks", groceries.carton, patterns=PRINTED, lies=0.1, shine=(0.1, 0.3),
                   scale=((0.72, 0.82), (0.94, 1.06), (1.16, 1.28))),
    "apple": Kind("fruits", fruits.apple, ("red", "green", "yellow"), PLAIN, scale=FRUIT_SCALE),
    "orange": Kind("fruits", fruits.orange, ("orange",), PLAIN, scale=FRUIT_SCALE),
    "lemon": Kind("fruits", fruits.lemon, ("yellow",), PLAIN, scale=FRUIT_SCALE),
    "pear": Kind("fruits", fruits.pear, ("green", "yellow"), PLAIN, lies=0.1, scale=FRUIT_SCALE),
    "banana": Kind("fruits", fruits.banana, ("yellow", "yellow", "green"), PLAIN, scale=FRUIT_SCALE),
    "peach": Kind("fruits", fruits.peach, ("pink", "orange"), PLAIN, scale=FRUIT_SCALE),
    "plum": Kind("fruits", fruits.plum, ("purple",), PLAIN, scale=FRUIT_SCALE),
    "grapes": Kind("fruits", fruits.grapes, ("purple", "green"), PLAIN, scale=FRUIT_SCALE),
    "chips": Kind("snacks", groceries.chips, patterns=PRINTED, lies=0.15),
    "snack_box": Kind("snacks", groceries.snack_box, patterns=PRINTED, forms=("cookies", "cookies", "crackers")),
    "chocolate": Kind("snacks", groceries.chocolate, ("brown", "brown", "red", "blue", "purple", "yellow", "white",
                                                      "black", "green", "pink"), PRINTED),
    "nuts": Kind("snacks", groceries.nuts, patterns=PLAIN),
    "tin": Kind("food", groceries.tin, patterns=PRINTED, lies=0.1),
    "sauce": Kind("food", groceries.sauce, ("red", "yellow", "brown", "white", "green", "orange", "black"), PLAIN,
                  lies=0.15),
    "food_box": Kind("food", groceries.food_box, patterns=PRINTED, lies=0.12, shine=(0.1, 0.3)),
    "coffee": Kind("food", groceries.coffee, ("brown", "black", "red", "green", "yellow", "grey", "blue", "white"),
                   PLAIN, lies=0.08),
    "cup": Kind("dishes", dishes.cup, patterns=PAINTED, lies=0.12, full=0.3, shine=(0.4, 0.7)),
    "bowl": Kind("dishes", dishes.bowl, patterns=PAINTED, full=0.45, shine=(0.4, 0.7)),
    "plate": Kind("dishes", dishes.plate, patterns={"plain": 8, "striped": 3, "spotted": 3, "two-tone": 2},
                  shine=(0.4, 0.7)),
    "glass": Kind("dishes", dishes.glass, ("blue", "white", "grey", "green", "pink", "orange", "purple"), PLAIN,
                  lies=0.15, full=0.35, shine=(0.8, 1.0)),
    "spoon": Kind("dishes", dishes.spoon, ("grey", "grey", "brown", "white", "red", "blue", "black"), PLAIN,
                  shine=(0.6, 0.9)),
    "plush": Kind("toys", toys.plush, patterns={"plain": 8, "striped": 2, "spotted": 2},
                  forms=("bear", "bear", "rabbit", "cat",
                         "elephant"), shine=(0.0, 0.1), scale=((0.72, 0.84), (0.95, 1.15), (1.35, 1.6))),
    "duck": Kind("toys", toys.duck, ("yellow",) * 4 + ("white", "pink", "blue", "green", "purple", "red", "orange"),
                 {"plain": 8, "spotted": 2, "striped": 1}),
    "toy_vehicle": Kind("toys", toys.toy_vehicle, patterns={"plain": 8, "striped": 2, "two-tone": 2},
                        forms=("car", "car", "bus", "truck")),
    "ball": Kind("toys", toys.ball, patterns=PAINTED),
    "cube": Kind("toys", toys.cube, ("white", "yellow", "red", "green", "blue", "orange"), PLAIN),
    "dice": Kind("toys", toys.dice, ("white", "white", "red", "blue", "green", "black", "yellow", "purple"), PLAIN,
                 second=("white", "black")),
    "sponge": Kind("cleaning_supplies", supplies.sponge, BRIGHT[:-1], PLAIN, shine=(0.0, 0.1)),
    "soap": Kind("cleaning_supplies", supplies.soap, ("white", "pink", "green", "blue", "yellow", "purple", "orange"),
                 PLAIN),
    "cleaner": Kind("cleaning_supplies", supplies.cleaner, patterns={"plain": 8, "striped": 1, "two-tone": 1},
                    forms=("spray", "detergent"), lies=0.12, shine=(0.4, 0.7)),
    "paper_roll": Kind("cleaning_supplies", supplies.paper_roll, ("white",), PLAIN,
                       forms=("toilet", "toilet", "kitchen"), lies=0.2, shine=(0.0, 0.1)),
    "book": Kind("other", supplies.book, patterns={"plain": 8, "striped": 2, "spotted": 2, "checked": 2,
                                                   "two-tone": 1}),
    "phone": Kind("other", supplies.phone, ("black", "grey", "white", "blue", "red", "pink", "green"), PLAIN,
                  shine=(0.6, 0.9)),
    "candle": Kind("other", supplies.candle, patterns={"plain": 8, "striped": 2, "two-tone": 1}),
    "vase": Kind("other", supplies.vase, patterns=PAINTED, full=0.4, shine=(0.5, 0.9)),
    "shoe": Kind("other", supplies.shoe, patterns=PLAIN),
    "remote": Kind("other", supplies.remote, ("black", "black", "grey", "white", "blue", "red"), PLAIN),
    "distractor": Kind("none", supplies.distractor, patterns=PLAIN),
}
SIZES = ("small", "medium", "big")
# What a household's thing must not be taken for: the same kind in the same two colours.
TAKEN = {(item.kind, item.colours[0][0], item.colours[1][0]) for item in ITEMS if len(item.colours) > 1
         and HOME_KINDS[item.kind][0] in ("drinks", "snacks", "food")}
HOME_FORMS = {"teddy": "bear", "toy_car": "car", "dish_soap": "detergent", "spray": "spray", "toilet_paper": "toilet",
              "cookies": "cookies", "crackers": "crackers"}


@dataclass(frozen=True)
class Thing:
    """An instance: its parts about the middle of its underside, and what can be said of it."""

    parts: list
    attributes: dict

    @property
    def size_m(self):
        low, high = bounds(self.parts)
        return tuple(b - a for a, b in zip(low, high))


def drawn_look(d, name, kind, colour, pattern, second):
    natural = kind.category == "fruits"
    main = fruits.fruit_skin(d, name, colour) if natural else d.paint(colour, d.span(*kind.shine))
    while second is None or (name, colour, second) in TAKEN:
        second = d.beside(colour, kind.second if len(kind.second) < len(ALL) else ALL)
    return Look.drawn(d, main, shiny(d.paint(second), main.shine), pattern)


def make(d, name, colour=None, pattern=None, size=None, full=None, lying=None, form=None, second=None):
    """An instance of the kind; what is not asked for is drawn."""
    kind = KINDS[name]
    colour = colour or d.pick(kind.colours)
    pattern = pattern or d.weighed(kind.patterns)
    size = size or d.weighed({"small": 3, "medium": 14, "big": 3})
    look = drawn_look(d, name, kind, colour, pattern, second)
    more = {}
    if kind.forms:
        form = form or d.pick(kind.forms)
        more["form"] = form
    if lying is None:
        lying = d.chance(kind.lies)
    if kind.full is not None:
        full = (not lying and d.chance(kind.full)) if full is None else full
        more["full"] = full
    parts = kind.make(d, look, **more)
    if lying:
        parts = turned(turned(parts, (0, math.pi / 2, 0)),
                       (d.near(0, 3.14) if parts[0].shape == "cylinder" else 0, 0, 0))
    low, high = kind.scale[SIZES.index(size)]
    parts = grounded(scaled(parts, d.span(low, high)))
    if name == "distractor":
        return Thing(parts, {"kind": [name], "category": [kind.category], **named_colours(parts)})
    attributes = {"kind": [name], "category": [kind.category], **spoken_colours(name, look), "pattern": [pattern],
                  "size": [size]}
    state = ([] if full is None else ["full" if full else "empty"])
    state += ["lying" if lying else "upright"] if kind.lies else []
    if state:
        attributes["state"] = state
    if form:
        attributes["form"] = [form]
    return Thing(parts, attributes)


# Whose second colour (print, label, pips, lining) is not on show or not what one would name.
ONE_COLOUR = {"cup", "bowl", "plate", "glass", "spoon", "ball", "vase", "candle", "phone", "shoe", "remote", "duck",
              "paper_roll", "soap", "nuts"}
# Of so many colours that none is the main one.
MOTLEY = {"cube"}


def spoken_colours(name, look):
    """Colours as people would say them: of a checked or two-tone thing either colour may be called the main one."""
    main, second = look.main.term, look.second.term
    if name in MOTLEY:
        return {"colours": sorted(KINDS[name].colours), "main_colour": ["multicoloured"]}
    if KINDS[name].category == "fruits" or (look.pattern == "plain" and name in ONE_COLOUR):
        return {"colours": [main], "main_colour": [main]}
    both = look.pattern in ("checked", "two-tone")
    colours = {"colours": [main, second], "main_colour": [main, second] if both else [main]}
    if look.pattern != "plain":
        colours["second_colour"] = [second]
    return colours


def named_colours(parts):
    """Colours by the size of the parts that bear them."""
    areas = {}
    for p in parts:
        low, high = bounds([p])
        x, y, z = (b - a for a, b in zip(low, high))
        areas[p.colour.term] = areas.get(p.colour.term, 0) + x * y + y * z + x * z
    ranked = sorted((t for t in areas if t), key=lambda t: -areas[t])
    alike = [t for t in ranked if areas[t] > 0.6 * areas[ranked[0]]]
    return {"colours": ranked[:3], "main_colour": alike}


def household_item(d, item):
    """The household's own thing, with a little jitter of size and paint."""
    by = [1 + d.near(0, 0.04) for _ in range(3)]
    if item.shape in ("cylinder", "sphere", "cup", "bowl"):
        by[1] = by[0]
    paints = {}

    def painted(colour):
        if colour not in paints:
            shine = d.near(0.8, 0.1) if colour == TIN else d.near(0.35, 0.2)
            rgb = tuple(max(0, min(255, round(c + d.near(0, 9)))) for c in from_hex(colour).rgb)
            paints[colour] = Paint("", rgb, shine)
        return paints[colour]

    same = sum(by) / 3
    even = any(p.rpy != (0.0, 0.0, 0.0) for p in item.parts)
    by = [same] * 3 if even else by
    parts = []
    for p in item.parts:
        if not p.visual:
            continue
        factors = by if p.shape in ("box", "ellipsoid") else (by[0],
                                                              by[2]) if p.shape in ("cylinder", "capsule") else (same,)
        parts.append(replace(p, size=tuple(s * f for s, f in zip(p.size, factors)),
                             at=tuple(c * f for c, f in zip(p.at, by)), colour=painted(p.colour)))
    kind = KINDS[item.kind]
    names = [c for c, _ in item.colours]
    main = ["multicoloured"] if item.kind in MOTLEY else names[:1]
    attributes = {"kind": [item.kind], "category": [kind.category], "colours": names, "main_colour": main,
                  "pattern": ["plain"], "size": ["medium"], "item": [item.id]}
    lying = kind.lies > 0 and d.chance(kind.lies)
    state = (["empty"] if kind.full is not None else []) + ([] if not kind.lies else ["lying" if lying else "upright"])
    if state:
        attributes["state"] = state
    if item.id in HOME_FORMS:
        attributes["form"] = [HOME_FORMS[item.id]]
    return Thing(grounded(turned(parts, (0, math.pi / 2, 0)) if lying else parts), attributes)


def by_kind(name):
    return [item for item in ITEMS if item.kind == name]


