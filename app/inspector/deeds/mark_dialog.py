"""The question how a task really ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.core.marks import NOTE_BYTES, Mark
from tacit.core.model import Episode
from tacit.core.text import one_line, pad
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.field import Field
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed, VirtualList

CLEAR = "clear"
_CHOICES = (
    ("success", "it did what was asked"),
    ("partial", "it did a part of it"),
    ("failure", "it did not"),
    ("unknown", "nobody could know; it counts in no rate"),
)
_HELP = "Enter mark · j/k choose · Tab note · Esc cancel"


class Said(NamedTuple):
    """What the person said: a label or :data:`CLEAR`, and why."""

    label: str
    note: str


class MarkDialog(Dialog[Said]):
    """A short list of ends, a field for why, Enter to mark.

    Args:
        episode: the task.
        mark: what was said of it before, if anything.
    """

    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "mark", "mark", priority=True),
        Binding("tab", "other", "the note", priority=True),
    ]

    def __init__(self, episode: Episode, mark: Mark | None) -> None:
        super().__init__("How did this task really end?")
        self._prompt = one_line(episode.prompt[:1000])
        self._choices = [*_CHOICES, *([(CLEAR, "take the mark away")] if mark else [])]
        self._label = mark.label if mark else episode.outcome.label
        self._list: VirtualList[tuple[str, str]] = VirtualList(_paint, lambda row: row[0], id="choices")
        self._field = Field(mark.note if mark else "", id="note")
        self._told = Lines([[], [Cell(_HELP, "muted")]])

    def parts(self) -> Iterable[Widget]:
        """The task, the ends, why, and how to go on."""
        yield Lines([*self.wrapped(self._prompt, "strong", 2), []])
        yield self._list
        yield Lines([[], [Cell("why, if you like", "muted")]])
        yield self._field
        yield self._told

    def on_mount(self) -> None:
        """Offer the choices, the cursor on what holds now."""
        self._list.styles.height = len(self._choices)
        names = [name for name, _ in self._choices]
        self._list.show(Fixed(self._choices), names.index(self._label) if self._label in names else 0)

    def action_other(self) -> None:
        """Between the end and why."""
        self.focus_next("#choices, #note")

    def action_mark(self) -> None:
        """Say it, unless the note is too long."""
        choice, note = self._list.row, self._field.value.strip()
        if len(note.encode("utf-8", "replace")) > NOTE_BYTES:
            self._told.lines = [[], [Cell(f"The note is longer than {NOTE_BYTES:,} bytes.", "warn")]]
        elif choice is not None:
            self.dismiss(Said(choice[0], note))


def _paint(choice: tuple[str, str], width: int) -> Line:
    del width
    return [Cell(pad(choice[0], 10), "accent"), Cell(choice[1])]
