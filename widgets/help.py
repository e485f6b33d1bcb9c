"""The keys, as they are bound right now, and a search over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tacit.core.text import pad
from tacit.widgets.dialog import Dialog
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed, VirtualList


class HelpKey(NamedTuple):
    """One key: where it is valid, how it is written, what it does."""

    group: str
    key: str
    label: str


class Help(Dialog[None]):
    """A list of keys; typing narrows it."""

    AUTO_FOCUS = "#help-search"
    WIDTH = 72
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", "down", show=False, priority=True),
        Binding("up", "scroll(-1)", "up", show=False, priority=True),
        Binding("enter", "close", "close", show=False, priority=True),
    ]

    def __init__(self, keys: Sequence[HelpKey]) -> None:
        super().__init__("Keys")
        self._keys = keys
        self._list: VirtualList[HelpKey] = VirtualList(_paint, lambda key: key, id="help-list")

    def parts(self) -> Iterable[Widget]:
        """The search field and the keys."""
        yield Input(placeholder="type to search the keys · Esc closes", compact=True, id="help-search")
        yield self._list

    def on_mount(self) -> None:
        """Show them all."""
        self._list.can_focus = False
        self._list.show(Fixed(self._keys))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the keys in which every typed word occurs."""
        event.stop()
        words = event.value.casefold().split()
        found = [key for key in self._keys if all(word in " ".join(key).casefold() for word in words)]
        self._list.show(Fixed(found))

    def action_scroll(self, rows: int) -> None:
        """Move through the list while typing goes on."""
        self._list.action_move(rows)


def _paint(key: HelpKey, width: int) -> Line:
    del width
    return [
        Cell(pad(key.key, 12), "accent"),
        Cell(pad(key.label, 34)),
        Cell(key.group, "muted"),
    ]
