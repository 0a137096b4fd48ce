"""Phrases of a split: what somebody may say, what must hold of the thing meant, and of what type the phrase is.

A phrase may have "unsure": constraints of what one might or might not call so. A thing that does not match the phrase
but matches those is neither an example nor a counterexample. "novel" is for the test: a word that neither train nor
val say. In val, "fresh" marks phrases with a word that train never says.
"""

from home.catalogue import ITEMS

from . import objects, said_of_people, synonyms, words
from .draw import CLOSE, COLOURS
from .sayings import KEEP, Sayings, content

def merged(a, b):
    return {**a, **b}


def doubtful(unsure, more):
    """What might be called so, with the attribute that was said."""
    return merged(unsure, more) if unsure else None


def as_constraints(row):
    return {"kind": [row]} if isinstance(row, str) else row


def kinds_of(constraints):
    return [k for k, kind in objects.KINDS.items() if k != "distractor"
            and k in constraints.get("kind",
                                     objects.KINDS) and kind.category in constraints.get("category", [kind.category])]


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


def colour_words(colour):
    return words.TRAIN_COLOURS.get(colour, [colour])


def coloured(s, noun, colour, word, constraints, novel=False, unsure=None):
    value = {"main_colour": [colour]}
    text = s.template("colour", noun).format(n=noun, c=word)
    s.say(text, merged(constraints, value), "attribute", novel, doubtful(unsure, value))


def attributes(s, noun, constraints, unsure=None, novel=False):
    """The noun with each colour, pattern, size and state that makes sense."""
    for colour in colours_of(constraints):
        for _ in range(s.times("colour")):
            coloured(s, noun, colour, s.random.choice(colour_words(colour)), constraints, novel, unsure)
        if s.split == "test" and not novel and colour in words.NOVEL_COLOURS and s.random.random() < 0.12:
            coloured(s, noun, colour, s.random.choice(words.NOVEL_COLOURS[colour]), constraints, True, unsure)
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
                    coloured(s, noun, colour, colour, constraints, True, unsure)


def of_wider_words(s):
    for constraints, train, val, novel, unsure in words.WIDER:
        for i, noun in enumerate(own_words(s, train, val)):
            s.noun(noun, constraints, "category" if i == 0 and "category" in constraints else "hypernym", False,
                   unsure)
            if not noun.startswith("something") and i < 2:
                for colour in colours_of(constraints):
                    if s.random.random() < KEEP[s.split]["colour"]:
                        coloured(s, noun, colour, colour, constraints, False, unsure)
        if s.split == "test":
            for noun in novel:
                s.noun(noun, constraints, "hypernym", True, unsure)


def of_attributes_alone(s):
    frames = {"train": ("something {c}", "a {c} thing", "a {c} object", "anything {c}"),
              "val": ("something that is {c}", "this {c} thing"),
              "test": ("something coloured {c}", "that {c} object", "one {c} thing")}[s.split]
    for colour in COLOURS:
        for word in colour_words(colour):
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


def of_synonyms(s):
    """What only training says."""
    if s.split != "train":
        return
    for rows, more, kind in ((words.KINDS, synonyms.KINDS, "kind"), (words.WIDER, synonyms.WIDER, "hypernym")):
        first = {row[1][0]: row for row in rows}
        for word, nouns in more.items():
            constraints, unsure = as_constraints(first[word][0]), first[word][4]
            colours = colours_of(constraints)
            for noun in nouns:
                s.noun(noun, constraints, kind, False, unsure)
                for colour in s.random.sample(colours, min(4, len(colours))):
                    coloured(s, noun, colour, colour, constraints, False, unsure)
    nouns = [(row[1][0], row) for row in words.KINDS]
    for colour, names in synonyms.COLOURS.items():
        for name in names:
            for frame in ("something {c}", "a {c} thing", "{c} object"):
                s.say(frame.format(c=name), {"main_colour": [colour]}, "attribute")
            for noun, row in s.random.sample(nouns, 12):
                constraints = as_constraints(row[0])
                if colour in colours_of(constraints):
                    coloured(s, noun, colour, name, constraints, False, row[4])
    for pattern, (adjectives, tails) in synonyms.PATTERNS.items():
        wanted = {"pattern": [pattern]}
        if pattern != "plain":
            for phrase in (*(f"something {it}" for it in adjectives), *(f"a thing {it}" for it in tails)):
                s.say(phrase, wanted, "attribute")
        for noun, row in s.random.sample(nouns, 20):
            constraints = as_constraints(row[0])
            if pattern in patterns_of(constraints):
                both, unsure = merged(constraints, wanted), doubtful(row[4], wanted)
                for text in (s.template("noun", noun).format(n=f"{s.random.choice(adjectives)} {noun}"),
                             s.template("tail", noun).format(n=noun, t=s.random.choice(tails))):
                    s.say(text, both, "attribute", False, unsure)


def phrases(split):
    s = Sayings(split)
    of_kinds(s)
    of_wider_words(s)
    of_attributes_alone(s)
    of_household(s)
    said_of_people.of_people(s)
    of_synonyms(s)
    if split == "val":
        known = set().union(*(content(row["text"]) for row in phrases("train")))
        for row in s.rows:
            row["fresh"] = bool(content(row["text"]) - known)
    return s.rows
