"""What a store holds, declared: tables with their indexes and counters, rows, tallies and maps.

These are descriptions; :mod:`tacit.store.transaction` does the work. Every declaration knows the name
of the key space it lives in, so that no name is put together twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

R = TypeVar("R")

COUNTERS = "counters"
TRASH = "trash"
CHANGES = "changes"
META = "meta"

ID = b"id"
SECRET = b"secret"
VERSION = b"schema"

MAX_TALLY_FIELDS = 15
"""A tally's row with its checksum is at most 64 bytes."""


class Index(Generic[R]):
    """A second order over the records of a table.

    ``keys`` gives the index keys of a record: none leaves it out, several enter it several times.
    """

    __slots__ = ("keys", "name")

    def __init__(self, name: str, keys: Callable[[R], Iterable[bytes]]) -> None:
        self.name = name
        self.keys = keys


class Counter(Generic[R]):
    """Sums over the records of a table, kept exactly as records come and go.

    ``groups`` gives (group key, amount) of a record; a group may be named twice. A group whose sum is
    zero is not there.
    """

    __slots__ = ("groups", "name")

    def __init__(self, name: str, groups: Callable[[R], Iterable[tuple[bytes, int]]]) -> None:
        self.name = name
        self.groups = groups


class Table(Generic[R]):
    """Records of one type under their keys.

    ``logged`` tables leave a line in the change log for every record that comes, goes or changes.
    ``version`` is the schema version of the record; a field with a default may be added without
    raising it.
    """

    __slots__ = (
        "_decoder",
        "counters",
        "indexes",
        "logged",
        "name",
        "space",
        "spaces",
        "stems",
        "type",
        "version",
    )

    def __init__(
        self,
        name: str,
        type: type[R],  # noqa: A002 - the name of the interface
        indexes: tuple[Index[R], ...] = (),
        counters: tuple[Counter[R], ...] = (),
        *,
        logged: bool = True,
        version: int = 1,
    ) -> None:
        self.name = name
        self.type = type
        self.indexes = indexes
        self.counters = counters
        self.logged = logged
        self.version = version
        self.space = f"table.{name}"
        self.spaces = {index.name: f"index.{name}.{index.name}" for index in indexes}
        self.stems = {counter.name: f"{name}\0{counter.name}\0".encode() for counter in counters}
        self._decoder: Callable[[bytes], R] | None = None

    def decode(self, payload: bytes) -> R:
        """The record of an unwrapped payload."""
        decoder = self._decoder
        if decoder is None:
            from msgspec.msgpack import Decoder

            decoder = self._decoder = Decoder(self.type).decode
        return decoder(payload)


class Rows:
    """Fixed-width rows of an owner (a number below 2**64), packed ``chunk`` to a value."""

    __slots__ = ("chunk", "name", "space", "width")

    def __init__(self, name: str, width: int, chunk: int = 256) -> None:
        self.name = name
        self.width = width
        self.chunk = chunk
        self.space = f"rows.{name}"


class Tallies:
    """``fields`` counters in 0..2**32-1 of an owner (a number below 2**64). All zeros is no row."""

    __slots__ = ("fields", "name", "space")

    def __init__(self, name: str, fields: int) -> None:
        if not 1 <= fields <= MAX_TALLY_FIELDS:
            raise ValueError(f"a tally has 1 to {MAX_TALLY_FIELDS} fields, not {fields}")
        self.name = name
        self.fields = fields
        self.space = f"tally.{name}"


class Map:
    """Bytes under bytes: small state that no index or counter follows and no log mentions."""

    __slots__ = ("name", "space")

    def __init__(self, name: str) -> None:
        self.name = name
        self.space = f"map.{name}"


class Schema:
    """All that a store holds. ``version`` is raised when an older Tacit could not read it any more."""

    __slots__ = ("maps", "rows", "tables", "tallies", "version")

    def __init__(
        self,
        tables: tuple[Table[Any], ...] = (),
        rows: tuple[Rows, ...] = (),
        tallies: tuple[Tallies, ...] = (),
        maps: tuple[Map, ...] = (),
        version: int = 1,
    ) -> None:
        self.tables = tables
        self.rows = rows
        self.tallies = tallies
        self.maps = maps
        self.version = version

    def spaces(self) -> list[str]:
        """The names of every key space."""
        names = [META, COUNTERS, TRASH, CHANGES]
        for table in self.tables:
            names.append(table.space)
            names.extend(table.spaces.values())
        names.extend(rows.space for rows in self.rows)
        names.extend(tallies.space for tallies in self.tallies)
        names.extend(map.space for map in self.maps)  # noqa: A001
        return names
