"""Writes size and hash of exported files into models/manifest.yaml."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"models/hearth-ground{it}.onnx" for it in ("", "-things", "-people", "-text")]

manifest = ROOT / "models/manifest.yaml"
text = manifest.read_text()
for name in NAMES:
    content = (ROOT / name).read_bytes()
    entry = f"{{path: {name}, bytes: {len(content)}, sha256: {hashlib.sha256(content).hexdigest()}}}"
    text, count = re.subn(r"\{path: " + re.escape(name) + r", bytes: \d+, sha256: [0-9a-f]+\}", entry, text)
    if count != 1:
        raise SystemExit(f"{manifest}: {name} is there {count} times, but must be once")
manifest.write_text(text)
