"""Headings, running text and named facts as lines of a pane."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.present import count
from tacit.core.text import one_line, pad, wrap
from tacit.widgets.ink import Cell, Ink, Line
from tacit.widgets.lines_pane import PaneLine

_NAME = 11  # cells for the name of a fact
_MOST = 4000  # characters looked at; what matters of a title or a path is in them


def heading(title: str, note: str = "") -> PaneLine:
    """What the lines below it are, and a word on them."""
    return PaneLine(
        [Cell(one_line(title[:1000]), "heading"), Cell(f"  {one_line(note)}" if note else "", "muted")]
    )


def section(title: str, note: str = "") -> list[PaneLine]:
    """An empty line and a heading."""
    return [PaneLine([]), heading(title, note)]


def more(number: int) -> list[PaneLine]:
    """That ``number`` more are not shown; nothing where none are."""
    return [PaneLine([Cell(f"… and {count(number)} more", "muted")])] if number > 0 else []


def wrapped(text: str, width: int, ink: Ink = "") -> list[Line]:
    """A text as lines, at most eight."""
    return [[Cell(line, ink)] for line in wrap(one_line(text[:_MOST]), width, 8)]


def fact(name: str, text: str, width: int) -> list[Line]:
    """A name and its text, the text wrapped beside the name in at most four lines."""
    lines = wrap(one_line(text[:_MOST]), max(width - _NAME, 10), 4)
    heads = [name] + [""] * (len(lines) - 1)
    return [[Cell(pad(head, _NAME), "muted"), Cell(line)] for head, line in zip(heads, lines, strict=True)]


def facts(pairs: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Facts one under the other; a name without a text is left out."""
    return [line for name, text in pairs if text for line in fact(name, text, width)]
