"""Letters over the parts of a screen that can be gone to; a letter goes there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from tacit.widgets.ink import INKS, Cell, TextLine


class Place(NamedTuple):
    """Somewhere to go: its letter, the cell the letter stands in, and what the place is called."""

    letter: str
    column: int
    row: int
    name: str


class Jump(ModalScreen[Place]):
    """The letters, each one cell, over the screen as it is. Any other key leaves."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True),
    ]

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.places = places
        self._first: Size | None = None

    def compose(self) -> Iterable[Widget]:
        """One cell a letter."""
        for place in self.places:
            mark = TextLine([Cell(place.letter, "badge")], classes="jump-letter")
            mark.styles.offset = (place.column, place.row)
            yield mark

    def on_key(self, event: events.Key) -> None:
        """Go where the letter stands; any other key leaves."""
        event.stop()
        self.dismiss(next((one for one in self.places if one.letter == event.character), None))

    def on_click(self, event: events.Click) -> None:
        """A click goes where a letter was hit, else it leaves."""
        here = (event.screen_x, event.screen_y)
        self.dismiss(next((one for one in self.places if (one.column, one.row) == here), None))

    def on_resize(self, event: events.Resize) -> None:
        """On another size the letters would stand elsewhere: leave."""
        if self._first not in (None, event.size):
            self.dismiss(None)
        self._first = event.size

    def action_leave(self) -> None:
        """Go nowhere."""
        self.dismiss(None)
