"""Values that a store has in the fields of a query, read from its counters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from tacit.core.tables import EPISODES, NOTES, PATTERNS, SESSIONS, SHARED
from tacit.store.keys import text_of
from tacit.store.reading import Read
from tacit.store.schema import Table

MOST = 2_000
"""Counters looked at for the values of one field."""

_COUNTERS: dict[str, tuple[Table[Any], str]] = {
    "project": (SESSIONS, "project"),
    "file": (PATTERNS, "file"),
    "lang": (EPISODES, "language"),
    "agent": (SESSIONS, "agent"),
    "unworthy": (EPISODES, "unworthy"),
    "from": (SHARED, "source"),
}


def known(read: Read, field: str, begun: str) -> list[str]:
    """Values of a field, each once; for a file those whose path begins so far come first."""
    if field not in _COUNTERS:
        return []
    table, counter = _COUNTERS[field]
    found: dict[str, None] = {}
    if field == "from":
        found.update(dict.fromkeys(_names(read, NOTES, "source")))
    if begun and field == "file":
        found.update(dict.fromkeys(_names(read, table, counter, begun.encode("utf-8", "surrogatepass"))))
    found.update(dict.fromkeys(_names(read, table, counter)))
    return list(found)


def _names(read: Read, table: Table[Any], counter: str, prefix: bytes = b"") -> Iterator[str]:
    for group, _ in islice(read.groups(table, counter, prefix), MOST):
        yield text_of(group.partition(b"\0")[0])
