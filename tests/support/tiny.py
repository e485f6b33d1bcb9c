"""A very small model of sentence-transformers, with weights of no meaning, that builds in seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tacit.core.embedding.packaged import packaged_folder

NARROW = {384: 64, 1536: 128}
"""How long a side of a weight of the packaged model is here; other sides stay."""

LAYERS = 1


def tiny_model(folder: Path) -> Path:
    """Make it in a folder: one layer of 64, the words of the packaged model, a prompt for questions."""
    packaged = Path(str(packaged_folder()))
    shutil.copytree(
        packaged, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.md", "data_config.json")
    )
    config = json.loads((packaged / "config.json").read_text())
    config |= {"num_hidden_layers": LAYERS, "num_attention_heads": 4}
    config |= {name: NARROW[config[name]] for name in ("hidden_size", "intermediate_size")}
    (folder / "config.json").write_text(json.dumps(config))
    pooling = json.loads((packaged / "1_Pooling" / "config.json").read_text())
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling | {"word_embedding_dimension": 64}))
    prompts = {"prompts": {"query": "question: ", "document": ""}, "default_prompt_name": None}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    _weights(packaged / "model.safetensors", folder / "model.safetensors")
    return folder


def _weights(packaged: Path, path: Path) -> None:
    """Random ones under the names of the packaged model's, as BERT begins with."""
    import numpy as np
    from safetensors import safe_open
    from safetensors.numpy import save_file

    random = np.random.default_rng(7)
    found = {}
    with safe_open(packaged, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118 - it is no mapping
            if _left_out(name):
                continue
            shape = [NARROW.get(side, side) for side in file.get_slice(name).get_shape()]
            if name.endswith("bias") or "LayerNorm" in name:
                found[name] = np.full(shape, float(name.endswith("weight")), np.float32)
            elif name.endswith("weight"):
                found[name] = random.normal(0, 0.02, shape).astype(np.float32)
    save_file(found, path, {"format": "pt"})


def _left_out(name: str) -> bool:
    parts = name.split(".")
    return parts[1] == "layer" and int(parts[2]) >= LAYERS
