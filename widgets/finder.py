"""A field to search in over a list of things to do; what is chosen is the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.fuzzy import FuzzySearch
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tacit.core.text import clean, cut
from tacit.widgets.dialog import Dialog
from tacit.widgets.field import Field
from tacit.widgets.ink import Cell, Line, spread
from tacit.widgets.virtual_list import Fixed, VirtualList


class Choice(NamedTuple):
    """One thing to do.

    Attributes:
        name: what it is.
        key: the key or the words that do it too.
        group: to what it belongs.
        run: the doing; ``None`` where there is only something to read.
    """

    name: str
    key: str = ""
    group: str = ""
    run: Callable[[], object] | None = None


class FinderField(Field):
    """Where the words are typed. Its keys are messages, so that they come behind the letters before them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "down", show=False),
        Binding("up,ctrl+p", "move(-1)", "up", show=False),
        Binding("pagedown", "page(1.0)", "a page down", show=False),
        Binding("pageup", "page(-1.0)", "a page up", show=False),
    ]

    class Moved(Message):
        """Another row is wanted: so many rows or pages further."""

        def __init__(self, rows: int = 0, pages: float = 0) -> None:
            super().__init__()
            self.rows = rows
            self.pages = pages

    def action_move(self, rows: int) -> None:
        """Another row."""
        self.post_message(self.Moved(rows))

    def action_page(self, pages: float) -> None:
        """Another page."""
        self.post_message(self.Moved(pages=pages))


class Finder(Dialog[Choice]):
    """Typing narrows the list, Enter takes the row under the cursor.

    ``awake`` is whether it can take keys: not before its field is there, and not behind an Enter that is
    still to be obeyed. Who holds keys back until then is told by :class:`Finder.Ready`.
    """

    WIDTH = 72
    AUTO_FOCUS = ""
    typing = True
    closing_keys = frozenset(["enter"])

    class Ready(Message):
        """It takes keys from now on."""

        def __init__(self, finder: Finder) -> None:
            super().__init__()
            self.finder = finder

    def __init__(self, title: str, hint: str, choices: Sequence[Choice], words: str = "") -> None:
        super().__init__(title)
        self._hint = hint
        self._words = words
        self.awake = False
        self.choices = choices
        self.list: VirtualList[Choice] = VirtualList(
            self.paint_choice, lambda choice: choice, id="finder-list"
        )

    def parts(self) -> Iterable[Widget]:
        """The search field and the list."""
        yield FinderField(self._words, placeholder=self._hint, id="finder-search")
        yield self.list

    def on_mount(self) -> None:
        """Show what the words leave."""
        self.list.can_focus = False
        self.list.empty = [[], [Cell("Nothing is called that.", "muted")]]
        self._narrow(self._words)
        self.set_focus(self.query_one(FinderField))
        self.post_message(self.Ready(self))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other words."""
        event.stop()
        self._narrow(event.value)

    def _narrow(self, words: str) -> None:
        self.list.show(Fixed(fitting(self.choices, words)))

    def paint_choice(self, choice: Choice, width: int) -> Line:
        """What it is, and at the right its key."""
        name = cut(clean(choice.name), max(width - len(choice.key) - 3, 8))
        return spread([Cell(name)], [Cell(f"{choice.key} ", "accent")], width)

    def on_finder_field_moved(self, event: FinderField.Moved) -> None:
        """Move through the list while typing goes on."""
        event.stop()
        if event.rows:
            self.list.action_move(event.rows)
        else:
            self.list.action_page(event.pages)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self._choose()

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self._choose()

    def _choose(self) -> None:
        """Take the row, if it does something."""
        row = self.list.row
        if row is not None and row.run is not None:
            self.dismiss(row)
        else:
            self.post_message(self.Ready(self))


def fitting(choices: Sequence[Choice], words: str) -> list[Choice]:
    """The choices in which every word occurs, names that begin with the first of them before the others.

    Where there is none, those whose names have the letters in this order.
    """
    wanted = words.casefold().split()
    if not wanted:
        return list(choices)
    found = [one for one in choices if all(word in _text(one) for word in wanted)]
    if found:
        return sorted(found, key=lambda one: _rank(one.name.casefold(), wanted))
    fuzzy = FuzzySearch()
    scores = [(fuzzy.match(" ".join(wanted), one.name)[0], one) for one in choices]
    return [one for score, one in sorted(scores, key=lambda pair: -pair[0]) if score > 0]


def _text(choice: Choice) -> str:
    return f"{choice.name} {choice.key} {choice.group}".casefold()


def _rank(name: str, wanted: Sequence[str]) -> int:
    if name.startswith(wanted[0]):
        return 0
    return 1 if all(word in name for word in wanted) else 2
