"""The panel of jobs: what runs and how far it is, what ended and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.core.text import clean, cut, wrap
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.ink import Cell, Ink, Line
from tacit.widgets.progress import bar
from tacit.widgets.virtual_list import Fixed, VirtualList

_LOOKS: Mapping[str, tuple[str, Ink]] = {
    "running": ("▶ running", "accent"),
    "stopping": ("◌ stopping", "warn"),
    "done": ("✓ done", "good"),
    "stopped": ("■ stopped", "warn"),
    "failed": ("✗ failed", "bad"),
}
_ROW = (
    Column("state", 10, 10),
    Column("name", 16, 9, grows=1),
    Column("bar", 16, 7),
    Column("times", 16, 6),
)
_MOST = 6  # rows that are shown at once
_FRAME = 6  # lines of the box that hold neither rows nor what is told
_TOLD = range(3, 14)  # lines of the job under the cursor, as there is room


class JobRow(NamedTuple):
    """A job as it stands.

    Attributes:
        key: what tells it from others.
        state: a word of the panel's own.
        share: how much is done, from 0 to 1, where that is known.
        far: the same in words.
        told: what came of it, or why it failed, in lines.
        can_stop: whether ``x`` ends it.
    """

    key: int
    name: str
    state: str
    share: float | None
    far: str
    times: str
    told: Sequence[str]
    can_stop: bool


class JobsPanel(Dialog[None]):
    """A list of jobs and, below it, all that is known of the one under the cursor.

    Args:
        rows: the jobs as they stand now.
        stop: ends one.
        watch: has a function called whenever something changes; it gives what ends that.
    """

    AUTO_FOCUS = "#choices"
    WIDTH = 76
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "stop", "stop", priority=True),
        Binding("J,q", "close", "close", show=False, priority=True),
    ]

    def __init__(
        self,
        rows: Callable[[], Sequence[JobRow]],
        stop: Callable[[int], None],
        watch: Callable[[Callable[[], None]], Callable[[], None]],
    ) -> None:
        super().__init__("Jobs")
        self._rows, self._stop, self._watch = rows, stop, watch
        self._unwatch: Callable[[], None] | None = None
        self._list: VirtualList[JobRow] = VirtualList(_paint, lambda row: row.key, id="choices")
        self._told = Lines([[]])
        self._keys = Lines([[]])

    def parts(self) -> Iterable[Widget]:
        """The jobs, the one under the cursor in full, and the keys."""
        yield self._list
        yield self._told
        yield self._keys

    def on_mount(self) -> None:
        """Look, now and whenever something changes."""
        self._unwatch = self._watch(self._look)
        self._look()

    def on_unmount(self) -> None:
        """Look no more."""
        if self._unwatch is not None:
            self._unwatch()

    def _look(self) -> None:
        rows, here = self._rows(), self._list.row
        places = {row.key: place for place, row in enumerate(rows)}
        self._list.styles.height = max(1, min(len(rows), _MOST))
        self._list.empty = [[Cell("Nothing runs, and nothing has run yet.", "muted")]]
        self._list.show(Fixed(rows), 0 if here is None else places.get(here.key, 0))
        self._tell()

    def on_virtual_list_highlighted(self) -> None:
        """Another job under the cursor."""
        self._tell()

    def _tell(self) -> None:
        row = self._list.row
        lines: list[Line] = [[]]
        room = self.app.size.height - _FRAME - max(1, min(self._list.total, _MOST))
        room = max(_TOLD[0], min(room, _TOLD[-1]))
        for text in () if row is None else (*filter(None, [row.far]), *row.told):
            lines += [[Cell(line)] for line in wrap(clean(text, newlines=True), self._inside, 3)]
        if len(lines) > room:
            lines[room - 1 :] = [[Cell("…", "muted")]]
        self._told.lines = lines + [[]] * (room - len(lines))
        stop = "x stop · " if row is not None and row.can_stop else ""
        self._keys.lines = [[Cell(f"{stop}j/k move · Esc close", "muted")]]

    @property
    def _inside(self) -> int:
        return min(self.WIDTH, self.app.size.width - 4) - 4

    def action_stop(self) -> None:
        """End the job under the cursor as soon as what it did is whole."""
        row = self._list.row
        if row is not None and row.can_stop:
            self._stop(row.key)


def _paint(row: JobRow, width: int) -> Line:
    state, ink = _LOOKS[row.state]
    cells = {
        "state": Cell(state, ink),
        "name": Cell(cut(clean(row.name), 40), "strong"),
        "bar": Cell(bar(row.share, 16), ink if row.state in {"running", "stopping"} else "muted"),
        "times": Cell(row.times, "muted"),
    }
    return lay(_ROW, fit(_ROW, width), cells)
