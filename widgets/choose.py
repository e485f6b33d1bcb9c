"""A short list of choices in a dialog: the cursor on what holds, Enter takes, Esc leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.core.text import cell_width, pad
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed, VirtualList

_ROWS = 16  # choices seen at once


class Choose(Dialog[str]):
    """The result is the name of a choice, or nothing.

    Args:
        title: the question.
        choices: names, and what each means.
        holds: the name of what holds now.
    """

    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", "take", priority=True, id="open")]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], holds: str) -> None:
        super().__init__(title)
        self._choices = choices
        self._holds = holds
        self._list: VirtualList[tuple[str, str]] = VirtualList(self._paint, lambda row: row[0], id="choices")

    def parts(self) -> Iterable[Widget]:
        """The choices and how to go on."""
        yield self._list
        yield Lines([[], [Cell("Enter take · j/k choose · Esc leave", "muted")]])

    def on_mount(self) -> None:
        """Offer them, the cursor on what holds."""
        names = [name for name, _ in self._choices]
        self._list.styles.height = min(len(names), _ROWS)
        self._list.show(Fixed(self._choices), names.index(self._holds) if self._holds in names else 0)

    def on_virtual_list_opened(self) -> None:
        """A second click."""
        self.action_take()

    def action_take(self) -> None:
        """This one."""
        row = self._list.row
        if row is not None:
            self.dismiss(row[0])

    def _paint(self, choice: tuple[str, str], width: int) -> Line:
        del width
        name, meaning = choice
        wide = max(cell_width(one) for one, _ in self._choices)
        here = "● " if name == self._holds else "  "
        return [Cell(here, "good"), Cell(pad(name, wide + 2), "accent"), Cell(meaning, "muted")]
