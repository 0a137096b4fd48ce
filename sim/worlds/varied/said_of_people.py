"""Phrases about people: posture, gesture, clothes, hair and combinations."""

from .draw import COLOURS

PERSON = {"kind": ["person"]}
# (constraints, train, val, novel)
NOUNS = [
    ({}, ["person", "someone", "man", "woman"], ["people", "guy", "lady"],
     ["human being", "somebody", "individual", "pedestrian"]),
    ({"age": ["child"]}, ["child", "kid"], ["boy or girl"], ["youngster", "toddler"]),
    ({"age": ["adult"]}, ["adult", "grown-up"], [], []),
]
POSTURES = {
    "sitting": (["sitting", "sitting down", "seated", "who sits"], ["who is sitting"],
                ["perched on furniture", "resting on a chair", "taking a seat"], ["sitting", "seated"]),
    "lying": (["lying", "lying down", "lying on the floor", "lying on the ground", "on the floor",
               "who lies on the floor"],
              ["who is lying down"],
              ["sprawled out", "reclining", "collapsed", "stretched out horizontally"], ["lying", "fallen"]),
    "standing": (["standing", "standing up", "who stands"], ["who is standing"],
                 ["on both feet", "posing upright on two legs"], ["standing"]),
}


def sided(side):
    """(raising, pointing) on that side: (train, val, novel)."""
    raising = (
        [f"raising their {side} arm", f"with the {side} arm raised", f"with their {side} arm up",
         f"holding up the {side} hand", f"raising the {side} hand"],
        [f"with a raised {side} arm", f"who raises the {side} arm"],
        [f"lifting the {side} limb", f"stretching the {side} arm overhead", f"reaching skywards with the {side} hand"],
    )
    pointing = (
        [f"pointing {side}", f"pointing to the {side}", f"pointing to their {side}", f"pointing to the {side} side",
         f"with an arm out to the {side}"],
        [f"who points {side}"], [f"indicating the {side}", f"gesturing {side}wards",
                                 f"extending the {side} arm sideways"],
    )
    return raising, pointing


GESTURES = {
    ("waving",): (["waving", "waving at me", "waving a hand", "waving hello", "who waves"],
                  ["who is waving", "waving with one hand"], ["greeting me", "hailing a taxi",
                                                              "saying goodbye with a gesture"]),
    ("raising_left_arm",): sided("left")[0],
    ("raising_right_arm",): sided("right")[0],
    ("pointing_left",): sided("left")[1],
    ("pointing_right",): sided("right")[1],
    ("pointing_left", "pointing_right"): (["pointing", "pointing to the side", "pointing somewhere"],
                                          ["who is pointing"], ["indicating a direction", "showing the way"]),
    ("raising_left_arm", "raising_right_arm"): (["raising an arm", "with one arm straight up"],
                                                ["with an arm in the air"], ["stretching an elbow overhead"]),
}
TOPS, NEW_TOPS = ["shirt", "t-shirt"], ["sweater", "jumper", "blouse"]
LEGS, NEW_LEGS = ["trousers", "pants"], ["slacks", "leggings"]
HATS, NEW_HATS = ["hat", "cap"], ["bonnet", "beanie"]
HAIRS = {"black": ["black"], "brown": ["brown"], "blond": ["blond", "blonde"], "red": ["red"],
         "grey": ["grey", "gray"], "white": ["white"]}
NEW_HAIRS = {"blond": "fair-haired", "red": "ginger", "brown": "brunette"}
FRAMES = {
    "top": {"train": ("wearing a {x}", "in a {x}", "with a {x}"), "val": ("who wears a {x}",),
            "test": ("dressed in a {x}", "whose top is a {x}")},
    "legs": {"train": ("wearing {x}", "in {x}", "with {x}"), "val": ("who wears {x}",),
             "test": ("dressed in {x}", "that has {x} on")},
}
MALE_FEMALE = ("man", "woman", "guy", "lady")


def nouns(s, count=None):
    """Words for a person in this split."""
    base = {"train": ["person", "someone", "man", "woman"], "val": ["person", "someone", "guy", "lady"],
            "test": ["person", "someone", "man", "woman"]}[s.split]
    return base if count is None else s.random.sample(base, count)


