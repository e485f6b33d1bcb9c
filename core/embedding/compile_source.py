"""Where the original of a model lies on this machine. Runs only in the process that builds a model."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

from tacit.core.embedding.compile_job import Refused

LARGEST = 1_900_000_000
"""Bytes of weights from which on one ONNX file cannot hold them."""

_WEIGHTS = (".safetensors", ".bin")


def found(source: str) -> Path:
    """The folder of a source: itself, or where the Hugging Face cache of this machine holds that name.

    Raises:
        Refused: it is neither, or too large.
    """
    folder = _folder(source)
    if weights_of(folder) > LARGEST:
        raise Refused(f"The model in {folder} is too large to be compiled.", "Take one below 1.9 GB.")
    return folder


def weights_of(folder: Path) -> int:
    """How many bytes of weights lie in a folder, which may hold them in two forms."""
    return max(sum(file.stat().st_size for file in folder.rglob(f"*{form}")) for form in _WEIGHTS)


def _folder(source: str) -> Path:
    if Path(source).is_dir():
        return Path(source)
    for name in (source, f"sentence-transformers/{source}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    raise Refused(
        f"“{source}” is no folder, and no model of that name is in the Hugging Face cache of this machine.",
        "Nothing is downloaded here: fetch the model elsewhere and give its folder.",
    )
