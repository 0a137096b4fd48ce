#!/usr/bin/env python3
"""Speech to learn and to test the speller with, as Whisper's encoder hears it, into .sysroot/voice/spell/SPLIT-PART.npz.

    python3 models/spell/data.py train|val [--part 0/2] [--share 1.0] [--seed 0]

`rows` [n, 512] (one each 20 ms), and for each utterance where its rows begin and how many there are, its text, its voice, and under how
much noise it was said. Several utterances lie in one recording of ten seconds, each of another speaker in another room.
"""

import argparse
import sys
from pathlib import Path

import numpy
import onnxruntime
import units  # noqa: F401  (finds the modules below)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models" / "wake"))

import acoustics  # noqa: E402
import corpus  # noqa: E402
import real  # noqa: E402
import said  # noqa: E402
import sentences  # noqa: E402
import voices  # noqa: E402
from voices import RATE  # noqa: E402

OUT = voices.VOICE / "spell"
SPLITS = {"train": 21, "val": 22}
# Clips of each language and engine, and how often each is heard, in another room and noise each time.
CLIPS = {
    "train": (
        ("en", ("espeak", "flite"), 4000, 1),
        ("zh", ("espeak",), 4500, 1),
        ("en", ("kokoro",), 100, 4),
        ("zh", ("kokoro",), 300, 6),
        ("zh", ("people",), 400, 2),
    ),
    "val": (("en", ("espeak", "flite"), 150, 1), ("zh", ("espeak",), 150, 1), ("zh", ("kokoro",), 60, 1)),
}
HOP, WINDOW, BINS, BANDS, FRAMES = 160, 400, 201, 80, 1000
BEFORE_SECS, AFTER_SECS = 0.3, 0.4
# Of each part.
ROOMS = 80


class Encoder:
    """Whisper's encoder, and what it is given: nodes/voice/src/recognise/whisper/mel.rs in Python."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(ROOT / ".sysroot/models/whisper-base")
        )
        self.session = onnxruntime.InferenceSession((ROOT / "models/whisper-encoder.onnx").read_bytes(), options)
        edges = numpy.array([self.hz(self.mel(8000.0) * it / (BANDS + 1)) for it in range(BANDS + 2)])
        at = numpy.arange(BINS)[:, None] * 40.0
        low, middle, high = edges[:-2], edges[1:-1], edges[2:]
        up, down = (at - low) / (middle - low), (high - at) / (high - middle)
        self.bank = numpy.maximum(numpy.minimum(up, down), 0) * 2 / (high - low)
        self.hann = 0.5 - 0.5 * numpy.cos(2 * numpy.pi * numpy.arange(WINDOW) / WINDOW)

    @staticmethod
    def mel(hz):
        return 3 * hz / 200 if hz < 1000 else 15 + 27 * numpy.log(hz / 1000) / numpy.log(6.4)

    @staticmethod
    def hz(mel):
        return 200 * mel / 3 if mel < 15 else 1000 * numpy.exp((mel - 15) / 27 * numpy.log(6.4))

    def bands(self, sound, frames):
        padded = numpy.zeros(frames * HOP)
        padded[: len(sound)] = sound[: len(padded)]
        padded = numpy.pad(padded, WINDOW // 2, mode="reflect")
        cut = numpy.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames]
        power = numpy.abs(numpy.fft.rfft(cut * self.hann)) ** 2
        bands = numpy.log10(numpy.maximum(power @ self.bank, 1e-10))
        return ((numpy.maximum(bands, bands.max() - 8) + 4) / 4).T[None].astype("f4")

    def __call__(self, sound, frames=FRAMES):
        """[frames / 2, 512]"""
        return self.session.run(["heard"], {"mel": self.bands(sound, frames)})[0][0]


def text(language, split, random, commands, words):
    """A command, the robot's name, a stop, or words in any order: to spell what is said, not what is usual."""
    kind = random.random()
    if kind < 0.06:
        return str(said.CALLS[language][random.integers(len(said.CALLS[language]))])
    if kind < 0.12:
        return str(sentences.STOP[language][random.integers(len(sentences.STOP[language]))])
    if kind < 0.17:
        return str(said.NEAR[language][random.integers(len(said.NEAR[language]))])
    if kind < 0.6:
        command = str(commands[random.integers(len(commands))])
        name = {"en": "Ember, ", "zh": "小余，"}[language] if random.random() < 0.12 else ""
        return name + command
    count = random.integers(1, 8) if language == "en" else random.integers(1, 5)
    picked = [words[it] for it in random.integers(len(words), size=count)]
    return (" " if language == "en" else "").join(picked)


def speakers(language, split, engine):
    if engine == "people":
        return ["people:5"]
    # The corpora's voices of a test are heard by nobody who learns.
    tested = {it for each in ("val", "test") for it in voices.voices(language, each)} if split == "train" else set()
    return [it for it in said.speakers(language, split, (engine,)) if it not in tested]


