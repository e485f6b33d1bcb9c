"""Parts of a page about one thing: title, facts, headings, paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.app.commands.output import UNLIMITED, paint, width
from tacit.core.text import cell_width, clean, one_line, wrap

INDENT = "  "


def title(text: str, public_id: str) -> list[str]:
    """The name of the thing, its id at the right where there is room, else below."""
    name = one_line(text)
    room = min(width(), 120)
    gap = room - cell_width(name) - len(public_id)
    if gap >= 2:
        return [f"{paint(name, 'bold')}{' ' * gap}{paint(public_id, 'dim')}"]
    return [*(paint(line, "bold") for line in wrap(name, room)), paint(public_id, "dim")]


def heading(text: str, note: str = "") -> list[str]:
    """An empty line and what comes below."""
    return ["", paint(text, "bold") + (paint(f"  {note}", "dim") if note else "")]


def facts(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Names and values, the empty ones left out; long values go on below themselves."""
    rows = [(name, clean(value, newlines=True)) for name, value in pairs if value]
    wide = max((len(name) for name, _ in rows), default=0)
    out = []
    for name, value in rows:
        lines = folded(value, len(INDENT) + wide + 2)
        out.append(f"{INDENT}{paint(name.ljust(wide), 'dim')}  {lines[0]}")
        out += [" " * (len(INDENT) + wide + 2) + line for line in lines[1:]]
    return out


def paragraph(text: str, lines: int = 0) -> list[str]:
    """Text as it is, indented, folded to the terminal; at most so many lines, 0 for all."""
    body = clean(text.strip(), newlines=True)
    return [INDENT + line for line in folded(body, len(INDENT), lines)]


def folded(text: str, taken: int, lines: int = 0) -> list[str]:
    """Cleaned text as lines for what is left of the terminal's width."""
    room = width() - taken
    return wrap(text, min(room, 110) if room < UNLIMITED - 1000 else 110, lines)
