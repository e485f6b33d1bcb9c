"""The question what to export and where to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tacit.core.text import pad
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed, VirtualList

if TYPE_CHECKING:
    from tacit.core.query import Plan
    from tacit.core.window import Window


class Choice(NamedTuple):
    """One thing to export: by ids, by a query, by the rows of a list, or everything."""

    name: str
    what: str
    ids: tuple[str, ...] | None = None
    plan: Plan | None = None
    window: Window[Any] | None = None


class Wish(NamedTuple):
    """What the person chose."""

    choice: Choice
    directory: str


class ExportDialog(Dialog[Wish]):
    """A short list of what, a field for where, Enter to go."""

    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "export", "export", priority=True),
        Binding("tab", "other", "the directory", priority=True),
    ]

    def __init__(self, choices: Sequence[Choice], directory: Path) -> None:
        super().__init__("Export as JSON")
        self._choices = choices
        self._list: VirtualList[Choice] = VirtualList(_paint, lambda choice: choice.name, id="choices")
        self._field = Input(str(directory), compact=True, select_on_focus=False, id="directory")

    def parts(self) -> Iterable[Widget]:
        """What, where to, and how to go on."""
        yield self._list
        yield Lines([[], [Cell("into the directory", "muted")]])
        yield self._field
        yield Lines([[], [Cell("Enter export · j/k choose · Tab directory · Esc cancel", "muted")]])

    def on_mount(self) -> None:
        """Offer the choices."""
        self._list.styles.height = len(self._choices)
        self._list.show(Fixed(self._choices))

    def action_other(self) -> None:
        """Between what and where."""
        self.focus_next("#choices, #directory")

    def action_export(self) -> None:
        """Go, if there is a place to go to."""
        choice, directory = self._list.row, self._field.value.strip()
        if choice is not None and directory:
            self.dismiss(Wish(choice, directory))


def _paint(choice: Choice, width: int) -> Line:
    del width
    return [Cell(pad(choice.name, 10), "accent"), Cell(choice.what)]
