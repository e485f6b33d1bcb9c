"""A question to the memory: a line to ask in, and the answer as lines that lead to what they rest on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tacit.app.inspector.answers.answer import Answer, words
from tacit.app.inspector.answers.questions import SEARCH, Question
from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.leads.following import follow
from tacit.app.inspector.lists.completing import query_continuations
from tacit.app.inspector.views.prose import wrapped
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import TacitError, Usage
from tacit.core.model import Pattern
from tacit.core.notes.records import Note
from tacit.widgets.filter_bar import FilterBar
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import LinesPane, PaneLine
from tacit.widgets.question_bar import QuestionBar


class AskScreen(Room):
    """The newest question wins, whatever the older ones still do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "ask", key_display="/", priority=True, id="filter")
    ]

    def __init__(self, number: int, question: Question, text: str = "") -> None:
        super().__init__(number, inner=True)
        self.question = question
        self.bar = QuestionBar(question.hint, text)
        self.pane = LinesPane(id="list")
        self._text = text
        self._asked = 0
        self._answered = 0
        self._again = False

    def head(self) -> Iterable[Widget]:
        """The line to ask in."""
        yield self.bar

    def body(self) -> Iterable[Widget]:
        """The answer."""
        yield self.pane

    @property
    def thing(self) -> Pattern | Note | None:
        """The pattern or the note under the cursor."""
        return self.pane.target if isinstance(self.pane.target, Pattern | Note) else None

    def begin(self) -> None:
        """The answer where there is one without words; else the cursor in the line."""
        self._ask()
        self.wake()
        if self.question.guide and not self._text:
            self.bar.edit()

    # Asking

    def action_filter(self) -> None:
        """Type other words."""
        self.bar.edit()

    def offers(self, action: str) -> bool:
        """Other words; and the search, unless this is it."""
        if action == "find":
            return self.question is not SEARCH
        return action == "filter" or super().offers(action)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Say how the words of a search may go on."""
        if self.question is SEARCH and self.bar.editing:
            newest(self, "completion", self._complete, event.text, self.bar.cursor, False)

    def on_filter_bar_completing(self, event: FilterBar.Completing) -> None:
        """Tab."""
        if self.question is SEARCH:
            newest(self, "completion", self._complete, event.text, event.cursor, True)

    async def _complete(self, text: str, cursor: int, write: bool) -> None:
        found = await query_continuations(self.inspector, text, cursor)
        if write:
            self.bar.complete(text, found)
        else:
            self.bar.suggest(text, found)

    def on_filter_bar_closed(self) -> None:
        """Enter asks, Esc gives the words up; then the keys typed since."""
        self.set_focus(self.pane)
        if self.bar.asked != self._text:
            self._text = self.bar.asked
            self._ask()
        self.inspector.rouse(self)

    def renew(self) -> None:
        """Ask once more: something was written. What is still being answered is not broken off."""
        if self._answered == self._asked:
            self._ask(keep=True)
        else:
            self._again = True

    def _ask(self, keep: bool = False) -> None:
        self._asked += 1
        self._again = False
        if self.question.guide and not self._text.strip():
            self._answered = self._asked
            newest(self, "answer", self._show, Answer(words(*self.question.guide)), keep)
        else:
            self.bar.note([Cell("looking…", "muted")])
            newest(self, "answer", self._answer, keep)

    async def _answer(self, keep: bool) -> None:
        asked = self._asked
        try:
            answer = await asyncio.to_thread(self.question.ask, self.inspector.memory, self._text)
        except Usage as error:
            answer = Answer(words(error.message, error.hint), "✗")
        except TacitError as error:
            self.inspector.trouble(error)
            answer = Answer(words("There is no answer for now."), "✗")
        self._answered = asked
        await self._show(answer, keep)
        if self._again:
            self._ask(keep=True)

    async def _show(self, answer: Answer, keep: bool) -> None:
        self.bar.note([Cell(answer.said, "strong")] if answer.said else [])

        def compose(width: int) -> list[PaneLine]:
            lines = [PaneLine([Cell(self.question.name, "heading")])]
            notes = [line for note in answer.notes for line in wrapped(note, width, "warn")]
            return [*lines, *map(PaneLine, notes), PaneLine([]), *answer.lines(width)]

        self.pane.show(compose, keep=keep)
        self.refresh_bindings()

    # Following

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Enter on a line: to its pattern, or to the steps."""
        follow(self, event.target)


def open_question(room: Room, question: Question, text: str = "") -> None:
    """Ask it over a room, with these words where there are some; Esc returns there."""
    room.app.push_screen(AskScreen(room.number, question, text))
