"""Changing a TOML file as a person would: one table more or less, every other byte as it was."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

_HEADER = re.compile(r"[ \t]*\[")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class TomlText:
    """A TOML document as text.

    Raises:
        ValueError: it is no TOML; the message says where.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: dict[str, Any] = tomllib.loads(text.removeprefix("\ufeff"))
        self._end = "\r\n" if "\r\n" in text else "\n"

    def find(self, path: Sequence[str | int]) -> Any:
        """The value at a path, ``None`` if there is none."""
        value: Any = self.value
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def put(self, path: Sequence[str | int], value: Mapping[str, Any]) -> TomlText:
        """With such a table, where it stood or at the end."""
        table = [f"[{'.'.join(_key(str(name)) for name in path)}]", *_lines(value)]
        lines = self.text.splitlines(keepends=True)
        if self.find(path) is not None:
            first, last = self._block(lines, path)
            made = [f"{line}{self._end}" for line in table]
            return TomlText("".join((*lines[:first], *made, *lines[last:])))
        body = self.text.rstrip()
        apart = self._end * 2 if body else ""
        return TomlText(f"{body}{apart}{self._end.join(table)}{self._end}")

    def take(self, path: Sequence[str | int]) -> TomlText:
        """Without the table at a path and those below it."""
        lines = self.text.splitlines(keepends=True)
        first, last = self._block(lines, path)
        if not "".join(lines[last:]).strip():
            while first and not lines[first - 1].strip():
                first -= 1
        elif not lines[last].strip() and not (first and lines[first - 1].strip()):
            last += 1  # of two blank lines that would meet one goes
        return TomlText("".join((*lines[:first], *lines[last:])))

    def _block(self, lines: list[str], path: Sequence[str | int]) -> tuple[int, int]:
        """The lines of a table with its header, without blank lines and comments behind it.

        Raises:
            ValueError: the table has no header of its own.
        """
        first = next((n for n, line in enumerate(lines) if _is_header(lines, n, path)), None)
        if first is None:
            raise ValueError(f"[{'.'.join(map(str, path))}] does not stand there as a table of its own")
        last = first + 1
        while last < len(lines) and (
            not _is_header(lines, last) or _is_header(lines, last, path, below=True)
        ):
            last += 1
        while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
            last -= 1
        return first, last


def _is_header(lines: list[str], number: int, path: Sequence[str | int] = (), *, below: bool = False) -> bool:
    """Whether a line is ``[path]``, or with ``below`` that of a table in it; without a path of any."""
    if number >= len(lines) or not _HEADER.match(lines[number]):
        return False
    try:
        tomllib.loads("".join(lines[:number]))  # else it is a line of a text or list that goes on
        value: Any = tomllib.loads(lines[number])
    except ValueError:
        return False
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return not path or (isinstance(value, dict) and (below or not value))


def _lines(value: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_told(one)}" for name, one in value.items()]


def _told(value: Any) -> str:
    """Texts, numbers, lists and tables of them; a JSON text is a TOML text."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_lines(value)) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_told, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
