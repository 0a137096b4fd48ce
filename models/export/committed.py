"""Graphs that are committed: written, or compared with what is there."""

import sys
from pathlib import Path


def options(parser):
    """What every maker of graphs can be asked."""
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the committed graphs differ")


def write_or_check(path: Path, data: bytes, check: bool):
    if not check:
        path.write_bytes(data)
        print(f"{path}: {len(data)} bytes")
    elif path.read_bytes() != data:
        sys.exit(f"{path} is not what this script makes")
