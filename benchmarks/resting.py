"""What the inspector takes while nobody presses a key: memory of its own, processor time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, CannotRun, Line, child_environment, lines_table
from benchmarks.screen import Screen, own_memory, used

_BROWSING = ("G", "\x1b[5~", "\x1b[5~", "g", "\x1b[6~", "\x1b[6~", "/test", "\r", "j", "\r", "\x1b", "\x1b")
_MORE_THAN_SMALL = 10_000_000
_SECONDS = 10.0
_BUSY = 0.01


def memory(sizes: Sequence[int]) -> list[str]:
    """RssAnon once it rests after opening, and after browsing; the first size is what others are held to."""
    _need_proc()
    lines: list[Line] = []
    small: list[int] = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        for size in sizes:
            found = _memory(generated(size), child_environment(Path(home)))
            small = small or found
            for name, own, base in zip(("opened", "browsed"), found, small, strict=True):
                more = own - base
                aimed = ("< 10 MB more", more < _MORE_THAN_SMALL) if size != sizes[0] else ("", None)
                said = f"{own / 1e6:.1f} MB", f"{base / 1e6:.1f} MB"
                lines.append(Line(f"{size:,} patterns, {name}", *said, own / base, *aimed))
    return [lines_table(lines, f"{sizes[0]:,} patterns"), "RssAnon: mapped pages do not count"]


def idle(sizes: Sequence[int]) -> list[str]:
    """Processor time of the process and its children over ten seconds without a key."""
    _need_proc()
    lines = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        for size in sizes:
            with _open(generated(size), child_environment(Path(home))) as screen:
                before = used(screen.pid)
                end = time.perf_counter() + _SECONDS
                while time.perf_counter() < end:
                    screen.settle(0.5)
                share = (used(screen.pid) - before) / _SECONDS
            lines.append(Line(f"{size:,} patterns", f"{share:.1%}", "", None, "< 1 %", share < _BUSY))
    return [lines_table(lines, "")]


def _memory(store: Path, environment: dict[str, str]) -> list[int]:
    with _open(store, environment) as screen:
        opened = own_memory(screen.pid)
        for keys in _BROWSING:
            screen.press(keys)
            screen.settle(0.4)
        screen.rest()
        return [opened, own_memory(screen.pid)]


def _open(store: Path, environment: dict[str, str]) -> Screen:
    screen = Screen((MEMORY, "--store", store), environment)
    screen.until("sort:")
    screen.rest()
    return screen


def _need_proc() -> None:
    if not Path("/proc/self/task").exists():
        raise CannotRun("this system does not tell what a process takes: it has no /proc")
