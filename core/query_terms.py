"""The pieces of a query's text: words, quoted texts and ``field:value`` pairs, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Term(Struct, frozen=True):
    """A piece of the text: a word or phrase when ``field`` is empty, else a pair."""

    start: int
    end: int
    field: str
    value: str
    quoted: bool


def terms(text: str, fields: tuple[str, ...]) -> Iterator[Term]:
    """The terms of a text in order. ``fields`` are the names that always make a pair."""
    at, end = 0, len(text)
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        start = at
        if text[at] == '"':
            value, at = _quoted(text, at)
            yield Term(start, at, "", value, quoted=True)
            continue
        while at < end and not text[at].isspace():
            at += 1
            if text.startswith(':"', at - 1) and _is_name(text[start : at - 1]):
                name = text[start : at - 1].casefold()
                value, at = _quoted(text, at)
                yield Term(start, at, name, value, quoted=True)
                break
        else:
            yield from _bare(text[start:at], start, fields)


def _bare(raw: str, start: int, fields: tuple[str, ...]) -> Iterator[Term]:
    """A run of characters without spaces: a pair, a word, or an ``and``, which says nothing new.

    ``std::io`` and ``https://x`` are words, though they look like pairs.
    """
    folded = raw.casefold()
    name, colon, _ = folded.partition(":")
    value = raw.partition(":")[2]
    if colon and (name in fields or (_is_name(name) and not value.startswith((":", "/")))):
        yield Term(start, start + len(raw), name, value, quoted=False)
    elif folded != "and":
        yield Term(start, start + len(raw), "", folded, quoted=False)


def _is_name(name: str) -> bool:
    name = name.casefold()
    return name.isascii() and name.replace("_", "").replace("-", "").isalpha()


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The quoted text that begins at ``at`` and the place behind it; a missing last quote is forgiven."""
    out: list[str] = []
    at += 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out), min(at + 1, len(text))


def quote(value: str, *, always: bool = False) -> str:
    """A value as it can stand in a query: in quotes where it needs them."""
    if not always and value and '"' not in value and not any(letter.isspace() for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
