#!/usr/bin/env python3
"""Moonshine and Whisper in Python over the files of `./hearth bench voice`, which starts this: python3 bench_python.py FILES.json

Moonshine is the package's own (moonshine_cpp: the weights that Hearth has, too). Whisper is faster-whisper with the very weights
that Hearth has (base, CTranslate2, 8-bit integers), greedy, without times. Each has a process of its own, so that memory is its own.
Prints {"left_out": {name: why}, "runs": [{"name", "language", "wall_secs": [...], "cpu_secs", "texts": [...], "rss_mib"}], "versions": {...}}.
"""

import json
import multiprocessing
import resource
import sys
import tempfile
import time
import wave
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from pathlib import Path

import numpy


def timed(name, language, sounds, hear):
    hear(sounds[0])
    walls, texts, cpu = [], [], time.process_time()
    for sound in sounds:
        began = time.perf_counter()
        texts.append(hear(sound))
        walls.append(time.perf_counter() - began)
    used = time.process_time() - cpu
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "name": name,
        "language": language,
        "wall_secs": walls,
        "cpu_secs": used,
        "texts": texts,
        "rss_mib": resident,
    }


def moonshine(about, sounds):
    from moonshine_cpp import MoonshineModel

    model = MoonshineModel()
    # Its method for samples asks ctypes for a type that ctypes does not have; that for files works.
    files = [it["path"] for it in about["files"] if it["language"] == "en"]
    return [timed("moonshine_python", "en", files, model.transcribe_wav)] if files else []


def with_vocabulary(model, folder):
    """CTranslate2 wants the list of tokens, too, which the wheels of these weights leave out; it is in the tokenizer."""
    for file in model.iterdir():
        (folder / file.name).symlink_to(file)
    tokenizer = json.loads((model / "tokenizer.json").read_text())
    known = {number: token for token, number in tokenizer["model"]["vocab"].items()}
    known |= {it["id"]: it["content"] for it in tokenizer["added_tokens"]}
    (folder / "vocabulary.json").write_text(json.dumps([known[it] for it in range(len(known))], ensure_ascii=False))


def whisper(about, sounds):
    from faster_whisper import WhisperModel

    with tempfile.TemporaryDirectory() as folder:
        with_vocabulary(Path(about["whisper"]), Path(folder))
        model = WhisperModel(
            folder, device="cpu", compute_type="int8", cpu_threads=about["threads"], local_files_only=True
        )

    def hearing(language):
        def hear(sound):
            parts, _ = model.transcribe(sound, language=language, beam_size=1, without_timestamps=True, temperature=0.0)
            return "".join(it.text for it in parts)

        return hear

    return [timed("whisper_python", it, sounds[it], hearing(it)) for it in ("en", "zh") if sounds[it]]


def main():
    about = json.loads(Path(sys.argv[1]).read_text())
    sounds = {"en": [], "zh": []}
    for file in about["files"]:
        with wave.open(file["path"]) as sound:
            samples = numpy.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        sounds[file["language"]].append(samples.astype("f4") / 32768)
    runs, left_out = [], {}
    for hear in (moonshine, whisper):
        # Started anew, not forked: nothing of the one is in the other. A library that was built for another processor ends its process.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                runs += pool.submit(hear, about, sounds).result()
            except BrokenProcessPool:
                left_out[hear.__name__] = "its process ended (a processor that the package was not built for?)"
    versions = {it: version(it) for it in ("moonshine_cpp", "faster-whisper", "ctranslate2")}
    print(json.dumps({"runs": runs, "left_out": left_out, "versions": versions | {"python": sys.version.split()[0]}}))


if __name__ == "__main__":
    main()
