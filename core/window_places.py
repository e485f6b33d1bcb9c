"""Places in an index: which record is the n-th, also before anybody has counted."""

from __future__ import annotations

import time
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from tacit.core.listing import STRIDE
from tacit.core.window_guess import Mark, entry_at, place_of, sampled
from tacit.store.entries import index_entries
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.store import Store

R = TypeVar("R")

Entry = tuple[bytes, bytes]
"""(index key, record key)"""

_SHORT = 8 * STRIDE
"""A list of so many rows is counted through whenever a place in it is asked for."""

_BATCH = 4 * STRIDE
"""Keys that a walk reads in one transaction: a millisecond or two."""

_PAGE = 4 * STRIDE
"""Rows read at once that are still remembered as the page in view."""


class Places(Generic[R]):
    """The places of all that an index holds under a prefix.

    An index has no n-th key, so this is what is promised:

    - The first and the last :data:`STRIDE` rows are exact at once, and every row of a short list.
    - After :meth:`walk` and :meth:`settle` every place is: a page reads its rows and at most
      :data:`STRIDE` keys more.
    - Before, a place far from both ends is *landed on* by a guess (:mod:`tacit.core.window_guess`), which
      is off by a few hundredths of the list; that reads a page, and a sample once. ``loose`` turns true.
      What is read next to it is counted from there, so that no row comes twice and none is missed,
      whatever is written meanwhile, until the rows near an end take their true places; and whoever comes
      back to a place finds the same rows.

    Args:
        table: the table.
        index: one of its indexes.
        prefix: what the index keys begin with.
        total: how many entries there are, as a counter knows.
    """

    def __init__(self, table: Table[R], index: str, prefix: bytes, total: int) -> None:
        self.total = total
        self.loose = False
        self._table = table
        self._index = index
        self._prefix = prefix
        self._view: tuple[int, list[Entry]] | None = None
        self._landings: list[Mark] = []
        self._sample: list[bytes] | None = None
        self._walked: list[bytes] = []
        self._anchors: list[bytes] | None = None

    def keys(self, read: Read, start: int, count: int) -> list[bytes]:
        """The record keys at the places from ``start`` on."""
        count = max(0, min(count, self.total - start))
        if not count:
            return []
        entries = self._entries(read, start, count)
        if self.loose and len(entries) < count:
            entries = self._from_end(read, self.total - start, count)
        if count <= _PAGE:
            self._view = start, entries
        return [key for _, key in entries]

    # Counting

    def walk(self, store: Store, goes_on: Callable[[], bool]) -> bool:
        """Remember every :data:`STRIDE` th key; whether that came to its end. Run it in a worker.

        Where nothing was landed on, the true places hold at once, else from :meth:`settle` on.
        """
        found: list[bytes] = []
        last: bytes | None = None
        count = 0
        while goes_on():
            with store.read() as read:
                before = count
                for index_key, key in islice(self._after(read, last), _BATCH):
                    if count and count % STRIDE == 0:
                        found.append(index_key + key)
                    count += 1
                    last = index_key + key
            if count - before < _BATCH:
                self._walked = found
                if not self.loose:
                    self._anchors = found  # not settled here: another thread may land this very moment
                return True
            time.sleep(0)  # the thread of the screen may be waiting for its turn
        return False

    def settle(self) -> None:
        """Go by the true places from now on, if they were counted."""
        if not self._walked and self.total > STRIDE:
            return
        self._anchors = self._walked
        if self.loose:
            self._view, self._landings, self.loose = None, [], False

    def place(self, read: Read, key: bytes, near: int | None = None) -> int | None:
        """The place of a record, or ``None`` where it is not in the list.

        Far from both ends of a long list that was not walked it is ``near``, which is landed on so that
        the record stands there, or a guess.
        """
        entry = self._entry(read, key)
        if entry is None:
            return None
        if self._view is not None and not (self.loose and self._walked):
            start, page = self._view
            at = next((at for at, one in enumerate(page) if one[1] == key), None)
            if at is not None:
                return start + at
        if self._walked:
            return self._counted(read, entry)
        place = self._near_an_end(read, entry)
        return self._landed(read, entry, near) if place is None else place

    def _counted(self, read: Read, entry: bytes) -> int:
        """Its true place, of what was walked."""
        at = bisect_right(self._walked, entry)
        return at * STRIDE + self._until(read, entry, self._walked[at - 1] if at else None)

    def _near_an_end(self, read: Read, entry: bytes) -> int | None:
        """The place in a short list, or of a row near an end; ``None`` of any other."""
        most = self.total if self.total <= _SHORT else STRIDE
        place = self._until(read, entry, None, most + 1)
        if place <= most:
            return place
        behind = sum(1 for _ in islice(self._scan(read, entry), STRIDE + 1))
        return max(0, self.total - behind) if behind <= STRIDE else None

    def _landed(self, read: Read, entry: bytes, near: int | None) -> int:
        """Land on an entry, so that it stands near a place."""
        if near is None:
            first, end = self._ends(read)
            near = place_of(entry, self._known(first, end), self._sampled(read))
        near = max(STRIDE + 1, min(near, self.total - STRIDE - 1))
        insort(self._landings, (near, entry))
        self.loose = True
        return near

    def _until(self, read: Read, entry: bytes, start: bytes | None, most: int | None = None) -> int:
        """How many entries come before one, from ``start`` on."""
        count = 0
        for index_key, key in islice(self._scan(read, start), most):
            if index_key + key >= entry:
                break
            count += 1
        return count

    # Reading

    def _entries(self, read: Read, start: int, count: int) -> list[Entry]:
        """(index key, record key) of a page, from the nearest place that is known."""
        near_end = start <= STRIDE or self.total - start <= STRIDE
        view = self._view
        if view is not None and not (self.loose and near_end) and start:
            first, page = view
            if page and first - STRIDE <= start <= first + len(page) + STRIDE:
                return self._beside(read, first, page, start, count)
        if start <= STRIDE or (self.total <= _SHORT and start <= self.total // 2):
            return self._from(read, None, start, count)
        if near_end or self.total <= _SHORT:
            return self._from_end(read, self.total - start, count)
        if self._anchors:
            at = min(start // STRIDE, len(self._anchors))
            begin = self._anchors[at - 1] if at else None
            return self._from(read, begin, start - at * STRIDE, count)
        return self._land(read, start, count)

    def _beside(self, read: Read, first: int, page: list[Entry], start: int, count: int) -> list[Entry]:
        """From the page in view, which may have lost some rows meanwhile."""
        if start >= first + len(page):
            return self._from(read, b"".join(page[-1]), start - first - len(page) + 1, count)
        if start >= first:
            return self._from(read, b"".join(page[start - first]), 0, count)
        before = self._before(read, b"".join(page[0]), first - start)
        if self.loose and len(before) < first - start:
            return self._from(read, None, start, count)
        rest = self._from(read, b"".join(page[0]), 0, count - len(before)) if len(before) < count else []
        return (before + rest)[:count]

    def _from(self, read: Read, begin: bytes | None, skip: int, count: int) -> list[Entry]:
        """A page that begins so many entries behind a known one, which may be gone."""
        found = list(islice(self._scan(read, begin), skip + count))
        if skip and begin is not None and found and b"".join(found[0]) != begin:
            skip -= 1
        return found[skip : skip + count]

    def _before(self, read: Read, entry: bytes, count: int) -> list[Entry]:
        """So many entries before one, in their order."""
        scan = read.scan(self._table, self._index, self._prefix, start=entry, reverse=True)
        back = (one for one in scan if b"".join(one) < entry)
        return list(islice(back, count))[::-1]

    def _from_end(self, read: Read, back: int, count: int) -> list[Entry]:
        """A page that begins so many entries before the end."""
        scan = read.scan(self._table, self._index, self._prefix, reverse=True)
        return list(islice(scan, back))[::-1][:count]

    def _land(self, read: Read, start: int, count: int) -> list[Entry]:
        """A page at a place that nobody has counted to."""
        for place, entry in self._landings:
            if place <= start <= place + STRIDE:
                return self._from(read, entry, start - place, count)
            if place - STRIDE <= start < place:
                return self._beside(read, place, [(entry, b"")], start, count)
        first, end = self._ends(read)
        key = entry_at(start, self._known(first, end), self._sampled(read))
        found = self._from(read, key, 0, count)
        if found:
            insort(self._landings, (start, b"".join(found[0])))
        self.loose = True
        return found

    def _ends(self, read: Read) -> tuple[bytes, bytes]:
        """The first and the last entry."""
        first = next(self._scan(read, None), (b"", b""))
        last = next(read.scan(self._table, self._index, self._prefix, reverse=True), first)
        return b"".join(first), b"".join(last)

    def _known(self, first: bytes, last: bytes) -> list[Mark]:
        """The places that are certain, or have been shown, in their order."""
        return [(0, first), *self._landings, (self.total - 1, last)]

    def _sampled(self, read: Read) -> list[bytes]:
        if self._sample is None:
            self._sample = sampled(read, self._table, self._index, self._prefix)
        return self._sample

    def _entry(self, read: Read, key: bytes) -> bytes | None:
        """The entry that leads to a record."""
        record = read.get(self._table, key)
        if record is None:
            return None
        index = [one for one in self._table.indexes if one.name == self._index]
        found = (entry for _, entry in index_entries(self._table, key, record, index))
        return next((entry for entry in found if entry.startswith(self._prefix)), None)

    def _scan(self, read: Read, start: bytes | None) -> Iterator[Entry]:
        return read.scan(self._table, self._index, self._prefix, start=start)

    def _after(self, read: Read, last: bytes | None) -> Iterator[Entry]:
        """What comes behind an entry, which may be gone by now."""
        return self._scan(read, None if last is None else last + b"\0")
