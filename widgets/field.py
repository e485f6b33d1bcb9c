"""A field to type in that shows what is in it as inert text, wherever that came from."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input

from tacit.core.text import clean


class Field(Input):
    """An input whose value may hold anything: pasted, completed from a record, or stored long ago.

    Each letter is shown as one letter, so that the cursor stands where it is.
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, select_on_focus=False, compact=True, id=id)

    @property
    def _value(self) -> Text:
        """The value as it is shown; Textual would hand it to the terminal as it is."""
        return Text("".join(map(_shown, self.value)), no_wrap=True, overflow="ignore", end="")


def _shown(letter: str) -> str:
    safe = clean(letter)
    return safe if len(safe) == 1 else " " if safe.isspace() else "\N{REPLACEMENT CHARACTER}"
