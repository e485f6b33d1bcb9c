"""The files that save a cold process from reading every vector out of the store, or from looking at all.

::

    vectors/           in the folder of the store, for its owner only
      lock             held by the one who writes here
      1.position       of space 1: up to which row, and which files hold what
      1-5f0c….rows     of a shelf: the numbers of its rows, then the keys of their records
      1-5f0c….exact    their vectors, or instead
      1-5f0c….graph    what USearch made of them

Files are written under new names, then the position that names them with size and checksum takes the
place of the old one. They hold nothing that the store does not hold, and are checked before use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from mmap import PROT_READ, mmap
from typing import Literal
from zlib import crc32

from msgspec import Struct
from msgspec.msgpack import Decoder

from tacit.store.codec import UNREADABLE, encode
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.text_place import drop, raw, store_of
from tacit.store.vector_layout import CHECK, row_key
from tacit.store.vector_rows import Space, last_row, part_of

FOLDER = "vectors"
_POSITION = ".position"
_FORMAT = 1
"""Raised when the files or how the graph is built change."""

Extent = tuple[int, int]
"""Bytes of a file and their checksum."""


class Piece(Struct, frozen=True, array_like=True):
    """The files of a shelf: ``name`` and two endings, the number of rows, and what the files are like."""

    name: str
    kind: Literal["exact", "graph"]
    count: int
    rows: Extent
    data: Extent


class Position(Struct, frozen=True, array_like=True):
    """What the files of a space hold: every row up to ``row`` that was there.

    ``known`` are the last rows of them with their checksums: after a return to an older state the same
    numbers stand for other rows.
    """

    format: int
    store: str
    token: bytes
    row: int
    known: tuple[tuple[int, bytes], ...]
    pieces: dict[int, Piece]


_decode = Decoder(Position).decode


def folder_of(store: Store) -> str:
    """Where the files of a store's vectors lie."""
    return f"{os.path.realpath(store.path)}/{FOLDER}"


def position_file(space: Space) -> str:
    """The name of the file that says what there is of a space."""
    return f"{space.number}{_POSITION}"


def noted(folder: str, space: Space) -> bytes:
    """The bytes of the position of a space; nothing when there is none."""
    return raw(f"{folder}/{position_file(space)}")


def decoded(found: bytes) -> Position | None:
    """The position in the bytes of its file; ``None`` when it is damaged or of another format."""
    if len(found) < 5 or crc32(found[4:]) != int.from_bytes(found[:4], "big"):
        return None
    try:
        position = _decode(found[4:])
    except UNREADABLE:
        return None
    return position if position.format == _FORMAT else None


def fits(read: Read, space: Space, position: Position) -> bool:
    """Whether the rows of this snapshot go on from a position."""
    last = last_row(read, space)
    if last is None or last < position.row:
        return False
    if (position.store, position.token) != (store_of(read.kv), space.token):
        return False
    there = [(sum_of(read, space, row), check) for row, check in position.known]
    found = [held == check for held, check in there if held]
    return all(found) and bool(found)


def sum_of(read: Read, space: Space, row: int) -> bytes:
    """The checksum a row ends in, nothing when it is gone."""
    sealed = read.kv.get(part_of(read).space, row_key(space.number, row))
    return b"" if sealed is None else sealed[-CHECK.size :]


def mapped(path: str, extent: Extent) -> mmap | None:
    """A file as it was written, to be read only; ``None`` when it is not so any more."""
    size, check = extent
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is not needed for this
            if size == 0 or os.fstat(file.fileno()).st_size != size:
                return None
            found = mmap(file.fileno(), size, prot=PROT_READ)
    except OSError:
        return None
    return found if crc32(found) == check else None


class Desk:
    """The folder while somebody has its lock: what he writes lands in it, or nowhere if it was dropped."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def write(self, name: str, *parts: bytes | memoryview) -> Extent:
        """Write a new file; it is on disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        handle = os.open(name, flags, 0o600, dir_fd=self._handle)
        size = check = 0
        try:
            for part in parts:
                view = memoryview(part).cast("B") if len(part) else memoryview(b"")
                check, size = crc32(view, check), size + len(view)
                while view:
                    view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        return size, check

    def adopt(self, name: str, save: Callable[[str], object], size: int) -> Extent:
        """Let somebody else write a new file of so many bytes; it is on disk when this returns.

        Raises:
            OSError: it cannot be written whole, or landed in another folder, and is gone again.
        """
        self.write(name)  # it exists then, and is ours alone
        try:
            save(f"{self.folder}/{name}")
            handle = os.open(name, os.O_RDWR | os.O_CLOEXEC, dir_fd=self._handle)
        except (OSError, RuntimeError) as error:
            with suppress(OSError):
                os.unlink(f"{self.folder}/{name}")  # noqa: PTH108
            raise OSError(f"{name} cannot be written: {error}") from error
        try:
            os.fsync(handle)
            if os.fstat(handle).st_size != size:
                raise OSError(f"{name} was not written whole")
            with mmap(handle, size, prot=PROT_READ) as found:
                return size, crc32(found)
        finally:
            os.close(handle)

    def settle(self, space: Space, position: Position) -> None:
        """Let a position take the place of the old one.

        Raises:
            OSError: it cannot be written, or the folder was dropped.
        """
        payload = encode(position)
        name = position_file(space)
        self.write(f"{name}.new", crc32(payload).to_bytes(4, "big") + payload)
        os.rename(f"{name}.new", name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
        os.fsync(self._handle)

    def sweep(self, live: dict[str, bytes]) -> None:
        """Remove what no position names; ``live`` are the numbers and tokens of the spaces there are."""
        names = os.listdir(self._handle)  # noqa: PTH208
        used = {"lock"}
        for name in names:
            number, dot, _ = name.partition(_POSITION)
            position = decoded(raw(f"{self.folder}/{name}")) if dot and name.endswith(_POSITION) else None
            if position is not None and live.get(number) == position.token:
                used.add(name)
                used |= {f"{one.name}.rows" for one in position.pieces.values()}
                used |= {f"{one.name}.{one.kind}" for one in position.pieces.values()}
        for name in names:
            if name not in used:
                os.unlink(name, dir_fd=self._handle)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._handle)


def drop_vectors_index(store: Store) -> None:
    """Remove every file that holds vectors but the store's own; they are derived from it.

    Raises:
        OSError: something of it cannot be removed.
    """
    drop(folder_of(store))


def position_of(read: Read, space: Space, row: int, known: list[int], pieces: dict[int, Piece]) -> Position:
    """The position of files that hold all rows up to one, as a snapshot knows it."""
    sums = tuple((one, check) for one in known if (check := sum_of(read, space, one)))
    return Position(_FORMAT, store_of(read.kv), space.token, row, sums, pieces)
