"""The line a question is typed in. Enter asks it, Esc gives it up."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from tacit.core.text import clean
from tacit.widgets.filter_bar import FilterBar, FilterField

_BREAK = "⏎"
_MOST = 20_000  # characters taken of what is pasted
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class QuestionField(FilterField):
    """Where it is typed. Pasted lines stay apart: what was printed is more than its first line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "ask", key_display="Enter", id="keep"),
        Binding("escape", "leave", "give up", key_display="Esc", id="clear"),
    ]

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = _COLOURS.sub("", event.text[:_MOST]).strip()
        self.insert_text_at_cursor(_BREAK.join(clean(line) for line in text.splitlines()))


class QuestionBar(FilterBar):
    """One line: ``/``, the question or a hint, and at the right what is said of the answer."""

    FIELD = QuestionField

    @property
    def asked(self) -> str:
        """The question, with the lines that were pasted."""
        return self.text.replace(_BREAK, "\n")
