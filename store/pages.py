"""Whether the nodes of every page in use fill it as LMDB fills pages; the file is read, never mapped.

LMDB keeps the nodes of a page side by side from ``upper`` to the page's end and moves them by the sizes
in their headers. One wrong size makes it write beyond a page, although order and counts still agree. So
this goes on where the walk of lmdb.verify ends: sizes, the parting keys of branches, levels, flags.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from struct import Struct, error, unpack_from

_HEAD = Struct("=8xHHHH")  # pad, flags, lower, upper
_NODE = Struct("=HHHH")  # size of the value, low and high; flags; size of the key
_META = Struct("=HHQQQQQ")  # of a tree: flags, depth, pages (branch, leaf, overflow), entries, root
_TREES = (("free list", 44), ("main tree", 92))
"""Where on a header page the two trees of our files stand."""

_PAGE_SIZE, _TXNID = 40, 144
_HEADER = 16
_NODE_HEADER = 8
_BRANCH, _LEAF = 1, 2
_BIG = 1
_POINTER = 8
_LONGEST_KEY = 511
_EMPTY = (1 << 64) - 1
_ORDER_FLAGS = 0x7E
"""How keys compare and whether one has many values; the free list goes by numbers, the main tree by bytes."""

_BY_NUMBER = 0x08

Bounds = tuple[bytes | None, bytes | None]
"""The least key a page may hold, and the one all its keys are below."""


class _Fault(Exception):
    """What is wrong with one page."""


def faults(path: str) -> list[str]:
    """The first thing wrong in each of the two trees of a data file; empty when sound.

    Only of a file that lmdb.verify calls sound, as that sees pages in two places and keys out of order.
    It adds about two seconds a gigabyte to that walk.

    Raises:
        OSError: the file cannot be read.
    """
    found = []
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        try:
            size = unpack_from("=I", os.pread(file.fileno(), _TXNID, 0), _PAGE_SIZE)[0]
            heads = [os.pread(file.fileno(), size, number * size) for number in (0, 1)]
            newest = max(heads, key=lambda head: unpack_from("=Q", head, _TXNID)[0])
        except error:
            return ["a header page is cut off"]
        for name, at in _TREES:
            try:
                _Tree(file.fileno(), size, name, _META.unpack_from(newest, at)).look()
            except _Fault as fault:
                found.append(str(fault))
    return found


class _Tree:
    """One tree of a file on the way through its pages."""

    def __init__(self, file: int, size: int, name: str, record: tuple[int, ...]) -> None:
        self._file = file
        self._size = size
        self._name = name
        self._flags, self._depth, branches, leaves, _, _, self._root = record
        self._left = branches + leaves
        self._numbers = name == _TREES[0][0]

    def look(self) -> None:
        """Go through every page; raises the first fault."""
        if self._flags & _ORDER_FLAGS != (_BY_NUMBER if self._numbers else 0):
            raise _Fault(f"{self._name}: its record has the flags 0x{self._flags:x}")
        if self._root != _EMPTY:
            self._page(self._root, self._depth, (None, None))

    def _page(self, number: int, level: int, bounds: Bounds) -> None:
        """One page and all below it, with the ``bounds`` that its parents promise of its keys."""
        self._left -= 1
        if self._left < 0:
            raise self._fault(number, "it is one more than the tree counts")
        raw = os.pread(self._file, self._size, number * self._size)
        try:
            _, flags, lower, upper = _HEAD.unpack_from(raw)
            count = (lower - _HEADER) >> 1
            if flags != (_LEAF if level == 1 else _BRANCH) or lower & 1 or lower > upper or count < 1:
                raise self._fault(number, "its header is wrong")
            places = unpack_from(f"={count}H", raw, _HEADER)
            ends = list(self._leaf(number, raw, places) if level == 1 else self._branch(number, raw, places))
        except error:
            raise self._fault(number, "a node lies beyond its end") from None
        starts = sorted(places)
        if starts[0] != upper or sorted(ends) != [*starts[1:], self._size]:
            raise self._fault(number, "its nodes do not lie side by side")
        if level == 1:
            self._check_keys(number, raw, places, bounds)
        else:
            self._below(number, raw, places, level, bounds)

    def _leaf(self, number: int, raw: bytes, places: tuple[int, ...]) -> Iterator[int]:
        """Where each node of a leaf ends."""
        for place in places:
            short, more, flags, key = _NODE.unpack_from(raw, place)
            if flags not in (0, _BIG) or not 0 < key <= _LONGEST_KEY:
                raise self._fault(number, "a node has a wrong header")
            value = _POINTER if flags else short + (more << 16)
            yield place + (_NODE_HEADER + key + value + 1 & ~1)

    def _branch(self, number: int, raw: bytes, places: tuple[int, ...]) -> Iterator[int]:
        """Where each node of a branch ends. The key of the first one may be left out."""
        for turn, place in enumerate(places):
            key = _NODE.unpack_from(raw, place)[3]
            if (turn and not key) or key > _LONGEST_KEY:
                raise self._fault(number, "a node has a wrong header")
            yield place + (_NODE_HEADER + key + 1 & ~1)

    def _check_keys(self, number: int, raw: bytes, places: tuple[int, ...], bounds: Bounds) -> None:
        """Whether the first and the last key of a leaf, whose keys ascend, are what its parents promise."""
        low, high = bounds
        if (low is not None and self._key(raw, places[0]) < low) or (
            high is not None and self._key(raw, places[-1]) >= high
        ):
            raise self._fault(number, "its keys belong elsewhere")

    def _below(self, number: int, raw: bytes, places: tuple[int, ...], level: int, bounds: Bounds) -> None:
        """Every page under a branch, with what it promises of them."""
        if len(places) < 2 and not self._numbers:  # LMDB ends the process over one in the main tree
            raise self._fault(number, "it leads to one page only")
        parts = [bounds[0], *(self._key(raw, place) for place in places[1:]), bounds[1]]
        for turn, place in enumerate(places):
            short, more, most, _ = _NODE.unpack_from(raw, place)
            self._page(short | more << 16 | most << 32, level - 1, (parts[turn], parts[turn + 1]))

    def _key(self, raw: bytes, place: int) -> bytes:
        """The key of a node, so that keys compare as bytes do."""
        at = place + _NODE_HEADER
        key = raw[at : at + _NODE.unpack_from(raw, place)[3]]
        return int.from_bytes(key, sys.byteorder).to_bytes(8, "big") if self._numbers else key

    def _fault(self, number: int, why: str) -> _Fault:
        return _Fault(f"{self._name}: page {number}: {why}")
