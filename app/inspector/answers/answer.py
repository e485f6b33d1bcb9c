"""What every answer is made of: lines for a pane, what is said beside them, and where a line leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.views.prose import wrapped
from tacit.core.present import count
from tacit.core.text import one_line
from tacit.widgets.ink import Cell, Ink
from tacit.widgets.lines_pane import Compose, PaneLine

if TYPE_CHECKING:
    from tacit.memory import Memory

MOST = 200
"""Rows of one kind that are shown; what is said beside them counts all."""


class Answer(NamedTuple):
    """The lines, a few words beside the question, and what is to be known of the answer."""

    lines: Compose
    said: str = ""
    notes: tuple[str, ...] = ()


Ask = Callable[["Memory", str], Answer]
"""Answers what was typed. It reads the store, so it runs in a worker."""


def words(*texts: str) -> Compose:
    """Sentences, one under the other, where there is nothing to list."""

    def compose(width: int) -> Sequence[PaneLine]:
        return [PaneLine(line) for text in texts for line in wrapped(text, width, "muted")]

    return compose


def line(text: str, ink: Ink = "", target: object | None = None, head: str = "") -> PaneLine:
    """A line of one text behind a short ``head``, such as blanks."""
    return PaneLine([Cell(head, "muted"), Cell(one_line(text[:2000]), ink)], target)


def shown_of(shown: int, total: int) -> str:
    """``50 of 1,204``, or just how many."""
    return count(total) if shown >= total else f"{count(shown)} of {count(total)}"
