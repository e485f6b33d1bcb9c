"""Vectors of what a record said before: they answer nothing, and go when something is forgotten.

A record that only changed keeps its rows until it is embedded anew, which may be much later. What was
forgotten may have been in it: the file of a pattern that rests on other sessions too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tacit.core.embedding.due import Unit, named_after
from tacit.core.embedding.position import position
from tacit.core.embedding.texts import EMBEDDED, TABLES, sums
from tacit.store.errors import Corrupt
from tacit.store.vector_rows import put_vectors, spaces, sums_of

if TYPE_CHECKING:
    from tacit.store.transaction import Write
    from tacit.store.vector_rows import Space


def drop_stale(write: Write) -> None:
    """Take out, in every space, the rows whose records have no such text any more."""
    for space in spaces(write):
        for name, key in _suspects(write, space):
            there = sums_of(write, space, name, key)
            record = write.get(TABLES[name], key) if there else None
            if record is not None:
                now = sums(write, TABLES[name], key, record)
                keep = [number for number, one in there.items() if now.get(number) == one]
                put_vectors(write, space, name, key, (), keep)


def _suspects(write: Write, space: Space) -> Iterable[Unit]:
    """The records that changed since the space followed the log; all where nobody can tell."""
    at = position(write, space)
    if at is not None and at.complete:
        try:
            return named_after(write, at.seq)
        except Corrupt:
            pass
    return [(table.name, key) for table in EMBEDDED for key in write.keys(table)]
