"""Parts of a page about one thing: title, facts, headings, paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.app.commands.output import paint, width
from tacit.core.text import cell_width, clean, cut, one_line, wrap

INDENT = "  "


def title(text: str, public_id: str, *, whole: bool = True) -> list[str]:
    """The name of the thing, its id at the right where there is room, else below.

    A name that is not wanted ``whole`` is cut to the line.
    """
    name = one_line(text)
    room = min(width(), 120)
    if not whole:
        name = cut(name, max(8, room - len(public_id) - 2))
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
    body = folded(clean(text.strip(), newlines=True), len(INDENT), lines + 1 if lines else 0)
    if lines and len(body) > lines:
        body = [*body[: lines - 1], f"{body[lines - 1]} …"]
    return [(INDENT + line).rstrip() for line in body]


def folded(text: str, taken: int, lines: int = 0) -> list[str]:
    """Cleaned text as lines for what is left of the terminal's width."""
    room = min(width() - taken, 110)
    return wrap(text, room, lines)
