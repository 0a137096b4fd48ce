#!/usr/bin/env python3
"""Makes the recordings that `./hearth bench voice` listens to: the same every time.

    python3 models/voice/fetch.py      # the voices, once; also: apt-get install espeak-ng flite
    python3 models/voice/corpus.py [--split test] [--sentences 60] [--engines espeak,flite,piper,kokoro] [--out FOLDER]

Each sentence is said by one voice of its split, with a speed and a pitch of its own, and heard six times: clean; in a room; and
in that room under noise at 20, 10 and 5 dB. Under each file is a line of `manifest.jsonl`:

    {"file": "en/0003-10db.wav", "split": "test", "language": "en", "text": …, "kind": "command", "voice": …, "speed": …, "pitch": …,
     "room": null or {…}, "noise": null or "fan", "snr_db": null or 10, "speech_starts_secs": 0.4, "speech_ends_secs": 2.9}

`kind` is command, or stop. Before the speech is 0.3 to 0.6 s of the room, after it 1.5 s. Splits share no voice, sentence, room or noise.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy
from acoustics import NOISES, impulse_response, in_room, loudness, noise, random_room, with_noise
from sentences import STOP, sentences
from voices import RATE, VOICE, read, say, voices, write

SNRS_DB = (20, 10, 5)
SEEDS = {"train": 1, "val": 2, "test": 3}
STOPS = 20
AFTER_SECS = 1.5


def said(text, language, voice, speed, pitch):
    """As voices.say, kept: the neural voices take their time."""
    key = hashlib.sha256(f"{text}|{language}|{voice}|{speed:.3f}|{pitch:.3f}".encode()).hexdigest()[:24]
    path = VOICE / "said" / voice.replace(":", "_") / f"{key}.wav"
    if not path.exists():
        write(path, say(text, language, voice, speed, pitch))
    return read(path)[0]


def tasks(split, language, count, engines):
    """Texts with a speaker each: voices in turn, so that each is heard about as often."""
    random = numpy.random.default_rng([SEEDS[split], ord(language[0])])
    speakers = voices(language, split, engines)
    if not speakers:
        raise SystemExit(f"no {language} voice of {', '.join(engines)} is in the split {split}")
    texts = [("command", it) for it in sentences(language, split, count)]
    texts += [("stop", STOP[language][it % len(STOP[language])]) for it in range(STOPS)]
    for number, (kind, text) in enumerate(texts):
        speed, pitch = round(float(random.uniform(0.85, 1.2)), 2), round(float(random.uniform(0.96, 1.05)), 2)
        yield number, kind, text, speakers[number % len(speakers)], speed, pitch


def heard(random, speech, others):
    """(suffix, samples, room, noise, snr) for each way in which the speech is heard, and where the speech is."""
    before = int(random.uniform(0.3, 0.6) * RATE)
    padded = numpy.concatenate([numpy.zeros(before, "f4"), speech, numpy.zeros(int(AFTER_SECS * RATE), "f4")])
    yield "clean", padded, None, None, None, before
    room = random_room(random)
    distant = in_room(padded, impulse_response(room))[: len(padded)]
    yield "room", distant, room, None, None, before
    power = loudness(distant)
    for snr_db in SNRS_DB:
        kind = NOISES[int(random.integers(len(NOISES)))]
        around = noise(kind, random, len(distant), others)
        yield f"{snr_db}db", with_noise(distant, around, snr_db, power), room, kind, snr_db, before


def make(split, count, engines, out):
    lines = []
    for language in ("en", "zh"):
        work = list(tasks(split, language, count, engines))
        speech = [said(text, language, voice, speed, pitch) for _, _, text, voice, speed, pitch in work]
        for (number, kind, text, voice, speed, pitch), samples in zip(work, speech):
            random = numpy.random.default_rng([SEEDS[split], ord(language[0]), number])
            others = [it for index, it in enumerate(speech) if index != number]
            for suffix, mixed, room, around, snr_db, before in heard(random, samples, others):
                file = f"{language}/{number:04}-{suffix}.wav"
                write(out / file, mixed)
                starts, ends = round(before / RATE, 3), round((before + len(samples)) / RATE, 3)
                lines.append(
                    {
                        "file": file,
                        "split": split,
                        "language": language,
                        "text": text,
                        "kind": kind,
                        "voice": voice,
                        "speed": speed,
                        "pitch": pitch,
                    }
                    | {
                        "room": room,
                        "noise": around,
                        "snr_db": snr_db,
                        "speech_starts_secs": starts,
                        "speech_ends_secs": ends,
                    }
                )
    text = "".join(json.dumps(it, ensure_ascii=False) + "\n" for it in lines)
    (out / "manifest.jsonl").write_text(text)
    print(f"{out}: {len(lines)} recordings, sha256 of the manifest {hashlib.sha256(text.encode()).hexdigest()[:16]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=SEEDS, default="test")
    parser.add_argument("--sentences", type=int, default=60, help="of each language")
    parser.add_argument("--engines", default="espeak,flite,piper,kokoro")
    parser.add_argument("--out", type=Path, help="default: .sysroot/voice/corpus/SPLIT")
    arguments = parser.parse_args()
    out = arguments.out or VOICE / "corpus" / arguments.split
    make(arguments.split, arguments.sentences, tuple(arguments.engines.split(",")), out)


if __name__ == "__main__":
    main()
