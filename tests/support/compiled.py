"""The packaged model, really compiled, once for all tests of a run and kept for the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tacit.core.embedding.compiling import build
from tacit.core.embedding.packaged import PACKAGED, missing, packaged_folder
from tacit.core.embedding.registry import built, models_folder, use
from tacit.core.places import Places

RECIPE = Path(__file__).resolve().parents[2] / "core" / "embedding"


def compiled_models(root: Path) -> Path:
    """The folder ``models`` with the packaged model in use; built below ``root`` unless it is there.

    Skips where the extra is not installed. Workers that come together wait for the first.
    """
    if missing() or packaged_folder() is None:
        pytest.skip("the extra `models` is not installed")
    places = Places({"TACIT_HOME": str(root / _recipe())})
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if built(None, places) is None:
            build(PACKAGED, str(packaged_folder()), places)
            use(PACKAGED, places)
    return models_folder(places)


def lend(models: Path, home: Path) -> Path:
    """Put the compiled models into a ``TACIT_HOME`` by hard links; do not write into their files."""
    place = models_folder(Places({"TACIT_HOME": str(home)}))
    shutil.copytree(models, place, copy_function=_linked, ignore=shutil.ignore_patterns(".*"))
    return place


def _linked(source: str, target: str) -> None:
    """Linked where it can be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _recipe() -> str:
    """Another folder whenever models are compiled in another way."""
    files = sorted(file for name in ("compile_*.py", "card.py") for file in RECIPE.glob(name))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
