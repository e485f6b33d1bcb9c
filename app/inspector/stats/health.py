"""The blocks of the Stats screen that tell what the store is like, and how much room all of it takes."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.app.inspector.views.prose import heading
from tacit.core.disk_use import Use
from tacit.core.health import Health
from tacit.core.health_form import signs, size_rows
from tacit.core.text import cut, one_line, pad, wrap
from tacit.widgets.ink import Cell, Ink
from tacit.widgets.lines_pane import PaneLine

_GLYPHS: dict[str, tuple[str, Ink]] = {"ok": ("✓", "good"), "note": ("·", "muted"), "warning": ("!", "warn")}
_NAME = 14
_WHAT, _SIZE = 19, 10


def health(found: Health, now: int, width: int) -> list[PaneLine]:
    """What is well, what is to be known, what is to be done."""
    lines = [heading("Health", "✓ well  · to know  ! to mend")]
    for level, name, text in signs(found, now):
        glyph, ink = _GLYPHS[level]
        first, *more = wrap(one_line(text), max(width - _NAME - 4, 10))
        word: Ink = "warn" if level == "warning" else ""
        lines.append(PaneLine([Cell(f"{glyph} ", ink), Cell(pad(name, _NAME), "muted"), Cell(first, word)]))
        lines += [PaneLine([Cell(" " * (_NAME + 2) + part, word)]) for part in more]
    return lines


def sizes(found: Sequence[Use], width: int) -> list[PaneLine]:
    """What takes how much room, and where it lies."""
    lines = [heading("On this disk")]
    for what, size, path in size_rows(found):
        room = max(width - _WHAT - _SIZE - 4, 10)
        start = [Cell("  "), Cell(pad(what, _WHAT)), Cell(f"{size:>{_SIZE}}", "strong"), Cell("  ")]
        lines.append(PaneLine([*start, Cell(_end(one_line(path), room), "muted")]))
    return lines


def _end(path: str, room: int) -> str:
    """A path cut at its beginning: its end tells more."""
    if len(path) <= room:
        return path
    return cut(f"…{path[-(room - 1) :]}", room)
