"""Seeded draws in which the splits keep to bands of their own, and paints that people call by one basic colour term."""

import colorsys
import random
from dataclasses import dataclass, replace

SPLITS = ("train", "val", "test")
# Shares of every range that a split draws from: a test instance has no proportion or paint that training had.
BANDS = {
    "train": ((0.0, 0.16), (0.28, 0.46), (0.56, 0.72), (0.84, 1.0)),
    "val": ((0.46, 0.56),),
    "test": ((0.16, 0.28), (0.72, 0.84)),
}
# Basic colour term: ranges of hue (degrees), saturation and value, one of them drawn.
TERMS = {
    "red": [((352, 363), (0.78, 0.95), (0.58, 0.85))],
    "orange": [((21, 32), (0.86, 0.98), (0.86, 0.97))],
    "yellow": [((46, 55), (0.74, 0.92), (0.86, 0.98))],
    "green": [((92, 150), (0.55, 0.85), (0.38, 0.68)), ((68, 85), (0.75, 0.88), (0.68, 0.85))],
    "blue": [((206, 226), (0.68, 0.92), (0.48, 0.88)), ((199, 212), (0.46, 0.6), (0.82, 0.93))],
    "purple": [((268, 292), (0.5, 0.75), (0.42, 0.66))],
    "pink": [((328, 350), (0.32, 0.55), (0.9, 0.98))],
    "brown": [((17, 30), (0.58, 0.76), (0.27, 0.48))],
    "black": [((0, 360), (0.0, 0.12), (0.08, 0.13))],
    "grey": [((190, 230), (0.0, 0.07), (0.46, 0.66))],
    "white": [((30, 70), (0.0, 0.05), (0.92, 0.98))],
}
COLOURS = tuple(TERMS)
# Pairs that are hard to tell apart when one is painted on the other.
CLOSE = {frozenset(pair) for pair in (("red", "orange"), ("orange", "yellow"), ("brown", "black"), ("red", "brown"),
                                      ("white", "grey"), ("pink", "red"), ("blue", "purple"), ("grey", "black"),
                                      ("purple", "brown"), ("orange",
                                                            "brown"), ("purple", "pink"), ("purple", "black"),
                                      ("white", "pink"))}


@dataclass(frozen=True)
class Paint:
    """What a part is covered with. `rgb` 0-255; `texture` as in the scene's JSON."""

    term: str
    rgb: tuple
    shine: float = 0.3
    texture: dict = None


class Draw:
    """A stream of draws for one scene of one split."""

    def __init__(self, seed, split):
        self.split = split
        self.random = random.Random(f"{split}/{seed}")

    def span(self, low, high):
        """A number between low and high, in the split's bands."""
        a, b = self.random.choice(BANDS[self.split])
        return low + (high - low) * self.random.uniform(a, b)

    def near(self, middle, by):
        """A number within `by` of the middle, the same range in all splits: for poses."""
        return middle + self.random.uniform(-by, by)

    def pick(self, options):
        return self.random.choice(options)

    def chance(self, share):
        return self.random.random() < share

    def count(self, low, high):
        return self.random.randint(low, high)

    def weighed(self, table):
        """A key of {key: weight}."""
        return self.random.choices(list(table), list(table.values()))[0]

    def paint(self, term, shine=0.3):
        hue, saturation, value = self.pick(TERMS[term])
        return hsv(term, self.span(*hue), self.span(*saturation), self.span(*value), shine)

    def beside(self, term, options=COLOURS):
        """A term that stands out against the given one."""
        return self.pick([t for t in options if t != term and frozenset((t, term)) not in CLOSE])


def hsv(term, hue, saturation, value, shine=0.3):
    rgb = colorsys.hsv_to_rgb((hue % 360) / 360, saturation, value)
    return Paint(term, tuple(round(255 * c) for c in rgb), shine)


def from_hex(colour, term="", shine=0.3):
    return Paint(term, tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5)), shine)


def shiny(paint, shine):
    return replace(paint, shine=shine)
