"""Making a store: whole, in a temporary folder beside its place, then renamed into it."""

from __future__ import annotations

import errno
import os

from tacit.store import guard, sound
from tacit.store.codec import seal
from tacit.store.disk import FULL, sync_folder
from tacit.store.errors import StoreError, StoreFull
from tacit.store.keys import u32
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import MAP_SIZES, open_environment
from tacit.store.schema import BUILT, ID, META, SECRET, VERSION, Schema


def create(path: str, schema: Schema, *, force: bool, map_sizes: tuple[int, ...] = MAP_SIZES) -> None:
    """Make an empty store at ``path``. When another process made one first, that one stays.

    Raises:
        StoreMissing: the place is taken by something else.
        StoreFull: the disk is full.
        StoreError: the place may not be written to.
    """
    if not _free(path):
        if guard.is_store(path):
            return
        raise guard.absent(path)
    parent, name = os.path.split(path)
    made = f"{parent}/.{name}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        os.makedirs(parent, mode=0o700, exist_ok=True)  # noqa: PTH103
        if not force:
            guard.check_place(parent)
        guard.check_room(parent, readonly=False)
        os.mkdir(made, 0o700)  # noqa: PTH102
        _fill(made, schema, map_sizes)
        _move(made, path)
        sync_folder(parent)
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull(f"The disk of {parent} is full.", "Free some space and try again.") from error
        raise StoreError(
            f"No store can be made at {path}: {error.strerror or error}.",
            "Choose another place with --store DIR.",
        ) from error
    finally:
        _discard(made)


def _free(path: str) -> bool:
    """Whether nothing or an empty folder is there."""
    try:
        return not os.listdir(path)  # noqa: PTH208
    except FileNotFoundError:
        return not os.path.lexists(path)
    except OSError:
        return False


def _fill(made: str, schema: Schema, map_sizes: tuple[int, ...]) -> None:
    env = open_environment(made, readonly=False, map_sizes=map_sizes)
    engine = LmdbEngine(made, env, schema.spaces(), readonly=False)
    try:
        kv = engine.begin(write=True)
        values = {
            ID: os.urandom(16).hex().encode(),
            SECRET: os.urandom(32),
            VERSION: u32(schema.version),
            BUILT: schema.noted,
        }
        for key, value in values.items():
            kv.put(META, key, seal(META, key, value))
        kv.commit()
    finally:
        engine.close()
    sound.record(made)
    marker = os.open(f"{made}/{guard.MARKER}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.write(marker, guard.MARKER_TEXT)
    os.fsync(marker)
    os.close(marker)
    sync_folder(made)


def _move(made: str, path: str) -> None:
    """Rename the folder into place, unless somebody else's store is there by now."""
    try:
        os.rename(made, path)  # noqa: PTH104
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST} or not guard.is_store(path):
            raise


def _discard(made: str) -> None:
    """Remove what is left of a folder that was not moved."""
    try:
        for name in os.listdir(made):  # noqa: PTH208
            os.unlink(f"{made}/{name}")  # noqa: PTH108
        os.rmdir(made)  # noqa: PTH106
    except FileNotFoundError:
        return
