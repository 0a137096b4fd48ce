"""Sentence embeddings by the text tower that the robot runs (all-MiniLM-L6-v2), kept in a file once computed."""

import hashlib
import os
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
# As models/manifest.yaml has it; `./hearth models fetch` fetches the weights.
GRAPH, WEIGHTS = ROOT / "models/minilm.onnx", ROOT / ".sysroot/models/all-minilm-l6-v2"


def sentences(texts):
    """Texts -> float32 [texts, 384], unit length."""
    name = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hearth" / f"sentences-{name}.npy"
    if kept.exists():
        return np.load(kept)
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    tokenizer.enable_truncation(64)
    tokenizer.enable_padding()
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(WEIGHTS))
    session = onnxruntime.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])
    rows = []
    for start in range(0, len(texts), 128):
        encoded = tokenizer.encode_batch(texts[start : start + 128])
        ids = np.array([it.ids for it in encoded], np.int64)
        mask = np.array([it.attention_mask for it in encoded], np.int64)
        rows.append(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])
    result = np.concatenate(rows).astype(np.float32)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, result)
    return result
