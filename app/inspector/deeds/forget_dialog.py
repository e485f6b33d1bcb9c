"""The question before something is forgotten for good; two different keys, as one may be held down."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button

from tacit.widgets.confirm import Confirm

_ARMED = "Press F to forget for good. Any other answer forgets nothing."


class ForgetDialog(Confirm):
    """Asks with *Cancel* under the cursor. ``y`` holds once it is told what goes; ``F`` after it does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("F", "forget", "forget", priority=True, show=False),
    ]

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title, name, "Counting what goes…", "Forget…")
        self._goes = ""
        self._armed = False

    def tell(self, goes: str) -> None:
        """Say what goes, so that it can be agreed to."""
        self._goes = goes
        self.explain(goes)

    def action_yes(self) -> None:
        """The first half of the answer."""
        if self._goes and not self._armed:
            self._armed = True
            self.explain(f"{_ARMED}\n\n{self._goes}")
            for button in self.query("#yes").results(Button):
                button.label = Content("F Forget for good")

    def action_forget(self) -> None:
        """The second half."""
        if self._armed:
            self.dismiss(True)

    def take(self, yes: bool) -> None:
        """A button is half an answer as well."""
        if yes and self._armed:
            self.dismiss(True)
        else:
            super().take(yes)
