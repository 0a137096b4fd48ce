"""What the speller writes: English letter by letter, Mandarin by the initials and finals of pinyin, without tones."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "voice"))

import voices  # noqa: E402, F401  (pypinyin comes with it)

from pypinyin import Style, lazy_pinyin  # noqa: E402

LETTERS = " abcdefghijklmnopqrstuvwxyz"
INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s".split()
FINALS = (
    "a o e ai ei ao ou an en ang eng ong er i ia ie iao iu ian in iang ing iong u ua uo uai ui uan un uang ueng v ve van vn"
).split()
# The first is nothing: what stands between two units.
UNITS = ["", *LETTERS, *(f"{it}-" for it in INITIALS), *(f"-{it}" for it in FINALS)]
INDEX = {it: index for index, it in enumerate(UNITS)}


def syllable(pinyin: str) -> list[str]:
    """`guo` to `g-`, `-uo`; y and w are no initials: `you` is `iu`, `yu` is `v`."""
    pinyin = pinyin.replace("ü", "v")
    if pinyin.startswith("yu"):
        pinyin = "v" + pinyin[2:]
    elif pinyin.startswith("y"):
        pinyin = {"you": "iu"}.get(pinyin) or (pinyin[1:] if pinyin[1] == "i" else "i" + pinyin[1:])
    elif pinyin.startswith("w"):
        pinyin = {"wei": "ui", "wen": "un"}.get(pinyin) or (pinyin[1:] if pinyin[1] == "u" else "u" + pinyin[1:])
    initial, final = re.fullmatch(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?(.*)", pinyin).groups()
    if initial in ("j", "q", "x") and final[:1] == "u":
        final = "v" + final[1:]
    final = {"uei": "ui", "uen": "un", "iou": "iu", "ue": "ve"}.get(final, final)
    return ([f"{initial}-"] if initial else []) + [f"-{final}"]


def units(text: str) -> list[int]:
    """The units of a text; a KeyError for a sign that is none."""
    if re.search("[\u4e00-\u9fff]", text):
        sounds = lazy_pinyin("".join(re.findall("[\u4e00-\u9fff]", text)), style=Style.NORMAL)
        return [INDEX[unit] for it in sounds for unit in syllable(it)]
    words = re.sub("[^a-z ]", "", re.sub("[-,.?!…]", " ", text.lower())).split()
    return [INDEX[it] for it in " ".join(words)]
