"""Backups without what was forgotten: each is taken back into a store of its own and written anew."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp

import msgspec
from msgspec import Struct

from tacit.core.backup_files import backup_paths, backups_of, remembered
from tacit.core.backup_lock import rewriting
from tacit.core.backup_look import keeps, seek
from tacit.core.backup_restore import restore_into
from tacit.core.backups import replace_backup
from tacit.core.errors import BackupDamaged, TacitError
from tacit.core.forgetting import forget_within
from tacit.core.gone import disown, gone, sum_of
from tacit.core.holders import Found
from tacit.core.matching import Matcher
from tacit.core.replacing import moved_aside, remove_unfinished
from tacit.core.seeking import Seeker
from tacit.core.tables import STATE
from tacit.store.backup_writer import clean
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_PLACE = ".forget-"
_SWEPT = b"swept"


class _Swept(Struct, frozen=True, array_like=True):
    """That a file, known by what it was then, was looked at against all that was forgotten.

    ``trouble`` is why it could not be read, so that nobody tries again for nothing.
    """

    file: tuple[int, int, int]
    gone: bytes
    trouble: str = ""


def in_backups(store: Store, matcher: Matcher) -> tuple[Found, tuple[str, ...]]:
    """What holds a text in the known backups of a store, and which of them could not be read whole."""
    found = Found()
    unread = []
    for path in _known(store):
        seeker = Seeker(matcher)
        try:
            seek(path, seeker)
        except TacitError:
            unread.append(path)
        else:
            unread += [path] * bool(seeker.unread)
        found |= seeker.found()
    return found, tuple(unread)


def rewrite_backups(store: Store) -> str:
    """Let no known backup hold what the store has forgotten; which ones could not be helped, and why.

    They keep their dates, and hold the tombstones, so that it stays forgotten where they are taken back.
    """
    with rewriting(store.path) as mine:
        if not mine:
            return "another process is making or rewriting backups"
        remove_leftovers(store)
        remove_unfinished(str(store.path))
        with store.read() as read:
            found, before, elsewhere = gone(read), _swept(read), remembered(read)
        for folder in {os.path.dirname(path) for path in elsewhere} | {backups_of(str(store.path))}:  # noqa: PTH120
            with suppress(OSError):
                clean(folder)
        after = {_name(path): _sweep(store, path, found, before) for path in _known(store)}
        if after != before:
            kept = msgspec.msgpack.encode({name: one for name, one in after.items() if one.file != _NEVER})
            store.write(lambda write: write.set_value(STATE, _SWEPT, kept))
    trouble = " ".join(one.trouble for one in after.values() if one.trouble)
    if found.backups and not trouble:
        store.write(disown)
    return trouble


def unreached(store: Store, matcher: Matcher | None = None) -> Iterator[str]:
    """What may hold something and cannot be helped: backups that are not there now, damaged stores.

    Nor do we rename a backup whose name holds a text.
    """
    with store.read() as read:
        paths = remembered(read)
    yield from (path for path in paths if not os.path.exists(path))  # noqa: PTH110
    yield from moved_aside(str(store.path))
    for path in _known(store) if matcher is not None else ():
        if matcher is not None and matcher.text(path if path in paths else os.path.basename(path)):  # noqa: PTH119
            yield path


def remove_leftovers(store: Store) -> None:
    """Remove what is left of a rewriting that was killed."""
    for folder in store.path.glob(f"{_PLACE}*"):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(handle)


_NEVER = (0, 0, 0)


def _sweep(store: Store, path: str, found: Found, before: dict[bytes, _Swept]) -> _Swept:
    """Rewrite a backup if it keeps something; nothing is read of one that was looked at before."""
    known, state = before.get(_name(path)), sum_of(found)
    if known is not None and (known.file, known.gone) == (_file(path), state):
        return known
    trouble, seen = "", _file(path)
    try:
        if keeps(path, found):
            _rewrite(store, path, found)
            seen = _file(path)
    except BackupDamaged as error:
        trouble = f"{os.path.basename(path)}: {error.message}"  # noqa: PTH119
    except TacitError as error:  # another time it may go
        return _Swept(_NEVER, b"", f"{os.path.basename(path)}: {error.message}")  # noqa: PTH119
    return _Swept(seen, state, trouble)


def _rewrite(store: Store, path: str, found: Found) -> None:
    with _aside(store) as folder, restore_into(path, folder / "store") as other:
        other.write(lambda write: _forget_there(write, found), large=True)
        replace_backup(path, other)


def _forget_there(write: Write, found: Found) -> None:
    forget_within(write, found)
    disown(write)


def _known(store: Store) -> list[str]:
    with store.read() as read:
        return backup_paths(str(store.path), remembered(read))


def _swept(read: Read) -> dict[bytes, _Swept]:
    raw = read.value(STATE, _SWEPT)
    return {} if raw is None else msgspec.msgpack.decode(raw, type=dict[bytes, _Swept])


def _name(path: str) -> bytes:
    return blake2b(os.fsencode(path), digest_size=16).digest()


def _file(path: str) -> tuple[int, int, int]:
    """What changes with every change of a file, whatever dates it is given; nothing where it is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return _NEVER
    return status.st_ino, status.st_size, status.st_ctime_ns


@contextmanager
def _aside(store: Store) -> Iterator[Path]:
    """A private folder within the store's, removed whatever happens; after a kill by the next one."""
    folder = Path(mkdtemp(prefix=_PLACE, dir=store.path))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)
