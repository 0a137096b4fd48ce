"""Collects a split's phrases: its templates, articles and plurals."""

import random
import re

from . import words

# {n} the noun with its adjectives, {c} a colour, {t} a tail such as "with stripes".
TEMPLATES = {
    "train": {"noun": ("{n}", "a {n}", "the {n}"),
              "colour": ("{c} {n}", "a {c} {n}", "the {c} {n}", "{n} that is {c}", "a {n} that is {c}"),
              "tail": ("{n} {t}", "a {n} {t}", "the {n} {t}")},
    "val": {"noun": ("this {n}", "any {n}"), "colour": ("this {c} {n}", "a {n} of {c} colour", "the {n} which is {c}"),
            "tail": ("this {n} {t}", "any {n} {t}")},
    "test": {"noun": ("that {n}", "one {n}", "some kind of {n}"),
             "colour": ("the {n} in {c}", "that {c} {n}", "a {c}-coloured {n}", "{n} whose colour is {c}"),
             "tail": ("that {n} {t}", "one {n} {t}")},
}
# Shares of what could be said that val and test do say, and how often training says it.
KEEP = {"train": {"colour": 2, "pattern": 1, "pair": 0.35}, "val": {"colour": 0.16, "pattern": 0.14, "pair": 0.03},
        "test": {"colour": 0.22, "pattern": 0.2, "pair": 0.05}}


# Words that carry no meaning of their own here.
STOP = set("a an the of to with in on at that this these those one some kind any is are was for and it its their "
           "who which whose whom something thing i by from has have having colour coloured".split())


def content(text):
    """The words of a phrase that carry its meaning, without the s of plurals."""
    found = set(re.findall(r"[a-z0-9']+", text.lower().replace("-", " "))) - STOP
    return {w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in found}


class Sayings:
    """Collects a split's phrases, each text once."""

    def __init__(self, split):
        self.split, self.random, self.rows, self.texts = split, random.Random(f"phrases/{split}"), [], set()

    def say(self, text, constraints, kind, novel=False, unsure=None):
        text = articled(text)
        if text in self.texts:
            return
        row = {"text": text, "constraints": {k: list(v) for k, v in constraints.items()}, "type": kind, "novel": novel}
        if unsure:
            row["unsure"] = unsure
        self.texts.add(text)
        self.rows.append(row)

    def templates(self, what, noun):
        """Templates of the split that fit the noun: no "a" for plurals and stuff, nothing before "something"."""
        if noun.startswith("something"):
            return ["{n} {t}" if what == "tail" else "{c} {n}" if what == "colour" else "{n}"]
        options = [agreeing(t) if words.plural(noun) else t for t in TEMPLATES[self.split][what]]
        return options if words.counted(noun) else [t for t in options if not t.startswith(("a ", "one "))]

    def template(self, what, noun):
        return self.random.choice(self.templates(what, noun))

    def noun(self, noun, constraints, kind, novel=False, unsure=None):
        for template in self.templates("noun", noun):
            self.say(template.format(n=noun), constraints, kind, novel, unsure)

    def times(self, group):
        """How often to say a combination, in this split."""
        share = KEEP[self.split][group]
        return int(share) + (self.random.random() < share % 1)


def agreeing(template):
    """The template for a plural."""
    for one, many in (("that is", "that are"), ("which is", "which are"), ("this ", "these "), ("that {", "those {")):
        template = template.replace(one, many)
    return template


def articled(text):
    """"an" before a vowel."""
    out = text.split(" ")
    for i, word in enumerate(out[:-1]):
        if word == "a" and out[i + 1][0] in "aeiou" and not out[i + 1].startswith(("one", "uni")):
            out[i] = "an"
    return " ".join(out)
