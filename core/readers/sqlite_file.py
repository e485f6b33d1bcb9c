"""A database of SQLite that belongs to another program, read without leaving a trace beside it.

SQLite makes files beside a database also when it is opened for reading only, and a program that is writing to
it must not be kept waiting. So it is opened by what lies there:

- its log (``-wal``) with the index of it (``-shm``): read only, the index too (``readonly_shm``). Whoever
  writes goes on meanwhile.
- a log and no index, or a journal that nobody rolled back: both are copied to a folder of one's own.
- no log: nobody is writing, so it is opened ``immutable``. If somebody began to after all, the file is
  another afterwards, and what was read is read again.
- a database without a log as such: read only, under the lock that all readers take.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from tacit.core.places import places
from tacit.core.readers.base import ReadTally, Transcript, Unreadable, reason_of
from tacit.core.readers.sqlite_schema import log_of
from tacit.core.scratch import scratch

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
Row = tuple[Any, ...]

_SECONDS = 2.0
"""How long to wait for one who is writing."""
_TRIES = 4
_STRIDE = 1_000_000
_MOST_STRIDES = 300
"""A query is given up after so many steps of SQLite's machine: a damaged tree may go round for ever."""
_SMALLEST_ROW = 8
_WITH_LOG = b"\x02"
"""The write version in the header of a database that has a log."""
_SIDES = ("-wal", "-journal")
DAMAGED = "damaged database"
_PRAGMAS = ("query_only = ON", "trusted_schema = OFF", "temp_store = MEMORY", "cache_size = -8000")


