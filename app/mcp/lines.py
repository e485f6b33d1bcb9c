"""Lines from a descriptor, each of bounded size, and lines to one."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator

import anyio
import anyio.to_thread
from msgspec import Struct

from tacit.app.mcp.limits import LINE_BYTES

_CHUNK = 1 << 16
_KEPT = 300
_ID = rb'"id"\s*:\s*("[^"\\]{0,100}"|-?[0-9]{1,15})'
_FIRST = re.compile(rb'^\s*\{(?:(?!"params").)*?' + _ID, re.DOTALL)
_LAST = re.compile(_ID + rb"\s*\}\s*$")


class TooLong(Struct, frozen=True):
    """A line that was dropped; ``id`` is that of its request as JSON text, empty where nobody can tell."""

    id: bytes


class Lines:
    """Cuts what comes from a descriptor into lines. Of a line that is too long only its ends are kept."""

    def __init__(self, fd: int, most: int = LINE_BYTES) -> None:
        self._fd = fd
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._head = b""

    def read(self) -> list[bytes | TooLong] | None:
        """The lines that end in what comes next, waiting for that; ``None`` at the end of it."""
        chunk = os.read(self._fd, _CHUNK)
        if chunk:
            return list(self._cut(chunk))
        if not self._size:
            return None
        return [self._line()]

    def _cut(self, chunk: bytes) -> Iterator[bytes | TooLong]:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._keep(part)
            if self._size:
                yield self._line()
        self._keep(rest)

    def _keep(self, part: bytes) -> None:
        if not self._head and self._size + len(part) > self._most:
            self._head = b"".join(self._parts)[:_KEPT] or part[:_KEPT]
        self._size += len(part)
        self._parts.append(part)
        if self._head:
            self._parts = [b"".join(self._parts)[-_KEPT:]]

    def _line(self) -> bytes | TooLong:
        """What was kept, as a line; begins the next one."""
        whole, head = b"".join(self._parts), self._head
        self._parts, self._size, self._head = [], 0, b""
        if not head:
            return whole
        found = _FIRST.search(head) or _LAST.search(whole)
        return TooLong(found[1] if found else b"")


async def read_lines(lines: Lines) -> AsyncIterator[bytes | TooLong]:
    """The lines one by one; the thread that waits for them is left behind when this is cancelled."""
    limiter = anyio.CapacityLimiter(1)
    while True:
        try:
            found = await anyio.to_thread.run_sync(lines.read, abandon_on_cancel=True, limiter=limiter)
        except OSError:
            return
        if found is None:
            return
        for line in found:
            yield line


async def write_line(fd: int, line: bytes) -> None:
    """Write a whole line; waits as long as the reader does not read.

    Raises:
        OSError: nobody reads any more.
    """
    await anyio.to_thread.run_sync(_write, fd, line, abandon_on_cancel=True)


def _write(fd: int, line: bytes) -> None:
    view = memoryview(line)
    while view:
        view = view[os.write(fd, view) :]
