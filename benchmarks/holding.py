"""Held ``j``, 30 a second through a terminal: from each press to its paint, at rest and during an import.

Where every row stands is learned beforehand by paging through the list. Press number n is painted with the
first bytes after which the cursor stands n rows further down, or more. A loop that is blocked paints nothing,
so the worst is no less than the longest time for which the loop did not answer.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, CannotRun, Line, child_environment, lines_table, quantile
from benchmarks.scale import scaled
from benchmarks.screen import ROWS, Chunk, Screen
from tests.support.grounded import ground

EVERY = 1 / 30
_BODY = range(3, ROWS - 1)
_PAGE = len(_BODY) - 1
_MARK = "▌"
_LONGEST = 0.05
_TRANSCRIPTS = 500  # megabytes to import meanwhile
_KNOWN = 40  # pages of rows whose places are learned


def report(size: int, million: int, presses: int) -> list[str]:
    """At rest, during an import here and by another process, and during the walk of a million keys."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = {**child_environment(Path(home)), "COLORTERM": "truecolor"}
        ground(Path(home) / "ground", size)
        store = Path(home) / "store"
        for name, work in (
            ("at rest", _nothing),
            ("another process imports", partial(_elsewhere, store, environment)),
            ("it imports itself", _here),
        ):
            shutil.rmtree(store, ignore_errors=True)
            shutil.copytree(Path(home) / "ground", store)
            lines.append(_line(f"{size:,}: {name}", store, environment, presses, work, rest=True))
        opened = _line(f"{million:,}: right after opening", generated(million), environment, 200, _nothing)
        lines.append(opened)
    return [lines_table(lines, "key to paint: median, 99 of 100, worst")]


Work = Callable[[Screen], AbstractContextManager[object]]
"""What goes on while the key is held."""


def _nothing(_: Screen) -> AbstractContextManager[object]:
    return nullcontext()


@contextmanager
def _elsewhere(store: Path, environment: dict[str, str], _: Screen) -> Iterator[None]:
    command = [str(MEMORY), "--store", str(store), "import", str(scaled(_TRANSCRIPTS))]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(0.5)
        try:
            yield
            if process.poll() is not None:
                raise CannotRun("the import was over before the key was let go")
        finally:
            process.kill()


@contextmanager
def _here(screen: Screen) -> Iterator[None]:
    screen.press(":")
    screen.settle()
    screen.press(f"import {scaled(_TRANSCRIPTS)}")
    screen.settle()
    screen.press("\r")
    screen.until("y Import")
    screen.settle()
    screen.press("y")
    screen.until("Esc stops")
    yield
    if not any("Esc stops" in row for row in screen.rows):
        raise CannotRun("the import was over before the key was let go")


def _line(
    name: str, store: Path, environment: dict[str, str], presses: int, work: Work, *, rest: bool = False
) -> Line:
    places = _places(store, environment)
    with Screen((MEMORY, "--store", store), environment) as screen:
        screen.until(_MARK)
        if rest:
            screen.rest()
        with work(screen):
            pressed, chunks = held(screen, presses)
            seen = [(at, places.get(text, -1)) for at, text in _cursors(screen, chunks)]
    waits = _waits(pressed, seen)
    middle, most, worst = (quantile(waits, share) * 1000 for share in (0.5, 0.99, 1.0))
    return Line(name, f"{middle:.1f} ms, {most:.1f}, {worst:.1f}", "", None, "worst < 50 ms", worst < 50)


def held(screen: Screen, presses: int) -> tuple[list[float], list[Chunk]]:
    """Press ``j`` so often, 30 times a second; when each was pressed, and all that arrived."""
    pressed: list[float] = []
    chunks: list[Chunk] = []
    begin = time.perf_counter()
    while len(pressed) < presses:
        due = begin + len(pressed) * EVERY
        while (left := due - time.perf_counter()) > 0:
            chunk = screen.read(left)
            chunks += [] if chunk is None else [chunk]
        pressed.append(screen.press("j"))
    return pressed, chunks + screen.gather(0.5, 5.0)


def _places(store: Path, environment: dict[str, str]) -> dict[str, int]:
    """Where each row stands, by what it says."""
    found: dict[str, int] = {}
    with Screen((MEMORY, "--store", store, "--readonly"), environment) as screen:
        screen.until(_MARK)
        screen.settle()
        for page in range(_KNOWN):
            top = max(page - 1, 0) * _PAGE  # the first press only goes to the last row of the screen
            for offset, row in enumerate(screen.rows[_BODY.start : _BODY.stop]):
                found.setdefault(_said(row), top + offset)
            screen.press("\x1b[6~")
            screen.settle(0.1)
    return found


def _cursors(screen: Screen, chunks: Sequence[Chunk]) -> Iterator[tuple[float, str]]:
    """Which row the cursor stood on after each piece of what arrived."""
    for at, data in chunks:
        screen.feed(data)
        text = _cursor(screen)
        if text is not None:
            yield at, text


def _cursor(screen: Screen) -> str | None:
    rows = [row for row in screen.rows[_BODY.start : _BODY.stop] if row[1] == _MARK]
    return _said(rows[0]) if len(rows) == 1 else None


def _said(row: str) -> str:
    """A row without its edges and scroll bar."""
    return row[2:-3]


def _waits(pressed: Sequence[float], seen: Sequence[tuple[float, int]]) -> list[float]:
    """Seconds from each press until the cursor stood as far down as it says."""
    waits = []
    rest = iter(seen)
    at, place = next(rest, (0.0, -1))
    for number, begin in enumerate(pressed, 1):
        while place < number or at < begin:
            try:
                at, place = next(rest)
            except StopIteration:
                raise CannotRun(f"press {number} of {len(pressed)} was not painted") from None
        waits.append(at - begin)
    return waits
