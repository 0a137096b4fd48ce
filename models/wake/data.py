#!/usr/bin/env python3
"""Sound to learn and to test the wake word with, as rows of the front end, into .sysroot/voice/wake/SPLIT.npz.

    python3 models/wake/data.py train|val|test [--share 1.0]

`rows` [n, 96]; `truth` [n]: 1 where a call has just ended (by 0 to 0.32 s), 0 where there is none, -1 where it does not matter;
`scene` [n]: which recording a row is of. Beside them what each recording is: `kind`, `text`, `secs`, `ends_secs` (NaN: no call).
--share makes less of everything. Of a test's two and a half hours without a call, forty minutes are people's speech.
The test also listens to the corpus (models/voice/corpus.py).
"""

import argparse
import json
import sys

import numpy
import said
from frontend import STEP_SECS, FrontEnd
from said import RATE

sys.path.insert(0, str(said.ROOT / "models" / "voice"))

import acoustics  # noqa: E402
import real  # noqa: E402
import voices  # noqa: E402

OUT = voices.VOICE / "wake"
SEEDS = {"train": 11, "val": 12, "test": 13}
CHEAP, NEURAL = ("espeak", "flite"), ("piper", "kokoro")
# Seconds of speech without a call, by language and engines; and calls of each speaker.
SPEECH = {
    "train": (("en", CHEAP, 1500), ("en", NEURAL, 100), ("zh", CHEAP, 800), ("zh", NEURAL, 100)),
    "val": (("en", CHEAP, 300), ("zh", CHEAP, 150)),
    "test": (("en", CHEAP, 1000), ("en", NEURAL, 60), ("zh", CHEAP, 600), ("zh", NEURAL, 60)),
}
CALLS = {"train": {"en": 4, "zh": 6}, "val": {"en": 4, "zh": 6}, "test": {"en": 6, "zh": 12}}
# How often each clip is heard, in another room and noise each time.
HEARD = {"train": 2, "val": 1, "test": 1}
NOISE_SECS = {"train": 600, "val": 200, "test": 1200}
SYLLABLE_SECS = {"train": 300, "val": 0, "test": 600}
HIT_SECS, FORGET_SECS, BEFORE_SECS = 0.32, 1.4, 0.3
FIRST = 16


def heard(random, clip, before, babble):
    """The clip after `before` seconds of what is around, in a room or near, under noise or not, at some loudness."""
    samples = numpy.concatenate([numpy.zeros(int(before * RATE), "f4"), clip, numpy.zeros(int(1.2 * RATE), "f4")])
    if random.random() < 0.7:
        samples = acoustics.in_room(samples, acoustics.impulse_response(acoustics.random_room(random)))[: len(samples)]
    power = acoustics.loudness(samples)
    if random.random() < 0.85:
        kind = acoustics.NOISES[random.integers(len(acoustics.NOISES))]
        around = acoustics.noise(kind, random, len(samples), babble)
        samples = acoustics.with_noise(samples, around, random.uniform(3, 30), power)
    samples = samples + random.standard_normal(len(samples)) * 10 ** random.uniform(-4.5, -3.3)
    return samples * 10 ** random.uniform(-1.2, 0.2)


class Rows:
    """Recordings, one after another."""

    def __init__(self):
        self.front, self.parts, self.truth, self.scene, self.about = FrontEnd(), [], [], [], []

    def add(self, samples, kind, text, ends_secs=None):
        rows = self.front(numpy.clip(samples, -1, 1)).astype("f2")
        after = (numpy.arange(len(rows)) + 1) * STEP_SECS - (numpy.inf if ends_secs is None else ends_secs)
        truth = numpy.zeros(len(rows), "i1")
        truth[(after > -BEFORE_SECS) & (after < FORGET_SECS)] = -1
        truth[(after >= 0) & (after <= HIT_SECS)] = 1
        # A window of 16 rows must be full.
        truth[: FIRST - 1] = -1
        self.parts.append(rows)
        self.truth.append(truth)
        self.scene.append(numpy.full(len(rows), len(self.about), "i4"))
        self.about.append((kind, text, len(samples) / RATE, numpy.nan if ends_secs is None else ends_secs))

    def save(self, path):
        kind, text, secs, ends_secs = zip(*self.about)
        path.parent.mkdir(parents=True, exist_ok=True)
        joined = {"rows": self.parts, "truth": self.truth, "scene": self.scene}
        arrays = {name: numpy.concatenate(parts) for name, parts in joined.items()}
        numpy.savez(path, **arrays, kind=kind, text=text, secs=secs, ends_secs=ends_secs)


