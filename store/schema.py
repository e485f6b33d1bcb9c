"""What a store holds, declared: tables with their indexes and counters, rows, tallies and maps.

These are descriptions; :mod:`tacit.store.transaction` does the work. Every declaration knows the name
of the key space it lives in, so that no name is put together twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from tacit.store.reading import Read

R = TypeVar("R")
Upgrade = Callable[[Any], Any]
Lost = frozenset[tuple[str, bytes]]
"""(name of a table, map, event column or tally, key) of what was put into quarantine."""

Heal = Callable[[Any, Lost], None]
"""Called with the :class:`~tacit.store.transaction.Write` that lost something, before it commits."""

NO_MIGRATIONS: Mapping[int, Callable[[Any], None]] = {}

COUNTERS = "counters"
TRASH = "trash"
CHANGES = "changes"
META = "meta"
QUARANTINE = "quarantine"

ID = b"id"
SECRET = b"secret"
VERSION = b"schema"
BUILT = b"built"
"""Where a store notes which tables, indexes and counters it holds, and of which revision."""
COMPACT = b"compact"
"""There while the file may still hold what was removed for good; see :mod:`tacit.store.compaction`."""
NOTED = frozenset((BUILT, COMPACT))
"""What counts as empty where it is damaged, so that everything is built, or the file written, anew."""

MAX_TALLY_FIELDS = 15
"""A tally's row with its checksum is at most 64 bytes."""


class Index(Generic[R]):
    """A second order over the records of a table.

    ``keys`` gives the index keys of a record: none leaves it out, several enter it several times.
    ``revision`` is raised when ``keys`` changes, so that stores build the index anew.
    """

    __slots__ = ("keys", "name", "revision")

    def __init__(self, name: str, keys: Callable[[R], Iterable[bytes]], revision: int = 1) -> None:
        self.name = name
        self.keys = keys
        self.revision = revision


class Counter(Generic[R]):
    """Sums over the records of a table, kept exactly as records come and go.

    ``groups`` gives (group key, amount) of a record; a group may be named twice. A group whose sum is
    zero is not there. ``revision`` is raised when ``groups`` changes.
    """

    __slots__ = ("groups", "name", "revision")

    def __init__(
        self, name: str, groups: Callable[[R], Iterable[tuple[bytes, int]]], revision: int = 1
    ) -> None:
        self.name = name
        self.groups = groups
        self.revision = revision


class Table(Generic[R]):
    """Records of one type under their keys.

    ``logged`` tables leave a line in the change log for every record that comes, goes or changes.
    ``version`` is the schema version of the record; a field with a default may be added without
    raising it. ``upgrades`` are its history: the first turns the plain value (dicts, lists, numbers,
    text) of a record of version 1 into that of version 2, and so on.
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
        "upgrades",
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
        upgrades: tuple[Upgrade, ...] = (),
    ) -> None:
        if len(upgrades) != version - 1:
            raise ValueError(f"{name} of version {version} needs {version - 1} upgrades")
        self.name = name
        self.type = type
        self.indexes = indexes
        self.counters = counters
        self.logged = logged
        self.version = version
        self.upgrades = upgrades
        self.space = f"table.{name}"
        self.spaces = {index.name: f"index.{name}.{index.name}" for index in indexes}
        self.stems = {counter.name: f"{name}\0{counter.name}\0".encode() for counter in counters}
        self._decoder: Callable[[bytes], R] | None = None

    def counter_part(self, counter: Counter[R]) -> str:
        """What a store notes one of the counters as."""
        return f"counter.{self.name}.{counter.name}"

    def decode(self, payload: bytes) -> R:
        """The record of an unwrapped payload."""
        decoder = self._decoder
        if decoder is None:
            from tacit.store.typed import decoder_of

            decoder = self._decoder = decoder_of(self.type)
        return decoder(payload)


class TextSource(Generic[R]):
    """The texts of a logged table, for the text index.

    ``documents`` gives (number, text) of a record; all it looks at besides the record may only change
    together with it. The table's keys are eight bytes long. ``version`` is raised when ``documents``
    changes, so that the index is built anew.
    """

    __slots__ = ("documents", "table", "version")

    def __init__(
        self,
        table: Table[R],
        documents: Callable[[Read, bytes, R], Iterable[tuple[int, str]]],
        version: int = 1,
    ) -> None:
        if not table.logged:
            raise ValueError(f"nothing tells when the records of {table.name} change")
        self.table = table
        self.documents = documents
        self.version = version


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


class Vectors:
    """Vectors that stand for texts of records, in one or more vector spaces (:mod:`tacit.store.vector_rows`).

    ``tables`` are those whose records may have some; their keys are eight bytes long. A table is known by
    its place here, so new ones go to the end. When a record leaves its table, its vectors leave the store.
    """

    __slots__ = ("name", "space", "tables")

    def __init__(self, name: str, tables: tuple[Table[Any], ...]) -> None:
        self.name = name
        self.tables = tables
        self.space = f"vectors.{name}"


Part = Table[Any] | Rows | Tallies | Map | Vectors
"""Anything that has a space of its own."""

TRASHED = Map(TRASH)
TRASHED.space = TRASH


class Schema:
    """All that a store holds.

    ``version`` is raised when an older Tacit could not read it any more, and when a table, an index or a
    counter goes or a revision is raised. One that comes needs nothing: a store is opened only once all
    that is declared is built in it (see :mod:`tacit.store.upgrading`). ``migrations`` are the history of
    what no table declares, maps above all: the one under 2 makes a store of version 1 one of version 2,
    within the transaction that upgrades it, when tables, indexes and counters are up to date. ``heal``
    derives anew what rests on records that were found damaged; without it a damaged event column or
    tally cannot be written to.
    """

    def __init__(
        self,
        tables: tuple[Table[Any], ...] = (),
        rows: tuple[Rows, ...] = (),
        tallies: tuple[Tallies, ...] = (),
        maps: tuple[Map, ...] = (),
        version: int = 1,
        *,
        migrations: Mapping[int, Callable[[Any], None]] = NO_MIGRATIONS,
        heal: Heal | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        self.tables = tables
        self.rows = rows
        self.tallies = tallies
        self.maps = maps
        self.version = version
        self.migrations = migrations
        self.heal = heal
        self.vectors = vectors

    @cached_property
    def parts(self) -> dict[str, str]:
        """Everything that can be built, by name, with the version of its table and its revision."""
        parts: dict[str, str] = {}
        for table in self.tables:
            parts[table.space] = f"{table.version}"
            for index in table.indexes:
                parts[table.spaces[index.name]] = f"{table.version}.{index.revision}"
            for counter in table.counters:
                parts[table.counter_part(counter)] = f"{table.version}.{counter.revision}"
        if self.vectors is not None:
            parts[self.vectors.space] = f"{len(self.vectors.tables)}"
        return parts

    @cached_property
    def noted(self) -> bytes:
        """:attr:`parts` as a store notes them under :data:`BUILT`."""
        return "".join(f"{name} {revision}\n" for name, revision in sorted(self.parts.items())).encode()

    def spaces(self) -> list[str]:
        """The names of every key space."""
        names = [META, COUNTERS, TRASH, CHANGES, QUARANTINE]
        for table in self.tables:
            names.append(table.space)
            names.extend(table.spaces.values())
        names.extend(rows.space for rows in self.rows)
        names.extend(tallies.space for tallies in self.tallies)
        names.extend(map.space for map in self.maps)  # noqa: A001
        if self.vectors is not None:
            names.append(self.vectors.space)
        return names
