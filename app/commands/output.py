"""Where output goes: data to stdout, talk to stderr, everything cleaned on the way.

Colour only where a terminal shows it and ``NO_COLOR`` is not set; the words say the same without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from tacit.core.listing import Page
    from tacit.core.query import Plan

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
UNLIMITED = 1_000_000
_BLOCK = 1 << 16


def coloured(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal that shows colour."""
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return bool(stream) and not dull and _is_terminal(stream)


def paint(text: str, style: str, stream: TextIO | None = None) -> str:
    """The text in a style of :data:`_STYLES`, where the stream (stdout) shows any."""
    if not style or not coloured(stream or sys.stdout):
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def width(stream: TextIO | None = None) -> int:
    """Columns that a stream (stdout) may use: the terminal's, or all it wants when nobody looks."""
    stream = stream or sys.stdout
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    if stream is None or not _is_terminal(stream):
        return UNLIMITED
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def write(lines: Iterable[str]) -> None:
    """Lines of data to stdout. They are clean already: tables and pages clean what they are given."""
    if sys.stdout is not None:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def write_data(form: str, value: object, lines: Iterable[object] | None = None) -> None:
    """Data to stdout in one of the forms for programs, always UTF-8.

    Args:
        form: ``json`` and ``yaml`` are one document; ``jsonl`` is one JSON document a line.
        value: what the document holds.
        lines: what JSON Lines tell in its place, where that is not the value itself.
    """
    if form == "jsonl":
        _write_lines([value] if lines is None else lines)
    elif form == "yaml":
        from tacit.core.yamlform import document

        for pieces in _gathered(document(value)):
            _write_bytes(pieces.encode())
    else:
        from msgspec import json

        from tacit.core.jsonform import escape

        _write_bytes(escape(json.format(json.encode(value), indent=2)) + b"\n")


def write_list(form: str, name: str, page: Page[Any], to_json: Callable[[Any], dict[str, Any]]) -> None:
    """A page of a list in one of the forms for programs."""
    if form == "jsonl":
        _write_lines(map(to_json, page.items))
    else:
        write_rows(form, name, list(map(to_json, page.items)), page.total, truncated=page.truncated)


def write_rows(
    form: str,
    name: str,
    rows: Sequence[dict[str, Any]],
    total: int | None = None,
    *,
    truncated: bool | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Rows of a list in one of the forms for programs.

    Args:
        form: as for :func:`write_data`; of JSON Lines each row is one.
        name: the key that the rows stand under.
        rows: their JSON forms.
        total: how many there are, if there are others.
        truncated: whether there are others, where the total does not tell.
        more: what else is told of all of them, behind the rows.
    """
    from tacit.core.jsonform import list_json

    total = len(rows) if total is None else total
    cut = len(rows) < total if truncated is None else truncated
    write_data(form, list_json(name, rows, total, cut) | dict(more or {}), rows)


def write_stream(form: str, values: Iterable[object]) -> None:
    """A part of what has no end: JSON Lines, or YAML documents that begin with ``---``."""
    if form != "yaml":
        _write_lines(values)
        return
    from tacit.core.yamlform import part

    for value in values:
        _write_bytes(part(value).encode())


def _write_lines(values: Iterable[object]) -> None:
    from tacit.core.jsonform import encode

    for value in values:
        _write_bytes(encode(value) + b"\n")


def say(text: str, style: str = "") -> None:
    """A line of talk to stderr."""
    if sys.stderr is not None:
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.stderr.write(paint(_cleaned(text), style, sys.stderr) + "\n")
        sys.stderr.flush()


def complain(message: str, hint: str = "") -> None:
    """What went wrong and what to do next, to stderr."""
    if sys.stderr is not None:
        advise("error:", message, "red")
        if hint:
            advise("hint: ", hint, "cyan")


def advise(word: str, text: str, style: str) -> None:
    """A word and what it announces to stderr, folded below itself on a terminal."""
    if sys.stderr is None:
        return
    lines = [_cleaned(text)]
    room = width(sys.stderr) - len(word) - 1
    if len(lines[0]) > room:
        from tacit.core.text import wrap

        lines = wrap(lines[0], max(room, 20))
    sys.stderr.write(f"{paint(word, style, sys.stderr)} {lines[0]}\n")
    for line in lines[1:]:
        sys.stderr.write(f"{' ' * len(word)} {line}\n")
    sys.stderr.flush()


def tell_rest(page: Page[Any], noun: str, plan: Plan | None = None) -> None:
    """Say that a list goes on, and what of its query could not be done."""
    if page.note:
        say(page.note, "yellow")
    bounded = plan is not None and plan.limit == len(page.items)
    more = "limit: ends it there." if bounded else "--limit 0 shows all."
    tell_cut(len(page.items), page.total, noun, more)


def tell_cut(shown: int, total: int, noun: str, more: str = "--limit 0 shows all.") -> None:
    """Say that there is more than is shown, and how to see it."""
    if shown < total:
        from tacit.core.present import count

        say(f"{count(shown)} of {count(total)} {noun} shown; {more}", "dim")


def _cleaned(text: str) -> str:
    """Plain text needs no cleaning, and the cleaner is slow to load."""
    if text.isascii() and text.isprintable():
        return text
    from tacit.core.text import clean

    return clean(text)


def _write_bytes(data: bytes) -> None:
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _gathered(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, joined to blocks that are worth a call to the system."""
    waiting: list[str] = []
    held = 0
    for piece in pieces:
        waiting.append(piece)
        held += len(piece)
        if held >= _BLOCK:
            yield "".join(waiting)
            waiting, held = [], 0
    yield "".join(waiting)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return bool(stream and stream.isatty())
    except ValueError:  # closed
        return False
