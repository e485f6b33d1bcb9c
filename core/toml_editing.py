"""Setting and removing one key of a TOML text; every other byte of it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import json

from tacit.core.toml_places import Entry, Header, Key, Places, places

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def literal(value: str | int | Sequence[Any] | Mapping[str, Any]) -> str:
    """A text, a whole number, a list or an inline table as TOML writes it; a JSON text is a TOML text.

    Raises:
        UnicodeEncodeError: a text holds what cannot be written as UTF-8.
    """
    if isinstance(value, Mapping):
        return f"{{ {', '.join(pairs(value))} }}"
    if isinstance(value, str):
        return json.encode(value).decode().replace("\x7f", "\\u007f")
    return str(value) if isinstance(value, int) else f"[{', '.join(map(literal, value))}]"


def pairs(table: Mapping[str, Any]) -> list[str]:
    """``key = value`` of everything in a table."""
    return [f"{dotted((name,))} = {literal(value)}" for name, value in table.items()]


def dotted(path: Sequence[str]) -> str:
    """A key as TOML writes it, its parts quoted where they have to be."""
    return ".".join(part if _BARE.fullmatch(part) else literal(part) for part in path)


def put(text: str, path: Key, value: str) -> str:
    """The text with ``value``, a literal, under a key: in its place, else beside its like, else at the end.

    Args:
        text: valid TOML.
        path: the whole key.
        value: as :func:`literal` writes it.
    """
    there = places(text)
    for entry in there.entries:
        if entry.path == path:
            return text[: entry.value] + value + text[entry.stop :]
    table = _inline_around(there, text, path)
    if table is not None:
        return _into_inline(text, table, there, f"{dotted(path[len(table.path) :])} = {value}")
    end = "\r\n" if "\r\n" in text else "\n"
    place = _beside(there, path)
    if place is None:
        gap = end if text else ""
        return f"{_ended(text, end)}{gap}[{dotted(path[:-1])}]{end}{dotted(path[-1:])} = {value}{end}"
    at, header = place
    line = f"{dotted(path[len(header) :])} = {value}{end}"
    return _ended(text[:at], end) + line + text[at:]


def take(text: str, path: Key) -> str:
    """The text without a key or table and all that lies under it; unchanged where there is none."""
    while True:
        there = places(text)
        every: list[Header | Entry] = [*there.headers, *there.entries]
        under = [one for one in every if one.path[: len(path)] == path]
        if not under:
            return text
        last = max(under, key=lambda one: one.start)
        start, end = _share(text, last) if isinstance(last, Entry) and last.inline else (last.start, last.end)
        text = text[:start] + text[end:]


def _beside(there: Places, path: Key) -> tuple[int, Key] | None:
    """Where a new line of a key goes, and what of the key the header above says; ``None`` at the end."""
    parent = path[:-1]
    lines = [entry for entry in there.entries if not entry.inline]
    like = [entry for entry in lines if entry.path[:-1] == parent]
    if like:
        return like[-1].end, like[-1].header
    for header in there.headers:
        if header.path == parent:
            return header.end, header.path
    near = [entry for entry in lines if entry.path[:1] == path[:1] and len(entry.header) < len(parent)]
    near = [entry for entry in near if entry.path[: len(entry.header) + 1] == path[: len(entry.header) + 1]]
    return (near[-1].end, near[-1].header) if near else None


def _inline_around(there: Places, text: str, path: Key) -> Entry | None:
    """The smallest inline table that has to hold a key."""
    around = [
        entry
        for entry in there.entries
        if text[entry.value] == "{" and entry.path == path[: len(entry.path)] and len(entry.path) < len(path)
    ]
    return max(around, key=lambda entry: len(entry.path), default=None)


def _into_inline(text: str, table: Entry, there: Places, pair: str) -> str:
    """A pair behind the last one of an inline table."""
    depth = len(table.path)
    inside = [
        entry
        for entry in there.entries
        if entry.inline and table.value < entry.value < table.stop and len(entry.path) > depth
    ]
    if not inside:
        return f"{text[: table.value]}{{ {pair} }}{text[table.stop :]}"
    last = max(entry.stop for entry in inside)
    return f"{text[:last]}, {pair}{text[last:]}"


def _share(text: str, entry: Entry) -> tuple[int, int]:
    """The part of an inline table that goes with one of its pairs: with the comma behind or before it."""
    behind = re.compile(r"[ \t]*,[ \t]*").match(text, entry.stop)
    if behind:
        return entry.start, behind.end()
    before = re.compile(r"[ \t]*,[ \t]*$").search(text, 0, entry.start)
    return (before.start() if before else entry.start), entry.stop


def _ended(text: str, end: str) -> str:
    return text if not text or text.endswith("\n") else text + end
