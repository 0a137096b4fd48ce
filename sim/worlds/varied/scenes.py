"""A scene of one seed: things, often several of a kind, and people, as written to JSON."""

from home.shapes import bounds

from . import objects, people
from .draw import Draw, from_hex

KINDS = [k for k in objects.KINDS if k != "distractor"]
# Those with the most to tell apart come up twice as often.
KINDS += ["cup", "bowl", "can", "bottle", "ball", "plush", "toy_vehicle", "carton"]
# How often a single thing is clutter without a name, and how many of training's named things are the household's own.
CLUTTER, OWN = 0.2, 0.4


def thing(d, kind, **wish):
    own = objects.by_kind(kind) if d.split == "train" else []
    return objects.household_item(d, d.pick(own)) if own and d.chance(OWN) else objects.make(d, kind, **wish)


def things(d):
    """16 to 26 things: three to five groups of a kind in different colours, the rest one by one."""
    count, out = d.count(16, 26), []
    for _ in range(d.count(3, 5)):
        kind = d.pick(KINDS)
        colours = sorted(set(objects.KINDS[kind].colours))
        d.random.shuffle(colours)
        for i in range(d.count(2, 4)):
            out.append(thing(d, kind, colour=colours[i % len(colours)]))
    while len(out) < count:
        out.append(objects.make(d, "distractor") if d.chance(CLUTTER) else thing(d, d.pick(KINDS)))
    d.random.shuffle(out)
    return out[:count]


def numbers(values, digits=4):
    return [round(v, digits) + 0.0 for v in values]


def part_json(part, acting=None):
    """A part as JSON; the forearm and hand of the side that makes a gesture are told apart."""
    paint = from_hex(part.colour) if isinstance(part.colour, str) else part.colour
    fields = {"shape": part.shape, "size": numbers(part.size), "at": numbers(part.at), "rpy": numbers(part.rpy),
              "rgb": list(paint.rgb),
              "shine": round(max(0.0, min(1.0, paint.shine)), 2), "texture": paint.texture}
    if part.name.startswith("seat_"):
        fields["seat"] = True
    if acting and part.name.startswith((f"forearm_{acting}", f"hand_{acting}")):
        fields["acts"] = True
    return fields


def scene(seed, split):
    d = Draw(seed, split)
    made = [(f"o{i}", t) for i, t in enumerate(things(d))]
    folk = [(f"p{i}", people.make(d)) for i in range(d.count(2, 4))]
    return {
        "seed": seed,
        "objects": [{"name": n, "parts": [part_json(p) for p in t.parts], "size_m": numbers(t.size_m),
                     "attributes": t.attributes} for n, t in made],
        "people": [{"name": n, "posture": f.posture, "parts": [part_json(p, f.attributes.get("arm", [None])[0]) for p in f.parts],
                    "size_m": numbers(person_size(f)), "attributes": f.attributes} for n, f in folk],
    }


def person_size(figure):
    low, high = bounds([p for p in figure.parts if not p.name.startswith("seat_")])
    return [b - a for a, b in zip(low, high)]
