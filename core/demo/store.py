"""The demo store: generated transcripts, imported like any others, in the cache."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from tacit.core.clock import Clock, system_clock
from tacit.core.config import load
from tacit.core.demo.transcripts import write_transcripts
from tacit.core.facade import Core
from tacit.core.places import places


def make_demo(version: str, *, reset: bool = False, clock: Clock = system_clock, **_: Any) -> Path:
    """Make the demo store of this version where it does not stand yet, and say where it lies.

    It is built beside its place and renamed, so that a run cut short leaves nothing half made.
    """
    path = Path(places().demo(version))
    if path.exists() and not reset:
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="demo-", dir=path.parent))
    try:
        build_demo(work / "store", work / "transcripts", clock)
        if reset:
            shutil.rmtree(path, ignore_errors=True)
        try:
            (work / "store").rename(path)
        except OSError:
            if not path.exists():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return path


def build_demo(store: Path, transcripts: Path, clock: Clock) -> None:
    """Write the demo transcripts and import them into a new store."""
    transcripts.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_transcripts(transcripts, clock())
    with Core.open(store, config=load(), clock=clock, command="demo") as memory:
        memory.import_paths([transcripts])
