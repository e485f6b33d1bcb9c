"""Changing a TOML file as a person would: one table more or less, every other byte as it was."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from tacit.core.toml_editing import dotted, pairs
from tacit.core.toml_places import Entry, Header, places

_MARK = "\ufeff"
"""What some editors put before the first letter of a file."""


class TomlText:
    """A TOML document as text.

    Raises:
        ValueError: it is no TOML; the message says where.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: dict[str, Any] = tomllib.loads(text.removeprefix(_MARK))
        self._end = "\r\n" if "\r\n" in text else "\n"

    def find(self, path: Sequence[str | int]) -> Any:
        """The value at a path, ``None`` if there is none."""
        value: Any = self.value
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def put(self, path: Sequence[str | int], value: Mapping[str, Any]) -> TomlText:
        """With such a table, where it stood or at the end."""
        lines = (f"[{dotted([str(name) for name in path])}]", *pairs(value))
        table = "".join(f"{line}{self._end}" for line in lines)
        if self.find(path) is not None:
            start, end = self._block(path)
            return TomlText(self.text[:start] + table + self.text[end:])
        body = self.text.rstrip()
        return TomlText(f"{body}{self._end * 2 if body else ''}{table}")

    def take(self, path: Sequence[str | int]) -> TomlText:
        """Without the table at a path and those below it."""
        start, end = self._block(path)
        before = self.text[:start].splitlines(keepends=True)
        after = self.text[end:].splitlines(keepends=True)
        if not "".join(after).strip():
            while before and not before[-1].strip():
                del before[-1]
        elif not after[0].strip() and not (before and before[-1].strip()):
            del after[0]  # of two blank lines that would meet one goes
        return TomlText("".join((*before, *after)))

    def _block(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Where a table with its header stands, and those below it, without what follows the last line.

        Raises:
            ValueError: the table has no header of its own.
        """
        there, whole = places(self.text.replace(_MARK, " ", 1)), tuple(path)
        rest = iter(there.headers)
        head = next((one for one in rest if one.path == whole), None)
        if head is None:
            raise ValueError(f"[{'.'.join(map(str, path))}] does not stand there as a table of its own")
        following = next((one for one in rest if one.path[: len(whole)] != whole), None)
        stop = len(self.text) if following is None else following.start
        lines: list[Header | Entry] = [*there.headers, *there.entries]
        return head.start, max(one.end for one in lines if head.start <= one.start < stop)
