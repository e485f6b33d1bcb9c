"""First painted rows of the inspector through a real terminal, against an empty Textual application."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, CannotRun, Figure, alternate, child_environment

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
    """From the start of the process to the first row's title on the terminal, for each size of store."""
    found = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = {**child_environment(Path(home)), "COLORTERM": "truecolor"}
        for size in sizes:
            store = generated(size)
            marker = _first_title(store, environment)
            found.append(
                alternate(
                    f"first rows at {size:,} patterns",
                    partial(painted, (MEMORY, "--store", store), marker, environment),
                    partial(painted, (sys.executable, "-c", _EMPTY), b"first-painted-text", environment),
                    runs,
                    against="empty Textual application, its first text",
                    aim="< 1.6, flat",
                    note="pty of 120×36, bytecode compiled",
                )
            )
    return found, []


def painted(command: Sequence[str | Path], marker: bytes, environment: dict[str, str]) -> float:
    """Seconds until a program run on a terminal of its own has painted ``marker``; it is ended then."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
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