class Database:
    """An open database. Every ``TEXT`` comes as ``bytes``: what is no UTF-8 is for the reader to judge."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            Unreadable: ``locked``, ``damaged database`` or ``unreadable``.
        """
        self._path = path
        self._strides = 0
        self._open()

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def at_once(self, work: Callable[[], T]) -> T:
        """Do what reads several times and must see one state of the database. It may be done twice.

        Raises:
            Unreadable: as opening it.
        """
        for _ in range(_TRIES):
            try:
                done = self._in_transaction(work)
            except Unreadable:
                if not self._changed():
                    raise
            else:
                if not self._changed():
                    return done
            self._connection.close()
            self._open()
        raise Unreadable(self._path, "locked")

    def first(self, query: str, *values: object) -> Any:
        """The first value of the first row of a query; ``None`` where there is no row."""
        return next((row[0] for row in self.rows(query, *values)), None)

    def one(self, work: Callable[[], T], tally: ReadTally) -> T | None:
        """Do as :meth:`at_once` what reads one session of many; one that cannot be read is counted.

        Raises:
            Unreadable: ``locked``.
        """
        try:
            return self.at_once(work)
        except Unreadable as flaw:
            if flaw.reason == "locked":
                raise
            tally.skip(flaw.reason)
            return None

    def rows(self, query: str, *values: object) -> Iterator[Row]:
        """The rows of a query, one at a time.

        Raises:
            Unreadable: as opening it.
        """
        self._strides = 0
        with _told(self._path):
            for count, row in enumerate(self._connection.execute(query, values)):
                if count > self._most_rows:
                    raise Unreadable(self._path, DAMAGED)
                yield row

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; empty where there is no such table, or where it is only a view."""
        plain = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE 'CREATE TABLE%'"
        if not list(self.rows(plain, table)):
            return frozenset()
        found = self.rows("SELECT name FROM pragma_table_info(?)", table)
        return frozenset(text_in(name) for (name,) in found)

    def select(self, table: str, wanted: str, rest: str = "") -> str:
        """A query for these columns of a table, in this order; one that it has not is ``NULL``."""
        have = self.columns(table)
        names = (name if name in have else f"NULL AS {name}" for name in wanted.split())
        return f"SELECT {', '.join(names)} FROM {table} {rest}"  # noqa: S608 - names of the reader's own

    def latest(self, tables: Mapping[str, tuple[str, str]]) -> list[Row]:
        """The last time in each table for each key; none at all where a table does not tell, or is damaged.

        Args:
            tables: for each table its columns with the key, and with the time at which a row changed.

        Raises:
            Unreadable: ``locked``.
        """
        found: list[Row] = []
        try:
            for table, (key, at) in tables.items():
                if not self.columns(table) >= {key, at}:
                    return []
                query = f"SELECT {key}, max({at}) FROM {table} GROUP BY {key}"  # noqa: S608 - as above
                found += self.rows(query)
        except Unreadable as flaw:
            if flaw.reason == "locked":
                raise
            return []
        return found

    def _in_transaction(self, work: Callable[[], T]) -> T:
        with _told(self._path):
            self._connection.execute("BEGIN")
            try:
                return work()
            finally:
                self._connection.rollback()

    def _changed(self) -> bool:
        return self._immutable and _prints(self._path) != self._seen

    def _open(self) -> None:
        import sqlite3

        self._immutable = False
        with _told(self._path):
            self._seen = _prints(self._path)
            sizes = (size for _, size, _ in _prints(self._path, *_SIDES))
            self._most_rows = 1_000 + sum(sizes) // _SMALLEST_ROW
            try:
                self._prepare(self._beside())
            except sqlite3.OperationalError as error:
                if _primary(error) not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
                    raise
                self._prepare(self._copied())

    def _beside(self) -> sqlite3.Connection:
        """The database where it lies."""
        if log_of(self._path):
            index = self._path.with_name(f"{self._path.name}-shm")
            return _connect(self._path, "mode=ro&readonly_shm=1") if index.exists() else self._copied()
        with self._path.open("rb") as file:
            self._immutable = file.read(19)[18:] == _WITH_LOG
        return _connect(self._path, "mode=ro&immutable=1" if self._immutable else "mode=ro&readonly_shm=1")

    def _copied(self) -> sqlite3.Connection:
        """A copy of it with its log and journal, of which nothing is left once it is closed."""
        self._immutable = False
        with scratch(places().cache) as folder:
            for _ in range(_TRIES):
                before = _prints(self._path, *_SIDES)
                for side in ("", *_SIDES):
                    part = self._path.with_name(self._path.name + side)
                    if part.exists():
                        shutil.copyfile(part, folder / f"copy{side}")
                if before == _prints(self._path, *_SIDES):
                    break
            connection = _connect(folder / "copy", "mode=rw")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.set_progress_handler(self._tick, _STRIDE)

    def _tick(self) -> int:
        self._strides += 1
        return int(self._strides > _MOST_STRIDES)


def some_of(path: Path, tally: ReadTally, transcripts: Iterable[Transcript]) -> Iterator[Transcript]:
    """The sessions of a database.

    Raises:
        Unreadable: there is none, nor one that was read before.
    """
    empty = True
    for transcript in transcripts:
        empty = False
        yield transcript
    if empty:
        raise Unreadable(path, DAMAGED if DAMAGED in tally.skipped else "no prompt or call in it", tally)


def text_in(value: object) -> str:
    """A ``TEXT`` of a row; empty where it is none."""
    return str(value, "utf-8", "replace") if isinstance(value, bytes) else ""


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What goes wrong in SQLite is told as a reason."""
    import sqlite3

    try:
        yield
    except sqlite3.Error as error:
        raise Unreadable(path, _reason(error)) from error
    except UnicodeDecodeError as error:  # the message of an error may hold any bytes of the file
        raise Unreadable(path, DAMAGED) from error
    except OSError as error:
        raise Unreadable(path, reason_of(error)) from error


def _connect(path: Path, options: str) -> sqlite3.Connection:
    import sqlite3

    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = bytes
    return connection


def _prints(path: Path, *sides: str) -> list[tuple[int, int, int]]:
    """What tells that a database, or a file beside it, was written to: inode, size and time."""
    found = [path.stat()]
    for side in sides:
        with suppress(OSError):
            found.append(path.with_name(path.name + side).stat())
    return [(status.st_ino, status.st_size, status.st_mtime_ns) for status in found]


def _primary(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _reason(error: sqlite3.Error) -> str:
    import sqlite3

    code = _primary(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return "locked"
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}:
        return "unreadable"
    return DAMAGED
