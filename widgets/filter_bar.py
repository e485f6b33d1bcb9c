"""The filter line: what narrows the list, how many are left, and what is wrong with the words."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tacit.widgets.ink import Cell, Line, TextLine, line_width

CLOSING_KEYS = frozenset(["enter", "escape", "down"])
"""The keys that end the typing; each is followed by exactly one :class:`FilterBar.Closed`."""


class FilterField(Input):
    """Where the words are typed. It exists only while they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep", key_display="Enter", id="open"),
        Binding("escape", "leave", "clear", key_display="Esc", id="back"),
        Binding("down", "keep", "to the list", key_display="↓", show=False),
    ]

    class Left(Message):
        """Esc: the words are given up."""

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(self.Left())

    async def action_keep(self) -> None:
        """Keep the words and go to the list."""
        await self.action_submit()


class FilterBar(Horizontal):
    """One line: ``/``, the words or a hint, and at the right the counts or an error."""

    class Changed(Message):
        """The words are others now, after every key."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The person is done typing; the list wants the focus."""

    def __init__(self, hint: str) -> None:
        super().__init__(id="filter")
        self._hint = hint
        self._sign = TextLine([Cell(" / ", "accent")], id="filter-sign")
        self._words = TextLine([Cell(hint, "muted")], id="filter-words")
        self._note = TextLine(id="filter-note")
        self.text = ""

    def compose(self) -> list[TextLine]:
        """The parts from left to right; the field comes when it is needed."""
        return [self._sign, self._words, self._note]

    def note(self, line: Line) -> None:
        """Say how many are left, or what is wrong."""
        self._note.styles.width = min(line_width(line) + 3, max(self.size.width * 2 // 3, 20))
        self._note.line = [Cell("  "), *line]

    def edit(self) -> None:
        """Put the cursor into the words."""
        field = self._field()
        if field is None:
            field = FilterField(self.text, placeholder=self._hint, select_on_focus=False, compact=True)
            self._words.display = False
            self.mount(field, after=self._words)
        self.screen.set_focus(field)  # not field.focus(), which would come after keys already waiting

    @property
    def editing(self) -> bool:
        """Whether words are being typed."""
        return self._field() is not None

    def clear(self) -> None:
        """Forget the words and close."""
        changed = bool(self.text)
        self.text = ""
        self._close()
        if changed:
            self.post_message(self.Changed(""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every key counts."""
        event.stop()
        if event.value != self.text and self.editing:
            self.text = event.value
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the words."""
        event.stop()
        self._close()

    def on_filter_field_left(self, event: FilterField.Left) -> None:
        """Esc clears them."""
        event.stop()
        self.clear()

    def on_click(self, event: events.Click) -> None:
        """A click edits, as ``/`` does."""
        event.stop()
        self.edit()

    def _close(self) -> None:
        field = self._field()
        self._words.line = [Cell(self.text, "strong")] if self.text else [Cell(self._hint, "muted")]
        self._words.display = True
        self.post_message(self.Closed())
        if field is not None:
            field.remove()

    def _field(self) -> FilterField | None:
        fields = self.query(FilterField)
        return fields.first() if fields else None
