"""Where things stand in a TOML text, so that one value can be changed and every other byte kept.

The text must have been parsed as TOML before: what is wrong with it is not looked for here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from msgspec import Struct

Key = tuple[str, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_LINE_END = re.compile(r"[^\n]*\n?")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?:""?)?', re.DOTALL),
    re.compile(r"'''.*?'''(?:''?)?", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,\]}#]+")


class Entry(Struct, frozen=True):
    """A key with its value.

    ``path`` is the whole key, ``header`` what of it stands in the header above; ``start`` and ``end`` are
    the whole lines of it, inside an inline table the key and value alone. ``value`` and ``stop`` are where
    the value begins and ends.
    """

    path: Key
    header: Key
    start: int
    value: int
    stop: int
    end: int
    inline: bool


class Header(Struct, frozen=True):
    """The line of the header of a table."""

    path: Key
    start: int
    end: int


class Places(Struct, frozen=True):
    """All keys and headers of a text, in their order; an inline table comes before what it holds."""

    entries: tuple[Entry, ...]
    headers: tuple[Header, ...]


def places(text: str) -> Places:
    """Where everything stands in a valid text."""
    entries: list[Entry] = []
    headers: list[Header] = []
    head: Key = ()
    at = 0
    while (at := _after(_BLANK, text, at)) < len(text):
        start = text.rfind("\n", 0, at) + 1
        if text[at] == "[":
            head, at = _key(text, at + 2 if text.startswith("[[", at) else at + 1)
            at = _after(_LINE_END, text, at)
            headers.append(Header(head, start, at))
            continue
        found = list(_entry(text, at, head, head, start=start))
        at = _after(_LINE_END, text, found[0].stop)
        entries += [_replace_end(found[0], at), *found[1:]]
    return Places(tuple(entries), tuple(headers))


def _replace_end(entry: Entry, end: int) -> Entry:
    return Entry(entry.path, entry.header, entry.start, entry.value, entry.stop, end, entry.inline)


def _entry(text: str, at: int, within: Key, header: Key, *, start: int | None = None) -> Iterator[Entry]:
    """The key and value at a place, then what an inline table there holds."""
    name, after = _key(text, at)
    value = _after(_SPACE, text, after + 1)  # behind the =
    inner: list[Entry] = []
    stop = _value(text, value, (*within, *name), header, inner)
    yield Entry(
        (*within, *name), header, at if start is None else start, value, stop, stop, inline=start is None
    )
    yield from inner


def _key(text: str, at: int) -> tuple[Key, int]:
    """A dotted key, and the place of what ends it: ``=`` or ``]``."""
    parts: list[str] = []
    while True:
        at = _after(_SPACE, text, at)
        if text[at] in "\"'":
            stop = _string(text, at)
            parts.append(tomllib.loads(f"x = {text[at:stop]}")["x"])
        else:
            stop = _after(_BARE_KEY, text, at)
            parts.append(text[at:stop])
        at = _after(_SPACE, text, stop)
        if text[at] != ".":
            return tuple(parts), at
        at += 1


def _value(text: str, at: int, path: Key, header: Key, inner: list[Entry]) -> int:
    """Where the value at a place ends; what an inline table holds is added to ``inner``."""
    opening = text[at]
    if opening in "\"'":
        return _string(text, at)
    if opening not in "[{":
        return _after(_PLAIN, text, at)
    closing = "]" if opening == "[" else "}"
    at = _after(_BLANK, text, at + 1)
    while text[at] != closing:
        if opening == "[":
            at = _value(text, at, path, header, [])
        else:
            found = list(_entry(text, at, path, header))
            inner += found
            at = found[0].stop
        at = _after(_BLANK, text, at)
    return at + 1


def _string(text: str, at: int) -> int:
    for shape in _STRINGS:
        if found := shape.match(text, at):
            return found.end()
    raise ValueError(f"no string at {at}")


def _after(shape: re.Pattern[str], text: str, at: int) -> int:
    found = shape.match(text, at)
    return at if found is None else found.end()
