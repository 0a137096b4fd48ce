"""Writes made-up pictures, detections and the figures of judge.py for them: what the test of the same rules in Rust compares with.

`python3 models/train/judge_fixture.py > nodes/cli/src/bench/perception/fixture.json`
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from judge import ACTS, Judge
from phrases import Phrases

ROOT = Path(__file__).resolve().parents[2]
PICTURES, PHRASES = 24, 60


def boxes(random, count):
    corner = random.uniform(0, 200, (count, 2))
    return np.concatenate([corner, corner + random.uniform(20, 90, (count, 2))], 1).round(1)


def words():
    """Some phrases of every sort, of kinds that the pictures have."""
    vary = [sys.executable, str(ROOT / "sim/worlds/vary.py")]
    entries = json.loads(subprocess.run([*vary, "--phrases", "--split", "test"], check=True, capture_output=True).stdout)
    random = np.random.default_rng(1)
    kinds = {"can", "cup", "tin", "coffee", "person"}
    near = [it for it in entries if kinds & set(it["constraints"].get("kind", ()))]
    plain = [it for it in near if len(it["constraints"]) == 1][::6]
    chosen = [near[i] for i in random.choice(len(near), PHRASES, replace=False)] + plain
    item = {"text": "the cola", "constraints": {"kind": ["can"], "item": ["cola"]}, "type": "item", "novel": False}
    return [*chosen, item]


def things(random):
    result = []
    for box in boxes(random, random.integers(0, 7)):
        counts, person = bool(random.random() < 0.8), bool(random.random() < 0.3)
        pick = lambda *it: [str(random.choice(it))]
        if person:
            attributes = {"kind": ["person"], "posture": pick("standing", "sitting", "lying"), "gesture": pick("none", "waving", "pointing_left", "unseen"),
                          "shirt": pick("red", "blue"), "trousers": pick("red", "blue"), "hair": pick("black", "brown")}
        else:
            colour = pick("red", "white", "yellow", "black")
            attributes = {"kind": pick("can", "cup", "tin", "coffee"), "main_colour": colour, "colours": colour,
                          "pattern": pick("plain", "striped", "spotted"), "size": pick("small", "big"), "state": pick("upright", "lying", "empty")}
            if random.random() < 0.2:
                attributes["item"] = ["cola"]
        result.append((box, attributes, counts, person))
    return result


def main():
    phrases = Phrases(words())
    judge = Judge(phrases)
    random = np.random.default_rng(7)
    pictures = []
    for number in range(PICTURES):
        there = things(random)
        matches = phrases.matches([t[1] for t in there])
        # Most things are found, some twice, some not; and some that are not there.
        kept = [i for i in range(len(there)) for _ in range(random.choice([0, 1, 1, 1, 2]))]
        found = np.concatenate([np.array([there[i][0] + random.uniform(-6, 6, 4) for i in kept]).reshape(-1, 4), boxes(random, 2)]).round(1)
        person = np.array([there[i][3] for i in kept] + [False, True])
        if number == 3:
            found, person, kept = found[:0], person[:0], []
        score = random.uniform(0.1, 1, len(found)).round(3)
        truth = np.concatenate([matches[kept], np.zeros((len(found) - len(kept), len(phrases.texts)))]) > 0
        acts = random.random((len(found), len(ACTS))) < 0.3
        p = np.where(np.concatenate([truth, acts], 1), random.uniform(0.2, 0.99, (len(found), truth.shape[1] + len(ACTS))),
                     random.uniform(0.001, 0.6, (len(found), truth.shape[1] + len(ACTS)))).round(3)
        judge.add(number, there, found, score, person, np.log(p / (1 - p)))
        pictures.append({
            "things": [{"box": box.tolist(), "attributes": a, "counts": c, "is_person": it} for box, a, c, it in there],
            "found": [{"box": b.tolist(), "score": float(s), "is_person": bool(it), "p": row.tolist()} for b, s, it, row in zip(found, score, person, p)],
        })
    counts = {"compound": len(judge.top), "novel": len(judge.new), "people": len(judge.gestures), "pairs": len(judge.pairs)}
    json.dump({"phrases": phrases.entries, "pictures": pictures, "figures": judge.figures(), "counts": counts}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
