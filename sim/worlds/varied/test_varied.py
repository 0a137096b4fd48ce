"""Tests of the varied scenes and phrases: python3 -m unittest discover -s sim/worlds/varied -t sim/worlds"""

import itertools
import json
import math
import random
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from home.shapes import bounds  # noqa: E402
from varied import objects, people, phrases, scenes, words  # noqa: E402
from varied.draw import BANDS, COLOURS, SPLITS, Draw  # noqa: E402

SAID = {split: phrases.phrases(split) for split in SPLITS}
SCENES = {split: [scenes.scene(seed, split) for seed in range(25)] for split in SPLITS}

def matches(attributes, constraints):
    return all(set(attributes.get(key, ())) & set(values) for key, values in constraints.items())


def all_numbers(parts):
    return [n for p in parts for n in (*p["size"], *p["at"], *p["rpy"])]


class Scenes(unittest.TestCase):
    def test_a_seed_gives_the_same_bytes(self):
        self.assertEqual(json.dumps(scenes.scene(7, "train")), json.dumps(scenes.scene(7, "train")))
        self.assertNotEqual(json.dumps(scenes.scene(7, "train")), json.dumps(scenes.scene(8, "train")))
        self.assertNotEqual(json.dumps(scenes.scene(7, "val")), json.dumps(scenes.scene(7, "test")))

    def test_numbers_of_things_and_people(self):
        for scene in itertools.chain(*SCENES.values()):
            self.assertTrue(16 <= len(scene["objects"]) <= 26)
            self.assertTrue(2 <= len(scene["people"]) <= 4)

    def test_parts_are_sound(self):
        counts = {"box": 3, "cylinder": 2, "sphere": 1, "capsule": 2, "ellipsoid": 3}
        for scene in itertools.chain(*SCENES.values()):
            for thing in scene["objects"] + scene["people"]:
                self.assertTrue(thing["parts"])
                for part in thing["parts"]:
                    self.assertEqual(len(part["size"]), counts[part["shape"]])
                    self.assertTrue(all(s > 0 for s in part["size"]), part)
                    self.assertTrue(all(0 <= c <= 255 for c in part["rgb"]), part)
                self.assertTrue(all(math.isfinite(n) for n in all_numbers(thing["parts"])))

    def test_things_stand_on_the_ground_about_their_middle(self):
        for split in SPLITS:
            for name in objects.KINDS:
                for i in range(4):
                    thing = objects.make(Draw(f"{name}{i}", split), name)
                    low, high = bounds(thing.parts)
                    for value in (low[2], low[0] + high[0], low[1] + high[1]):
                        self.assertAlmostEqual(value, 0, places=6)
                    self.assertTrue(0.015 < max(thing.size_m) < 0.4, (name, thing.size_m))
                    self.assertTrue(min(thing.size_m) > 0.004, (name, thing.size_m))

    def test_the_household_is_in_training_only(self):
        def share(split):
            named = [o for s in SCENES[split] for o in s["objects"] if o["attributes"]["kind"] != ["distractor"]]
            return sum("item" in o["attributes"] for o in named) / len(named)

        self.assertTrue(0.25 < share("train") < 0.42, share("train"))
        self.assertEqual((share("val"), share("test")), (0, 0))

    def test_splits_draw_from_bands_of_their_own(self):
        for a, b in itertools.combinations(SPLITS, 2):
            for (low, high), (other_low, other_high) in itertools.product(BANDS[a], BANDS[b]):
                self.assertTrue(high <= other_low or other_high <= low)

    def test_attributes_are_lists_of_known_words(self):
        for scene in itertools.chain(*SCENES.values()):
            for thing in scene["objects"]:
                a = thing["attributes"]
                self.assertTrue(all(isinstance(v, list) and all(isinstance(w, str) for w in v) for v in a.values()))
                self.assertTrue(set(a["main_colour"]) <= {*COLOURS, "multicoloured"} and a["main_colour"], a)
                self.assertTrue(a["kind"][0] in objects.KINDS)


