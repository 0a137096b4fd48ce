"""What the tables need to know of the hand-written scenes.yaml. Not a YAML reader: it knows that file's lines."""

import re
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "scenes.yaml"
NUMBER = r"-?\d+\.?\d*"
POSE = re.compile(rf"\[({NUMBER}), ({NUMBER}), ({NUMBER})\]")


def poses(line):
    return [tuple(float(v) for v in found) for found in POSE.findall(line)]


def section(name):
    """The lines below the top-level key `name`."""
    lines, inside = [], False
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            inside = line.startswith(name + ":")
        elif inside and line.strip() and not line.strip().startswith("#"):
            lines.append(line.strip())
    return lines


def belongs():
    """Category -> {place: weight}."""
    table = {}
    for line in section("belongs"):
        category, row = line.split(":", 1)
        table[category] = {place: float(weight) for place, weight in re.findall(rf"(\w+): ({NUMBER})", row)}
    return table


def obstacles():
    """(model, pose) of each spot where something may stand in the way."""
    return [(re.search(r"model: (\w+)", line).group(1), pose) for line in section("obstacles") for pose in poses(line)]


def people():
    """(person, pose) of everyone who is somewhere else than before the robot."""
    return [(name, pose) for line in section("people") if "others" in line
            for name, text in re.findall(r"(\w+): (\[[^\]]*\])", line) for pose in poses(text)]


def guests():
    """Models of people whom only a setup brings."""
    return [name for line in section("guests") if line.startswith("models:")
            for name in re.findall(r"\w+", line.split(":", 1)[1])]


def starts():
    """(robot's pose, commander's pose)."""
    return [tuple(poses(line)) for line in section("starts") if "commander" in line]
