"""Imports of other processes, so slow that a test comes in the middle of one however fast the machine is."""

from __future__ import annotations

from pathlib import Path

_SLOW = """
import os, time
from itertools import count
from pathlib import Path
from tacit.core.ingest import Importer
take, numbers = Importer._take, count()
def slowly(self, *rest):
    Path(__file__).with_name(f"read {{os.getpid()}} {{next(numbers)}}").touch()
    time.sleep({seconds})
    take(self, *rest)
Importer._take = slowly
"""


def slow_imports(folder: Path, seconds: float) -> dict[str, str]:
    """What is in the environment of a process that takes so long for each file.

    Args:
        folder: a folder for what this needs, which is made.
        seconds: how much longer each file takes.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_SLOW.format(seconds=seconds), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def read_so_far(folder: Path) -> int:
    """How many files such processes have begun to read."""
    return sum(1 for _ in folder.glob("read *"))