class Colours(unittest.TestCase):
    def test_the_main_colour_is_the_most_seen(self):
        from home import appearance

        wrong = []
        for name in ("can", "bottle", "cup", "bowl", "plush", "toy_vehicle", "food_box", "cleaner", "vase", "shoe"):
            full = None if objects.KINDS[name].full is None else False
            thing = objects.make(Draw(f"colours/{name}", "test"), name, pattern="plain", full=full)
            shares = {}
            flat = [p.__class__(p.name, p.shape, p.size, p.at, p.colour.term, p.rpy) for p in thing.parts]
            for azimuth in (0.4, 3.5):
                for term, share in appearance.seen(flat, azimuth, 0.5).items():
                    shares[term] = shares.get(term, 0) + share
            main = thing.attributes["main_colour"]
            if max(shares, key=shares.get) not in main:
                wrong.append((name, main, shares))
        self.assertEqual(wrong, [])


class Figures(unittest.TestCase):
    def figure(self, gesture, posture="standing", seed=0):
        return people.make(Draw(f"{gesture}{posture}{seed}", "train"), posture, gesture)

    def place(self, figure, name):
        return next(p.at for p in figure.parts if p.name == name)

    def test_hands_are_where_the_gesture_says(self):
        for posture, seed, side in itertools.product(("standing", "sitting"), range(12), ("left", "right")):
            sign = 1 if side == "left" else -1
            raised = self.figure(f"raising_{side}_arm", posture, seed)
            hand, head = self.place(raised, f"hand_{side}"), self.place(raised, "head")
            self.assertTrue(hand[2] > head[2] and hand[1] * sign > 0)
            pointed = self.figure(f"pointing_{side}", posture, seed)
            hand, shoulder = self.place(pointed, f"hand_{side}"), self.place(pointed, f"upper_arm_{side}")
            self.assertTrue(hand[1] * sign > 0.35 and abs(hand[0]) < 0.4 and abs(hand[2] - shoulder[2]) < 0.2,
                            (hand, shoulder))

    def test_forearm_and_hand_of_a_gesture_are_marked_in_a_scene(self):
        for person in (p for seed in range(8) for p in scenes.scene(seed, "train")["people"]):
            gesture, acting = person["attributes"]["gesture"][0], [p for p in person["parts"] if p.get("acts")]
            self.assertEqual(bool(acting), gesture != "none", gesture)
            self.assertTrue(all(p["shape"] in ("capsule", "sphere", "ellipsoid") for p in acting))

    def test_a_waving_arm_is_bent_and_its_hand_by_the_head(self):
        for seed in range(12):
            figure = self.figure("waving", "standing", seed)
            side = figure.attributes["arm"][0]
            hand, head, neck = self.place(figure,
                                          f"hand_{side}"), self.place(figure, "head"), self.place(figure, "neck")
            self.assertTrue(hand[2] > neck[2] and abs(hand[1]) > abs(head[1]) + 0.2)
            upper, fore = (next(p for p in figure.parts if p.name == f"{n}_{side}") for n in ("upper_arm", "forearm"))
            self.assertTrue(fore.at[2] > upper.at[2] + 0.03)
            self.assertTrue(any(p.name.startswith(f"hand_{side}_finger") for p in figure.parts))

    def test_other_hands_stay_low(self):
        for posture, seed in itertools.product(("standing", "sitting"), range(20)):
            figure = self.figure("none", posture, seed)
            head = self.place(figure, "head")
            self.assertTrue(all(self.place(figure, f"hand_{s}")[2] < head[2] - 0.2 for s in ("left", "right")))

    def test_heights_and_grounds(self):
        for posture, seed in itertools.product(people.POSTURES, range(20)):
            figure = self.figure("none", posture, seed)
            low, high = bounds([p for p in figure.parts if not p.name.startswith("seat_")])
            self.assertTrue(-0.001 < low[2] < 0.3, (posture, low))
            tall = high[2] - low[2]
            # A hat may add a little.
            least, most = {"standing": (1.05, 2.05), "sitting": (0.7, 1.65), "lying": (0.15, 0.75)}[posture]
            self.assertTrue(least < tall < most, (posture, tall))
            if posture == "lying":
                self.assertTrue(high[0] - low[0] > 0.9)

    def test_only_the_sitting_bring_a_seat(self):
        for scene in itertools.chain(*SCENES.values()):
            for person in scene["people"]:
                self.assertEqual(any(p.get("seat") for p in person["parts"]), person["posture"] == "sitting")


