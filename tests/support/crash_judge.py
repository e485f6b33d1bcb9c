"""Recording what a process writes to a store, and opening what a power cut could have left of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crash_trace import CALLS, Image

from tacit.store import guard

TESTS = Path(__file__).parents[1]
FOLDERS = [str(TESTS / "store"), str(TESTS / "support")]


def record(source: str, folder: Path, *args: str) -> Path:
    """Run a script under strace; the trace of its calls."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not here, so no write calls can be recorded")
    trace = folder / "trace"
    command = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    command += [sys.executable, "-c", f"import sys; sys.path[:0] = {FOLDERS!r}\n{source}", *args]
    run = subprocess.run(command, check=False, capture_output=True, timeout=120)
    if b"ptrace" in run.stderr.lower() and run.returncode:
        pytest.skip("strace may not trace here")
    assert run.returncode == 0, run.stderr
    return trace


class Judge:
    """A process that opens one image after the other: it reads folders, and prints what it finds in each."""

    def __init__(self, script: Callable[..., Any], source: str, folder: Path) -> None:
        self._script = script
        self._source = f"import sys; sys.path[:0] = {FOLDERS!r}\n{source}"
        self._folder = folder
        self._process = script(self._source)

    def look(self, image: Image) -> str:
        """What the image holds, or what is wrong with it."""
        place = self._folder / "image"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        (place / guard.MARKER).write_bytes(guard.MARKER_TEXT)
        (place / guard.DATA).write_bytes(image.content)
        self._process.stdin.write(f"{place}\n")
        self._process.stdin.flush()
        found: str = self._process.stdout.readline().strip()
        if not found:
            code = self._process.wait()
            self._process = self._script(self._source)
            return f"the process died: {code}"
        return found
