"""hearth-ground in Python's ONNX Runtime, for `./hearth bench perception` to compare with: from a picture to boxes with the
scores of four queries, as models/src/ground.rs does it.

python3 models/bench_python.py WHERE THINGS PEOPLE PICTURES THREADS
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
LEAST_HEAT, MOST_OVERLAP = 0.06, 0.6
# At most so many things and people are looked at, and so many where the networks alone are timed.
MOST, ALONE = (24, 6), (10, 1)


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


def apart(boxes, surely, most):
    """Indices of those (the surest first) that no surer one overlaps."""
    kept = []
    for i in np.argsort(-surely, kind="stable"):
        if len(kept) < most and (not kept or overlaps(boxes[i], boxes[kept]).max() < MOST_OVERLAP):
            kept.append(i)
    return np.array(kept, int)


def spots(middles, boxes):
    """Maps -> for things and for people: boxes that are worth a closer look, and heat."""
    around = np.pad(middles[0], ((0, 0), (1, 1), (1, 1)))
    highest = np.lib.stride_tricks.sliding_window_view(around, (3, 3), (1, 2)).max((3, 4))
    layer, y, x = np.nonzero((middles[0] == highest) & (middles[0] > LEAST_HEAT))
    limits = np.array([320, 240, 320, 240], np.float32)
    for which, most in enumerate(MOST):
        mine = layer == which
        found, heat = boxes[0, :, y[mine], x[mine]].clip(0, limits), middles[0, which, y[mine], x[mine]]
        kept = apart(found, heat, most)
        yield found[kept], heat[kept]


def detected(networks, picture, queries):
    """Boxes, how surely something is there and the probability of each query, of things and of people."""
    where, *looks = networks
    maps = where.run(["middles", "boxes"], {"picture": picture})
    found = []
    for look, most, (at, heat) in zip(looks, MOST, spots(*maps)):
        if len(at):
            boxes, something, embedding = look.run(["boxes", "something", "embedding"], {"picture": picture, "at": at})
            surely = np.sqrt(heat * something)
            kept = apart(boxes, surely, most)
            found.append((boxes[kept], surely[kept], 1 / (1 + np.exp(-(embedding[kept] @ queries)))))
    return found


def alone(networks, picture):
    """The networks with a fixed number of boxes, as nodes/cli/src/bench/perception/speed.rs has them."""
    where, *looks = networks
    where.run(None, {"picture": picture})
    for look, count in zip(looks, ALONE):
        look.run(None, {"picture": picture, "at": np.tile(np.array([[100, 100, 130, 140]], np.float32), (count, 1))})


def session(model, threads, spinning):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def timed(look, pictures):
    """Milliseconds that `look` takes for each of the pictures, several times."""
    times = []
    for picture in [*pictures[:WARM_UP], *pictures * ROUNDS]:
        started = time.perf_counter()
        look(picture)
        times.append((time.perf_counter() - started) * 1e3)
    return times[min(WARM_UP, len(pictures)) :]


def main():
    *models, folder, threads = sys.argv[1:]
    folder, threads = Path(folder), int(threads)
    about = json.loads((folder / "about.json").read_text())
    shape = about["count"], about["height"], about["width"]
    rgb = np.memmap(folder / "rgb.u8", np.uint8, "r", shape=(*shape, 3))
    depth = np.memmap(folder / "depth.f32", np.float32, "r", shape=shape)
    opened = lambda spinning: [session(it, threads, spinning) for it in models]
    networks = opened(True)
    # Any vectors take as long as those of phrases.
    width = networks[1].get_outputs()[2].shape[1]
    queries = np.random.default_rng(0).standard_normal((width, QUERIES)).astype(np.float32)
    pictures = list(zip(rgb, depth))
    image_ms = timed(lambda it: detected(networks, prepared(*it), queries), pictures)
    rss_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    network_ms = timed(lambda it: alone(networks, it), [prepared(*it) for it in pictures])
    networks = opened(False)
    sleeping = timed(lambda it: detected(networks, prepared(*it), queries), pictures)
    versions = {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__, "numpy": np.__version__}
    json.dump({"image_ms": image_ms, "image_ms_without_spinning": sleeping, "network_ms": network_ms,
               "versions": versions, "rss_mib": rss_mib}, sys.stdout)


if __name__ == "__main__":
    main()
