"""Synthetic speakers: a text in, 16 kHz mono out.

A voice is named `engine:name`, as `espeak:en-us+f3`, `flite:slt`, `piper:joe` or `kokoro:zf_xiaoxiao`. fetch.py brings what Kokoro
and Piper need. espeak-ng's plain `cmn` reads pinyin as English, so Mandarin is `cmn-latn-pinyin`, whose Chinese is right.
"""

import json
import subprocess
import sys
import tempfile
import wave
from functools import cache
from pathlib import Path

import numpy
import onnxruntime

VOICE = Path(__file__).resolve().parents[2] / ".sysroot" / "voice"
sys.path.insert(0, str(VOICE))  # pypinyin, as fetch.py left it

import phonemes  # noqa: E402

RATE = 16000
# Split by voice, so that no voice of a test was heard before. Kokoro's letters: a American, b British, z Chinese; f, m.
ENGLISH = {
    "train": "espeak:en-us espeak:en-us+m3 espeak:en-us+f2 espeak:en-gb espeak:en-gb+m7 espeak:en-gb-scotland flite:kal16 flite:awb "
    "kokoro:af_alloy kokoro:af_aoede kokoro:af_bella kokoro:af_jessica kokoro:af_kore kokoro:am_adam kokoro:am_echo "
    "kokoro:am_eric kokoro:am_fenrir kokoro:bf_alice kokoro:bm_daniel kokoro:af_sky kokoro:bm_lewis",
    "val": "espeak:en-us+f4 kokoro:af_nicole kokoro:am_liam kokoro:bf_lily kokoro:bm_fable",
    "test": "espeak:en-us+m1 espeak:en-gb+f3 flite:slt flite:rms piper:joe kokoro:af_heart kokoro:af_nova kokoro:af_river "
    "kokoro:af_sarah kokoro:am_michael kokoro:am_onyx kokoro:am_puck kokoro:bf_emma kokoro:bf_isabella kokoro:bm_george",
}
MANDARIN = {
    "train": "kokoro:zf_xiaobei kokoro:zf_xiaoni kokoro:zm_yunjian kokoro:zm_yunyang espeak:cmn-latn-pinyin espeak:cmn-latn-pinyin+f2",
    "val": "kokoro:zm_yunxia espeak:cmn-latn-pinyin+f4",
    "test": "kokoro:zf_xiaoxiao kokoro:zf_xiaoyi kokoro:zm_yunxi espeak:cmn-latn-pinyin+m3",
}
VOICES = {"en": ENGLISH, "zh": MANDARIN}


def voices(language: str, split: str, engines=("espeak", "flite", "piper", "kokoro")):
    return [it for it in VOICES[language][split].split() if it.split(":")[0] in engines]


def say(text: str, language: str, voice: str, speed: float = 1.0, pitch: float = 1.0):
    """Samples in [-1, 1]. speed and pitch are factors; a pitch other than 1 shifts the vocal tract with it, as of another speaker."""
    engine, name = voice.split(":")
    maker = {"espeak": espeak, "flite": flite, "piper": piper, "kokoro": kokoro}.get(engine)
    if maker is None:
        raise ValueError(f"the voice {voice} is of no known engine (espeak, flite, piper, kokoro)")
    samples, rate = maker(text, language, name, speed / pitch)
    # Played faster by `pitch`; the speed was taken down by as much before.
    return level(resample(samples, rate * pitch))


def read(path) -> tuple[numpy.ndarray, int]:
    with wave.open(str(path)) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2").astype("f4") / 32768
        return samples[:: file.getnchannels()], file.getframerate()


def write(path: Path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((numpy.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def resample(samples, rate: float):
    """To 16 kHz, by cutting or padding the spectrum."""
    length = max(2, round(len(samples) * RATE / rate))
    spectrum = numpy.fft.rfft(samples)
    kept = numpy.zeros(length // 2 + 1, spectrum.dtype)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    return (numpy.fft.irfft(kept, length) * (length / len(samples))).astype("f4")


def level(samples, peak=0.5):
    """Without silence at either end, and of one loudness."""
    loud = numpy.flatnonzero(numpy.abs(samples) > 0.02 * numpy.abs(samples).max(initial=1e-9))
    if len(loud) == 0:
        raise ValueError("the voice said nothing")
    samples = samples[loud[0] : loud[-1] + 1]
    return samples * (peak / numpy.abs(samples).max())


def spoken(command):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run([*command, file.name], check=True, stdout=subprocess.DEVNULL)
        return read(file.name)


def espeak(text, _language, name, speed):
    words_per_minute = round(min(max(160 * speed, 80), 400))
    return spoken(["espeak-ng", "-v", name, "-s", str(words_per_minute), text, "-w"])


def flite(text, _language, name, speed):
    return spoken(["flite", "-voice", name, "--setf", f"duration_stretch={1 / speed}", "-t", text, "-o"])


@cache
def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


@cache
def table(path):
    return json.loads(path.read_text())


def piper(text, _language, name, speed):
    path = VOICE / f"en_US-{name}-medium.onnx"
    config = table(path.with_suffix(".onnx.json"))
    ids = config["phoneme_id_map"]
    command = ["espeak-ng", "-v", config["espeak"]["voice"], "-q", "--ipa", text]
    sounds = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    tokens = [*ids["^"], *ids["_"]]
    for sign in " ".join(sounds.split()) + ".":
        tokens += [*ids[sign], *ids["_"]] if sign in ids else []
    # Without its own noise, whose seed cannot be set: the same every time.
    scales = numpy.array([0.0, config["inference"]["length_scale"] / speed, 0.0], "f4")
    inputs = {
        "input": numpy.array([[*tokens, *ids["$"]]]),
        "input_lengths": numpy.array([len(tokens) + 1]),
        "scales": scales,
    }
    return session(path).run(None, inputs)[0].ravel(), config["audio"]["sample_rate"]


def kokoro(text, language, name, speed):
    folder = VOICE / "kokoro"
    known = table(folder / "vocab.json")["vocab"]
    sounds = (
        phonemes.mandarin(text) if language == "zh" else phonemes.english(text, "en-us" if name[0] == "a" else "en-gb")
    )
    tokens = [known[it] for it in sounds if it in known]
    styles = numpy.fromfile(folder / f"{name}.bin", "f4").reshape(-1, 1, 256)
    inputs = {
        "tokens": numpy.array([[0, *tokens, 0]]),
        "style": styles[len(tokens)],
        "speed": numpy.array([speed], "f4"),
    }
    return session(folder / "kokoro.onnx").run(None, inputs)[0].ravel(), 24000
