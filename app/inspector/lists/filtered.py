"""A listing over a window of the store that a filter narrows while it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from textual.widget import Widget

from tacit.app.inspector.lists.windowed import Windowed
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import Usage
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.present import count
from tacit.core.query import QueryError
from tacit.core.window_groups import Grouped
from tacit.widgets.filter_bar import FilterBar, Suggestion
from tacit.widgets.ink import Cell, Line

R = TypeVar("R", Pattern, Session, Episode, Note)


class Filtered(Windowed[R]):
    """Rows of a table, all or those a query fits.

    A heading among the rows (see :mod:`tacit.app.inspector.lists.ordered`) is never the ``row`` of the
    list nor the ``thing`` of the screen.
    """

    table: ClassVar[str]
    HINT: ClassVar[str] = "type / to filter"

    def __init__(self, number: int, query: str = "", inner: bool = False) -> None:
        """A list opened with words in its filter; an ``inner`` one returns to where it was opened."""
        super().__init__(number, inner)
        self.query_text = query
        self.filter = FilterBar(self.HINT, query)
        self._wrong: QueryError | None = None

    def head(self) -> Iterable[Widget]:
        """The filter line."""
        yield self.filter

    def identity(self, row: R) -> str:
        """The public id."""
        return row.id

    def begin(self) -> None:
        """The first rows at once, the slow part after they are painted.

        Where the words it was opened with make no sense, it is said which of them, over all rows.
        """
        try:
            plan = self.planned(self.query_text)
        except Usage:
            self.show_first(self.planned(""))
            self.renew()
        else:
            self.show_first(plan)

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter.edit()

    def offers(self, action: str) -> bool:
        """The filter, and Esc where it clears one."""
        if action == "filter" or (action == "back" and self.filter.text != self.query_text):
            return True
        return super().offers(action)

    def called(self, action: str) -> str:
        """Esc brings back the words that the list was opened with."""
        clears = self.detail is None and not self.marks and self.filter.text != self.query_text
        return "clear" if action == "back" and clears else super().called(action)

    def action_back(self) -> None:
        """Close the detail, else drop the marks, else bring back the words it was opened with, else leave."""
        if self.detail is None and not self.marks and self.filter.text != self.query_text:
            self.filter.clear(self.query_text)
        else:
            super().action_back()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other words."""
        self.renew()
        if self.filter.editing:
            newest(self, "completion", self._advise, event.text, self.filter.cursor, self._wrong)

    def on_filter_bar_completing(self, event: FilterBar.Completing) -> None:
        """Tab."""
        newest(self, "completion", self._complete_words, event.text, event.cursor)

    async def _advise(self, text: str, cursor: int, wrong: QueryError | None) -> None:
        """Say how the words may go on, or which of them are wrong where that is not being typed still."""
        found = await self._continuations(text, cursor) if wrong is None or wrong.end >= cursor else ()
        if found or wrong is None:
            self.filter.suggest(text, found)
        elif text == self.filter.text:
            self.filter.point(wrong.start, wrong.end, wrong.hint)

    async def _complete_words(self, text: str, cursor: int) -> None:
        self.filter.complete(text, await self._continuations(text, cursor))

    async def _continuations(self, text: str, cursor: int) -> Sequence[Suggestion]:
        from tacit.app.inspector.lists.completing import query_continuations

        return await query_continuations(self.inspector, text, cursor, self.table)

    def on_filter_bar_closed(self) -> None:
        """Back to the list, with the keys typed since."""
        self.set_focus(self.list)
        self.inspector.rouse(self)

    def renew(self) -> None:
        """Ask again, for the words as they are now; the row under the cursor stays under it.

        Where they make no sense, it is said which of them.
        """
        super().renew()
        try:
            plan = self.planned(self.filter.text)
        except Usage as error:
            self._wrong = error if isinstance(error, QueryError) else None
            self.filter.note([Cell(f"✗ {error}", "warn")])
            return
        self._wrong = None
        self.ask(plan)

    # What is said

    def tell_marks(self) -> None:
        """Show what is marked now."""
        super().tell_marks()
        self.told()

    def told(self, looking: bool = False) -> None:
        """Say at the right of the filter line how many rows there are, in which groups and order."""
        window = self.window
        if window is None:
            return
        if looking:
            self.filter.note([Cell("looking…", "muted")])
            return
        everything = self.plan is None or self.plan.is_everything
        shown = count(window.count) + ("" if window.exact else "+")
        text = shown if everything and window.exact else f"{shown} of {count(self.total)}"
        said = [Cell(text, "strong"), *self.marks_said()]
        if isinstance(window, Grouped):
            said.append(Cell(f"  by {window.by}", "muted"))
        said.extend(self._order(window.by_words))
        said.extend(_lack(window.note))
        self.filter.note(said)

    def _order(self, by_words: bool) -> Line:
        """By what the list is sorted, also where the words say it."""
        by_meaning = self.plan is not None and self.plan.meaning and not by_words
        if self.plan is not None and self.plan.sort != "rank":
            return [Cell(f"  sort:{self.plan.sort}", "muted")]
        return [Cell("  nearest first", "muted")] if by_meaning else self.order()

    def order(self) -> Line:
        """By what the list is sorted."""
        return []

    def when_empty(self) -> Sequence[Line]:
        """Nothing fits, or there is nothing."""
        if self.plan is None or self.plan.is_everything:
            return self.when_nothing()
        key = self.inspector.telling.key("back")
        return [
            [],
            [Cell("Nothing fits these words.", "strong")],
            [],
            [Cell(f"{key} clears the filter. Fewer or shorter words find more:", "muted")],
            [Cell("a word matches where a word begins with it, a “quoted text” anywhere.", "muted")],
        ]

    def when_nothing(self) -> Sequence[Line]:
        """What to do when the table is empty."""
        inspector = self.inspector
        how = "memory import" if inspector.readonly else f"press {inspector.telling.key('import_sessions')}"
        return [
            [],
            [Cell("Nothing learned yet.", "strong")],
            [],
            [Cell("Import what your coding agents left here:  ", "muted"), Cell(how, "accent")],
            [Cell("or look around in a made-up store:         ", "muted"), Cell("memory --demo", "accent")],
        ]

    def where(self) -> str:
        """The project the list is narrowed to."""
        project = self.plan.project if self.plan is not None else None
        return project.removeprefix("=") if project else "all projects"


def _lack(note: str) -> Line:
    """What of a query could not be done."""
    return [Cell(f"  {note}", "warn")] if note else []
