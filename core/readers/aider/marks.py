"""Where in a chat history of aider its sessions, what was typed and what aider said of itself stand.

aider ends each line it marks with two spaces (``append_chat_history`` in its ``io.py``), and puts an empty
line before what was typed; of an answer that quotes or has headings, the lines do not. So only such lines
are taken as aider's, unless no typed line of the file has the spaces any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from tacit.core.limits import Excerpt
from tacit.core.readers.jsontext import WINDOW
from tacit.core.readers.times import moment

STARTED = re.compile(
    rb"^# aider chat started at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)[ \t]*\r?$(?=[\r\n])", re.MULTILINE
)
"""The line a session begins with; its time is local and of no zone, and read as UTC."""

_MARK = re.compile(rb"^(?:#### |> )[^\n]*\n", re.MULTILINE)
_SPACED = re.compile(rb"^#### [^\n]*  \r?$", re.MULTILINE)
_PREFIX = re.compile(r"(?:####|>) ?")
_BLANK = re.compile(rb"\s*")
_OUTPUT_END = re.compile(rb"^[^\n]*  \r?\n", re.MULTILINE)
_BLOCK = re.compile(rb"^(?:(<)<{4,8} SEARCH>?|>{5,9} REPLACE)[ \t]*\r?$", re.MULTILINE)
_NAME_ROOM = 2_000
_NOTHING = (b"\n\n", b"\n\r\n")


Span = tuple[int, int]
"""Where something stands in the file: its first byte, and the one behind its last."""


class Mark(Struct, frozen=True):
    """Lines of aider's: what was typed at one time, or one thing it said of itself."""

    typed: bool
    start: int
    end: int


class Part(Struct, frozen=True):
    """One session of a history; ``at`` is when it began, in milliseconds, ``body`` where its lines begin."""

    at: int
    start: int
    body: int
    end: int


class History:
    """A chat history, or as much of it as is whole lines."""

    def __init__(self, view: memoryview, start: int) -> None:
        self.view = view
        self._start = start
        self.end = _whole(view)
        self._answer: Span = (0, 0)
        self._blocks: list[tuple[str, Span]] = []
        self._spaced = _SPACED.search(view, start, self.end) is not None

    def parts(self) -> Iterator[Part]:
        """Its sessions, in order."""
        begun = None
        for found in STARTED.finditer(self.view, self._start, self.end):
            if begun is not None:
                yield _part(begun, found.start())
            begun = found
        if begun is not None:
            yield _part(begun, self.end)

    def marks(self, part: Part) -> Iterator[Mark]:
        """The lines of aider in a session; typed lines that follow each other are one."""
        typed: Mark | None = None
        for found in _MARK.finditer(self.view, part.body, part.end):
            start, end = found.span()
            if self._spaced and not bytes(self.view[end - 4 : end]).rstrip(b"\r\n").endswith(b"  "):
                continue
            is_typed = self.view[start] == ord("#")
            if is_typed and typed is not None and typed.end == start:
                typed = Mark(True, typed.start, end)
                continue
            if is_typed and not bytes(self.view[start - 3 : start]).endswith(_NOTHING):
                continue
            if typed is not None:
                yield typed
            typed = Mark(True, start, end) if is_typed else None
            if not is_typed:
                yield Mark(False, start, end)
        if typed is not None:
            yield typed

    def text(self, start: int, end: int) -> Excerpt:
        """Lines without their marks; of very many the first and the last."""
        if end - start <= 4 * WINDOW:
            return Excerpt(_plain(self.view[start:end]))
        head, tail = self.view[start : start + WINDOW], self.view[end - WINDOW : end]
        return Excerpt(_plain(head), _plain(tail), end - start - 2 * WINDOW)

    def blocks(self, start: int, end: int, path: str) -> str:
        """The SEARCH/REPLACE blocks of an answer that are for a file: its name stands before them."""
        if self._answer != (start, end):
            self._answer, self._blocks = (start, end), list(self._blocks_in(start, end))
        places = [place for name, place in self._blocks if name == path]
        return "\n".join(str(self.view[begin:done], "utf-8", "replace") for begin, done in places)

    def _blocks_in(self, start: int, end: int) -> Iterator[tuple[str, Span]]:
        name, last, begin = "", start, None
        for found in _BLOCK.finditer(self.view, start, end):
            if found[1]:
                begin = found.start() if begin is None else begin
            elif begin is not None:
                room = self.view[max(last, begin - _NAME_ROOM) : begin]
                name, last = _named(str(room, "utf-8", "replace")) or name, found.end()
                yield name, (begin, last)
                begin = None

    def blank(self, start: int, end: int) -> bool:
        """Whether nothing stands there."""
        found = _BLANK.match(self.view, start, end)
        return found is None or found.end() >= end

    def is_output(self, start: int, end: int) -> bool:
        """Whether what stands between two marks goes on with what a tool printed in several lines."""
        found = _BLANK.match(self.view, start, end)
        at = start if found is None else found.end()
        return bytes(self.view[at : at + 2]) == b"> "

    def output_end(self, start: int, end: int) -> int:
        """Where it ends: the last of several lines has the spaces."""
        found = _OUTPUT_END.search(self.view, start, end)
        return end if found is None else found.end()


def _part(begun: re.Match[bytes], end: int) -> Part:
    day, clock = (bytes(one).decode() for one in begun.groups())
    return Part(moment(f"{day}T{clock}Z"), begun.start(), begun.end(), end)


def _whole(view: memoryview) -> int:
    """Where the last whole line ends."""
    size = len(view)
    for length in (1 << 16, size):
        tail = bytes(view[max(0, size - length) : size])
        if b"\n" in tail:
            return size - len(tail) + tail.rindex(b"\n") + 1
    return 0


def _plain(lines: memoryview) -> str:
    """The text of lines, whatever their ends."""
    plain = []
    for line in str(lines, "utf-8", "replace").split("\n"):
        prefix = _PREFIX.match(line)
        plain.append(line[prefix.end() if prefix else 0 :].rstrip())
    return "\n".join(plain).strip()


def _named(before: str) -> str:
    """The last line that says anything and is no fence."""
    for line in reversed(before.splitlines()):
        if line.strip() and not line.lstrip().startswith(("```", "<source", "</")):
            return line.strip().strip("*`:# ")
    return ""
