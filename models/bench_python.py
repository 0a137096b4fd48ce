"""The image tower in Python's ONNX Runtime, for `./hearth bench perception` to compare with: from a picture to boxes with the
scores of four queries, as models/src/ground.rs does it.

python3 models/bench_python.py MODEL PICTURES THREADS
"""

import json
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

ROUNDS, WARM_UP, QUERIES = 3, 5, 4
LEAST_HEAT, MOST, MOST_OVERLAP = 0.08, 60, 0.55


def prepared(rgb, depth):
    """uint8 [h, w, 3], metres [h, w] -> float [1, 4, h, w]."""
    picture = np.empty((1, 4, *depth.shape), np.float32)
    picture[0, :3] = (rgb.transpose(2, 0, 1).astype(np.float32) / 255 - 0.5) * 4
    known = np.isfinite(depth) & (depth > 0)
    picture[0, 3] = np.where(known, np.minimum(0.5 / np.maximum(depth, 1e-3), 2) * 2, 0)
    return picture


def overlaps(box, boxes):
    inner = np.prod((np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])).clip(0), 1)
    area = lambda it: np.prod((it[..., 2:] - it[..., :2]).clip(0), -1)
    return inner / np.maximum(area(box) + area(boxes) - inner, 1e-6)


def decoded(middles, boxes, embedding, queries):
    """Maps -> boxes, heat and probability of each query, without overlapping ones."""
    around = np.pad(middles[0], ((0, 0), (1, 1), (1, 1)))
    highest = np.lib.stride_tricks.sliding_window_view(around, (3, 3), (1, 2)).max((3, 4))
    layer, y, x = np.nonzero((middles[0] == highest) & (middles[0] > LEAST_HEAT))
    order = np.argsort(-middles[0, layer, y, x])
    layer, y, x = layer[order], y[order], x[order]
    found = boxes[0, :, y, x]
    kept = []
    for i in range(len(found)):
        same = [j for j in kept if layer[j] == layer[i]]
        if not same or overlaps(found[i], found[same]).max() < MOST_OVERLAP:
            kept.append(i)
    kept = np.array(kept[:MOST], int)
    p = 1 / (1 + np.exp(-(embedding[0, :, y[kept], x[kept]] @ queries)))
    return found[kept], middles[0, layer[kept], y[kept], x[kept]], p


def session(model, threads, spinning):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def timed(network, rgb, depth, queries):
    """Milliseconds from picture to boxes, and of the network alone."""
    whole, inner = [], []
    for i in [*range(min(WARM_UP, len(rgb))), *list(range(len(rgb))) * ROUNDS]:
        started = time.perf_counter()
        picture = prepared(rgb[i], depth[i])
        before = time.perf_counter()
        outputs = network.run(["middles", "boxes", "embedding"], {"picture": picture})
        after = time.perf_counter()
        decoded(*outputs, queries)
        whole.append((time.perf_counter() - started) * 1e3)
        inner.append((after - before) * 1e3)
    return whole[WARM_UP:], inner[WARM_UP:]


def main():
    model, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    about = json.loads((folder / "about.json").read_text())
    shape = about["count"], about["height"], about["width"]
    rgb = np.memmap(folder / "rgb.u8", np.uint8, "r", shape=(*shape, 3))
    depth = np.memmap(folder / "depth.f32", np.float32, "r", shape=shape)
    # Any vectors take as long as those of phrases.
    queries = np.random.default_rng(0).standard_normal((128, QUERIES)).astype(np.float32)
    image_ms, network_ms = timed(session(model, threads, True), rgb, depth, queries)
    rss_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sleeping, _ = timed(session(model, threads, False), rgb, depth, queries)
    versions = {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "numpy": np.__version__}
    json.dump({"image_ms": image_ms, "image_ms_without_spinning": sleeping, "network_ms": network_ms,
               "versions": versions, "rss_mib": rss_mib}, sys.stdout)


if __name__ == "__main__":
    main()
