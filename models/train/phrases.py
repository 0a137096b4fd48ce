"""Phrases, and which things they describe."""

import json
from pathlib import Path

import numpy as np


class Phrases:
    """The phrases of a split. A phrase describes a thing if for each attribute that it constrains the two share a
    value."""

    def __init__(self, entries):
        self.entries = entries
        self.texts = [it["text"] for it in entries]
        self.attributes = sorted({name for it in entries for name in it["constraints"]})
        self.values = {a: sorted({v for it in entries for v in it["constraints"].get(a, [])}) for a in self.attributes}
        self.wanted = {a: self._multi_hot(a, [it["constraints"].get(a, []) for it in entries]) for a in self.attributes}
        self.free = {a: self.wanted[a].sum(1) == 0 for a in self.attributes}

    @classmethod
    def read(cls, file):
        return cls(json.loads(Path(file).read_text()))

    def _multi_hot(self, attribute, lists):
        index = {v: i for i, v in enumerate(self.values[attribute])}
        hot = np.zeros((len(lists), len(index)), np.float32)
        for row, values in enumerate(lists):
            for value in values:
                if value in index:
                    hot[row, index[value]] = 1
        return hot

    def matches(self, things):
        """things: attribute dictionaries -> int8 [things, phrases]: 1 describes it, 0 does not, -1 nobody can say."""
        result = np.ones((len(things), len(self.texts)), np.int8)
        for a in self.attributes:
            have = self._multi_hot(a, [it.get(a, []) for it in things])
            fits = (have @ self.wanted[a].T > 0) | self.free[a][None]
            if a == "item":
                # A stranger's red can may as well be called a cola: neither right nor wrong.
                unnamed = np.array(["item" not in it for it in things])
                doubtful = ~fits & unnamed[:, None]
                result = np.where(doubtful & (result == 1), -1, np.where(~fits & ~doubtful, 0, result))
            else:
                unknown = np.array([a not in it for it in things])[:, None] & ~self.free[a][None]
                fits = fits & ~unknown
                result = np.where(fits, result, 0)
        return result