def wanted(**more):
    return {**PERSON, **more}


def lead(s, noun):
    """The noun with the split's article."""
    if noun in ("someone", "somebody", "people"):
        return noun
    return s.random.choice({"train": ("", "a ", "the "), "val": ("this ", "any "),
                            "test": ("that ", "one ")}[s.split]) + noun


def tell(s, noun, tail, constraints, kind, novel=False):
    unsure = None
    if noun in MALE_FEMALE:
        # Nobody can tell a man from a woman here; a child is neither for sure.
        unsure = {**constraints, "age": ["child"]}
    if "gesture" in constraints:
        # Nobody can tell what an arm does that is behind something or beyond the picture's edge.
        unsure = {**constraints, "gesture": [*constraints["gesture"], "unseen"]}
    s.say(f"{lead(s, noun)} {tail}", constraints, kind, novel, unsure)


def plain_nouns(s):
    for more, train, val, novel in NOUNS:
        constraints = wanted(**more)
        for noun in train + (val if s.split == "val" else []):
            unsure = {**constraints, "age": ["child"]} if noun in MALE_FEMALE else None
            for article in {"train": ("", "a ", "the "), "val": ("this ", "any "), "test": ("that ", "one ")}[s.split]:
                s.say(noun if noun in ("someone", "people") else article + noun, constraints, "person", False, unsure)
        if s.split == "test":
            for noun in novel:
                s.say(lead(s, noun), constraints, "person", True)
                for posture in POSTURES:
                    s.say(f"{lead(s, noun)} {posture}", wanted(posture=[posture], **more), "posture", True)
        if more:
            for posture, (tails, val_tails, _, _) in POSTURES.items():
                for noun in train:
                    s.say(f"{lead(s, noun)} {s.random.choice(tails if s.split != 'val' else val_tails)}",
                          wanted(posture=[posture], **more), "posture")


def chosen(s, train, val):
    return {"train": train, "val": val, "test": train}[s.split]


def postures(s):
    for posture, (train, val, novel, adjectives) in POSTURES.items():
        constraints = wanted(posture=[posture])
        for noun in nouns(s):
            for tail in chosen(s, train, val):
                tell(s, noun, tail, constraints, "posture")
            if noun != "someone":
                for adjective in adjectives:
                    article = s.random.choice({"train": ("", "a ", "the "), "val": ("this ",),
                                               "test": ("that ", "one ")}[s.split])
                    s.say(f"{article}{adjective} {noun}", constraints, "posture")
        if s.split == "test":
            for tail in novel:
                for noun in ("person", "someone"):
                    tell(s, noun, tail, constraints, "posture", True)


def gestures(s):
    for values, (train, val, novel) in GESTURES.items():
        constraints = wanted(gesture=list(values))
        for noun in nouns(s):
            for tail in chosen(s, train, val):
                tell(s, noun, tail, constraints, "gesture")
        if values == ("waving",):
            s.say({"train": "waving person", "val": "this waving person", "test": "that waving person"}[s.split],
                  constraints, "gesture", False, {**constraints, "gesture": ["waving", "unseen"]})
        for posture in ("sitting", "standing"):
            for tail in train if s.split == "train" else s.random.sample(chosen(s, train, val), 1):
                both = wanted(gesture=list(values), posture=[posture])
                tell(s, s.random.choice(nouns(s)), f"{posture} and {tail}" if not tail.startswith(("who", "with"))
                     else f"{posture} {tail}", both, "gesture")
        if s.split == "test":
            for tail in novel:
                for noun in ("person", "someone"):
                    tell(s, noun, tail, constraints, "gesture", True)


