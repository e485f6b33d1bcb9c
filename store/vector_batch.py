"""Many rows of a vector space at once, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from struct import Struct as Layout
from typing import TYPE_CHECKING
from zlib import crc32

from msgspec import Struct

from tacit.store.reading import Read
from tacit.store.vector_layout import CHECK, HEAD, SUM, Row, row_key
from tacit.store.vector_rows import Space, part_of, raw_rows, row_of

if TYPE_CHECKING:
    from numpy import float16, float32, uint8, uint64
    from numpy.typing import NDArray


class Batch(Struct, frozen=True):
    """Some rows, in the order of their numbers.

    ``rows``, ``keys`` (the record key as a number), ``shelves`` (see :func:`shelf_of`) and ``numbers``
    are (n,), ``sums`` (n, 8) bytes, ``vectors`` (n, dimensions) float16. ``upto`` is the last row that was
    looked at, which may be damaged and not among them.
    """

    upto: int
    rows: NDArray[uint64]
    keys: NDArray[uint64]
    shelves: NDArray[uint8]
    numbers: NDArray[uint64]
    sums: NDArray[uint8]
    vectors: NDArray[float16]

    def __len__(self) -> int:
        return len(self.rows)


def shelf_of(table: int, *, part: bool) -> int:
    """Where vectors lie together: those of records themselves, by table, and those of their parts."""
    return 2 * table + part


def batch_after(read: Read, space: Space, row: int, most: int | None = None) -> Batch:
    """The rows with a higher number, at most so many; damaged ones are left out and noted."""
    import numpy as np

    layout = np.dtype(
        [
            ("table", "u1"),
            ("key", ">u8"),
            ("number", ">u4"),
            ("sum", "u1", (SUM,)),
            ("vector", "<f2", (space.dimensions,)),
            ("check", ">u4"),
        ]
    )
    looked = _Looked(read, space, layout.itemsize)
    looked.take(islice(raw_rows(read, space, row), most))
    table = np.frombuffer(looked.packed, layout)
    read.rows_read += len(table)
    return Batch(
        upto=looked.upto or row,
        rows=np.frombuffer(looked.numbers, ">u8").astype(np.uint64),
        keys=table["key"].astype(np.uint64),
        shelves=(2 * table["table"] + (table["number"] > 0)).astype(np.uint8),
        numbers=table["number"].astype(np.uint64),
        sums=np.ascontiguousarray(table["sum"]),
        vectors=np.ascontiguousarray(table["vector"]).astype(np.float16, copy=False),
    )


def rows_of(read: Read, space: Space, rows: Iterable[int]) -> tuple[list[Row], NDArray[float32]]:
    """Some rows, without their vectors, and those as (n, dimensions) float32; what is gone is left out."""
    import numpy as np

    size = HEAD.size + 2 * space.dimensions + CHECK.size
    looked = _Looked(read, space, size)
    keys = (row_key(space.number, row) for row in rows)
    lying = ((key, read.kv.get(part_of(read).space, key)) for key in keys)
    looked.take((key, value) for key, value in lying if value is not None)
    heads = Layout(f"{HEAD.format}{size - HEAD.size}x").iter_unpack(looked.packed)
    numbers = np.frombuffer(looked.numbers, ">u8").tolist()
    found = [
        Row(row, table, key, number, total, b"")
        for row, (table, key, number, total) in zip(numbers, heads, strict=True)
    ]
    packed = np.frombuffer(looked.packed, np.uint8).reshape(-1, size)[:, HEAD.size : -CHECK.size]
    vectors = np.ascontiguousarray(packed).view("<f2").astype(np.float32)
    return found, vectors


class _Looked:
    """The numbers of sound rows, and the rows themselves, one behind the other."""

    def __init__(self, read: Read, space: Space, size: int) -> None:
        self._read = read
        self._space = space
        self._size = size
        self.numbers = bytearray()
        self.packed = bytearray()
        self.upto = 0

    def take(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Put the sound ones of some rows behind those there are."""
        seed, last, key = crc32(part_of(self._read).name.encode()), -CHECK.size, b""
        for key, value in rows:
            check = crc32(value[:last], crc32(key, seed)).to_bytes(CHECK.size, "big")
            if len(value) == self._size and check == value[last:]:
                self.numbers += key[-8:]
                self.packed += value
            else:
                self._again(key)
        self.upto = int.from_bytes(key[-8:], "big")

    def _again(self, key: bytes) -> None:
        """Take a row that looked damaged, if that was only a page changing under a reader without a lock."""
        found = row_of(self._read, self._space, int.from_bytes(key[-8:], "big"))
        if found is not None and HEAD.size + len(found.vector) + CHECK.size == self._size:
            table = next(n for n, one in enumerate(part_of(self._read).tables) if one.name == found.table)
            self.numbers += key[-8:]
            self.packed += (
                HEAD.pack(table, found.key, found.number, found.sum) + found.vector + bytes(CHECK.size)
            )
