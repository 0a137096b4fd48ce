#!/usr/bin/env python3
"""Real people's recordings that Debian packages ship, as 16 kHz WAV with their texts, for tests.

    python3 models/voice/real.py     # .sysroot/voice/real: recordings and manifest.jsonl; needs apt-get, dpkg, ffmpeg

- pocketsphinx-testdata (BSD): four English speakers; commands, cards, numbers, and a book read aloud.
- asterisk-core-sounds-en-g722 (CC-BY-SA-3.0): half an hour of telephone prompts by Allison Smith.
- gcin-voice (GPL-3 or LGPL-3; CC-BY-3.0): every syllable of Mandarin in every tone, by two speakers. `syllables` strings them together
  to sentences of a human voice, if not of human prosody.
"""

import gzip
import json
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy
from voices import RATE, VOICE, level, write

from pypinyin import Style, lazy_pinyin

REAL = VOICE / "real"
PACKAGES = ("pocketsphinx-testdata", "asterisk-core-sounds-en-g722", "asterisk-core-sounds-en", "gcin-voice")
SPHINX = {
    "goforward.raw": "go forward ten meters",
    "something.raw": "go somewhere and do something",
    "numbers.raw": "",  # Digits; its package has no text of it.
}
SPEAKERS = ("3", "5")


def unpack(to: Path):
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # for the user _apt
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=folder, check=True)
        for package in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, to], check=True)


def decode(path: Path) -> numpy.ndarray:
    """Any file that ffmpeg reads; headerless ones of these packages are 16-bit, 16 kHz, mono."""
    raw = ["-f", "s16le", "-ar", "16000", "-ac", "1"] if path.suffix == ".raw" else []
    command = ["ffmpeg", "-v", "error", *raw, "-i", path, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"]
    return numpy.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<i2").astype("f4") / 32768


def sphinx(folder: Path):
    data = folder / "usr/share/pocketsphinx/test/data"
    for file, text in SPHINX.items():
        yield data / file, text, "sphinx"
    for name in ("cards/cards.transcription", "librivox/transcription"):
        for line in (data / name).read_text().splitlines():
            text, file = re.fullmatch(r"(?:<s>)?\s*(.*?)\s*(?:</s>)?\s*\((.*)\)", line.strip()).groups()
            yield (data / name).parent / f"{file}.wav", text, name.split("/")[0]


def asterisk(folder: Path):
    sounds = folder / "usr/share/asterisk/sounds/en_US_f_Allison"
    texts = gzip.open(folder / "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz", "rt").read()
    for name, text in re.findall(r"^([\w/-]+): (.+)$", texts, re.M):
        # Texts in brackets or stars tell of a sound instead of words.
        if (sounds / f"{name}.g722").exists() and not re.search(r"[\[\]<>*(]", text):
            yield sounds / f"{name}.g722", text, "allison"


def main():
    unpack(REAL / "packages")
    lines = []
    for path, text, speaker in [*sphinx(REAL / "packages"), *asterisk(REAL / "packages")]:
        file = f"{speaker}/{path.stem}.wav"
        samples = decode(path)
        if len(samples) < RATE // 4:
            continue
        write(REAL / file, samples)
        lines.append(
            {
                "file": file,
                "language": "en",
                "text": text,
                "voice": f"real:{speaker}",
                "secs": round(len(samples) / RATE, 2),
            }
        )
    (REAL / "manifest.jsonl").write_text("".join(json.dumps(it) + "\n" for it in lines))
    print(f"{REAL}: {len(lines)} recordings, {sum(it['secs'] for it in lines) / 60:.0f} minutes")


@cache
def syllable(sound: str, speaker: str):
    """A syllable in zhuyin with its tone, as `ㄆㄧㄥ2`; a light tone is taken for its first."""
    folder = REAL / "packages/usr/share/gcin-voice/ogg"
    for name in (sound, sound.rstrip("1234˙"), *(sound.rstrip("1234˙") + it for it in "1234")):
        if (folder / name / f"{speaker}.ogg").exists():
            return level(decode(folder / name / f"{speaker}.ogg"))
    raise ValueError(f"speaker {speaker} has no syllable {sound}")


def syllables(text: str, speaker: str, overlap_secs=0.06):
    """A Chinese text out of single syllables, which run into each other a little."""
    marks = str.maketrans("ˊˇˋ", "234")
    overlap = int(overlap_secs * RATE)
    fade = numpy.linspace(0, 1, overlap, dtype="f4")
    said = numpy.zeros(overlap, "f4")
    for sound in lazy_pinyin("".join(re.findall(r"[\u4e00-\u9fff]", text)), style=Style.BOPOMOFO):
        clip = syllable(sound.translate(marks).strip("˙"), speaker).copy()
        clip[:overlap] *= fade
        clip[-overlap:] *= fade[::-1]
        said[-overlap:] += clip[:overlap]
        said = numpy.concatenate([said, clip[overlap:]])
    return level(said)


if __name__ == "__main__":
    main()
