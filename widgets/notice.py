"""A panel that says what went wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.ink import Cell


class Notice(Dialog[None]):
    """Cause and remedy; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "close", "close", show=False, priority=True)]

    def __init__(self, title: str, cause: str, remedy: str) -> None:
        super().__init__(title)
        self._cause = cause
        self._remedy = remedy

    def parts(self) -> Iterable[Widget]:
        """What happened, what to do, how to close."""
        yield Lines(self.wrapped(self._cause, "strong"), id="thing")
        yield Lines(self.wrapped(self._remedy), id="consequence")
        yield Lines([[Cell("Esc closes this", "muted")]])
