"""Phrases of a split: what somebody may say, what must hold of the thing meant, and of what type the phrase is.

A phrase may have "unsure": constraints of what one might or might not call so. A thing that does not match the phrase
but matches those is neither an example nor a counterexample. "novel" is for the test: a word that neither train nor
val say. In val, "fresh" marks phrases with a word that train never says.
"""

import random
import re

from home.catalogue import ITEMS

from . import objects, said_of_people, words
from .draw import CLOSE, COLOURS

# {n} the noun with its adjectives, {c} a colour, {t} a tail such as "with stripes".
TEMPLATES = {
    "train": {"noun": ("{n}", "a {n}", "the {n}"), "colour": ("{c} {n}", "a {c} {n}", "the {c} {n}", "{n} that is {c}",
                                                              "a {n} that is {c}"), "tail": ("{n} {t}", "a {n} {t}",
                                                                                             "the {n} {t}")},
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


def merged(a, b):
    return {**a, **b}


def doubtful(unsure, more):
    """What might be called so, with the attribute that was said."""
    return merged(unsure, more) if unsure else None


def as_constraints(row):
    return {"kind": [row]} if isinstance(row, str) else row


def kinds_of(constraints):
    return [k for k, kind in objects.KINDS.items() if k != "distractor"
            and k in constraints.get("kind", objects.KINDS) and kind.category in constraints.get("category",
                                                                                                 [kind.category])]


def colours_of(constraints):
    if "main_colour" in constraints:
        return []
    return [c for c in COLOURS if any(c in objects.KINDS[k].colours for k in kinds_of(constraints)
                                      if k not in objects.MOTLEY)]


def patterns_of(constraints):
    kinds = kinds_of(constraints)
    return [p for p in words.PATTERNS if p != "plain" and all(p in objects.KINDS[k].patterns for k in kinds)] + (
        ["plain"] if all(objects.KINDS[k].patterns is objects.PAINTED for k in kinds) else [])


def states_of(constraints):
    kinds = [objects.KINDS[k] for k in kinds_of(constraints)]
    return (["empty", "full"] if all(k.full is not None for k in kinds)
            else []) + (["lying", "upright"] if all(k.lies for k in kinds) else [])


def sized(constraints):
    """Kinds whose size is worth a word."""
    return all(objects.KINDS[k].category in ("dishes", "toys", "fruits", "drinks") or k in ("book", "candle", "vase")
               for k in kinds_of(constraints))


def own_words(s, train, val):
    """(words, whether said with all attributes) of the split: test says training's words in other phrases."""
    return {"train": train, "val": [*train[:2], *val], "test": train}[s.split]


def with_value(s, noun, constraints, attribute, value, table, kind, unsure=None, novel=False):
    adjectives, tails, val_tails, new_adjectives, new_tails = table[value]
    wanted = merged(constraints, {attribute: [value]})
    unsure = doubtful(unsure, {attribute: [value]})
    tails = {"train": tails, "val": val_tails, "test": tails}[s.split]
    for _ in range(s.times("pattern")):
        adjective = s.random.choice(adjectives)
        s.say(s.template("noun", noun).format(n=f"{adjective} {noun}"), wanted, kind, novel, unsure)
        s.say(s.template("tail", noun).format(n=noun, t=s.random.choice(tails)), wanted, kind, novel, unsure)
        if s.split == "test":
            s.say(s.template("noun", noun).format(n=f"{s.random.choice(new_adjectives)} {noun}"), wanted, kind, True,
                  unsure)
            if new_tails:
                s.say(s.template("tail", noun).format(n=noun, t=s.random.choice(new_tails)), wanted, kind, True,
                      unsure)


def colour_words(s, colour):
    return words.TRAIN_COLOURS.get(colour, [colour])


def attributes(s, noun, constraints, unsure=None, novel=False):
    """The noun with each colour, pattern, size and state that makes sense."""
    for colour in colours_of(constraints):
        wanted, maybe = merged(constraints, {"main_colour": [colour]}), doubtful(unsure, {"main_colour": [colour]})
        for _ in range(s.times("colour")):
            s.say(s.template("colour", noun).format(n=noun, c=s.random.choice(colour_words(s, colour))), wanted,
                  "attribute", novel, maybe)
        if s.split == "test" and not novel and colour in words.NOVEL_COLOURS and s.random.random() < 0.12:
            s.say(s.template("colour", noun).format(n=noun, c=s.random.choice(words.NOVEL_COLOURS[colour])), wanted,
                  "attribute", True, maybe)
    for pattern in patterns_of(constraints):
        with_value(s, noun, constraints, "pattern", pattern, words.PATTERNS, "attribute", unsure, novel)
    for state in states_of(constraints):
        with_value(s, noun, constraints, "state", state, words.STATES, "state", unsure, novel)
    if sized(constraints):
        for size in words.SIZES:
            with_value(s, noun, constraints, "size", size, words.SIZES, "attribute", unsure, novel)


PAIRS = {
    "train": {"striped": ("{a} {n} with {b} stripes", "a {a} {n} with {b} stripes", "{a} and {b} striped {n}"),
              "spotted": ("{a} {n} with {b} dots", "a {a} {n} with {b} spots"),
              "checked": ("{a} and {b} checked {n}", "a {a} and {b} chequered {n}"),
              "two-tone": ("{a} and {b} {n}", "a {n} that is half {a} and half {b}")},
    "val": {"striped": ("this {a} {n} striped with {b}",), "spotted": ("this {a} {n} dotted with {b}",),
            "checked": ("this {n} checked in {a} and {b}",), "two-tone": ("this {n} half {a} and half {b}",)},
    "test": {"striped": ("the {a} {n} that has {b} stripes", "that {n} with {b} stripes on {a}"),
             "spotted": ("the {a} {n} that has {b} dots", "that {n} with {b} dots on {a}"),
             "checked": ("that {a} and {b} checked {n}",), "two-tone": ("that {a} and {b} {n}",)},
}


def colour_pairs(s, noun, constraints):
    """Main colour and the pattern's colour, and a pattern with its main colour alone."""
    for pattern in (p for p in patterns_of(constraints) if p != "plain"):
        for a in colours_of(constraints):
            if s.random.random() < KEEP[s.split]["pair"]:
                adjective = s.random.choice(words.PATTERNS[pattern][0])
                s.say(s.template("noun", noun).format(n=f"{a} {adjective} {noun}"),
                      merged(constraints, {"main_colour": [a], "pattern": [pattern]}), "attribute")
            b = s.random.choice([c for c in COLOURS if c != a and frozenset((a, c)) not in CLOSE])
            if s.random.random() < KEEP[s.split]["pair"]:
                second = {"second_colour": [b]} if pattern in ("striped", "spotted") else {"colours": [b]}
                s.say(s.random.choice(PAIRS[s.split][pattern]).format(n=noun, a=a, b=b),
                      merged(constraints, {"main_colour": [a], "pattern": [pattern], **second}), "attribute")


def of_kinds(s):
    for constraints, train, val, novel, unsure in words.KINDS:
        constraints = as_constraints(constraints)
        for i, noun in enumerate(own_words(s, train, val)):
            s.noun(noun, constraints, "kind", False, unsure)
            attributes(s, noun, constraints, unsure)
            if i == 0:
                colour_pairs(s, noun, constraints)
        if s.split == "test":
            for noun in novel:
                s.noun(noun, constraints, "kind", True, unsure)
                for colour in s.random.sample(colours_of(constraints), min(2, len(colours_of(constraints)))):
                    s.say(s.template("colour", noun).format(n=noun, c=colour),
                          merged(constraints, {"main_colour": [colour]}), "attribute", True, doubtful(unsure,
                                                                                                      {"main_colour": [colour]}))


def of_wider_words(s):
    for constraints, train, val, novel, unsure in words.WIDER:
        for i, noun in enumerate(own_words(s, train, val)):
            s.noun(noun, constraints, "category" if i == 0 and "category" in constraints else "hypernym", False,
                   unsure)
            if not noun.startswith("something") and i < 2:
                for colour in colours_of(constraints):
                    if s.random.random() < KEEP[s.split]["colour"]:
                        s.say(s.template("colour", noun).format(n=noun, c=colour),
                              merged(constraints, {"main_colour": [colour]}), "attribute", False, doubtful(unsure,
                                                                                                           {"main_colour": [colour]}))
        if s.split == "test":
            for noun in novel:
                s.noun(noun, constraints, "hypernym", True, unsure)


def of_attributes_alone(s):
    frames = {"train": ("something {c}", "a {c} thing", "a {c} object", "anything {c}"),
              "val": ("something that is {c}", "this {c} thing"),
              "test": ("something coloured {c}", "that {c} object", "one {c} thing")}[s.split]
    for colour in COLOURS:
        for word in colour_words(s, colour):
            for frame in frames:
                s.say(frame.format(c=word), {"main_colour": [colour]}, "attribute")
        if s.split == "test":
            for word in words.NOVEL_COLOURS.get(colour, []):
                s.say(f"something {word}", {"main_colour": [colour]}, "attribute", True)
    for pattern, (adjectives, tails, val_tails, new_adjectives, new_tails) in words.PATTERNS.items():
        if pattern == "plain":
            continue
        wanted = {"pattern": [pattern]}
        for tail in val_tails if s.split == "val" else tails:
            s.say({"train": "something {}", "val": "anything {}", "test": "that thing {}"}[s.split].format(tail),
                  wanted, "attribute")
        for adjective in adjectives:
            s.say({"train": "something {}", "val": "any {} object",
                   "test": "that {} thing"}[s.split].format(adjective), wanted, "attribute")
            if s.split == "train":
                s.say(f"a {adjective} thing", wanted, "attribute")
        if s.split == "test":
            for adjective in new_adjectives:
                s.say(f"something {adjective}", wanted, "attribute", True)
            for tail in new_tails:
                s.say(f"something {tail}", wanted, "attribute", True)


def of_household(s):
    """The household's own things by their names: in train only, where they are."""
    if s.split != "train":
        return
    for item in ITEMS:
        plain = item.id.replace("_", " ")
        for name in item.en:
            if name in words.SHARED_NAMES or any(name == f"{c} {n}" for c in COLOURS
                                                 for n in ("apple", "cup", "mug", "bowl", "ball", "car")):
                continue
            unsure = {"kind": ["ball"], "main_colour": ["green", "yellow"]} if item.id == "tennis_ball" else None
            for text in (name, f"the {name}") + ((f"a {name}",) if " of " in name or name == plain
                                                 and item.kind == "ball" else ()):
                s.say(text, {"item": [item.id]}, "item", False, unsure)


def phrases(split):
    s = Sayings(split)
    of_kinds(s)
    of_wider_words(s)
    of_attributes_alone(s)
    of_household(s)
    said_of_people.of_people(s)
    if split == "val":
        known = set().union(*(content(row["text"]) for row in phrases("train")))
        for row in s.rows:
            row["fresh"] = bool(content(row["text"]) - known)
    return s.rows
