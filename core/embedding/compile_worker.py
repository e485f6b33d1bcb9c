"""The process that builds a model: ``python -m tacit.core.embedding.compile_worker FOLDER NAME SOURCE``.

It says on stdout, as JSON lines, what it is at (:class:`tacit.core.embedding.compile_job.Told`). Each
stage leaves a file in FOLDER under its final name only when it is whole, so that a build that was killed
goes on where it was. It ends when its stdin does: with the process that started it.
"""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from threading import Thread

import msgspec

from tacit.core.embedding.compile_job import RECIPE, Facts, Job, Refused, Told
from tacit.store.disk import FULL, free

SPARE = 50_000_000
"""Bytes that a build leaves free, besides the three times the weights that it needs."""


def main(arguments: list[str]) -> int:
    """Build one model; 0 when the folder ``ready`` is there, else 1 and a line that says why."""
    tell = _teller()
    Thread(target=_end_with_parent, daemon=True).start()
    folder, name, source = Path(arguments[0]), arguments[1], arguments[2]
    try:
        _build(folder, name, source, tell)
    except Refused as refused:
        tell(Told(error=refused.message, hint=refused.hint))
    except ImportError as error:
        tell(Told(error=f"Building a model needs {error.name or error}.", hint=_INSTALL))
    except Exception as error:  # whatever the libraries raise, the person gets one line
        traceback.print_exc()
        tell(_why(error, folder))
    else:
        return 0
    return 1


_INSTALL = "Install it with: pip install 'tacit[models]'"


def _build(folder: Path, name: str, source: str, tell: Callable[[Told], None]) -> None:
    tell(Told(stage="loading"))
    if (folder / "ready").is_dir() and _is_for(folder, name, source):
        return
    from tacit.core.embedding.compile_source import found, weights_of

    origin = found(source)
    job = Job(RECIPE, name, source, _files(origin))
    _begin(folder, job, weights_of(origin))
    if not (folder / "facts.json").exists():
        from tacit.core.embedding.compile_original import export

        tell(Told(stage="exporting"))
        _keep(folder / "facts.json", msgspec.json.encode(export(origin, folder)))
    facts = msgspec.json.decode((folder / "facts.json").read_bytes(), type=Facts)
    from tacit.core.embedding.compile_int8 import prepare, quantise

    tell(Told(stage="preparing"))
    _made(folder / "prepared.onnx", lambda part: prepare(folder / "exported.onnx", part))
    tell(Told(stage="quantising"))
    _made(folder / "int8.onnx", lambda part: quantise(folder / "prepared.onnx", part))
    tell(Told(stage="checking"))
    from tacit.core.embedding.compile_check import settle

    settle(job, facts, folder)


def _begin(folder: Path, job: Job, weights: int) -> None:
    """Begin anew where something else was being built, and see that there is room."""
    wanted = msgspec.json.encode(job)
    path = folder / "job.json"
    if not path.exists() or path.read_bytes() != wanted:
        for entry in folder.iterdir():
            if entry.name not in ("worker.log", "tmp"):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        _keep(path, wanted)
    done = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if free(str(folder)) < 3 * weights + SPARE - done:
        raise _full(folder)


def _is_for(folder: Path, name: str, source: str) -> bool:
    """Whether what lies there ready is of this job; its source may be gone by now."""
    if not (folder / "job.json").exists():  # a compiled folder that was being taken over
        return False
    job = msgspec.json.decode((folder / "job.json").read_bytes(), type=Job)
    return (job.recipe, job.name, job.source) == (RECIPE, name, source)


def _files(origin: Path) -> str:
    """A sum that changes when a file of the model does: of names, sizes and times."""
    sums = blake2b(digest_size=16)
    for file in sorted(origin.rglob("*")):
        if file.is_file():
            stat = file.stat()
            sums.update(f"{file.relative_to(origin)}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return sums.hexdigest()


def _made(path: Path, make: Callable[[Path], None]) -> None:
    """Make a file unless it is there; it gets its name when it is whole."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    make(part)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)


def _keep(path: Path, content: bytes) -> None:
    _made(path, lambda part: (part.write_bytes(content), None)[1])


def _why(error: Exception, folder: Path) -> Told:
    """Full disks show themselves in many ways; what is free tells."""
    if getattr(error, "errno", None) in FULL or free(str(folder)) < 1_000_000:
        refused = _full(folder)
        return Told(error=refused.message, hint=refused.hint)
    lines = str(error).strip().splitlines() or [""]
    return Told(
        error=f"The build failed: {type(error).__name__}: {lines[0][:200]}",
        hint=f"{folder / 'worker.log'} tells more.",
    )


def _full(folder: Path) -> Refused:
    return Refused(
        f"The disk that holds {folder.parent} has too little room to build the model.",
        "Make room and build again: what is done is kept.",
    )


def _teller() -> Callable[[Told], None]:
    """Writes lines on the real stdout; whatever else the libraries print goes to stderr."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def tell(told: Told) -> None:
        out.write(msgspec.json.encode(told) + b"\n")

    return tell


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
