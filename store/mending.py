"""Repair within one transaction: damaged bytes go into the quarantine, indexes and counters are made anew.

What then rests on nothing is the business of the schema's ``heal``, which the end of the transaction calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tacit.store import changelog
from tacit.store.building import Step, unheard
from tacit.store.changelog import Change
from tacit.store.codec import load, seal, unseal
from tacit.store.errors import Corrupt, StoreNewer
from tacit.store.keys import u64
from tacit.store.pending import unpack_tally
from tacit.store.rows import unpacked
from tacit.store.schema import BUILT, CHANGES, COMPACT, COUNTERS, META, TRASHED, Map, Part, Schema
from tacit.store.transaction import Write
from tacit.store.vector_sound import settle
from tacit.store.verify import verify

_LINES = Map(CHANGES)
_LINES.space = CHANGES
_META = Map(META)
_META.space = META


class Mended(Struct, frozen=True):
    """What was done: how much of what was set aside, and the tables whose indexes or counters were wrong."""

    aside: dict[str, int]
    rebuilt: tuple[str, ...]


def mend(write: Write, schema: Schema, step: Step = unheard) -> Mended:
    """Set everything damaged aside and make the indexes and counters that are wrong anew."""
    wrong = {difference.table for difference in verify(write, schema, step)}
    if not wrong:
        return Mended({}, ())
    aside: Counter[str] = Counter()
    for table in schema.tables:
        aside[table.name] = _sweep(write, table, lambda key, sealed, table=table: load(table, key, sealed))
    for held in schema.maps:
        aside[held.name] = _sweep(write, held, lambda key, sealed, name=held.name: unseal(name, key, sealed))
    for rows in schema.rows:
        aside[rows.name] = _sweep(write, rows, lambda key, sealed, rows=rows: unpacked(rows, key, sealed))
    for tallies in schema.tallies:
        aside[tallies.name] = _sweep(
            write, tallies, lambda key, sealed, tallies=tallies: unpack_tally(tallies, key, sealed)
        )
    tables = {table.name.encode(): table for table in schema.tables}
    aside[TRASHED.name] = _sweep(write, TRASHED, lambda place, sealed: _trashed(tables, place, sealed))
    if schema.vectors is not None:
        aside[schema.vectors.name] = settle(write, schema.vectors)
    aside[CHANGES] = _lines(write)
    aside[META] = _meta(write, schema)
    stray = _strays(write, schema)
    rebuilt = [table for table in schema.tables if table.name in wrong or COUNTERS in wrong]
    for table in rebuilt:
        write.rebuild(table)
    names = [table.name for table in rebuilt] + ([COUNTERS] if stray else [])
    return Mended({name: count for name, count in aside.items() if count}, tuple(names))


def _sweep(write: Write, part: Part, look: Callable[..., Any]) -> int:
    found = 0
    for key, sealed in write.kv.scan(part.space):
        try:
            look(key, sealed)
        except Corrupt as error:
            write.set_aside(part, key, error.why)
            found += 1
    return found


def _trashed(tables: dict[bytes, Any], place: bytes, sealed: bytes) -> None:
    name, _, key = place.partition(b"\0")
    if name not in tables:
        raise Corrupt(TRASHED.name, place.hex(), "it is of no table")
    load(tables[name], key, sealed)


def _lines(write: Write) -> int:
    """Set damaged lines of the change log aside; each leaves a line that says so, for there are no holes."""
    found = 0
    last = write.sequence()
    for key, sealed in write.kv.scan(CHANGES, high=u64(last + 1)):
        try:
            changelog.line(key, sealed)
        except Corrupt as error:
            write.set_aside(_LINES, key, error.why)
            if len(key) == len(u64(0)):
                changelog.append(write.kv, Change(int.from_bytes(key, "big"), 0, "lost", "", ""))
            found += 1
    return found


def _meta(write: Write, schema: Schema) -> int:
    """Write what the store notes for itself anew, where it is damaged. Whose store it is nobody knows."""
    found = 0
    for key, value in ((BUILT, schema.noted), (COMPACT, b"")):
        sealed = write.kv.get(META, key)
        try:
            if sealed is not None:
                unseal(META, key, sealed)
        except (Corrupt, StoreNewer):
            write.set_aside(_META, key, "it makes no sense")
            write.kv.put(META, key, seal(META, key, value))
            found += 1
    return found


def _strays(write: Write, schema: Schema) -> int:
    """Remove the sums of counters that nobody declares."""
    stems = tuple(stem for table in schema.tables for stem in table.stems.values())
    found = 0
    for key, _ in write.kv.scan(COUNTERS):
        if key.startswith(stems):
            continue
        write.kv.delete(COUNTERS, key)
        found += 1
    return found
