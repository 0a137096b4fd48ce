#!/usr/bin/env python3
"""Varied scenes and phrases to train and test what the robot sees with; what they are made of is in `varied/`.

    python3 sim/worlds/vary.py --split train|val|test --seed-base B --count N    N scenes, a line of JSON each
    python3 sim/worlds/vary.py --split S --phrases                               the split's phrases, a JSON list
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from varied import phrases, scenes  # noqa: E402
from varied.draw import SPLITS  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=SPLITS, required=True)
    parser.add_argument("--seed-base", type=int, default=0, help="seed of the first scene")
    parser.add_argument("--count", type=int, default=1, help="how many scenes")
    parser.add_argument("--phrases", action="store_true", help="write the split's phrases instead of scenes")
    args = parser.parse_args()
    if args.phrases:
        print(json.dumps(phrases.phrases(args.split), indent=0))
        return
    for seed in range(args.seed_base, args.seed_base + args.count):
        print(json.dumps(scenes.scene(seed, args.split), separators=(",", ":")))


if __name__ == "__main__":
    main()
