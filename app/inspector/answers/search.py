"""What fits a text best, by words and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.answers.answer import Answer, shown_of, words
from tacit.app.inspector.leads.targets import ToSteps
from tacit.app.inspector.pattern.known import pattern_of
from tacit.core.errors import NotFound
from tacit.core.notes.records import Note
from tacit.core.present import day, plural
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.hits import Found, Hit
    from tacit.core.model import Pattern
    from tacit.memory import Memory

_MOST = 50
_BY = {"hybrid": "by words and meaning", "lexical": "by words", "vector": "by meaning"}
_ROW = (
    Column("what", 9, 9),
    Column("day", 10, 4),
    Column("score", 5, 3, right=True),
    Column("text", 30, 10, grows=1),
)


class _Row(NamedTuple):
    hit: Hit
    target: Pattern | Note | ToSteps | None


def ask(memory: Memory, text: str) -> Answer:
    """The best hits; a pattern or a note leads to itself, all else to its steps."""
    found = memory.search(text, _MOST)
    if not found.items:
        return Answer(words("Nothing found. Other or shorter words may find more."), "0", _notes(found))
    rows = [_Row(hit, _target(memory, hit)) for hit in found.items]
    said = f"{shown_of(len(rows), found.total)}  {_BY[found.mode]}"
    return Answer(partial(_lines, rows), said, _notes(found))


def _notes(found: Found) -> tuple[str, ...]:
    waits = plural(found.waiting, "record has no vector yet.", "records have no vector yet.")
    return tuple(filter(None, (found.note, waits if found.waiting else "")))


def _target(memory: Memory, hit: Hit) -> Pattern | Note | ToSteps | None:
    if hit.type == "note":
        return _note(memory, hit.id)
    if hit.type == "pattern":
        return pattern_of(memory, hit.id)
    if hit.type == "session":
        first = memory.episodes_of(hit.id)[:1]
        return ToSteps(first[0].id) if first else None
    return ToSteps(hit.id) if hit.step is None else ToSteps(hit.id, hit.step, hit.step, "that was found")


def _note(memory: Memory, public_id: str) -> Note | None:
    """The note, unless it was deleted a moment ago."""
    try:
        found = memory.get(public_id)
    except NotFound:
        return None
    return found if isinstance(found, Note) else None


def _lines(rows: Sequence[_Row], width: int) -> list[PaneLine]:
    widths = fit(_ROW, width)
    return [PaneLine(lay(_ROW, widths, _cells(row.hit)), row.target) for row in rows]


def _cells(hit: Hit) -> dict[str, Cell]:
    from_where = f"from {hit.origin}: " if hit.type == "note" else ""
    return {
        "what": Cell(_what(hit), "accent"),
        "day": Cell(day(hit.at), "muted"),
        "score": Cell(f"{hit.score:.2f}", "muted"),
        "text": Cell(one_line(f"{from_where}{hit.excerpt[:1000]}")),
    }


def _what(hit: Hit) -> str:
    if hit.type == "note":
        return "note"
    return "shared" if hit.origin else hit.type if hit.step is None else f"step {hit.step}"
