"""Blocks of private keys, whole or with an end cut off, in time that grows as the text does.

A text may hold any number of first and last lines of keys that belong to nothing. So what lies between two of
them is never walked through for each: a last line is found by its place, and whether the key is whole by how
far the letters go that a key may have.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

_NAME = r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
# A question mark stands for every character outside ASCII, as the arrows and bars that tools put
# behind line numbers.
# A line end may be escaped several times: a key file written as JSON within the JSON of a call.
_GAP = r"(?:[\s?|>+*0-9]|\\{1,8}[nrt])"
_BODY = re.compile(r"(?:[A-Za-z0-9+/=\s:,.?|>*-]|\\{1,8}[nrt])*+")
_BEGIN = re.compile(rf"-----BEGIN {_NAME}")
_END = re.compile(rf"-----END {_NAME}")
_ANY_END = re.compile(rf"(?=(-----END {_NAME}))")
"""Also one that begins with the dashes another ends with."""

_TORN = re.compile(rf"(?:{_GAP}*[A-Za-z0-9+/=]{{16,}})+")
_ESCAPE = re.compile(r"\\{1,8}[nrt]")
_SHORTEST, _LONGEST = 40, 20_000
"""Letters of a whole key; an escaped line end is one of them."""

_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LINE_END = re.compile(r"(?:[\s?|>]|\\{1,8}[nrt])+")
_LONGEST_TAIL = 8_192


def key_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Private keys from their first line to their last, or as far as their letters go."""
    letters = _Letters(text)
    at = 0
    while begin := _BEGIN.search(text, at):
        stop = letters.key_end(begin.end())
        if stop is None and (torn := _TORN.match(text, begin.end())):
            stop = torn.end()
        if stop is not None:
            yield begin.start(), stop
        at = begin.start() + 1 if stop is None else stop


def key_tails(text: str) -> Iterator[tuple[int, int]]:
    """Bodies of private keys whose beginning was cut off, with their end line."""
    for end in _END.finditer(text):
        start = end.start()
        floor = max(0, start - _LONGEST_TAIL)
        begin = _first_line(text, max(floor, text.rfind("-", floor, start)), start)  # no body holds a dash
        if begin < start:
            yield begin, end.end()


class _Letters:
    """How the letters of keys lie in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [(found.start(), found.end(1)) for found in _ANY_END.finditer(text)]
        escapes = list(_ESCAPE.finditer(text)) if self._ends else []
        self._escapes = [found.start() for found in escapes]
        self._beside = [0]
        for found in escapes:
            self._beside.append(self._beside[-1] + found.end() - found.start() - 1)
        self._unbroken = -1

    def key_end(self, begin: int) -> int | None:
        """Where a key ends whose first line ends at ``begin``; ``None`` of one that is not whole."""
        place = bisect_left(self._ends, (begin + _SHORTEST, 0))
        while place < len(self._ends):
            start, stop = self._ends[place]
            length = self._length(begin, start)
            if length > _LONGEST or start > self._reach(begin):
                return None
            if length >= _SHORTEST:
                return stop
            place += 1
        return None

    def _length(self, begin: int, end: int) -> int:
        first, last = (bisect_left(self._escapes, at) for at in (begin, end))
        return end - begin - (self._beside[last] - self._beside[first])

    def _reach(self, begin: int) -> int:
        """Up to where nothing stands from ``begin`` on that no key holds."""
        if begin > self._unbroken and (body := _BODY.match(self._text, begin)):
            self._unbroken = body.end()
        return self._unbroken


def _first_line(text: str, floor: int, end: int) -> int:
    """Where the unbroken run of base64 lines before ``end`` begins."""
    pieces: list[tuple[int, int]] = []
    at = floor
    for gap in _LINE_END.finditer(text, floor, end):
        pieces.append((at, gap.start()))
        at = gap.end()
    pieces.append((at, end))
    begin = end
    for start, stop in reversed(pieces):
        if start == stop or text[start:stop].isdigit():
            continue
        if not _LINE.fullmatch(text, start, stop) or (begin != end and stop - start < 16):
            break
        begin = start
    return begin
