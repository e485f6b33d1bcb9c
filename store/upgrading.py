"""Bringing a store of an older version up to date: alone, after a backup, in one transaction.

Records get the version of their table, what is declared is built, what is no longer declared goes,
and the migrations of the schema do the rest. A process that is killed in the midst leaves the store as
it was; so does a full disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tacit.store import guard, presence, sound, versions
from tacit.store.building import Step, build, clear, renew, unheard
from tacit.store.codec import seal
from tacit.store.errors import StoreOlder, StoreReadOnly
from tacit.store.keys import u32
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import MAP_SIZES, open_environment
from tacit.store.reading import Read
from tacit.store.schema import BUILT, COUNTERS, META, VERSION, Schema
from tacit.store.transaction import Write


class Upgraded(Struct, frozen=True):
    """What was done: schema versions, where the backup lies, how many damaged records were passed over."""

    before: int
    after: int
    backup: Path
    damaged: int


def upgrade(
    path: Path,
    schema: Schema,
    backup: Callable[[Read], Path],
    *,
    clock: Callable[[], int],
    actor: str = "person",
    command: str = "",
    step: Step | None = None,
    map_sizes: tuple[int, ...] = MAP_SIZES,
) -> Upgraded | None:
    """Bring the store at ``path`` up to date, if nobody else has it open and it is not so already.

    Args:
        path: its folder.
        schema: what it shall hold.
        backup: copies what a snapshot of the old store holds, and says where to.
        clock: milliseconds UTC.
        actor: who the change log names.
        command: the verb that the change log names.
        step: told now and then how many records of a table were gone through.
        map_sizes: as for opening.

    Returns:
        What was done; ``None`` when somebody else has the store open or it needs nothing.

    Raises:
        StoreNewer: a newer Tacit has had it since.
        StoreReadOnly: it may not be written to.
        StoreFull: there is no room; nothing was changed.
        StoreError: anything else, also of the backup; nothing was changed.
    """
    place = os.path.realpath(path)
    mine = presence.alone(place)
    if mine is None:
        return None
    try:
        guard.check_data(place)
        guard.check_room(place, readonly=False)
        try:
            env = open_environment(place, readonly=False, map_sizes=map_sizes)
        except PermissionError as error:
            raise StoreReadOnly(
                f"The store {path} has to be brought up to date and may not be written to.",
                "Check the permissions of its folder.",
            ) from error
        engine = LmdbEngine(place, env, schema.spaces(), readonly=False)
        try:
            return _upgrade(engine, path, schema, backup, clock(), actor, command, step or unheard)
        finally:
            engine.close()
            sound.record(place)
    finally:
        presence.leave(mine)


def _upgrade(  # noqa: PLR0917 - the inside of `upgrade`
    engine: LmdbEngine,
    path: Path,
    schema: Schema,
    backup: Callable[[Read], Path],
    at: int,
    actor: str,
    command: str,
    step: Step,
) -> Upgraded | None:
    read = Read(engine.begin())
    try:
        stored, noted = read.meta(VERSION) or b"", read.meta(BUILT)
        try:
            versions.check(path, schema, stored, noted)
        except StoreOlder:
            kept = backup(read)
        else:
            return None
    finally:
        read.end()
    before = int.from_bytes(stored, "big")
    kv = engine.begin(write=True)
    try:
        write = Write(kv, at, actor, command, schema)
        damaged = _bring(write, schema, versions.parts_of(noted), before, step)
        write.note("upgrade", "store", (), f"{before} to {schema.version}")
        write.flush()
        kv.commit()
    finally:
        kv.abort()
    engine.fill_file()
    return Upgraded(before, schema.version, kept, damaged)


def _bring(write: Write, schema: Schema, built: versions.Parts, before: int, step: Step) -> int:
    """Make the store what the schema says; how many damaged records were passed over."""
    kv, declared = write.kv, schema.parts
    for name in built.keys() - declared.keys():
        _remove(write, name)
    damaged = 0
    for table in schema.tables:
        if built.get(table.space) != declared[table.space]:
            damaged += renew(kv, table, step)
        indexes = [
            one for one in table.indexes if built.get(name := table.spaces[one.name]) != declared[name]
        ]
        counters = [
            one for one in table.counters if built.get(name := table.counter_part(one)) != declared[name]
        ]
        if indexes or counters:
            damaged = max(damaged, build(kv, table, indexes, counters, step))
    for version in range(before + 1, schema.version + 1):
        migration = schema.migrations.get(version)
        if migration is not None:
            migration(write)
    for key, value in ((VERSION, u32(schema.version)), (BUILT, schema.noted)):
        kv.put(META, key, seal(META, key, value))
    return damaged


def _remove(write: Write, name: str) -> None:
    """Take out an index or a counter that is no longer declared. Records only a migration takes out."""
    what, _, rest = name.partition(".")
    if what == "counter":
        table, _, counter = rest.partition(".")
        clear(write.kv, COUNTERS, f"{table}\0{counter}\0".encode())
    elif what == "index":
        clear(write.kv, name)
