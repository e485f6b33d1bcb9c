"""The question what to export, as what, and where to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.core.text import pad
from tacit.exports.formats import FORMS, Format
from tacit.widgets.dialog import Dialog, Lines
from tacit.widgets.field import Field
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed, VirtualList

if TYPE_CHECKING:
    from tacit.core.query import Plan


class Choice(NamedTuple):
    """One thing to export: by ids, by what a query leaves of a list, or, with neither, everything.

    ``folder`` is what the directory is called where the person says nothing else: a part has one of its
    own, for the place of a whole export keeps the whole. ``total`` is how many things there are, 0 where
    nobody knows.
    """

    name: str
    what: str
    folder: str
    ids: tuple[str, ...] | None = None
    plan: Plan | None = None
    table: str = "patterns"
    total: int = 0


class Wish(NamedTuple):
    """What the person chose."""

    choice: Choice
    directory: str
    form: Format = "json"


class ExportDialog(Dialog[Wish]):
    """A short list of what, the form, a field for where, Enter to go."""

    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "export", "export", priority=True),
        Binding("tab,shift+tab", "other", "the directory", key_display="Tab", priority=True),
        Binding("f", "form", "the form"),
    ]

    def __init__(self, choices: Sequence[Choice], beside: Path) -> None:
        """Offer choices; directories are proposed ``beside`` the usual place."""
        super().__init__("Export")
        self._choices = choices
        self._beside = beside
        self._form: Format = "json"
        self._list: VirtualList[Choice] = VirtualList(_paint, lambda choice: choice.name, id="choices")
        self._as = Lines(id="form")
        self._proposed = self._place_of(choices[0])
        self._field = Field(self._proposed, id="directory")

    def parts(self) -> Iterable[Widget]:
        """What, as what, where to, and how to go on."""
        yield self._list
        yield self._as
        yield Lines([[], [Cell("into the directory", "muted")]])
        yield self._field
        yield Lines([[], [Cell("Enter export · j/k what · f form · Tab directory · Esc", "muted")]])

    def on_mount(self) -> None:
        """Offer the choices."""
        self._list.styles.height = len(self._choices)
        self._list.show(Fixed(self._choices))
        self._tell_form()

    def on_virtual_list_highlighted(self) -> None:
        """Another choice has another directory, unless the person wrote one."""
        choice = self._list.row
        if choice is not None and self._field.value == self._proposed:
            self._field.value = self._proposed = self._place_of(choice)

    def action_other(self) -> None:
        """Between what and where."""
        self.focus_next("#choices, #directory")

    def action_form(self) -> None:
        """The next form."""
        forms = list(FORMS)
        self._form = forms[(forms.index(self._form) + 1) % len(forms)]
        self._tell_form()

    def action_export(self) -> None:
        """Go, if there is a place to go to."""
        choice, directory = self._list.row, self._field.value.strip()
        if choice is not None and directory:
            self.dismiss(Wish(choice, directory, self._form))

    def _tell_form(self) -> None:
        told = f"  {FORMS[self._form].what}"
        self._as.lines = [[], [Cell("as ", "muted"), Cell(self._form, "accent"), Cell(told, "muted")]]

    def _place_of(self, choice: Choice) -> str:
        return str(self._beside.with_name(choice.folder))


def _paint(choice: Choice, width: int) -> Line:
    del width
    return [Cell(pad(choice.name, 10), "accent"), Cell(choice.what)]
