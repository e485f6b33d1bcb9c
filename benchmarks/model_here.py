"""The compiled model that the benchmarks of recall use, built once below .bench."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import MEMORY, WORK, CannotRun, child_environment
from tacit.core.config import Config, load
from tacit.core.embedding.registry import BuiltModel, built
from tacit.core.places import Places

NAME = "all-minilm-l6-v2"
_HOME = WORK / "model"


def model() -> BuiltModel:
    """The packaged model, compiled; on first use, which takes a minute.

    Raises:
        CannotRun: it cannot be built here.
    """
    found = built(NAME, _places())
    if found is None:
        _HOME.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [str(MEMORY), "models", "build", NAME],
            env=child_environment(_HOME),
            capture_output=True,
            text=True,
            check=False,
        )
        found = built(NAME, _places())
        if found is None:
            last = done.stderr.strip().splitlines()[-1:] or ["nothing"]
            raise CannotRun(f"the embedding model could not be built: {last[0][:300]}")
    return found


def give(home: Path) -> dict[str, str]:
    """The environment of child processes whose memory lies in a folder and has the model."""
    folder = Path(model().folder)
    environment = child_environment(home)
    models = Path(environment["TACIT_HOME"]) / "cache" / "models"
    models.mkdir(parents=True, exist_ok=True)
    if not (models / NAME).exists():
        shutil.copytree(folder, models / NAME)
        (models / "in_use").write_text(f"{NAME}\n")
    return environment


@contextmanager
def at_home(home: Path) -> Iterator[Config]:
    """This process has its memory in a folder, with the model."""
    environment = give(home)
    before = {name: os.environ.get(name) for name in ("HOME", "TACIT_HOME")}
    os.environ.update({name: environment[name] for name in before})
    try:
        yield load()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _places() -> Places:
    return Places({"TACIT_HOME": child_environment(_HOME)["TACIT_HOME"]})
