"""Which tables a database of SQLite has, told by the bytes of its file: it is not opened for that.

To open one costs a lock and, where its log is there, may leave files beside it. The pages of the schema are
found as the file format says (https://www.sqlite.org/fileformat2.html): a b-tree that begins on the first.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

MAGIC = b"SQLite format 3\0"
LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
LOG = "-wal"
"""How the name of the log ends that holds what was written last."""

_HEADER = 100
_LEAF, _INTERIOR = 0x0D, 0x05
_MOST_PAGES = 64
_STATEMENT = 700
_LOG_BYTES = 1_000_000
_TABLE = re.compile(rb"CREATE TABLE [`\"'\[]?(\w{1,60})")


def tables_in(path: Path, head: bytes) -> dict[str, bytes]:
    """The tables with the beginning of how each was created; empty where it is no database.

    Args:
        path: the database, or the log beside it: then the tables are those of its database.
        head: the first bytes of that file.
    """
    try:
        if head.startswith(LOG_MAGIC) and path.name.endswith(LOG):
            path = database_of(path)
            with path.open("rb") as file:
                head = file.read(len(MAGIC))
        if not head.startswith(MAGIC):
            return {}
        with path.open("rb") as file:
            found = _named(_schema_pages(file))
        return found or _named(_begun(path))
    except OSError:
        return {}


def database_of(log: Path) -> Path:
    """The database that a log belongs to."""
    return log.with_name(log.name.removesuffix(LOG))


def log_of(database: Path) -> tuple[Path, ...]:
    """The log beside a database, if anything is in it."""
    log = database.with_name(database.name + LOG)
    try:
        return (log,) if log.stat().st_size else ()
    except OSError:
        return ()


def _named(pages: list[bytes]) -> dict[str, bytes]:
    tables: dict[str, bytes] = {}
    for page in pages:
        for match in _TABLE.finditer(page):
            tables.setdefault(match[1].decode(), page[match.start() : match.start() + _STATEMENT])
    return tables


def _schema_pages(file: BinaryIO) -> list[bytes]:
    """The leaves of the tree that starts on the first page."""
    first = file.read(_HEADER)
    size = int.from_bytes(first[16:18], "big")
    size = 65_536 if size == 1 else size
    if size < 512:
        return []
    leaves: list[bytes] = []
    waiting, seen = [1], {1}
    while waiting and len(seen) <= _MOST_PAGES:
        number = waiting.pop()
        file.seek((number - 1) * size)
        page = file.read(size)
        start = _HEADER if number == 1 else 0
        kind = page[start] if len(page) == size else 0
        if kind == _LEAF:
            leaves.append(page)
        elif kind == _INTERIOR:
            fresh = [child for child in _children(page, start) if child not in seen]
            seen.update(fresh)
            waiting += fresh
    return leaves


def _children(page: bytes, start: int) -> list[int]:
    """The numbers of the pages below an interior page."""
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    cells = [
        int.from_bytes(page[at : at + 2], "big")
        for at in range(start + 12, start + 12 + 2 * min(count, _MOST_PAGES), 2)
    ]
    children = [int.from_bytes(page[cell : cell + 4], "big") for cell in cells]
    children.append(int.from_bytes(page[start + 8 : start + 12], "big"))
    return [child for child in children if child > 0]


def _begun(path: Path) -> list[bytes]:
    """The beginning of the log: of a database that was just made everything is there."""
    found = []
    for log in log_of(path):
        with log.open("rb") as file:
            found.append(file.read(_LOG_BYTES))
    return found
