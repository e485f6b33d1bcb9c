"""A question before something is taken away. ``y`` says yes; a careless Enter says no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tacit.widgets.dialog import Dialog, Lines, is_open


class Confirm(Dialog[bool]):
    """Asks, with *Cancel* under the cursor; the result is whether the person said yes.

    Args:
        title: the question.
        name: the thing it is about.
        consequence: what goes with it; :meth:`explain` can tell it later.
        yes: the word on the button that does it.
    """

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "yes", priority=True),
        Binding("n", "close", "no", priority=True),
        Binding("enter,space", "press", "take the button", show=False, priority=True),
        Binding("left,right,h,l,tab,shift+tab", "other", "other button", show=False, priority=True),
    ]

    def __init__(self, title: str, name: str, consequence: str, yes: str) -> None:
        super().__init__(title)
        self._thing = name
        self._consequence = consequence
        self._yes = yes
        self._withdrawn = False

    def parts(self) -> Iterable[Widget]:
        """The thing, the consequence and two buttons."""
        yield Lines(self.wrapped(self._thing, "strong", 3), id="thing")
        yield Lines(self.wrapped(self._consequence), id="consequence")
        with Horizontal(id="buttons"):
            yield Button(Content("n Cancel"), id="cancel", compact=True)
            yield Button(Content(f"y {self._yes}"), id="yes", compact=True)

    def explain(self, consequence: str, name: str = "") -> None:
        """Say what goes with it, once that is known, and what it is about where that is known better."""
        self._consequence = consequence
        if name:
            self._thing = name
            for lines in self.query("#thing").results(Lines):
                lines.lines = self.wrapped(name, "strong", 3)
        for lines in self.query("#consequence").results(Lines):
            lines.lines = self.wrapped(consequence)

    def withdraw(self) -> None:
        """There is nothing to say yes to after all: it can only be closed."""
        self._withdrawn = True
        self.query("#yes").remove()
        for button in self.query("#cancel").results(Button):
            button.label = Content("n Close")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click says which."""
        event.stop()
        self.take(event.button.id == "yes")

    def action_press(self) -> None:
        """The button under the cursor, at once: keys behind this one are not for the question any more."""
        self.take(self.focused is not None and self.focused.id == "yes")

    def take(self, yes: bool) -> None:
        """One of the buttons."""
        if yes:
            self.action_yes()
        else:
            self.action_close()

    def action_yes(self) -> None:
        """Do it, if there still is something to do."""
        if not self._withdrawn:
            self.dismiss(True)

    def action_close(self) -> None:
        """Do not."""
        self.dismiss(False)

    def action_other(self) -> None:
        """Move to the other button."""
        self.focus_next()


def is_asking(app: App[Any]) -> bool:
    """Whether a question is open already."""
    return is_open(app, Confirm)