class Phrases(unittest.TestCase):
    def test_each_text_stands_once(self):
        for rows in SAID.values():
            texts = [r["text"] for r in rows]
            self.assertEqual(len(texts), len(set(texts)))

    def test_how_many(self):
        self.assertTrue(len(SAID["train"]) > 4000)
        self.assertTrue(600 < len(SAID["val"]) < 3000 and 600 < len(SAID["test"]) < 4000)

    def test_splits_say_other_phrases(self):
        texts = {split: {r["text"] for r in rows} for split, rows in SAID.items()}
        for a, b in itertools.combinations(SPLITS, 2):
            shared = texts[a] & texts[b]
            self.assertTrue(len(shared) < 0.05 * min(len(texts[a]), len(texts[b])), sorted(shared)[:20])

    def test_novel_phrases_have_a_word_that_train_and_val_never_say(self):
        known = set().union(*(phrases.content(r["text"]) for split in ("train", "val") for r in SAID[split]))
        for row in SAID["test"]:
            if row["novel"]:
                self.assertTrue(phrases.content(row["text"]) - known, row["text"])
        self.assertFalse(any(r["novel"] for split in ("train", "val") for r in SAID[split]))
        self.assertTrue(sum(r["novel"] for r in SAID["test"]) > 300)

    def test_known_phrases_of_the_test_use_known_words(self):
        known = set().union(*(phrases.content(r["text"]) for r in SAID["train"]))
        for row in SAID["test"]:
            if not row["novel"]:
                new = phrases.content(row["text"]) - known
                self.assertTrue(new <= {"dressed", "top", "half"}, (row["text"], new))

    def can_be(self, kind, constraints):
        return (set(constraints.get("main_colour", kind.colours)) & set(kind.colours)
                and set(constraints.get("pattern", ["plain"])) & set(kind.patterns))

    def test_things_that_a_phrase_means_can_be_made(self):
        """For a sample of the phrases, an object or person made to the phrase's wishes matches it."""
        keys = {"main_colour": "colour", "pattern": "pattern", "size": "size", "form": "form",
                "second_colour": "second"}
        for split in SPLITS:
            for i, row in enumerate(random.Random(1).sample(SAID[split], 300)):
                c, d = row["constraints"], Draw(i, split)
                if c.get("kind") == ["person"] or "item" in c:
                    continue
                kinds = [k for k in phrases.kinds_of(c) if self.can_be(objects.KINDS[k], c)]
                self.assertTrue(kinds, row)
                wish = {keys[k]: v[0] for k, v in c.items() if k in keys}
                if "colours" in c:
                    wish["second"] = c["colours"][0]
                if "state" in c:
                    wish.update({"empty": {"full": False}, "full": {"full": True, "lying": False},
                                 "lying": {"lying": True}, "upright": {"lying": False}}[c["state"][0]])
                thing = objects.make(d, kinds[0], **wish)
                self.assertTrue(matches(thing.attributes, c), (row, thing.attributes))

    def test_every_phrase_about_people_and_items_finds_somebody(self):
        crowd = [people.make(Draw(f"crowd{i}", "train")).attributes for i in range(2500)]
        single = {}
        for rows in SAID.values():
            for row in rows:
                if row["constraints"].get("kind") == ["person"]:
                    for key, values in row["constraints"].items():
                        single[key, tuple(values)] = row
        for (key, values), row in single.items():
            self.assertTrue(any(matches(a, {key: values}) for a in crowd), row)
        items = {i for s in (scenes.scene(seed, "train") for seed in range(100, 160)) for o in s["objects"]
                 for i in o["attributes"].get("item", [])}
        for row in SAID["train"]:
            if "item" in row["constraints"]:
                self.assertTrue(set(row["constraints"]["item"]) & items, row)

    def test_a_wider_word_covers_the_narrower(self):
        """A noun never means one thing in one phrase and another elsewhere."""
        whole = {}
        for constraints, train, *_ in words.KINDS:
            for noun in train:
                wanted = phrases.as_constraints(constraints)
                self.assertEqual(whole.setdefault(noun, wanted), wanted, noun)
        for row in SAID["train"]:
            if row["text"] in whole:
                self.assertEqual(row["constraints"], whole[row["text"]], row["text"])


if __name__ == "__main__":
    unittest.main()
