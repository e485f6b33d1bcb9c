"""Writing a backup: a stream of one snapshot, and the file that holds it.

The stream needs a transaction and the names of spaces, no schema: values go as they are stored.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

from msgspec import json
from msgspec.structs import replace

from tacit.store.backup_format import (
    BLOCK,
    END,
    FRAME,
    LENGTH,
    MAGIC,
    MOST_VALUE,
    RECORD,
    TOTALS,
    Header,
    digest,
    frame_sum,
)
from tacit.store.disk import FULL, sync_folder
from tacit.store.engine import Transaction
from tacit.store.errors import StoreError, StoreFull

Told = Callable[[int, int], None]
"""Told now and then how many bytes are done, of how many; 0 when nobody knows."""

_LEVEL = 3
_PART = ".tacit-backup-"


def save(
    kv: Transaction, path: str, header: Header, *, replacing: bool = False, told: Told | None = None
) -> Header:
    """Write the spaces of the header as a backup at ``path``, whole or not at all, readable by us only.

    Args:
        kv: the snapshot.
        path: the file; its folder is there.
        header: what it says; spaces without a record are left out.
        replacing: take the place of a file that is there.
        told: how far it is.

    Returns:
        The header as written.

    Raises:
        FileExistsError: the place is taken.
        StoreFull: the disk is full; nothing is left behind.
        StoreError: the file cannot be written.
    """
    folder = os.path.dirname(path)  # noqa: PTH120
    part = ""
    try:
        clean(folder)
        part, handle = _part(folder)
        with os.fdopen(handle, "wb", buffering=0) as file:
            header = write_stream(kv, file, header, told)
            os.fsync(handle)
            _settle(part, path, replacing=replacing)
        sync_folder(folder)
    except FileExistsError:
        raise
    except OSError as error:
        raise unwritten(path, error) from error
    finally:
        if part:
            with suppress(OSError):
                os.unlink(part)  # noqa: PTH108
    return header


def write_stream(kv: Transaction, out: BinaryIO, header: Header, told: Told | None = None) -> Header:
    """Write magic, header, frames and footer.

    Raises:
        StoreError: a value is longer than a backup may hold.
        OSError: the file does not take it.
    """
    from zstandard import ZstdCompressor

    present = tuple(name for name in header.spaces if next(iter(kv.scan(name)), None) is not None)
    header = replace(header, spaces=present)
    text = json.encode(header)
    compress = ZstdCompressor(level=_LEVEL).compress
    summed = digest()

    def put(data: bytes) -> None:
        summed.update(data)
        _write(out, data)

    put(MAGIC + LENGTH.pack(len(text)) + text + frame_sum(b"", text))
    records = size = 0
    for number, name in enumerate(present):
        for count, raw in _blocks(kv, name):
            packed = compress(raw)
            head = FRAME.pack(number, len(raw), len(packed), count)
            put(head + frame_sum(head, packed) + packed)
            records += count
            size += len(raw)
            if told is not None:
                told(size, 0)
    put(FRAME.pack(END, 0, 0, 0) + TOTALS.pack(records, size))
    _write(out, summed.digest())
    return header


def unwritten(path: str, error: OSError) -> StoreError:
    """The error for a backup that could not be written."""
    if error.errno in FULL:
        return StoreFull(f"There is no room for the backup {path}.", "Free some space and try again.")
    return StoreError(
        f"The backup {path} cannot be written: {error.strerror or error}.", "Choose another place for it."
    )


def _blocks(kv: Transaction, name: str) -> Iterator[tuple[int, bytes]]:
    """(number of records, their bytes) of a space, in pieces."""
    parts: list[bytes] = []
    size = 0
    for key, value in kv.scan(name):
        if len(value) > MOST_VALUE:
            raise StoreError(
                f"The record {key.hex()} in {name} is too large for a backup ({len(value):,} bytes).",
                "Run `memory doctor`.",
            )
        more = RECORD.size + len(key) + len(value)
        if size and size + more > BLOCK:
            yield len(parts) // 3, b"".join(parts)
            parts, size = [], 0
        parts += (RECORD.pack(len(key), len(value)), key, value)
        size += more
    if parts:
        yield len(parts) // 3, b"".join(parts)


def _write(out: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:  # without a buffer a file may take a part
        view = view[out.write(view) :]


def _part(folder: str) -> tuple[str, int]:
    """A new file that is known by its lock to be worked on."""
    while True:
        part = f"{folder}/{_PART}{os.getpid()}-{os.urandom(6).hex()}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not os.path.exists(part):  # noqa: PTH110 - cleaned away before it had its lock
                os.close(handle)
                continue
        return part, handle


def _settle(part: str, path: str, *, replacing: bool) -> None:
    """Give the finished file its name, which nobody may have taken meanwhile."""
    if replacing:
        os.replace(part, path)  # noqa: PTH105
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.rename(part, path)  # noqa: PTH104


def clean(folder: str) -> None:
    """Remove what a killed process left: a part that nobody holds the lock of."""
    for name in os.listdir(folder):  # noqa: PTH208
        if not name.startswith(_PART):
            continue
        with suppress(OSError):
            handle = os.open(f"{folder}/{name}", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(f"{folder}/{name}")  # noqa: PTH108
            finally:
                os.close(handle)
