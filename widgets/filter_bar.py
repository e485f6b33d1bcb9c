"""The filter line: what narrows the list, how many are left, and what is wrong with the words.

While it is typed in there is a line below it, for what Tab would write or where the mistake is.
"""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tacit.core.text import cut
from tacit.widgets.field import Field
from tacit.widgets.ink import Cell, Line, TextLine, line_width

CLOSING_KEYS = frozenset(["enter", "escape", "down"])
"""The keys that end the typing; each is followed by exactly one :class:`FilterBar.Closed`."""

Suggestion = tuple[int, int, str]
"""Start and end of a part of the words, and what it may become."""

_SIGN = 3  # cells before the words
_BESIDE = 17  # cells of the line that are none of the words', before it is laid out


class FilterField(Field):
    """Where the words are typed. It exists only while they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep", key_display="Enter", id="keep"),
        Binding("escape", "leave", "clear", key_display="Esc", id="clear"),
        Binding("down", "keep", "to the list", key_display="↓", show=False),
        Binding("tab", "complete", "complete", key_display="Tab", show=False),
    ]

    class Completing(Message):
        """Tab: somebody shall say how the words go on."""

    class Left(Message):
        """Esc: the words are given up."""

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Ask how the words go on."""
        self.post_message(self.Completing())

    async def action_keep(self) -> None:
        """Keep the words and go to the list."""
        await self.action_submit()


class FilterBar(Horizontal):
    """One line: ``/``, the words or a hint, and at the right the counts or an error."""

    FIELD: ClassVar[type[FilterField]] = FilterField

    class Changed(Message):
        """The words are others now, after every key."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Completing(Message):
        """Tab was pressed; :meth:`FilterBar.complete` is waited for."""

        def __init__(self, text: str, cursor: int) -> None:
            super().__init__()
            self.text = text
            self.cursor = cursor

    class Closed(Message):
        """The person is done typing; the list wants the focus."""

    def __init__(self, hint: str, text: str = "") -> None:
        super().__init__(id="filter")
        self._hint = hint
        self._sign = TextLine([Cell(" / ", "accent")], id="filter-sign")
        self._words = TextLine(self._shown(text), id="filter-words")
        self._note = TextLine(id="filter-note")
        self._below: TextLine | None = None
        self.text = self._first = text

    def compose(self) -> list[TextLine]:
        """The parts from left to right; the field comes when it is needed."""
        return [self._sign, self._words, self._note]

    def note(self, line: Line) -> None:
        """Say how many are left, or what is wrong."""
        width = self.size.width or self.screen.size.width  # the first words come before the first layout
        self._note.styles.width = min(line_width(line) + 3, max(width * 2 // 3, 20))
        self._note.line = [Cell("  "), *line]

    def edit(self) -> None:
        """Put the cursor into the words."""
        field = self._field()
        if field is None:
            room = self._words.size.width or self.screen.size.width - _BESIDE
            field = self.FIELD(self.text, placeholder=cut(self._hint, max(room - 1, 1)))
            self._words.display = False
            self.mount(field, after=self._words)
            self._below = TextLine(id="filter-below")
            self.screen.mount(self._below, after=self)
        self.screen.set_focus(field)  # not field.focus(), which would come after keys already waiting

    @property
    def editing(self) -> bool:
        """Whether words are being typed."""
        return self._field() is not None

    @property
    def cursor(self) -> int:
        """The place in the words where the next letter goes."""
        field = self._field()
        return len(self.text) if field is None else field.cursor_position

    def suggest(self, text: str, found: Sequence[Suggestion]) -> None:
        """Show how the words may go on, unless they are others by now."""
        if text == self.text:
            shown = [one.strip() for _, _, one in found]
            first, rest = shown[:1], "  ".join(shown[1:])
            key = [Cell(" " * _SIGN), Cell("Tab ", "muted")] if shown else []
            self._say([*key, *(Cell(one, "accent") for one in first), Cell(f"  {rest}", "muted")])

    def point(self, start: int, end: int, advice: str) -> None:
        """Show which part of the words is wrong, and what to do about it."""
        field = self._field()
        gone = 0 if field is None else round(field.scroll_offset.x)
        before = max(0, line_width([Cell(self.text[:start])]) - gone)
        wide = max(1, line_width([Cell(self.text[start:end])]))
        self._say([Cell(" " * (_SIGN + before)), Cell("^" * wide, "warn"), Cell(f" {advice}", "muted")])

    def complete(self, text: str, found: Sequence[Suggestion]) -> None:
        """Write what all suggestions begin with, or the first where that is nothing new."""
        field = self._field()
        if field is not None and text == self.text and found:
            field.value, field.cursor_position = completed(text, found)

    def clear(self, text: str = "") -> None:
        """Forget the words, or put others in their place, and close."""
        changed, self.text = self.text != text, text
        self._close()
        if changed:
            self.post_message(self.Changed(text))

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

    def on_filter_field_completing(self, event: FilterField.Completing) -> None:
        """Tab wants to know how the words go on."""
        event.stop()
        self.post_message(self.Completing(self.text, self.cursor))

    def on_filter_field_left(self, event: FilterField.Left) -> None:
        """Esc clears them, or brings back those it was opened with."""
        event.stop()
        self.clear(self._first)

    def on_click(self, event: events.Click) -> None:
        """A click edits, as ``/`` does."""
        event.stop()
        self.edit()

    def _close(self) -> None:
        field = self._field()
        self._words.line = self._shown(self.text)
        self._words.display = True
        self.post_message(self.Closed())
        if field is not None:
            field.remove()
        if self._below is not None:
            self._below.remove()
            self._below = None

    def _shown(self, text: str) -> Line:
        """The words, or a hint while there are none."""
        return [Cell(text, "strong")] if text else [Cell(self._hint, "muted")]

    def _say(self, line: Line) -> None:
        """Fill the line below, while there is one."""
        if self._below is not None:
            self._below.line = line

    def _field(self) -> FilterField | None:
        fields = self.query(FilterField)
        return fields.first() if fields else None


def completed(text: str, found: Sequence[Suggestion]) -> tuple[str, int]:
    """The text with what all suggestions begin with, or the first where that is nothing new; and its end."""
    start, end, first = found[0]
    common = commonprefix([one for _, _, one in found])  # noqa: RUF071 - of texts, not of paths
    new = common if len(common) > end - start else first
    return text[:start] + new + text[end:], start + len(new)
