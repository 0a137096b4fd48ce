"""What is said in the corpora: commands out of the benchmark's suites (test), and others made of the home's words (train, val)."""

import re
from pathlib import Path

import numpy
import yaml

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("tasks", "more", "unknown", "ros")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STOP = {
    "en": ("stop", "Stop!", "Ember, stop", "stop now", "please stop"),
    "zh": ("停", "停下", "停！", "小余，停", "快停下来"),
}

PATTERNS = {
    "en": (
        "bring me the {thing} from the {place}", "could you fetch the {thing}, please?", "please put the {thing} on the {place}",
        "take the {thing} from the {place} to the {room}", "go to the {room}", "drive to the {place}", "where is the {thing}?",
        "is there a {thing} on the {place}?", "give the {thing} to {person}", "I would like the {thing}", "find the {thing} in the {room}",
        "um, bring me the {thing}, no, the {other}", "tell me what is on the {place}", "how many things are on the {place}?",
        "move the {thing} from the {place} to the {place2}, please",
    ),
    "zh": (
        "把{place}上的{thing}拿给我", "请帮我拿{thing}", "把{thing}放到{place}上", "去{room}", "走到{place}旁边", "{thing}在哪里？", "{place}上有{thing}吗？",
        "把{thing}拿给{person}", "我想要{thing}", "在{room}找到{thing}", "嗯……那个……把{thing}给我", "拿{thing}，不，拿{other}", "{place}上有什么？",
        "先去{room}，再去{room2}", "请把{place}上的{thing}放到{place2}上",
    ),
}  # fmt: skip


def language(text: str) -> str:
    return "zh" if CHINESE.search(text) else "en"


def of_suites() -> list[str]:
    """Every command of the suites, once, without what sets its scene and what the oracle looks for."""
    found = {}
    for suite in SUITES:
        for line in (ROOT / f"nodes/cli/suites/{suite}.txt").read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                command = line.split("\t")[0]
                found[re.sub(r"^setup:[^;]*;\s*", "", command).strip()] = None
    return list(found)


def home_words(language: str) -> dict:
    home = yaml.safe_load((ROOT / "launch/config/home.yaml").read_text())
    names = {it: [entry[language] for entry in home[it]] for it in ("rooms", "places", "catalogue", "people")}
    # A name such as "床上" is a place with its "on"; the patterns have their own.
    return {it: [[name for name in all if not name.endswith("上")] for all in lists] for it, lists in names.items()}


def made(language: str, count: int, seed: int) -> list[str]:
    """Commands that no suite has, of the home's words and all their other names."""
    random, words, known, found = numpy.random.default_rng(seed), home_words(language), set(of_suites()), {}

    def pick(group):
        names = words[group][random.integers(len(words[group]))]
        return str(names[random.integers(len(names))])

    while len(found) < count:
        pattern = PATTERNS[language][random.integers(len(PATTERNS[language]))]
        slots = {
            "thing": "catalogue",
            "other": "catalogue",
            "place": "places",
            "place2": "places",
            "room": "rooms",
            "room2": "rooms",
            "person": "people",
        }
        text = pattern.format(**{slot: pick(group) for slot, group in slots.items()})
        if text not in known:
            found[text] = None
    return list(found)


def sentences(language_: str, split: str, count: int) -> list[str]:
    if split == "test":
        return [it for it in of_suites() if language(it) == language_][:count]
    # One list, cut: val's sentences are not in train.
    both = made(language_, 2000, seed=5)
    return both[:count] if split == "train" else both[-count:]
