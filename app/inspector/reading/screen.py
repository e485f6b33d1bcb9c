"""A session to read from its first prompt to its last result, and the ways from it to what it taught."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from tacit.app.inspector.reading.search import SearchedPage
from tacit.app.inspector.views.rows import is_bad
from tacit.app.inspector.work.starting import newest
from tacit.core.model import Episode, Step
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell

_WORDS = {"error": "error", "learned": "step that a pattern was learned from"}


class ReadingScreen(SearchedPage):
    """The whole session of a task, with the cursor on step ``first``.

    The steps from ``first`` to ``last`` are marked, and ``why`` says what they are. ``episode_id`` may be
    that of a session, which is then read from its beginning.
    """

    def __init__(
        self,
        number: int,
        episode_id: str,
        first: int = 0,
        last: int = -1,
        why: str = "this pattern was learned from",
    ) -> None:
        super().__init__(number, episode_id, first, last)
        self._why = why

    def head(self) -> Iterable[Widget]:
        """The line to search in, and why a person was led here."""
        yield from super().head()
        first, last = self.signs.first, self.signs.last
        if last >= first > 0:
            where = str(first) if first == last else f"{first}–{last}"
            text = f" ┃ the {'step' if first == last else 'steps'} {self._why}: {where}"
            yield Lines([[Cell(text, "accent")]], id="episode-head")

    def offers(self, action: str) -> bool:
        """From a task to the patterns and to what is said of it all; from step to step."""
        if action in {"fed", "look_back"}:
            return self.part is not None
        if action in {"fold_all", "next_error", "previous_error", "next_learned", "previous_learned"}:
            return bool(self.page.parts)
        return super().offers(action)

    # From step to step

    def action_next_error(self) -> None:
        """To the next call that went wrong."""
        self._jump(1, lambda _, step: is_bad(step), "error")

    def action_previous_error(self) -> None:
        """To the one before."""
        self._jump(-1, lambda _, step: is_bad(step), "error")

    def action_next_learned(self) -> None:
        """To the next step that a listed pattern rests on."""
        self._jump(1, self._taught, "learned")

    def action_previous_learned(self) -> None:
        """To the one before."""
        self._jump(-1, self._taught, "learned")

    def _taught(self, task: str, step: Step) -> bool:
        return step.n in self.signs.taught.get(task, {})

    def _jump(self, way: int, fits: Callable[[str, Step], bool], word: str) -> None:
        """To the nearest step of a kind, or say that there is none."""
        row = self.list.row
        if row is None:
            return
        tasks = list(self.page.parts)
        at = tasks.index(row.task) if row.task in tasks else -1
        here = (at, row.n if row.kind in ("call", "text") or way > 0 else 0)
        steps = [
            ((place, step.n), task)
            for place, task in enumerate(tasks)
            for step in self.page.parts[task].steps or ()
            if ((place, step.n) > here if way > 0 else (place, step.n) < here) and fits(task, step)
        ]
        if not steps:
            self._say_no(way, word)
            return
        (_, n), task = min(steps) if way > 0 else max(steps)
        self._land_on(task, n)

    def _say_no(self, way: int, word: str) -> None:
        reading = any(part.steps is None for part in self.page.parts.values())
        side = "below" if way > 0 else "above"
        so_far = " as far as it is read" if reading else ""
        self.inspector.notify(f"There is no {_WORDS[word]} {side}{so_far}.")

    def _land_on(self, task: str, n: int) -> None:
        part = self.page.parts[task]
        if part.folded:
            part.folded = False
            self.page.lay_task(task)
        self.list.land(self.page, self.page.find_line(task, n))

    # From here to elsewhere

    def action_look_back(self) -> None:
        """Show what is to be said of the task under the cursor."""
        from tacit.app.inspector.screens.lookback import LookbackScreen

        if isinstance(self.thing, Episode):
            task = self.thing

            def to_step(n: int) -> None:
                newest(self, "jump", self._come_back, task.id, n)

            self.app.push_screen(LookbackScreen(self.number, task, to_step))

    async def _come_back(self, task: str, n: int) -> None:
        if task in self.page.parts:
            self._land_on(task, n)

    def action_fed(self) -> None:
        """Show the patterns this task feeds, those with the step under the cursor marked."""
        from tacit.app.inspector.screens.fed import FedScreen

        row = self.list.row
        if row is not None and isinstance(self.thing, Episode):
            self.app.push_screen(FedScreen(self.number, self.thing, row.n))
