"""From text to the phonemes that Kokoro's voices were taught with.

English comes out of espeak-ng, whose IPA differs from theirs in a few signs; Mandarin out of pypinyin, syllable by syllable.
"""

import re
import subprocess

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials, to_normal
from pypinyin.seg.mmseg import seg

# espeak-ng's sign -> Kokoro's, in this order. A tie (^) joins the two halves of one sound.
ENGLISH = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("ɔ^ɪ", "Y"), ("d^ʒ", "ʤ"), ("t^ʃ", "ʧ"),
    ("ə^l", "ᵊl"), ("ɚ", "əɹ"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("r", "ɹ"), ("x", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("ʲ", ""), ("ɾ", "T"),
    ("ʔ", "t"), ("e", "A"), ("o", "ɔ"), ("ː", ""), ("^", ""), ("̩", ""),
)  # fmt: skip

INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ", "h": "x",
    "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
# A 0 stands where the tone goes: behind the vowel.
FINALS = {
    "a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0", "en": "ə0n", "eng": "ə0ŋ", "i": "i0",
    "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0", "ie": "je0", "in": "i0n", "iou": "jou0", "ing": "i0ŋ", "iong": "jʊ0ŋ",
    "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0", "uei": "wei0", "ua": "wa0", "uai": "wai0", "uan": "wa0n", "uen": "wə0n", "uang": "wa0ŋ",
    "ueng": "wə0ŋ", "uo": "wo0", "o": "wo0", "ü": "y0", "üe": "ɥe0", "üan": "ɥɛ0n", "ün": "y0n",
}  # fmt: skip
WHOLE = {"er": "ɚ0", "o": "ɔ0", "n": "n0", "ng": "ŋ0", "m": "m0", "hm": "hm0", "ê": "ɛ0"}
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
MARKS = str.maketrans({"，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; "})


def english(text: str, accent: str = "en-us") -> str:
    command = ["espeak-ng", "-v", accent, "-q", "--ipa", "--tie=^", text]
    spoken = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    spoken = " ".join(spoken.split())
    for theirs, ours in ENGLISH:
        spoken = spoken.replace(theirs, ours)
    # espeak-ng drops the marks; the last one shapes the voice.
    return spoken + (text.strip()[-1] if text.strip()[-1:] in ".?!" else ".")


def syllable(pinyin: str) -> str:
    """`hong2` to `xʊ↗ŋ`."""
    plain, tone = to_normal(pinyin, v_to_u=True), pinyin[-1] if pinyin[-1].isdigit() else "5"
    if plain in WHOLE:
        sounds = WHOLE[plain]
    else:
        initial, final = to_initials(plain, strict=True), to_finals(plain, strict=True, v_to_u=True)
        if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
            sounds = INITIALS[initial] + "ɨ0"
        elif final in FINALS:
            sounds = INITIALS.get(initial, "") + FINALS[final]
        else:
            raise ValueError(f"{pinyin} is no syllable of Mandarin")
    return sounds.replace("0", TONES[tone])


def mandarin(text: str) -> str:
    parts = []
    for part in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", text.translate(MARKS)):
        if not "\u4e00" <= part[0] <= "\u9fff":
            parts.append(part)
            continue
        words = (lazy_pinyin(it, style=Style.TONE3, neutral_tone_with_five=True) for it in seg.cut(part))
        parts.append(" ".join("".join(map(syllable, word)) for word in words))
    return "".join(parts).strip()
