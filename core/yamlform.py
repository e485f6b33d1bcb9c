"""The YAML form of what Tacit prints: the same value as its JSON, to be read by a person.

Only what every reader of YAML 1.1 and 1.2 takes for the same thing is written: mappings and lists in
blocks, lines of text as they are only where no reader could take them for a number, a date, a truth
value or a mark, else in double quotes with the escapes of JSON; texts of several lines as literal blocks.
No line is folded. As in :mod:`tacit.core.jsonform` nothing that drives a terminal stands unescaped; a
literal block holds line ends and tabs.

It is written here and not by PyYAML, whose emitter refuses tabs and blanks at the end of a line in literal
blocks, leaves marks of writing direction as they are, writes other bytes with its C half than without, and
takes ten times as long for a long list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import json

from tacit.core.jsonform import encode, escape

_STEP = "  "
_TAKEN = frozenset(["null", "nan", "inf", "true", "false", "yes", "no", "on", "off", "y", "n"])
_LONGEST_KEY = 1_000
"""A key with more characters stands behind a ``?``; YAML ends the others at 1,024."""

_NO_BLOCK = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NO_CHARACTER = re.compile("[\ufffe\uffff]")


def document(value: Any) -> Iterator[str]:
    """A value that can be JSON as YAML, in pieces that end with a line: a long list comes row by row.

    Raises:
        TypeError: it cannot be JSON.
    """
    if not isinstance(value, dict) or not value:
        plain = _plain(value)
        yield _block(plain, "") if _is_block(plain) else f"{_scalar(plain)}\n"
        return
    for key, entry in value.items():
        name = key if isinstance(key, str) else next(iter(_plain({key: None})))
        if isinstance(entry, list | tuple) and entry:
            yield f"{_key(name, '')}\n"
            yield from (_block([_plain(one)], _STEP) for one in entry)
        else:
            yield _block({name: _plain(entry)}, "")


def part(value: Any) -> str:
    """A value as one more document of a stream that has no end."""
    return f"---\n{''.join(document(value))}"


def _plain(value: Any) -> Any:
    """What a reader of the JSON gets."""
    return json.decode(json.encode(value))


def _is_block(value: Any) -> bool:
    """Whether lines of their own hold it; empty ones stand as ``[]`` and ``{}``."""
    return isinstance(value, dict | list) and bool(value)


def _block(value: dict[str, Any] | list[Any], margin: str) -> str:
    """The lines of a mapping or a list that is not empty, each behind the margin."""
    inner = margin + _STEP
    if isinstance(value, dict):
        return "".join(f"{_key(key, margin)}{_after(entry, inner)}" for key, entry in value.items())
    lines = []
    for entry in value:
        told = _block(entry, inner)[len(inner) :] if _is_block(entry) else f"{_scalar(entry, inner)}\n"
        lines.append(f"{margin}- {told}")
    return "".join(lines)


def _after(value: Any, inner: str) -> str:
    """What stands behind the colon of a key, with the margin for lines of its own."""
    return f"\n{_block(value, inner)}" if _is_block(value) else f" {_scalar(value, inner)}\n"


def _key(key: str, margin: str) -> str:
    """A key at a margin with its colon."""
    told = _key_word(key)
    return f"{margin}{told}:" if len(told) <= _LONGEST_KEY else f"{margin}? {told}\n{margin}:"


def _scalar(value: Any, inner: str = "") -> str:
    """A text, a number, a truth value or nothing; the lines of a literal block stand behind ``inner``."""
    if isinstance(value, str):
        return _literal(value, inner) if inner and "\n" in value and _fits_block(value) else _word(value)
    if isinstance(value, float):
        told = repr(value)
        return told if "e" not in told or "." in told else told.replace("e", ".0e")  # 1e-07 is a text in 1.1
    return "null" if value is None else str(value).lower()  # True, [], {} and whole numbers


def _literal(text: str, inner: str) -> str:
    """A text of several lines as they are; the sign tells how many line ends stand at its end."""
    margin = str(len(_STEP)) if text[0] in " \t\n" else ""  # else told by the first line
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    sign = ("-", "", "+")[min(ends, 2)]
    lines = "".join(f"\n{inner}{line}" if line else "\n" for line in body.split("\n"))
    return f"|{margin}{sign}{lines}{chr(10) * (ends - 1)}"


def _fits_block(text: str) -> bool:
    """Whether a literal block can hold it: something in its lines, and nothing to escape."""
    if not text.strip(" \t\n") or _NO_BLOCK.search(text):
        return False
    told = text.encode()
    return escape(told) == told


def _word(text: str) -> str:
    """A text on one line, in quotes where any reader could take it for something else."""
    if _is_plain(text):
        return text
    told = encode(text).decode()
    return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


_key_word = lru_cache(256)(_word)


def _is_plain(text: str) -> bool:
    """Whether it begins with a letter, and no mark, word or number of YAML 1.1 or 1.2 can be seen in it."""
    return (
        text.isprintable()
        and (text[:1].isalpha() or text[:1] in ("_", "/"))
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and text.lower() not in _TAKEN
    )
