"""A store: opened, read in snapshots, written in transactions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from tacit.store import guard, versions
from tacit.store.errors import StoreDamaged, StoreError, StoreReadOnly
from tacit.store.lmdb_environment import MAP_SIZES
from tacit.store.reading import Read
from tacit.store.schema import BUILT, COMPACT, ID, SECRET, VERSION, R, Schema
from tacit.store.shared import Shared, join, leave

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.store.compaction import Compaction
    from tacit.store.engine import Transaction
    from tacit.store.lmdb_engine import Sizes
    from tacit.store.schema import Table
    from tacit.store.transaction import Write

T = TypeVar("T")


class Store:
    """An open store. Threads may share it; so may processes, each with its own.

    Attributes:
        id: the store's own name, 32 hex digits, made with it.
        secret: 32 bytes that never leave it.
        path: its folder.
        readonly: nothing can be written through this one.
        unlocked: it could only be opened without a lock, for want of permission: a read may see a
            page change under it, so reads are kept short and looked at twice.
        schema: what it holds.
        left_out: (name, key in hex) of what was found damaged so far, and passed over or put aside, be it
            by a job that failed and so put nothing aside.
        floor: up to this number everything that is derived has followed the change log, so that those
            lines may be dropped when there are very many. Whoever opens the store knows, and says so.
    """

    def __init__(  # noqa: PLR0917 - `open` is the way in
        self,
        shared: Shared,
        path: Path,
        readonly: bool,
        command: str,
        actor: str,
        clock: Callable[[], int],
        timeout: float,
    ) -> None:
        self._shared: Shared | None = shared
        self._command = command
        self._actor = actor
        self._clock = clock
        self._timeout = timeout
        self._rejoin: Callable[[], Shared] = self._held
        self.path = path
        self.readonly = readonly or shared.engine.readonly
        self.unlocked = shared.unlocked
        self.floor = 0
        self.left_out: set[tuple[str, str]] = set()
        self.id = ""
        self.secret = b""
        self._stored = b""
        self.schema: Schema | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        schema: Schema,
        *,
        readonly: bool = False,
        create: bool = True,
        command: str = "",
        actor: str = "person",
        clock: Callable[[], int],
        busy_timeout: float = 10.0,
        force: bool = False,
        tidy: bool = True,
        _map_sizes: tuple[int, ...] = MAP_SIZES,
    ) -> Store:
        """Open the store at ``path``, or make it.

        Args:
            path: its folder.
            schema: what it holds.
            readonly: never write; the store must be there.
            create: make it when it is not there.
            command: the verb that the change log names, without arguments.
            actor: who the change log names.
            clock: milliseconds UTC.
            busy_timeout: seconds to wait for another writer.
            force: also on a network file system.
            tidy: do a compaction that is due; who is in a hurry leaves it to others.

        Raises:
            StoreMissing: there is none, and none was to be made, or the place is taken.
            StoreDamaged: its files are not what they were.
            StoreNewer: a newer Tacit made it.
            StoreOlder: an older Tacit made it; see :mod:`tacit.store.upgrading`.
            StoreError: it cannot be used for another reason, which the message names.
        """
        place = os.path.realpath(path)
        if not guard.is_store(place):
            if readonly or not create:
                raise guard.absent(place)
            from tacit.store.creation import create as make

            make(place, schema, force=force, map_sizes=_map_sizes)
        if not force:
            guard.check_place(place)

        def rejoin() -> Shared:
            return join(place, schema.spaces(), readonly=readonly, timeout=busy_timeout, map_sizes=_map_sizes)

        store = cls(rejoin(), path, readonly, command, actor, clock, busy_timeout)
        store._rejoin = rejoin
        try:
            store._identify(schema)
            if tidy:
                store._tidy()
        except BaseException:
            store.close()
            raise
        return store

    def read(self) -> Reading:
        """A snapshot for a ``with`` block: every read in it sees the same moment."""
        return Reading(self)

    def write(self, job: Callable[[Write], T], *, large: bool = False) -> T:
        """Run ``job`` once, in one transaction on the writer thread; it is durable when this returns.

        Small jobs that threads of this process ask for at the same moment may share a commit; each
        still happens whole or not at all.

        Args:
            job: what to do.
            large: it writes megabytes, so that it has a commit of its own.

        Raises:
            StoreReadOnly: the store was opened for reading, or may not be written to.
            StoreBusy: another process held the lock for too long; the job did not run.
            StoreFull: there is no room; nothing was changed.
            Exception: whatever the job raised; nothing was changed.
        """
        if self.readonly:
            raise StoreReadOnly(
                f"The store {self.path} is open for reading only.",
                "Check the permissions of its folder." if self.unlocked else "Open it without --readonly.",
            )
        from tacit.store.transaction import Write

        def run(kv: Transaction) -> T:
            write = Write(kv, self._clock(), self._actor, self._command, self.schema, self.left_out)
            versions.hold(self.path, self._stored, write.meta(VERSION))
            result = job(write)
            write.trim(self.floor)
            write.flush()
            return result

        return self._held().writer().run(run, self._command, self._timeout, large=large)

    def stream(
        self, table: Table[R], index: str = "", prefix: bytes = b"", *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes, R]]:
        """(index key, record key, record) of a table of any size, read in many short transactions.

        What is there all the time comes once, what comes or goes meanwhile once or not at all; a record
        that changes its place in the index may come at both places or at neither.

        Args:
            table: the table.
            index: the name of one of its indexes; empty for the order of the record keys.
            prefix: what every index key begins with.
            reverse: from the last one backwards.
        """
        from tacit.store.streaming import stream

        return stream(self, table, index, prefix, reverse=reverse)

    def sequence(self) -> int:
        """The newest number in the change log."""
        with self.read() as read:
            return read.sequence()

    def sizes(self) -> Sizes:
        """How many bytes the file has, may have and needs."""
        return self._held().engine.sizes()

    def refresh(self, schema: Schema) -> None:
        """Learn anew whose store this is: a backup that was taken back brings its id and secret along."""
        self._identify(schema)

    def compact(self) -> Compaction:
        """Write the file anew without what was removed, if nobody else has the store open.

        It is closed and opened again for that, so no other thread may be using this one meanwhile.

        Raises:
            StoreError: there is no room for a second file, or it cannot be written; nothing was changed.
        """
        from tacit.store.compaction import HERE, Compaction, compact, size

        shared, place = self._held(), os.path.realpath(self.path)
        if self.readonly:
            raise StoreReadOnly(f"The store {self.path} is open for reading only.", "Open it for writing.")
        self._shared = None
        try:
            if leave(shared):
                return compact(place)
            return Compaction(size(place), size(place), HERE)
        finally:
            self._shared = self._rejoin()

    def compaction_due(self) -> bool:
        """Whether the file may still hold what was removed for good."""
        with self.read() as read:
            return read.meta(COMPACT) is not None

    def _tidy(self) -> None:
        """A compaction that is due is done by whoever is alone first; who cannot do it goes on without."""
        if not self.readonly and self.compaction_due():
            try:
                self.compact()
            except StoreError:
                if self._shared is None:
                    raise

    def close(self) -> None:
        """Let go of the store. Closing twice is harmless."""
        shared, self._shared = self._shared, None
        if shared is not None:
            leave(shared)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self) -> Transaction:
        """A snapshot of the engine, for :class:`Reading`."""
        return self._held().engine.begin()

    def _held(self) -> Shared:
        if self._shared is None:
            raise StoreError(f"The store {self.path} is closed.", "Open it again.")
        return self._shared

    def _identify(self, schema: Schema) -> None:
        with self.read() as read:
            found: dict[bytes, bytes] = {}
            for key in (ID, SECRET, VERSION):
                value = read.meta(key)
                if value is None:
                    raise StoreDamaged(
                        f"The store {self.path} has lost its {key.decode()}.",
                        "Move the folder away and import the transcripts again.",
                    )
                found[key] = value
            noted = read.meta(BUILT)
        self.id = found[ID].decode()
        self.secret = found[SECRET]
        versions.check(self.path, schema, found[VERSION], noted)
        self._stored = found[VERSION]
        self.schema = schema


class Reading:
    """A read transaction that lives as long as its ``with`` block."""

    __slots__ = ("_read", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: Read | None = None

    def __enter__(self) -> Read:
        store = self._store
        again = store.begin if store.unlocked else None
        self._read = Read(store.begin(), again, store.left_out, store.schema)
        return self._read

    def __exit__(self, *_: Any) -> None:
        if self._read is not None:
            self._read.end()
