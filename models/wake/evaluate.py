#!/usr/bin/env python3
"""Misses, and false accepts an hour, of train.py's model on recordings of voices, rooms and noise that it never heard.

    python3 models/wake/evaluate.py [--split test] [--threshold 0.5] [--curve]

A call counts as heard if the threshold is passed from 0.25 s before its end to 1 s after it. A false accept is a passing where
there is no call; those within 2 s of each other are one.
"""

import argparse
import json

import numpy
import onnxruntime
from data import OUT, STEP_SECS
from train import LENGTH, MODEL

EARLY_SECS, LATE_SECS, ONE_SECS = 0.25, 1.0, 2.0


def scores(rows):
    """[n, 2] for the windows that end at each row; 0 where none is full."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(MODEL), options)
    windows = numpy.lib.stride_tricks.sliding_window_view(rows, LENGTH, axis=0).transpose(0, 2, 1)
    found = [
        session.run(None, {"rows": windows[it : it + 4096].astype("f4")})[0] for it in range(0, len(windows), 4096)
    ]
    return numpy.concatenate([numpy.zeros((LENGTH - 1, 2), "f4"), *found])


def accepts(times):
    """How many passings, those close together as one."""
    return sum(1 for it, before in zip(times, [-numpy.inf, *times]) if it - before > ONE_SECS)


def measure(found, likely, threshold):
    misses, calls, false, hours, kinds, wrong = {}, {}, {}, {}, found["kind"], []
    starts = numpy.flatnonzero(numpy.diff(found["scene"], prepend=-1))
    for index, (first, last) in enumerate(zip(starts, [*starts[1:], len(likely)])):
        kind, ends = str(kinds[index]), found["ends_secs"][index]
        times = (numpy.flatnonzero(likely[first:last] > threshold) + 1) * STEP_SECS
        if kind.startswith("call"):
            calls[kind] = calls.get(kind, 0) + 1
            heard = ((times > ends - EARLY_SECS) & (times < ends + LATE_SECS)).any()
            misses[kind] = misses.get(kind, 0) + (not heard)
            if not heard:
                wrong.append(("missed", str(found["text"][index])))
        else:
            hours[kind] = hours.get(kind, 0.0) + float(found["secs"][index]) / 3600
            false[kind] = false.get(kind, 0) + accepts(times)
            if len(times):
                wrong.append((f"false at {times[0]:.1f} s", str(found["text"][index])))
    return misses, calls, false, hours, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="test")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--curve", action="store_true", help="misses and false accepts at many thresholds")
    parser.add_argument("--wrong", action="store_true", help="what was missed and what was taken for a call")
    arguments = parser.parse_args()
    found = dict(numpy.load(OUT / f"{arguments.split}.npz"))
    likely = scores(found["rows"]).max(1)
    # The first windows of a recording hold the end of the one before.
    for first in numpy.flatnonzero(numpy.diff(found["scene"], prepend=-1)):
        likely[first : first + LENGTH - 1] = 0
    thresholds = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995) if arguments.curve else (arguments.threshold,)
    for threshold in thresholds:
        misses, calls, false, hours, wrong = measure(found, likely, threshold)
        rates = {f"miss_rate_{it}": round(misses[it] / calls[it], 4) for it in calls}
        total = {
            "threshold": threshold, "calls": sum(calls.values()), "miss_rate": round(sum(misses.values()) / sum(calls.values()), 4), **rates,
            "hours": round(sum(hours.values()), 2), "false_per_hour": round(sum(false.values()) / sum(hours.values()), 2),
            **{f"false_per_hour_{it}": round(false[it] / hours[it], 2) for it in hours},
        }  # fmt: skip
        print(json.dumps(total))
    if arguments.wrong:
        for what, text in wrong:
            print(f"{what}: {text[:300]}")


if __name__ == "__main__":
    main()