def clip(language, voice, words, random):
    if voice.startswith("people"):
        return real.syllables(words, voice.split(":")[1], overlap_secs=random.uniform(0.04, 0.09))
    speed, pitch = round(float(random.uniform(0.8, 1.3)), 2), round(float(random.uniform(0.9, 1.1)), 2)
    keep = voice.startswith("kokoro")
    return (corpus.said if keep else voices.say)(words, language, voice, speed, pitch)


def clips(split, seed, part, of, share):
    """(samples, text, voice), mixed."""
    for number, (language, engines, count, heard) in enumerate(CLIPS[split]):
        random = numpy.random.default_rng([seed, number, part])
        commands = sentences.sentences(language, split, 1700 if split == "train" else 200)
        words = said.words(language)
        # So that each engine has its share, whatever the number of its voices.
        pools = [it for it in (speakers(language, split, engine) for engine in engines) if it]
        for _ in range(round(count * share / of)):
            pool = pools[random.choice(len(pools), p=[0.75, 0.25][: len(pools)] if len(pools) > 1 else [1.0])]
            voice, words_now = pool[random.integers(len(pool))], text(language, split, random, commands, words)
            try:
                units.units(words_now)
                samples = clip(language, voice, words_now, random)
            except (KeyError, ValueError):
                continue  # A sign without a unit; a syllable that the person never said.
            if len(samples) < 6.5 * RATE:
                for _ in range(heard):
                    yield samples, words_now, voice


def noisy(random, samples, babble, rooms):
    """(what the microphone hears, signal to noise in dB)"""
    samples = numpy.pad(samples, (int(BEFORE_SECS * RATE), int(AFTER_SECS * RATE)))
    if random.random() < 0.7:
        samples = acoustics.in_room(samples, rooms[random.integers(len(rooms))])[: len(samples)]
    snr_db = 60.0
    if random.random() < 0.75:
        snr_db = random.uniform(2, 25)
        kind = acoustics.NOISES[random.integers(len(acoustics.NOISES))]
        around = acoustics.noise(kind, random, len(samples), babble)
        if random.random() < 0.3:
            around = around / 3 + acoustics.coloured(random, len(samples), random.uniform(-0.5, 2)).astype("f4") / 3
        samples = acoustics.with_noise(samples, around, snr_db, acoustics.loudness(samples))
    samples = samples + random.standard_normal(len(samples)) * 10 ** random.uniform(-4.5, -3.3)
    return samples * 10 ** random.uniform(-1.0, 0.2), snr_db


def make(split, seed, part, of, share):
    # The first seed's are those that every other seed's are added to.
    name = f"{split}-{seed}.{part}" if seed else f"{split}-{part}"
    seed = SPLITS[split] + 100 * seed
    random, encoder = numpy.random.default_rng([seed, 99, part]), Encoder()
    all_clips = list(clips(split, seed, part, of, share))
    random.shuffle(all_clips)
    print(f"{len(all_clips)} clips, {sum(len(it[0]) for it in all_clips) / RATE / 3600:.2f} h", flush=True)
    babble = [it[0][: 6 * RATE] for it in all_clips[:80]]
    rooms = [acoustics.impulse_response(acoustics.random_room(random)) for _ in range(ROOMS)]
    rows, begins, counts, texts, speakers, snrs, total = [], [], [], [], [], [], 0
    scene, inside = [], []

    def flush():
        nonlocal total
        heard = encoder(numpy.clip(numpy.concatenate(scene), -1, 1)).astype("f2")
        for first, last in inside:
            rows.append(heard[first:last])
            begins.append(total)
            counts.append(last - first)
            total += last - first
        scene.clear()
        inside.clear()

    for number, (samples, words, voice) in enumerate(all_clips):
        sound, snr_db = noisy(random, samples, babble, rooms)
        pause = numpy.zeros(int(random.uniform(0, 0.4) * RATE))
        if inside and sum(map(len, scene)) + len(pause) + len(sound) > 9 * RATE:
            flush()
        scene.append(pause)
        begin = sum(map(len, scene))
        scene.append(sound)
        inside.append((begin // 320, (begin + len(sound)) // 320))
        texts.append(words)
        speakers.append(voice)
        snrs.append(snr_db)
        if number % 500 == 0:
            print(f"{number} of {len(all_clips)}", flush=True)
        # Some are heard alone, as on the robot.
        if random.random() < 0.2:
            flush()
    if inside:
        flush()
    OUT.mkdir(parents=True, exist_ok=True)
    numpy.savez(
        OUT / f"{name}.npz",
        rows=numpy.concatenate(rows),
        begin=begins,
        count=counts,
        text=texts,
        voice=speakers,
        snr_db=snrs,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", choices=SPLITS)
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="others are other utterances, to be learnt from besides")
    arguments = parser.parse_args()
    part, of = map(int, arguments.part.split("/"))
    make(arguments.split, arguments.seed, part, of, arguments.share)


if __name__ == "__main__":
    main()
