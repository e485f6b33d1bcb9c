"""Where the text index lies, how far it is, and who may change it.

::

    text/            in the folder of the store, for its owner only
      lock           held by the one who changes the index
      position       which generation answers, and up to which line of the change log
      g-5f0c…/       a generation: the files of tantivy
        building     while it is being built: how far that is

The position is written after tantivy's commit, so that the index knows at least what it says.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from msgspec import Struct, field

from tacit.store.codec import UNREADABLE, unseal
from tacit.store.disk import sync_folder
from tacit.store.engine import Transaction
from tacit.store.keys import u64
from tacit.store.schema import CHANGES, ID, META

FOLDER = "text"
GENERATION = "g-"
POSITION = "position"
BUILDING = "building"
_LOCK = "lock"
_GONE = ".text-"

Stamps = dict[str, tuple[int, int]]
"""File name to its size and modification time in ns, as they were after the commit."""


class Position(Struct, frozen=True, omit_defaults=True):
    """How far a generation follows the store ``store``, built as ``spec`` says.

    ``line`` is the checksum of line ``seq`` of the change log: after a return to an older state the same
    number stands for another line. ``at`` is (source, record key) up to where a generation under
    construction holds the records as they were at ``seq`` or later.
    """

    store: str
    spec: str
    generation: str
    seq: int
    line: int
    files: Stamps = field(default_factory=dict)
    at: tuple[str, bytes] | None = None


def load(path: str) -> Position | None:
    """The position in a file; ``None`` when there is none, or it is damaged."""
    return decoded(raw(path))


def raw(path: str) -> bytes:
    """The bytes of a position's file; nothing when there is none."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is not needed for this
            return file.read()
    except OSError:
        return b""


def decoded(found: bytes) -> Position | None:
    """The position in the bytes of its file."""
    from msgspec.msgpack import decode

    if len(found) < 5 or crc32(found[4:]) != int.from_bytes(found[:4], "big"):
        return None
    try:
        return decode(found[4:], type=Position)
    except UNREADABLE:
        return None


def save(path: str, position: Position) -> None:
    """Write a position in place of the old one; it is on disk when this returns.

    Raises:
        OSError: it cannot be written, or the folder is gone.
    """
    from msgspec.msgpack import encode

    payload = encode(position)
    handle = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, crc32(payload).to_bytes(4, "big") + payload)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(f"{path}.new", path)  # noqa: PTH104
    sync_folder(os.path.dirname(path))  # noqa: PTH120


def line_sum(kv: Transaction, seq: int) -> int | None:
    """The checksum of a line of the change log; 0 where the line before the first kept one is meant.

    Returns:
        ``None`` when the log does not reach back so far, or not yet so far.
    """
    sealed = kv.get(CHANGES, u64(seq)) if seq else None
    if sealed is not None:
        return crc32(sealed)
    first = next(iter(kv.scan(CHANGES)), None)
    if first is None:
        return 0 if seq == 0 else None
    return 0 if int.from_bytes(first[0], "big") == seq + 1 else None


def store_of(kv: Transaction) -> str:
    """The id of the store of this snapshot; a restore gives an open store another one."""
    sealed = kv.get(META, ID)
    return "" if sealed is None else unseal(META, ID, sealed).decode()


def fits(kv: Transaction, position: Position, spec: str) -> bool:
    """Whether an index at this position can follow the change log of this snapshot."""
    if (position.store, position.spec) != (store_of(kv), spec):
        return False
    line = line_sum(kv, position.seq)
    return line in {0, position.line}


@contextmanager
def locked(text: str) -> Iterator[bool]:
    """The right to change the index, without waiting; ``False`` while somebody else has it.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    os.makedirs(text, mode=0o700, exist_ok=True)  # noqa: PTH103
    handle = os.open(f"{text}/{_LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.path.samestat(os.fstat(handle), os.stat(f"{text}/{_LOCK}"))  # noqa: PTH116
        except (BlockingIOError, FileNotFoundError):
            mine = False
        yield mine
    finally:
        os.close(handle)


def generations(text: str) -> list[str]:
    """The names of the generations there are, whole or not."""
    try:
        return sorted(name for name in os.listdir(text) if name.startswith(GENERATION))  # noqa: PTH208
    except OSError:
        return []


def discard(text: str, but: str = "") -> None:
    """Remove every generation but one; without one, the position first."""
    from shutil import rmtree

    if not but:
        for name in (POSITION, f"{POSITION}.new"):
            _unlink(f"{text}/{name}")
    for name in generations(text):
        if name != but:
            rmtree(f"{text}/{name}", ignore_errors=True)
    sweep(text)


def drop(text: str) -> None:
    """Remove the whole index at once, whoever is at it: they find their folder gone and stop.

    Raises:
        OSError: something of it cannot be removed.
    """
    parent = os.path.dirname(text)  # noqa: PTH120
    with suppress(FileNotFoundError):
        os.rename(text, f"{parent}/{_GONE}{os.getpid()}-{os.urandom(4).hex()}")  # noqa: PTH104
    sweep(text, strict=True)


def tidy(text: str) -> None:
    """Remove what whoever was killed left and nobody can use; only with the lock."""
    from shutil import rmtree

    sweep(text)
    answering = load(f"{text}/{POSITION}")
    for name in generations(text):
        used = answering is not None and answering.generation == name
        if not used and not os.path.exists(f"{text}/{name}/{BUILDING}"):  # noqa: PTH110
            rmtree(f"{text}/{name}", ignore_errors=True)


def sweep(text: str, *, strict: bool = False) -> None:
    """Remove what an interrupted :func:`drop` left."""
    from shutil import rmtree

    parent = os.path.dirname(text)  # noqa: PTH120
    for name in os.listdir(parent):  # noqa: PTH208
        while name.startswith(_GONE) and os.path.lexists(f"{parent}/{name}"):
            try:
                rmtree(f"{parent}/{name}", ignore_errors=not strict)
            except FileNotFoundError:  # somebody else sweeps as well
                continue
            break


def _unlink(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
