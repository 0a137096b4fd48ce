#!/usr/bin/env python3
"""Writes the flat from the tables in `home/`: the SDF world, home.yaml and the map, so that they cannot disagree.

    python3 sim/worlds/build.py            write them
    python3 sim/worlds/build.py --check    say whether the written ones are current, and whether the flat makes sense
    python3 sim/worlds/build.py --png F    draw the flat from above
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[1] / "launch" / "config"
sys.path.insert(0, str(HERE))

from home import check, describe, drawing, layout, sdf, words  # noqa: E402


def outputs():
    """Path -> bytes."""
    kinds = {kind: row[0] for kind, row in words.KINDS.items()}
    poses = layout.scene(kinds)
    rows = describe.rasterised(describe.solids(), describe.LIDAR)
    return {
        HERE / "apartment.sdf": sdf.world(poses).encode(),
        CONFIG / "home.yaml": describe.home().encode(),
        CONFIG / "map.yaml": describe.map_yaml().encode(),
        CONFIG / "map.pgm": describe.map_pgm(rows),
    }, poses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if something is stale or wrong")
    parser.add_argument("--png", metavar="FILE", help="also draw the flat from above")
    args = parser.parse_args()
    files, poses = outputs()
    wrong = check.problems(poses)
    for path, content in files.items():
        if not args.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            wrong.append(f"{path} is stale: run python3 sim/worlds/build.py")
    if args.png:
        Path(args.png).write_bytes(drawing.png(poses))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