def joined(clips, secs, random):
    """Clips as one talk of about `secs` each, with pauses."""
    talk, texts = [], []
    for clip, text in clips:
        talk += [clip, numpy.zeros(int(random.uniform(0.1, 0.9) * RATE), "f4")]
        texts.append(text)
        if sum(map(len, talk)) > secs * RATE:
            yield numpy.concatenate(talk), texts
            talk, texts = [], []


def strung(random, speaker, seconds):
    """Chinese phrases out of a person's single syllables."""
    known, length = said.words("zh"), 0.0
    while length < seconds:
        text = "".join(known[it] for it in random.integers(len(known), size=4))
        try:
            clip = real.syllables(text, speaker)
        except ValueError:
            continue  # A syllable that the speaker never said.
        if not said.SAME.search(text):
            length += len(clip) / RATE
            yield clip, f"real:gcin-{speaker}: {text}"


def people(split):
    """English recordings of real people: only to test with."""
    if split == "test":
        for line in (real.REAL / "manifest.jsonl").read_text().splitlines():
            entry = json.loads(line)
            if not said.SAME.search(entry["text"]):
                yield voices.read(real.REAL / entry["file"])[0], f"{entry['voice']}: {entry['text']}"


def commands(split):
    """The recordings of the corpus, as they are: neural voices too, in rooms and noise."""
    folder = voices.VOICE / "corpus" / split
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if not said.SAME.search(entry["text"]):
            yield voices.read(folder / entry["file"])[0], f"{entry['voice']}: {entry['text']}"


def without_calls(split, random, share):
    for number, (language, engines, seconds) in enumerate(SPEECH[split]):
        clips = said.others(language, split, SEEDS[split] * 100 + number, engines, seconds * share)
        yield from ((*it, "speech") for it in joined(clips, 20, random))
    speaker = "5" if split == "train" else "3"
    yield from ((*it, "people") for it in joined(strung(random, speaker, SYLLABLE_SECS[split] * share), 20, random))
    yield from ((*it, "people") for it in joined(people(split), 20, random))


def make(split, share, out):
    """Adds all recordings of a split to `out`: Rows, or whatever has `add`."""
    random = numpy.random.default_rng(SEEDS[split])
    talks = list(without_calls(split, random, share))
    babble = [it[: 8 * RATE] for it, _, _ in talks[:60]]
    for talk, texts, kind in talks:
        for _ in range(HEARD[split]):
            out.add(heard(random, talk, 0, babble), kind, " | ".join(texts))
    if split == "test":
        for talk, texts in joined(commands(split), 20, random):
            out.add(talk, "commands", " | ".join(texts))
    for _ in range(round(NOISE_SECS[split] * share / 20)):
        noise = acoustics.NOISES[random.integers(len(acoustics.NOISES))]
        out.add(acoustics.noise(noise, random, 20 * RATE, babble) * 10 ** random.uniform(-2, 0), "noise", noise)
    print(f"{split}: {sum(it[2] for it in out.about) / 3600:.2f} h without a call", flush=True)
    for language in ("en", "zh"):
        times = max(1, round(CALLS[split][language] * share))
        for clip, ends_secs, text in said.calls(language, split, SEEDS[split], times):
            for _ in range(HEARD[split]):
                before, clip_now, shift = random.uniform(1.5, 2.3), clip, 0.0
                if random.random() < 0.2:
                    talk = talks[random.integers(len(talks))][0][: int(1.5 * RATE)]
                    gap = numpy.zeros(int(random.uniform(0.25, 0.8) * RATE), "f4")
                    clip_now, shift = numpy.concatenate([talk, gap, clip]), (len(talk) + len(gap)) / RATE
                out.add(heard(random, clip_now, before, babble), f"call-{language}", text, before + shift + ends_secs)
    print(f"{split}: {sum(it[0].startswith('call') for it in out.about)} calls", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", choices=SEEDS)
    parser.add_argument("--share", type=float, default=1.0)
    arguments = parser.parse_args()
    rows = Rows()
    make(arguments.split, arguments.share, rows)
    rows.save(OUT / f"{arguments.split}.npz")


if __name__ == "__main__":
    main()
