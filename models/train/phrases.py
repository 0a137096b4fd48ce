"""Phrases, and which things they describe."""

import json
from pathlib import Path

import numpy as np


class Phrases:
    """The phrases of a split. A phrase describes a thing if for each attribute that it constrains the two share a
    value. Where they do not, but share values of all that the phrase is `unsure` about, nobody can say."""

    def __init__(self, entries):
        self.entries = entries
        # What was asked before: the same things are seen again and again.
        self.known = {}
        self.texts = [it["text"] for it in entries]
        # Every different demand ("kind is cup or glass") is looked at once. The first asks for nothing.
        self.demands = {("", frozenset()): 0}
        told = [it["constraints"] for it in entries]
        self.certain = self._rows(told)
        self.doubtful = self._rows([it.get("unsure") or {} for it in entries])
        self.has_doubt = np.array([bool(it.get("unsure")) for it in entries])
        # A stranger's red can may as well be called a cola: neither right nor wrong.
        self.named = np.array(["item" in it for it in told])
        self.unnamed = self._rows([{a: v for a, v in it.items() if a != "item"} for it in told])

    @classmethod
    def read(cls, file):
        return cls(json.loads(Path(file).read_text()))

    def _rows(self, constraints):
        rows = [[self.demands.setdefault((a, frozenset(v)), len(self.demands)) for a, v in it.items()] for it in constraints]
        table = np.zeros((len(rows), max(map(len, rows), default=0) or 1), np.int64)
        for row, demands in zip(table, rows):
            row[: len(demands)] = demands
        return table

    def met(self, things):
        """things: attribute dictionaries -> bool [things, demands]."""
        result = np.zeros((len(things), len(self.demands)), bool)
        result[:, 0] = True
        for thing, row in zip(things, result):
            for (attribute, values), index in self.demands.items():
                if index and not values.isdisjoint(thing.get(attribute, ())):
                    row[index] = True
        return result

    def matches(self, things):
        """things: attribute dictionaries -> int8 [things, phrases]: 1 describes it, 0 does not, -1 nobody can say."""
        if not things:
            return np.zeros((0, len(self.texts)), np.int8)
        keys = [repr(it) for it in things]
        fresh = {key: it for key, it in zip(keys, things) if key not in self.known}
        if fresh:
            self.known.update(zip(fresh, self._matches(list(fresh.values()))))
        return np.stack([self.known[key] for key in keys])

    def _matches(self, things):
        met = self.met(things)
        certain = met[:, self.certain].all(2)
        doubtful = met[:, self.doubtful].all(2) & self.has_doubt
        stranger = np.array(["item" not in it for it in things], bool)[:, None] & self.named
        doubtful |= stranger & met[:, self.unnamed].all(2)
        return np.where(certain, 1, np.where(doubtful, -1, 0)).astype(np.int8)

    def near_misses(self, things):
        """Which things share something with a phrase that does not describe them: bool [things, phrases]."""
        met = self.met(things)
        met[:, 0] = False
        return met[:, self.certain].any(2) & (self.matches(things) == 0)
