"""Graphs whose weights stay in a file of CTranslate2, for whisper.py."""

import sys
from pathlib import Path

from onnx import TensorProto, helper

OPSET, IR_VERSION = 20, 10
WIDTH, HEADS = 512, 8
PARTS = WIDTH // HEADS
EPSILON = 1e-5
WEIGHTS = "model.bin"
HALF, FLOAT, INT = TensorProto.FLOAT16, TensorProto.FLOAT, TensorProto.INT64
FLOAT16_IN_FILE, VERSION = 4, 6


def places(path: Path):
    """Where each variable of a CTranslate2 file lies: name -> (shape, type, offset, bytes)."""
    found = {}
    with path.open("rb") as file:

        def number(length):
            return int.from_bytes(file.read(length), "little")

        def text():
            return file.read(number(2)).rstrip(b"\0").decode()

        version, kind, revision = number(4), text(), number(4)
        if (version, kind, revision) != (VERSION, "WhisperSpec", 3):
            sys.exit(f"{path} is version {version} of {kind} revision {revision}, expected 6 of WhisperSpec revision 3")
        for _ in range(number(4)):
            name = text()
            shape = [number(4) for _ in range(number(1))]
            kind, length = number(1), number(4)
            found[name] = (shape, kind, file.tell(), length)
            file.seek(length, 1)
        for _ in range(number(4)):
            alias, name = text(), text()
            found[alias] = found[name]
    return found


