"""The page of a session as rows: which stand there, and where, as tasks and calls are folded and unfolded.

Nothing here reads or paints. A call is one row until its lines are given to :meth:`TaskPart.unfold`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, islice
from typing import Literal, NamedTuple

from tacit.app.inspector.reading.text import (
    Said,
    ending_lines,
    later_lines,
    prompt_lines,
    session_lines,
)
from tacit.core.marks import Mark
from tacit.core.model import Episode, Session, Step
from tacit.core.text import wrap

Kind = Literal["session", "task", "said", "call", "text", "note", "gap"]
CALL = -1
"""The part that is the call's own row."""

TEXT_INDENT = 5
"""Cells before what an unfolded call says."""

_PROMPT_ROWS = 12
"""Rows of a prompt that a task shows until all of it is asked for."""


class Row(NamedTuple):
    """One row.

    ``part`` is the line of its task's head or of its call that it belongs to, ``piece`` which row of it.
    ``n`` is the number of the step, 0 where it is none; ``said`` what a row of text says.
    """

    kind: Kind
    task: str
    n: int
    part: int
    piece: int
    said: Said = Said("")

    @property
    def place(self) -> tuple[str, int, int]:
        """The line it belongs to, as a search names it."""
        return self.task, self.n, self.part


class Unfolded(NamedTuple):
    """A call that shows what it says: its lines, and these as rows of some width."""

    lines: Sequence[Said]
    rows: Sequence[Row]


def unfolded(task: str, n: int, lines: Sequence[Said], width: int) -> Unfolded:
    """Lay out what a call says; megabytes of it take a while, so not on the interface's thread."""
    return Unfolded(lines, tuple(_wrapped("text", task, n, lines, width - TEXT_INDENT)))


class TaskPart:
    """One task of the page. ``steps`` are ``None`` until they were read, in outline."""

    def __init__(self, episode: Episode, mark: Mark | None) -> None:
        self.episode = episode
        self.mark = mark
        self.steps: Sequence[Step] | None = None
        self.by_number: dict[int, Step] = {}
        self.folded = False
        self.whole = self.long = False
        self.unfolded: dict[int, Unfolded] = {}
        self.rows: list[Row] = []

    def fill(self, steps: Sequence[Step]) -> None:
        """Take the outlines of its steps."""
        self.steps = steps
        self.by_number = {step.n: step for step in steps}

    def renewed(self, episode: Episode, mark: Mark | None) -> TaskPart:
        """The same part for the task as it is now, which is read anew where its steps are others."""
        part = TaskPart(episode, mark)
        part.folded, part.whole = self.folded, self.whole
        if self.steps is not None and _telling(self.episode) == _telling(episode):
            part.fill(self.steps)
            part.unfolded = self.unfolded
        return part

    def lay(self, width: int) -> None:
        """Make the rows for a width in cells; what is unfolded stays as it was laid out."""
        name = self.episode.id
        rows = [Row("gap", name, 0, -2, 0), Row("task", name, 0, CALL, 0)]
        if not self.folded:
            prompt = list(prompt_lines(self.episode))
            ending = list(ending_lines(self.episode, self.mark))
            rows += self._prompt(prompt, width)
            rows += _wrapped("said", name, 0, ending, width, first=len(prompt))
            rows += self._calls()
            before = len(prompt) + len(ending)
            rows += _wrapped("said", name, 0, later_lines(self.episode), width, first=before)
        self.rows = rows

    def _prompt(self, lines: Sequence[Said], width: int) -> list[Row]:
        """What was asked for, cut short unless all of it was asked for."""
        most = None if self.whole else _PROMPT_ROWS + 2
        rows = list(islice(_wrapped("said", self.episode.id, 0, lines, width), most))
        self.long = self.whole or len(rows) == most
        if most is not None and self.long:
            del rows[_PROMPT_ROWS:]
            more = Said("… Enter shows all of it", "accent", 2)
            rows.append(Row("said", self.episode.id, 0, rows[-1].part, most, more))
        return rows

    def _calls(self) -> Iterable[Row]:
        name = self.episode.id
        if self.steps is None:
            yield Row("note", name, 0, -3, 0, Said("reading…", "muted", 2))
        elif not self.steps:
            yield Row("note", name, 0, -3, 0, Said("No tool was called in this task.", "muted", 2))
        for step in self.steps or ():
            yield Row("call", name, step.n, CALL, 0)
            if step.n in self.unfolded:
                yield from self.unfolded[step.n].rows