def clothes(s):
    rate = {"train": 1.0, "val": 0.5, "test": 0.6}[s.split]

    def wear(what, frame, text, constraints, novel=False):
        for noun in nouns(s) if s.split == "train" else nouns(s, 1):
            if s.random.random() <= rate:
                tell(s, noun, s.random.choice(FRAMES[frame][s.split]).format(x=text), constraints, "clothes", novel)

    for colour in COLOURS:
        for top in TOPS:
            wear("shirt", "top", f"{colour} {top}", wanted(shirt=[colour]))
        for legs in LEGS:
            wear("trousers", "legs", f"{colour} {legs}", wanted(trousers=[colour]))
        wear("skirt", "top", f"{colour} skirt", wanted(skirt=[colour]))
        for hat in HATS:
            wear("hat", "top", f"{colour} {hat}", wanted(hat=[colour]))
        if s.split == "test":
            wear("shirt", "top", f"{colour} {s.random.choice(NEW_TOPS)}", wanted(shirt=[colour]), True)
            wear("trousers", "legs", f"{colour} {s.random.choice(NEW_LEGS)}", wanted(trousers=[colour]), True)
            wear("hat", "top", f"{colour} {s.random.choice(NEW_HATS)}", wanted(hat=[colour]), True)
        in_a_colour(s, colour)
        mix(s, colour)
    for pattern, adjective in (("striped", "striped"), ("striped", "stripy"), ("spotted", "spotted"),
                               ("spotted", "dotted"), ("checked", "checked"), ("plain", "plain")):
        wear("pattern", "top", f"{adjective} shirt", wanted(shirt_pattern=[pattern]))
    for word in HATS:
        wear("hat", "top", word, wanted(wearing_hat=["yes"]))
    wear("skirt", "top", "skirt", wanted(legwear=["skirt"]))
    wear("trousers", "legs", "trousers", wanted(legwear=["trousers"]))
    wear("sleeves", "top", "shirt with long sleeves", wanted(sleeves=["long"]))
    wear("sleeves", "top", "shirt with short sleeves", wanted(sleeves=["short"]))


def in_a_colour(s, colour):
    """Who is "in blue" wears a blue shirt; if only trousers or skirt are blue, one might say so or not."""
    frames = {"train": ("in {}", "wearing {}", "dressed in {}"), "val": ("who wears {}",), "test": ("who is in {}",)}[s.split]
    for frame in frames:
        for noun in ("person", "someone"):
            unsure = wanted(trousers=[colour])
            s.say(f"{lead(s, noun)} {frame.format(colour)}", wanted(shirt=[colour]), "clothes", False, unsure)


def mix(s, colour):
    """Clothes together with a posture, a gesture or other clothes."""
    other = s.random.choice([c for c in COLOURS if c != colour])
    some = POSTURES if s.split == "train" else s.random.sample(sorted(POSTURES), 1)
    for posture in some:
        tell(s, s.random.choice(nouns(s)), f"in a {colour} shirt {s.random.choice(chosen(s, *POSTURES[posture][:2]))}",
             wanted(shirt=[colour], posture=[posture]), "clothes")
    single = [g for g in GESTURES if len(g) == 1]
    for values in single if s.split == "train" else s.random.sample(single, 1):
        tell(s, s.random.choice(nouns(s)), f"in a {colour} shirt {s.random.choice(chosen(s, *GESTURES[values][:2]))}",
             wanted(shirt=[colour], gesture=list(values)), "clothes")
    tell(s, s.random.choice(nouns(s)), f"in a {colour} shirt and {other} trousers",
         wanted(shirt=[colour], trousers=[other]), "clothes")


def hair(s):
    for value, names in HAIRS.items():
        for name in names:
            for noun in nouns(s):
                tail = s.random.choice({"train": ("with {} hair", "who has {} hair"), "val": ("having {} hair",),
                                        "test": ("whose hair is {}",)}[s.split])
                tell(s, noun, tail.format(name), wanted(hair=[value]), "clothes")
        if s.split == "test" and value in NEW_HAIRS:
            s.say(f"{NEW_HAIRS[value]} person", wanted(hair=[value]), "clothes", True)
    for length in ("long", "short"):
        for noun in nouns(s):
            tail = {"train": "with {} hair", "val": "having {} hair", "test": "whose hair is {}"}[s.split]
            tell(s, noun, tail.format(length), wanted(hair_length=[length]), "clothes")


def of_people(s):
    plain_nouns(s)
    postures(s)
    gestures(s)
    clothes(s)
    hair(s)
