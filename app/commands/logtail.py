"""Reading the log: the older half before the newer, and what is added while somebody looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

_BLOCK = 1 << 16


class Tail:
    """The log as whole lines, first those that are there, then those that come.

    When the log is moved away and begun anew, what was still written to the old one comes first.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._rest = b""

    def older(self) -> Iterator[str]:
        """The lines of the log that was moved away last, if there is one. Ask for them first."""
        self._open()  # before the older one: what is moved away meanwhile is still read
        with suppress(OSError), open(f"{self._path}.1", "rb") as file:  # noqa: PTH123
            own = None if self._file is None else os.fstat(self._file.fileno())
            if own is None or not os.path.samestat(own, os.fstat(file.fileno())):
                yield from map(_text, file)

    def new(self) -> Iterator[str]:
        """The lines that were not read yet. A line that is not yet whole waits for its end."""
        while True:
            if self._file is None and not self._open():
                return
            yield from self._lines()
            if not self._moved():
                return
            yield from self._lines()  # written between the last look and the move
            if self._rest:
                yield _text(self._rest)
            self.close()

    def close(self) -> None:
        """Let go of the log."""
        if self._file is not None:
            self._file.close()
        self._file, self._rest = None, b""

    def _open(self) -> bool:
        with suppress(OSError):
            self._file = open(self._path, "rb")  # noqa: PTH123, SIM115
        return self._file is not None

    def _lines(self) -> Iterator[str]:
        if self._file is None:
            return
        while block := self._file.read(_BLOCK):
            *lines, self._rest = (self._rest + block).split(b"\n")
            for line in lines:
                yield _text(line)

    def _moved(self) -> bool:
        """Whether the log is another file by now, or was cut short."""
        if self._file is None:
            return False
        own = os.fstat(self._file.fileno())
        try:
            there = os.stat(self._path)  # noqa: PTH116
        except OSError:
            return False
        return not os.path.samestat(own, there) or there.st_size < self._file.tell()


def _text(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "replace")
