"""The line a command is typed in, at the bottom of the frame, and above it how it may go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tacit.core.text import one_line
from tacit.widgets.field import Field
from tacit.widgets.filter_bar import Suggestion, completed
from tacit.widgets.ink import Cell, Line, TextLine, line_width

_SIGN = "└ :"
_MOST = 4_000  # characters taken of what is pasted


class CommandField(Field):
    """Where it is typed. What is pasted becomes one clean line."""

    CLOSING: ClassVar[frozenset[str]] = frozenset(["enter", "escape"])
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "do it", show=False),
        Binding("escape", "leave", "leave", show=False),
        Binding("tab", "complete", "complete", show=False),
        Binding("up", "recall(-1)", "the command before", show=False),
        Binding("down", "recall(1)", "the command after", show=False),
    ]

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(one_line(event.text[:_MOST]))

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(CommandBar.Left())

    def action_complete(self) -> None:
        """Ask how it goes on."""
        self.post_message(CommandBar.Completing(self.value, self.cursor_position))

    def action_recall(self, by: int) -> None:
        """Another command of those typed before."""
        for bar in self.ancestors:
            if isinstance(bar, CommandBar):
                bar.recall(by)


class CommandBar(Vertical):
    """Two lines: what Tab would write or what is wrong, and the command.

    Args:
        history: what was typed before, the newest last.
        text: what stands there at first.
        behind: what had the focus, and gets it back.
    """

    class Changed(Message):
        """The words are others now."""

        def __init__(self, text: str, cursor: int) -> None:
            super().__init__()
            self.text = text
            self.cursor = cursor

    class Completing(Changed):
        """Tab was pressed; :meth:`CommandBar.complete` is waited for."""

    class Entered(Message):
        """Enter."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Esc: the words are given up."""

    def __init__(self, history: Sequence[str] = (), text: str = "", behind: Widget | None = None) -> None:
        super().__init__(id="command")
        self.behind = behind
        self._history = history
        self._at = len(history)
        self._typed = text
        self._wrong: str | None = None
        self._above = TextLine(id="command-above")
        self.field = CommandField(text)

    def compose(self) -> list[TextLine | Horizontal]:
        """What may follow, and the line itself."""
        sign = [Cell(_SIGN[:2], "frame"), Cell(_SIGN[2:], "accent")]
        line = Horizontal(
            TextLine(sign, id="command-sign"), self.field, TextLine([Cell("┘", "frame")], id="command-end")
        )
        return [self._above, line]

    def on_mount(self) -> None:
        """Take the focus before any key that waits."""
        self.edit()
        self.post_message(self.Changed(self.field.value, self.field.cursor_position))

    def edit(self) -> None:
        """Put the cursor into the words."""
        self.screen.set_focus(self.field)

    @property
    def text(self) -> str:
        """What is typed so far."""
        return self.field.value

    def suggest(self, text: str, found: Sequence[Suggestion], told: str = "") -> None:
        """Show how the words may go on, or what they do, unless they are others by now."""
        if text == self._wrong or text != self.text:
            return
        shown = [one.strip() for _, _, one in found]
        line: list[Cell] = [Cell("Tab ", "muted"), Cell(shown[0], "accent")] if shown else []
        if len(shown) > 1:
            line.append(Cell("  " + "  ".join(shown[1:]), "muted"))
        if told and len(shown) <= 1:
            line.append(Cell(f"  {told}" if line else told, "muted"))
        self._say(line)

    def point(self, start: int, end: int, advice: str) -> None:
        """Show which part of the words is wrong, and what to do about it; without a part, only that."""
        self._wrong = self.text
        gone = round(self.field.scroll_offset.x)
        before = max(0, line_width([Cell(self.text[:start])]) - gone)
        wide = line_width([Cell(self.text[start:end])])
        mark = [Cell(" " * before), Cell("^" * wide, "warn"), Cell(" ")] if wide else []
        room = self.size.width - line_width(mark) - 6
        if line_width([Cell(advice)]) > room and mark:
            mark = [Cell("✗ ", "warn")]
        self._say([*(mark or [Cell("✗ ", "warn")]), Cell(advice)])

    def complete(self, text: str, found: Sequence[Suggestion]) -> None:
        """Write what all suggestions begin with, or the first where that is nothing new."""
        if text == self.text and found:
            self.field.value, self.field.cursor_position = completed(text, found)

    def recall(self, by: int) -> None:
        """The command before or after; past the newest what was being typed."""
        if self._at == len(self._history):
            self._typed = self.text
        self._at = max(0, min(self._at + by, len(self._history)))
        self.field.value = [*self._history, self._typed][self._at]
        self.field.cursor_position = len(self.field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every key counts."""
        event.stop()
        self._wrong = None
        self.post_message(self.Changed(event.value, self.field.cursor_position))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Entered(event.value))

    def _say(self, line: Line) -> None:
        self._above.line = [Cell(" " * (len(_SIGN) - 1)), *line]
