"""Going through a table of any size without holding a snapshot: short reads, a cursor between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from tacit.store.keys import successor
from tacit.store.schema import R, Table

if TYPE_CHECKING:
    from tacit.store.reading import Read
    from tacit.store.store import Store

PAGE = 100
"""Records read in one transaction: some tenths of a millisecond."""


def stream(
    store: Store, table: Table[R], index: str = "", prefix: bytes = b"", *, reverse: bool = False
) -> Iterator[tuple[bytes, bytes, R]]:
    """See :meth:`tacit.store.store.Store.stream`."""
    last: tuple[bytes, bytes] | None = None
    while True:
        with store.read() as read:
            places = _after(read, table, index, prefix, last, reverse=reverse)
            page = list(islice(places, PAGE))
            records = read.get_many(table, [key for _, key in page])
        for (entry, key), record in zip(page, records, strict=True):
            if record is not None:
                yield entry, key, record
        if len(page) < PAGE:
            return
        last = page[-1]


def _after(
    read: Read,
    table: Table[R],
    index: str,
    prefix: bytes,
    last: tuple[bytes, bytes] | None,
    *,
    reverse: bool,
) -> Iterator[tuple[bytes, bytes]]:
    """(index key, record key) of what comes behind the last one seen, which may be gone by now."""
    if not index:
        low, high = prefix, successor(prefix)
        if last is not None and reverse:
            high = last[1]
        elif last is not None:
            low = last[1] + b"\0"
        for key in read.keys(table, low, high, reverse=reverse):
            yield key, key
        return
    seen = None if last is None else b"".join(last)
    start = seen if seen is None or reverse else seen + b"\0"
    for entry, key in read.scan(table, index, prefix, start=start, reverse=reverse):
        if not reverse or seen is None or entry + key < seen:
            yield entry, key