class Page:
    """All of a session, as the source of a list. ``width`` is what its rows are laid out for."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.session: Session | None = None
        self.parts: dict[str, TaskPart] = {}
        self._blocks: list[list[Row]] = []
        self._starts: list[int] = [0]

    def take(self, session: Session, episodes: Sequence[Episode], marks: dict[str, Mark]) -> None:
        """Show this session with these tasks; what was read of a task that is the same still stands."""
        before, self.parts, self.session = self.parts, {}, session
        for episode in episodes:
            mark, old = marks.get(episode.id), before.get(episode.id)
            self.parts[episode.id] = TaskPart(episode, mark) if old is None else old.renewed(episode, mark)
        self.lay(self.width)

    def lay(self, width: int) -> None:
        """Lay all of it out for a width."""
        self.width = width
        for part in self.parts.values():
            part.lay(width)
        self.arrange()

    def lay_task(self, task: str) -> None:
        """Lay one task out anew."""
        self.parts[task].lay(self.width)
        self.arrange()

    def arrange(self) -> None:
        """Put the blocks of rows one under the other."""
        head: list[Row] = []
        if self.session is not None:
            head = list(_wrapped("session", "", 0, session_lines(self.session), self.width))
            if not self.parts:
                head += [Row("gap", "", 0, -2, 0)]
                head += [Row("note", "", 0, -3, 0, Said("There is no task in it.", "muted"))]
        self._blocks = [head, *(part.rows for part in self.parts.values())]
        self._starts = [0, *accumulate(map(len, self._blocks))]

    # As a source of rows

    @property
    def total(self) -> int:
        """How many rows stand on the page."""
        return self._starts[-1]

    def rows(self, start: int, count: int) -> list[Row]:
        """The rows from ``start`` on."""
        found: list[Row] = []
        for first, block in zip(self._starts, self._blocks, strict=False):
            if first + len(block) > start and first < start + count:
                found += block[max(start - first, 0) : start + count - first]
        return found

    def find(self, row: Row) -> int:
        """Where a row stands now; where it is folded away its call, or its task; 0 where that is gone."""
        names = ["", *self.parts]
        if row.task not in names:
            return 0
        at = names.index(row.task)
        block, nearest = self._blocks[at], 1 if row.task else 0
        for place, other in enumerate(block):
            same = other.kind == row.kind and other.place == row.place and other.piece <= row.piece
            if same or (row.n and other.kind == "call" and other.n == row.n):
                nearest = place
        return self._starts[at] + min(nearest, max(len(block) - 1, 0))

    def find_line(self, task: str, n: int = 0, part: int = CALL) -> int:
        """Where a line begins: a task, a call, or a line of either."""
        kind: Kind = ("call" if n else "task") if part == CALL else "text" if n else "said"
        return self.find(Row(kind, task, n, part, 0))


def _telling(episode: Episode) -> tuple[object, ...]:
    """What differs where its steps are others."""
    return episode.session, episode.digest, episode.steps, episode.subagent_steps


def _wrapped(
    kind: Kind, task: str, n: int, lines: Iterable[Said], width: int, *, first: int = 0
) -> Iterable[Row]:
    for part, said in enumerate(lines, first):
        for piece, text in enumerate(wrap(said.text, max(width - said.indent, 10))):
            yield Row(kind, task, n, part, piece, Said(text, said.ink, said.indent))
