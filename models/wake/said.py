"""What is said to teach and to test the wake word: calls, and speech that holds none.

Recordings of calls are a clip and where in it the call ends. Negatives are clips without one. Everything comes from a seed.
"""

import json
import re
import sys
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models" / "voice"))

import corpus  # noqa: E402
import sentences  # noqa: E402
import voices  # noqa: E402
from voices import RATE  # noqa: E402

CALLS = {
    "en": ("Ember.", "Ember!", "Ember?", "Hey Ember.", "Hey, Ember!"),
    "zh": ("小余。", "小余！", "嘿，小余。", "你好小余。", "小余，小余。"),
}
# What is near to the names and must not wake the robot.
NEAR = {
    "en": (
        "remember", "I remember it well.", "September", "November", "December", "a member of the family", "the number is ten", "amber", "timber",
        "umbrella", "chamber", "embark", "emblem", "hamburger", "cucumber", "the embers are cold", "assemble it", "temper", "amp her", "hey Emma",
        "hey Amber", "hey Kimber", "him or her", "them but", "in bed", "her sister", "clamber up", "slumber", "camber", "hey bear", "emperor",
    ),
    "zh": (
        "小雨", "下雨了", "下小雨", "校园里", "小区", "小气", "效率", "消息", "下一个", "小一点", "小心", "小鸟", "小意思", "教育", "交易", "语言", "鱼和肉",
        "多余的", "剩余", "小猪", "小许", "小于五岁", "孝女", "叫你去", "瞧一瞧", "小姨来了", "好玉", "小驴", "少于十个", "晓得", "小妹",
    ),
}  # fmt: skip
# Sounds the same as the name: nothing that hears only sounds can tell them apart, so they are in no set.
SAME = re.compile("小[余于鱼渔愚娱]|晓[余于鱼渔]|\\bembers?\\b", re.I)
OTHER_ACCENTS = (
    "ef_dora em_alex em_santa ff_siwis hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola jf_alpha jf_gongitsune "
    "jf_nezumi jf_tebukuro jm_kumo pf_dora pm_alex pm_santa"
)
ESPEAK = {"en": ("en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp"), "zh": ("cmn-latn-pinyin",)}
VARIANTS = {
    "train": "m2 m3 m4 m5 m6 m7 m8 f2 f5 croak klatt klatt2 klatt4",
    "val": "f4 klatt3",
    "test": "f3 f1 m1",
}


def speakers(language: str, split: str, engines=("espeak", "flite", "piper", "kokoro")) -> list[str]:
    """Of a split. Training has speakers of other languages too: accents."""
    found = voices.voices(language, split, engines)
    if "espeak" in engines:
        names = [f"espeak:{voice}+{it}" for voice in ESPEAK[language] for it in VARIANTS[split].split()]
        if split != "train":
            heard = {it for it in speakers(language, "train", ("espeak",))}
            names = [it for it in names if it not in heard]
        found = found + [it for it in names if it not in found]
    if split == "train" and "kokoro" in engines:
        found = found + [f"kokoro:{it}" for it in OTHER_ACCENTS.split()]
    return found


def calls(language: str, split: str, seed: int, times: int):
    """(clip, seconds to the call's end, text): each speaker calls `times` times; half of the calls go on with a command."""
    random = numpy.random.default_rng(seed)
    commands = sentences.sentences(language, "test" if split == "test" else "train", 60)
    for voice in speakers(language, split):
        # Kokoro takes a hundred times as long as espeak-ng.
        for _ in range(times // 2 if voice.startswith("kokoro") and split == "train" else times):
            text = CALLS[language][random.integers(len(CALLS[language]))]
            speed, pitch = round(float(random.uniform(0.8, 1.25)), 2), round(float(random.uniform(0.93, 1.08)), 2)
            call = corpus.said(text, language, voice, speed, pitch)
            ends_secs = len(call) / RATE
            if random.random() < 0.5 and voice.split(":")[0] != "kokoro":
                command = str(commands[random.integers(len(commands))])
                pause = numpy.zeros(int(random.uniform(0.02, 0.5) * RATE), "f4")
                call = numpy.concatenate([call, pause, corpus.said(command, language, voice, speed, pitch)])
            yield call, ends_secs, f"{voice}: {text}"


def words(language: str) -> list[str]:
    """Words of all sounds: Whisper's vocabulary, and pypinyin's phrases."""
    if language == "en":
        table = json.loads((ROOT / ".sysroot/models/whisper-base/tokenizer.json").read_text())["model"]["vocab"]
        found = [it[1:] for it in table if re.fullmatch("Ġ[a-z]{3,12}", it)]
    else:
        found = [
            it for it in json.loads((voices.VOICE / "pypinyin/phrases_dict.json").read_text()) if 2 <= len(it) <= 4
        ]
    return [it for it in found if not SAME.search(it)]


def others(language: str, split: str, seed: int, engines, seconds: float):
    """(clip, text) without a call, until there are so many seconds: near words, commands, and words in any order."""
    random = numpy.random.default_rng(seed)
    speaking, known = speakers(language, split, engines), words(language)
    commands = [it for it in sentences.sentences(language, split, 60) if not re.search("ember|小余", it, re.I)]
    length = 0.0
    while length < seconds:
        kind, voice = random.random(), speaking[random.integers(len(speaking))]
        if kind < 0.2:
            text = str(NEAR[language][random.integers(len(NEAR[language]))])
        elif kind < 0.4:
            text = str(commands[random.integers(len(commands))])
        else:
            picked = [known[it] for it in random.integers(len(known), size=random.integers(4, 12))]
            text = (" " if language == "en" else "").join(picked)
        if SAME.search(text):
            continue
        clip = corpus.said(
            text,
            language,
            voice,
            round(float(random.uniform(0.8, 1.25)), 2),
            round(float(random.uniform(0.95, 1.06)), 2),
        )
        length += len(clip) / RATE
        yield clip, f"{voice}: {text}"
