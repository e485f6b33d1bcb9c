"""From a key to its paint, against a DataTable of the same rows, each on a terminal of its own.

A key is measured from the moment before it is written to the pty until the bytes have come out after which
the rows do not change any more; *first* is when they first changed. Both programs are open at once and take
the keys in turn. The DataTable has read all its rows before it is asked.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, CannotRun, Line, child_environment, lines_table
from benchmarks.screen import ROWS, Screen

_TABLE = """
import sys
from textual.app import App
from textual.widgets import DataTable
from tacit import Memory
with Memory.open(sys.argv[1], readonly=True) as memory:
    rows = [
        (p.title[:44], p.verdict or "unproven", f"{p.rate:.0%} [{p.low:.0%}-{p.high:.0%}]", f"n={p.judged}",
         str(p.last_used), p.project_names[0])
        for p in memory.page("patterns", memory.plan(), int(sys.argv[2])).items
    ]
class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("title", "verdict", "rate", "n", "used", "project")
        table.add_rows(rows)
Table().run()
"""
_WINDOW = 0.6
_READING = 1.5  # where a worker reads
_BODY = range(3, ROWS - 1)  # without title, filter, rooms and key line
_TABLE_BODY = range(1, ROWS)
_TABLE_LIMIT = 100_000


class Stroke(NamedTuple):
    """A key, what stands for it in a DataTable, what goes before and after, and how long is looked."""

    name: str
    keys: str
    table: str | None
    before: str = ""
    after: str = ""
    window: float = _WINDOW


_DOWN, _PAGE, _TOP, _BOTTOM = "\x1b[B", "\x1b[6~", "\x1b[1;5H", "\x1b[1;5F"
STROKES = (
    Stroke("j", "j", _DOWN),
    Stroke("PgDn", _PAGE, _PAGE, after="g"),
    Stroke("G", "G", _BOTTOM, after="g"),
    Stroke("/ and a letter", "t", None, before="/", after="\x1b", window=_READING),
    Stroke("Enter", "\r", None, after="\x1b", window=_READING),
)


class Paint(NamedTuple):
    """Seconds until the rows first changed, and until they were as they stay."""

    first: float
    last: float


def report(sizes: Sequence[int], runs: int) -> list[str]:
    """Every key ``runs`` times at every size."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = {**child_environment(Path(home)), "COLORTERM": "truecolor"}
        for size in sizes:
            lines += _at(size, runs, environment)
    return [
        lines_table(lines, "DataTable, all rows loaded"),
        "from the key to the last byte after which the rows stay: median (worst); [first change: median]",
    ]


def _at(size: int, runs: int, environment: dict[str, str]) -> list[Line]:
    store = generated(size)
    with ExitStack() as held:
        ours = held.enter_context(Screen((MEMORY, "--store", store), environment))
        theirs = None
        if size <= _TABLE_LIMIT:
            command = (sys.executable, "-c", _TABLE, store, str(size))
            theirs = held.enter_context(Screen(command, environment))
            theirs.until("n=")
            theirs.rest()
        ours.until("sort:")
        ours.rest()
        return [_line(size, stroke, ours, theirs, runs) for stroke in STROKES]


def _line(size: int, stroke: Stroke, ours: Screen, theirs: Screen | None, runs: int) -> Line:
    mine, others = [], []
    for turn in range(runs + 1):
        paint = _stroke(ours, stroke.keys, stroke, _BODY)
        if turn:
            mine.append(paint)
        if theirs is not None and stroke.table is not None:
            back = stroke._replace(after=_TOP if stroke.after else "")
            other = _stroke(theirs, stroke.table, back, _TABLE_BODY)
            if turn:
                others.append(other)
    rival = _said(others) if others else "not attempted" if stroke.table else ""
    ratio = _middle(mine) / _middle(others) if others else None
    return Line(f"{size:,}: {stroke.name}", _said(mine), rival, ratio)


def _stroke(screen: Screen, keys: str, stroke: Stroke, body: range) -> Paint:
    """Press once and see when the rows changed; then go back to where it began."""
    if stroke.before:
        screen.press(stroke.before)
    screen.settle()
    paint = pressed(screen, keys, stroke.window, body)
    if stroke.after:
        screen.press(stroke.after)
        screen.settle()
        screen.settle()
    return paint


def pressed(screen: Screen, keys: str, window: float, body: range) -> Paint:
    """When the rows first and last changed because of a key."""
    seen = [screen.row(number) for number in body]
    at = screen.press(keys)
    changes = []
    for arrived, data in screen.gather(window, window):
        screen.feed(data)
        now = [screen.row(number) for number in body]
        if now != seen:
            changes.append(arrived - at)
            seen = now
    if not changes:
        raise CannotRun(f"{keys!r} changed nothing on the screen")
    return Paint(changes[0], changes[-1])


def _middle(paints: Sequence[Paint]) -> float:
    return median(paint.last for paint in paints)


def _said(paints: Sequence[Paint]) -> str:
    worst = max(paint.last for paint in paints)
    first = median(paint.first for paint in paints)
    return f"{_middle(paints) * 1000:.1f} ms ({worst * 1000:.1f}) [{first * 1000:.1f}]"
