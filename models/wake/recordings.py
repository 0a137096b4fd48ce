#!/usr/bin/env python3
"""Writes the recordings that the wake word is tested with, for `./hearth bench voice`: the same every time.

    python3 models/wake/recordings.py [--out FOLDER]     # .sysroot/voice/corpus/wake

The very scenes of data.py's split `test`, as sound instead of rows: people, voices, rooms and noise with and without the robot's name.
A line of `manifest.jsonl`: {"file", "kind", "text", "secs", "call_ends_secs"}; `kind` is call-en or call-zh where the name is
called, and speech, people, commands or noise where it is not (`call_ends_secs` is null then).
"""

import argparse
import hashlib
import json
from pathlib import Path

import data
from said import RATE
from voices import VOICE, write


class Recordings:
    """A folder of WAV files, one a scene."""

    def __init__(self, folder: Path):
        self.folder, self.lines = folder, []

    @property
    def about(self):
        """(kind, text, seconds, end of the call) of each, as data.py's own."""
        return [(it["kind"], it["text"], it["secs"], it["call_ends_secs"]) for it in self.lines]

    def add(self, samples, kind, text, ends_secs=None):
        file = f"{kind}/{len(self.lines):04}.wav"
        write(self.folder / file, samples)
        about = {"file": file, "kind": kind, "text": text, "secs": round(len(samples) / RATE, 3)}
        self.lines.append(about | {"call_ends_secs": ends_secs and round(ends_secs, 3)})

    def save(self):
        text = "".join(json.dumps(it, ensure_ascii=False) + "\n" for it in self.lines)
        (self.folder / "manifest.jsonl").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        print(f"{self.folder}: {len(self.lines)} recordings, sha256 of the manifest {digest}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=VOICE / "corpus" / "wake")
    recordings = Recordings(parser.parse_args().out)
    data.make("test", 1.0, recordings)
    recordings.save()


if __name__ == "__main__":
    main()
