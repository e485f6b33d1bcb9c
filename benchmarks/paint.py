"""First painted rows of the inspector through a real terminal, against an empty Textual application."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, CannotRun, Figure, child_environment
from benchmarks.screen import Screen, spawned

_EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("first-painted-text")
Empty().run()
"""
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_PATIENCE = 30.0


def figures(sizes: Sequence[int], runs: int) -> tuple[list[Figure], list[str]]:
    """From the start of the process to the first row's title on the terminal, for each size of store.

    The empty application and all sizes take turns. A store counts once it was opened and left alone for a
    while: what an inspector does to a store it has not seen yet is no part of a start.
    """
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = {**child_environment(Path(home)), "COLORTERM": "truecolor"}
        contestants = [partial(painted, (sys.executable, "-c", _EMPTY), b"first-painted-text", environment)]
        for size in sizes:
            store = generated(size)
            _acquaint(store, environment)
            marker = _first_title(store, environment)
            contestants.append(partial(painted, (MEMORY, "--store", store), marker, environment))
        turns = [[contestant() for contestant in contestants] for _ in range(runs + 1)][1:]
    empty, *ours = zip(*turns, strict=True)
    found = [
        Figure(f"first rows at {size:,} patterns", mine, empty, _AGAINST, "< 1.3", _NOTE)
        for size, mine in zip(sizes, ours, strict=True)
    ]
    smallest = f"first rows at {sizes[0]:,} patterns"
    flat = Figure(f"{sizes[-1]:,} patterns", ours[-1], ours[0], smallest, "< 1.1", "flat in the store's size")
    return [*found, flat], []


_AGAINST = "empty Textual application, its first text"
_NOTE = "the full screen; pty of 120×36, bytecode compiled"


def _acquaint(store: Path, environment: dict[str, str]) -> None:
    with Screen((MEMORY, "--store", store), environment) as screen:
        screen.settle(1.0)
        screen.rest()


def painted(command: Sequence[str | Path], marker: bytes, environment: dict[str, str]) -> float:
    """Seconds until a program run on a terminal of its own has painted ``marker``; it is ended then."""
    start = time.perf_counter()
    process, master = spawned(command, environment)
    try:
        return _wait_for(master, marker, start)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)


def _wait_for(master: int, marker: bytes, start: float) -> float:
    seen = b""
    while (left := start + _PATIENCE - time.perf_counter()) > 0:
        ready, _, _ = select.select([master], [], [], left)
        if not ready:
            break
        try:
            seen += os.read(master, 1 << 16)
        except OSError:
            break
        if marker in _SEQUENCE.sub(b"", seen):
            return time.perf_counter() - start
    last = _SEQUENCE.sub(b"", seen).decode(errors="replace").split()
    raise CannotRun(f"{marker.decode()!r} was not painted; the last words were: {' '.join(last[-12:])}")


def _first_title(store: Path, environment: dict[str, str]) -> bytes:
    command = [str(MEMORY), "--store", str(store), "patterns", "--limit", "1", "--format", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"`memory patterns` ended with {done.returncode}: {done.stderr.decode()[-200:]}")
    title: str = json.loads(done.stdout)["patterns"][0]["title"]
    return title[:20].strip().encode()
