"""Proof that indexes and counters are what the records say, and that no checksum is wrong.

Everything is read on one snapshot, in one pass over each space, with memory for the counter groups
only. What is found is reported, never repaired here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count as numbers
from pathlib import Path
from typing import Any

from msgspec import Struct

from tacit.store import changelog
from tacit.store.building import Step as Step
from tacit.store.building import unheard as unheard
from tacit.store.codec import load, unseal
from tacit.store.engine import Transaction
from tacit.store.entries import amounts, index_entries
from tacit.store.errors import StoreError
from tacit.store.guard import DATA, check_data
from tacit.store.pages import faults
from tacit.store.pending import unpack_sum, unpack_tally
from tacit.store.reading import Read
from tacit.store.rows import unpacked
from tacit.store.schema import CHANGES, COUNTERS, META, TRASH, Schema, Table
from tacit.store.vector_sound import faults as faults_of_vectors


class Difference(Struct, frozen=True):
    """Something that is not as it should be: where, what, and how often."""

    table: str
    what: str
    count: int


_SLACK = re.compile(r".* DB: overflow page \d+ header mp_pages (\d+) != OVPAGES\(\d+\)=(\d+)")
_TOTAL = re.compile(r".* DB: walked (\d+) overflow pages, record says (\d+)")
_LEAK = re.compile(r"(\d+) page\(s\) are neither reachable nor in the freeDB -- a leak .*")


def structure(path: Path) -> list[str]:
    """What is wrong with the pages of a store's file, found without mapping it; empty when sound.

    LMDB trusts its pages and can end the process over a damaged one, so this comes before opening a
    store that is in doubt (some seven seconds a gigabyte). A writer at work can make a sound file look
    wrong, so it is looked at twice.

    Raises:
        StoreError: there is no file that could be looked at.
    """
    from lmdb.verify import VerifyError
    from lmdb.verify import verify as look

    check_data(str(path))
    problems: list[str] = []
    for _ in range(2):
        try:
            problems = look(str(path / DATA), subdir=False)  # type: ignore[no-untyped-call]
        except VerifyError as error:
            problems = [str(error)]
        problems = without_slack(problems) or faults(str(path / DATA))
        if not problems:
            break
    return problems


def without_slack(problems: list[str]) -> list[str]:
    """The problems that are none of LMDB's own doing.

    A value that is written again, shorter, in the same transaction keeps its run of overflow pages. The
    walk calls every page behind the value a mismatch, a wrong total and a leak; where the three agree to
    the page it is none.
    """
    slack = 0
    kept = []
    for problem in problems:
        found = _SLACK.fullmatch(problem)
        if found is not None and int(found[1]) > int(found[2]):
            slack += int(found[1]) - int(found[2])
        else:
            kept.append(problem)
    if not slack:
        return problems
    totals = [found for problem in kept if (found := _TOTAL.fullmatch(problem)) is not None]
    leaks = [found for problem in kept if (found := _LEAK.fullmatch(problem)) is not None]
    missing = sum(int(found[2]) - int(found[1]) for found in totals)
    leaked = sum(int(found[1]) for found in leaks)
    if not missing == leaked == slack:
        return problems
    told = {found[0] for found in (*totals, *leaks)}
    return [problem for problem in kept if problem not in told]


class Tally:
    """Differences as they are found."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, table: str, what: str, count: int = 1) -> None:
        """Count one more, or some."""
        if count:
            place = (table, what)
            self._counts[place] = self._counts.get(place, 0) + count

    def differences(self) -> list[Difference]:
        """All of them, in the order they were first found."""
        return [Difference(table, what, count) for (table, what), count in self._counts.items()]


def verify(read: Read, schema: Schema, step: Step = unheard) -> list[Difference]:
    """Every difference between what is stored and what follows from the records; empty when sound.

    ``step`` is told after every record how many were looked at so far.

    Raises:
        StoreError: the file itself cannot be read to its end.
    """
    tally = Tally()
    sums: dict[bytes, int] = {}
    seen = numbers(1)
    for table in schema.tables:
        _check_table(read.kv, table, sums, tally, lambda: step(next(seen)))
    _check_counters(read.kv, schema, sums, tally)
    _check_trash(read.kv, schema, tally)
    _check_columns(read.kv, schema, tally)
    for name, space in ((META, META), *((held.name, held.space) for held in schema.maps)):
        for key, sealed in read.kv.scan(space):
            _tried(tally, name, "damaged value", unseal, name, key, sealed)
    for key, sealed in read.kv.scan(CHANGES):
        _tried(tally, CHANGES, "damaged line", changelog.line, key, sealed)
    if schema.vectors is not None:
        for what, _ in faults_of_vectors(read.kv, schema.vectors):
            tally.add(schema.vectors.name, what)
    return tally.differences()


def _check_table(
    kv: Transaction, table: Table[Any], sums: dict[bytes, int], tally: Tally, looked: Callable[[], None]
) -> None:
    entries = dict.fromkeys(table.spaces.values(), 0)
    for key, sealed in kv.scan(table.space):
        looked()
        record = _tried(tally, table.name, "damaged record", load, table, key, sealed)
        if record is None:
            continue
        for space, entry in index_entries(table, key, record):
            if kv.get(space, entry) == key:
                entries[space] += 1
            else:
                tally.add(table.name, f"missing in {space}")
        for place, amount in amounts(table, record).items():
            sums[place] = sums.get(place, 0) + amount
    for space, count in entries.items():
        tally.add(table.name, f"stray in {space}", sum(1 for _ in kv.scan(space)) - count)


def _check_counters(kv: Transaction, schema: Schema, sums: dict[bytes, int], tally: Tally) -> None:
    stems = [(stem, table.name, name) for table in schema.tables for name, stem in table.stems.items()]

    def owner(key: bytes) -> tuple[str, str]:
        for stem, table, name in stems:
            if key.startswith(stem):
                return table, f"wrong sum in counter {name}"
        return COUNTERS, "sum of an unknown counter"

    for key, sealed in kv.scan(COUNTERS):
        total = _tried(tally, COUNTERS, "damaged sum", unpack_sum, key, sealed)
        expected = sums.pop(key, 0)
        if total is not None and total != expected:
            tally.add(*owner(key))
    for key, expected in sums.items():
        if expected:
            tally.add(*owner(key))


def _check_trash(kv: Transaction, schema: Schema, tally: Tally) -> None:
    tables = {table.name.encode(): table for table in schema.tables}
    for place, sealed in kv.scan(TRASH):
        name, _, key = place.partition(b"\0")
        table = tables.get(name)
        if table is None:
            tally.add(TRASH, "record of an unknown table")
            continue
        _tried(tally, TRASH, "damaged record", load, table, key, sealed)


def _check_columns(kv: Transaction, schema: Schema, tally: Tally) -> None:
    for rows in schema.rows:
        for key, sealed in kv.scan(rows.space):
            _tried(tally, rows.name, "damaged chunk", unpacked, rows, key, sealed)
    for held in schema.tallies:
        for key, sealed in kv.scan(held.space):
            _tried(tally, held.name, "damaged tally", unpack_tally, held, key, sealed)


def _tried(tally: Tally, table: str, what: str, look: Callable[..., Any], *args: Any) -> Any:
    try:
        return look(*args)
    except StoreError:
        tally.add(table, what)
        return None