class Graph:
    """Nodes and constants, in order."""

    def __init__(self, path: Path, integers: bool):
        self.places, self.integers = places(path), integers
        self.nodes, self.constants, self.known = [], [], set()

    def node(self, kind, inputs, output, outputs=(), **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output, *outputs], name=output, **attributes))
        return output

    def constant(self, name, kind, values, shape):
        if name not in self.known:
            self.known.add(name)
            self.constants.append(helper.make_tensor(name, kind, shape, values))
        return name

    def ints(self, *values):
        return self.constant("ints" + "".join(f"_{it}" for it in values), INT, values, [len(values)])

    def index(self, value):
        return self.constant(f"index_{value}", INT, [value], [])

    def number(self, name, value):
        return self.constant(name, FLOAT, [value], [])

    def half(self, name, shape):
        """A tensor of the file, as it is."""
        found, kind, offset, length = self.places[name]
        if kind != FLOAT16_IN_FILE or found != list(shape):
            sys.exit(f"{name} is {found} of type {kind}, expected 16-bit floats {list(shape)}")
        if name not in self.known:
            self.known.add(name)
            tensor = TensorProto(name=name, dims=shape, data_type=HALF, data_location=TensorProto.EXTERNAL)
            for key, value in (("location", WEIGHTS), ("offset", offset), ("length", length)):
                tensor.external_data.add(key=key, value=str(value))
            self.constants.append(tensor)
        return name

    def weight(self, name, shape):
        return self.node("Cast", [self.half(name, shape)], f"{name}.wide", to=FLOAT)

    def matrix(self, name, rows, columns):
        """A torch Linear's matrix, ready to multiply from the right: [columns, rows]."""
        return self.node("Transpose", [self.weight(name, (rows, columns))], f"{name}.turned", perm=[1, 0])

    def eight_bits(self, name, matrix):
        """The matrix as 8-bit integers, and a scale for each of its columns. Folded when the graph is opened."""
        size = self.node(
            "ReduceMax", [self.node("Abs", [matrix], f"{name}.size"), self.ints(0)], f"{name}.most", keepdims=1
        )
        scale = self.node("Div", [size, self.number("steps", 127.0)], f"{name}.scale")
        steps = self.node("Round", [self.node("Div", [matrix, scale], f"{name}.steps")], f"{name}.round")
        return self.node("Cast", [steps], f"{name}.integers", to=TensorProto.INT8), scale

    def product(self, x, name, rows, columns, output):
        """x [..., columns] by a torch Linear's matrix."""
        matrix = self.matrix(name, rows, columns)
        if not self.integers:
            return self.node("MatMul", [x, matrix], output)
        integers, scale = self.eight_bits(name, matrix)
        if f"{x}.bytes" not in self.known:
            self.known.add(f"{x}.bytes")
            self.node("DynamicQuantizeLinear", [x], f"{x}.bytes", [f"{x}.step", f"{x}.zero"])
        whole = self.node("MatMulInteger", [f"{x}.bytes", integers, f"{x}.zero"], f"{output}.whole")
        steps = self.node("Mul", [f"{x}.step", scale], f"{output}.step")
        return self.node("Mul", [self.node("Cast", [whole], f"{output}.cast", to=FLOAT), steps], output)

    def linear(self, x, prefix, rows, columns, output):
        dots = self.product(x, f"{prefix}/weight", rows, columns, f"{output}.dots")
        return self.node("Add", [dots, self.weight(f"{prefix}/bias", (rows,))], output)

    def norm(self, x, prefix, output):
        inputs = [x, self.weight(f"{prefix}/gamma", (WIDTH,)), self.weight(f"{prefix}/beta", (WIDTH,))]
        return self.node("LayerNormalization", inputs, output, axis=-1, epsilon=EPSILON)

    def heads(self, x, output, permutation=(0, 2, 1, 3)):
        """[batch, n, width] to [batch, heads, n, parts], or as the permutation of those says."""
        x = self.node("Reshape", [x, self.ints(0, 0, HEADS, PARTS)], f"{output}.apart")
        return self.node("Transpose", [x], output, perm=list(permutation))

    def attention(self, q, k, v, prefix, output, mask=None):
        """q [batch, heads, n, parts], k turned, v; then the output matrix."""
        scores = self.node(
            "Mul",
            [self.node("MatMul", [q, k], f"{output}.scores"), self.number("scale", PARTS**-0.5)],
            f"{output}.scaled",
        )
        if mask:
            scores = self.node("Add", [scores, mask], f"{output}.masked")
        mixed = self.node("MatMul", [self.node("Softmax", [scores], f"{output}.shares", axis=-1), v], f"{output}.mixed")
        mixed = self.node("Transpose", [mixed], f"{output}.back", perm=[0, 2, 1, 3])
        mixed = self.node("Reshape", [mixed, self.ints(0, 0, WIDTH)], f"{output}.rows")
        return self.linear(mixed, prefix, WIDTH, WIDTH, output)

    def thirds(self, x, prefix, output):
        """Queries, keys and values of a self-attention, each [batch, n, width]."""
        names = [f"{output}.{it}" for it in "qkv"]
        self.node(
            "Split",
            [self.linear(x, prefix, 3 * WIDTH, WIDTH, f"{output}.qkv")],
            names[0],
            names[1:],
            axis=2,
            num_outputs=3,
        )
        return names

    def feed_forward(self, x, prefix, output):
        wide = self.linear(
            self.norm(x, f"{prefix}/layer_norm", f"{output}.norm"),
            f"{prefix}/linear_0",
            4 * WIDTH,
            WIDTH,
            f"{output}.wide",
        )
        narrow = self.linear(
            self.node("Gelu", [wide], f"{output}.gelu"), f"{prefix}/linear_1", WIDTH, 4 * WIDTH, f"{output}.narrow"
        )
        return self.node("Add", [x, narrow], output)

    def stack(self, parts, output):
        parts = [self.node("Unsqueeze", [it, self.ints(0)], f"{it}.layer") for it in parts]
        return self.node("Concat", parts, output, axis=0)

    def rows(self, name, table, rows, start, end, output):
        """Rows of a table of the file, from `start` to `end`."""
        part = self.node("Slice", [self.half(table, (rows, WIDTH)), start, end, self.ints(0)], f"{name}.half")
        return self.node("Cast", [part], output, to=FLOAT)

    def model(self, title, inputs, outputs) -> bytes:
        graph = helper.make_graph(self.nodes, title, inputs, outputs, initializer=self.constants)
        sets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=sets, ir_version=IR_VERSION, producer_name="hearth")
        return model.SerializeToString(deterministic=True)
