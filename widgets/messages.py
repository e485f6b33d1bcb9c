"""What was told in this run, to be read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.core.text import wrap
from tacit.widgets.dialog import Dialog
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import LinesPane, PaneLine
from tacit.widgets.notices import Note, sign


class Messages(Dialog[None]):
    """The notes, the newest first."""

    AUTO_FOCUS = "#messages"
    WIDTH = 72
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "close", "close", show=False, priority=True)]

    def __init__(self, notes: Sequence[Note]) -> None:
        super().__init__("Messages")
        self._notes = notes

    def parts(self) -> Iterable[Widget]:
        """All of them, in a pane to scroll in."""
        yield LinesPane(id="messages")

    def on_mount(self) -> None:
        """Lay them out."""
        self.query_one(LinesPane).show(self._lines)

    def _lines(self, width: int) -> list[PaneLine]:
        lines: list[PaneLine] = []
        for note in self._notes:
            first, *rest = wrap(note.text, max(width - 14, 10)) or [""]
            lines.append(PaneLine([sign(note), Cell(first)]))
            lines += [PaneLine([Cell("   "), Cell(line)]) for line in rest]
        return lines or [PaneLine([Cell(" Nothing was told yet.", "muted")])]
