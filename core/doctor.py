"""The doctor: is every record whole, and does every count and index equal the records?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from tacit.core.holding import copies_of, counted, episodes_of
from tacit.core.learn.candidates import events_of
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EPISODES, PATTERNS, SCHEMA, SESSIONS
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.store import Store
from tacit.store.verify import structure, verify


class Finding(Struct, frozen=True):
    """One thing the doctor looked at. ``count`` is how many records it is about."""

    level: Literal["ok", "warning", "damage"]
    what: str
    count: int
    hint: str = ""


_PAGES = "Restore the folder from a backup, or import the transcripts into a fresh store (--store DIR)."
_HINT = "Import the transcripts into a fresh store (--store DIR)."


def examine_pages(path: Path) -> Iterator[Finding]:
    """What is wrong with the pages of a store's file, without trusting them; nothing when sound."""
    for problem in structure(path):
        yield Finding("damage", f"data.mdb: {problem}", 1, _PAGES)


def examine(store: Store) -> Iterator[Finding]:
    """Everything found, the good news included; all of it on one snapshot.

    The snapshot also keeps writers from using pages again while they are looked at in the file.
    """
    with store.read() as read:
        pages = list(examine_pages(store.path))
        yield from pages
        if not pages:
            yield from _records(read)


def _records(read: Read) -> Iterator[Finding]:
    differences = list(verify(read, SCHEMA))
    for difference in differences:
        yield Finding("damage", f"{difference.table}: {difference.what}", difference.count, _HINT)
    if differences:
        return
    tables: tuple[Table[Any], ...] = (SESSIONS, EPISODES, PATTERNS)
    for table in tables:
        number = sum(1 for _ in read.keys(table))
        yield Finding("ok", f"{table.name}: records, indexes and counters agree", number)
    yield _sessions(read)
    yield _tallies(read)


def _sessions(read: Read) -> Finding:
    wrong = number = 0
    for _, session in read.records(SESSIONS):
        number += 1
        copies = sum(not is_buried(read, copy.id) for copy in copies_of(read, session.id))
        wrong += counted(session, episodes_of(read, session.id), copies) != session
    if wrong:
        return Finding("damage", "sessions whose counts differ from their episodes", wrong, _HINT)
    return Finding("ok", "sessions: counts equal the sums over their episodes", number)


def _tallies(read: Read) -> Finding:
    sums: dict[int, list[int]] = {}
    for _, contribution in read.records(CONTRIBUTIONS):
        for share in contribution.shares:
            row = sums.setdefault(share.owner, [0] * CANDIDATES.fields)
            for place, count in enumerate(share.counts):
                row[place] += count
    stored = dict(read.tallies(CANDIDATES))
    wrong = sum(1 for owner in sums.keys() | stored.keys() if tuple(sums.get(owner, ())) != stored.get(owner))
    wrong += sum(1 for owner, counts in stored.items() if len(events_of(read, owner)) != counts[0])
    if wrong:
        return Finding(
            "damage", "candidates whose counts differ from what episodes contributed", wrong, _HINT
        )
    return Finding("ok", "candidates: counts and events equal what the episodes contributed", len(stored))
