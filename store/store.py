"""A store: opened, read in snapshots, written in transactions."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tacit.store import guard
from tacit.store.errors import StoreDamaged, StoreError, StoreNewer, StoreReadOnly
from tacit.store.lmdb_environment import MAP_SIZES
from tacit.store.reading import Read
from tacit.store.schema import ID, SECRET, VERSION, Schema
from tacit.store.shared import Shared, join, leave

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.store.engine import Transaction
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
        self.path = path
        self.readonly = readonly or shared.engine.readonly
        self.unlocked = shared.unlocked
        self.id = ""
        self.secret = b""

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

        Raises:
            StoreMissing: there is none, and none was to be made, or the place is taken.
            StoreDamaged: its files are not what they were.
            StoreNewer: a newer Tacit made it.
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
        shared = join(place, schema.spaces(), readonly=readonly, timeout=busy_timeout, map_sizes=_map_sizes)
        store = cls(shared, path, readonly, command, actor, clock, busy_timeout)
        try:
            store._identify(schema)
        except BaseException:
            store.close()
            raise
        return store

    def read(self) -> Reading:
        """A snapshot for a ``with`` block: every read in it sees the same moment."""
        return Reading(self)

    def write(self, job: Callable[[Write], T]) -> T:
        """Run ``job`` in one transaction on the writer thread; it is durable when this returns.

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
            write = Write(kv, self._clock(), self._actor, self._command)
            result = job(write)
            write.flush()
            return result

        return self._held().writer().run(run, self._command, self._timeout)

    def sequence(self) -> int:
        """The newest number in the change log."""
        with self.read() as read:
            return read.sequence()

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
        self.id = found[ID].decode()
        self.secret = found[SECRET]
        version = int.from_bytes(found[VERSION], "big")
        if version > schema.version:
            raise StoreNewer(
                f"The store {self.path} was written by a newer Tacit (schema {version}).", "Update Tacit."
            )


class Reading:
    """A read transaction that lives as long as its ``with`` block."""

    __slots__ = ("_read", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: Read | None = None

    def __enter__(self) -> Read:
        store = self._store
        self._read = Read(store.begin(), store.begin if store.unlocked else None)
        return self._read

    def __exit__(self, *_: Any) -> None:
        if self._read is not None:
            self._read.end()
