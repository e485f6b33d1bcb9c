"""The question what a pattern of one's own looks like: the fields of ``patterns.toml``, checked as typed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from tacit.app.inspector.work.starting import newest
from tacit.core.errors import TacitError
from tacit.core.patterns_file import CHOICES, Declared
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.field import Field
from tacit.widgets.ink import Cell, Ink, Line, TextLine

Fields = Mapping[str, Any]


_HINTS = {
    "name": "what you call it",
    "actions": "edit * -> ... -> * fmt -> git commit",
    "files": "*.go, in any folder",
    "project": "its name",
    "language": "go, python, …",
    **{name: ", ".join(choices) for name, choices in CHOICES.items()},
}
_ARROW = re.compile(r"\s*(?:→|->)\s*")
_HELP = "Enter save · Tab next · Esc cancel · ... between actions: any others"
_LINES = 3  # of what is wrong


class DeclareDialog(Dialog[Declared]):
    """A field for each key. It closes with what was saved; what cannot be saved is said, and stays.

    Args:
        check: says what is wrong with fields by raising.
        save: does the same, and keeps them.
        actions: to begin with.
        place: the file, as it is told to a person.
    """

    WIDTH = 76
    AUTO_FOCUS = "#field-name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", priority=True),
        Binding("tab,down", "field(1)", "the next field", priority=True),
        Binding("shift+tab,up", "field(-1)", "the field before", priority=True),
    ]

    def __init__(
        self,
        check: Callable[[Fields], Declared],
        save: Callable[[Fields], Declared],
        actions: Sequence[str],
        place: str,
    ) -> None:
        super().__init__("A pattern of your own")
        self._check, self._save, self._place = check, save, place
        begin = {"actions": " -> ".join(map(plain_action, actions))}
        self._inputs = {
            name: Field(begin.get(name, ""), placeholder=f"({hint})", id=f"field-{name}")
            for name, hint in _HINTS.items()
        }
        self._told = Lines([[]] * _LINES)
        self._saving = False

    def parts(self) -> Iterable[Widget]:
        """The fields, what is wrong with them, and how to go on."""
        for name, field in self._inputs.items():
            yield Horizontal(
                TextLine([Cell(f" {name}", "muted")], classes="field-name"), field, classes="field"
            )
        yield self._told
        yield Lines([[Cell(_HELP, "muted")]])

    def on_mount(self) -> None:
        """Say what is wanted."""
        self._look("muted")

    @property
    def fields(self) -> dict[str, Any]:
        """What was typed; a field without anything is left out."""
        typed = {name: field.value.strip() for name, field in self._inputs.items()}
        found: dict[str, Any] = {name: text for name, text in typed.items() if text}
        if "actions" in found:
            found["actions"] = _ARROW.split(found["actions"])
        return found

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every key counts."""
        event.stop()
        self._look("warn" if self._inputs["name"].value else "muted")

    def _look(self, ink: Ink) -> None:
        try:
            self._check(self.fields)
        except TacitError as error:
            self._tell(str(error), ink)
        else:
            self._tell(f"✓ It can be saved to {self._place}", "good")

    def _tell(self, text: str, ink: Ink) -> None:
        lines: list[Line] = self.wrapped(text, ink, _LINES)
        self._told.lines = lines + [[]] * (_LINES - len(lines))

    def action_field(self, step: int) -> None:
        """To another field."""
        if step > 0:
            self.focus_next(Input)
        else:
            self.focus_previous(Input)

    def action_save(self) -> None:
        """Save it once, unless something is wrong."""
        if not self._saving:
            self._saving = True
            newest(self, "save", self._keep, self.fields)

    def action_close(self) -> None:
        """Leave without a result; what is being saved at this moment closes it by itself."""
        if not self._saving:
            super().action_close()

    async def _keep(self, fields: Fields) -> None:
        try:
            saved = await asyncio.to_thread(self._save, fields)
        except TacitError as error:
            self._saving = False
            self._tell(f"✗ {error}", "warn")
        else:
            self.dismiss(saved)


def plain_action(label: str) -> str:
    """An action as it can be written in the field: what means something there stands for anything."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in label)
    return re.sub(r"→|->|[\[\]]", lambda found: "?" * len(found[0]), plain)
