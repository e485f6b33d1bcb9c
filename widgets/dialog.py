"""What every dialog shares: a framed box of lines over the screen, and keys that are not lost.

Keys are priority bindings of the dialog itself, so that they hold before its parts are on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from tacit.core.text import clean, wrap
from tacit.widgets.ink import INKS, Cell, Ink, Line, Painted, TextLine

ResultT = TypeVar("ResultT")


class Lines(Painted):
    """A block of lines, as high as they are many."""

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines = lines

    @property
    def lines(self) -> Sequence[Line]:
        """What it shows."""
        return self._lines

    @lines.setter
    def lines(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row a line."""
        del container, viewport, width
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Paint one of them."""
        return self.paint(self._lines[y] if y < len(self._lines) else (), self.size.width)


def is_open(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of a kind is open already; a key that is held down opens one."""
    return any(isinstance(screen, kind) for screen in app.screen_stack)


class Dialog(ModalScreen[ResultT]):
    """A titled box in the middle of the screen, closed with Esc."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", key_display="Esc", priority=True)
    ]
    WIDTH = 64

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._late: tuple[ResultT | None] | None = None

    def compose(self) -> Iterable[Widget]:
        """The box; :meth:`parts` fill it."""
        with Vertical(id="dialog"):
            yield TextLine([Cell(f" {self._title}", "heading")], id="dialog-title")
            yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """What stands in the box."""
        return ()

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        """Close it, once: a second time is too late, and under another screen it waits for that to close."""
        if self.app.screen is self:
            return super().dismiss(result)
        self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """It is in front again: what closed it meanwhile holds."""
        if self._late is not None:
            (result,), self._late = self._late, None
            self.dismiss(result)

    def action_close(self) -> None:
        """Leave without a result."""
        self.dismiss(None)

    def wrapped(self, text: str, ink: Ink = "", limit: int = 6) -> list[Line]:
        """A text as lines for the inside of the box."""
        inside = min(self.WIDTH, self.app.size.width) - 5  # frame, padding and margin
        return [[Cell(line, ink)] for line in wrap(clean(text, newlines=True), inside, limit)]
