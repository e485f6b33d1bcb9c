"""Whether the vectors of a store stand for the texts of its records. No model is loaded for that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tacit.core.embedding.catching_up import waiting
from tacit.core.embedding.choice import unready
from tacit.core.embedding.due import Unit, named_after
from tacit.core.embedding.position import Position, begin_anew, position
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.spaces import fill
from tacit.core.embedding.texts import EMBEDDED, sums
from tacit.core.present import plural
from tacit.store.errors import Corrupt, StoreError
from tacit.store.vector_dropping import drop_space, drop_strays
from tacit.store.vector_rows import Space, dropping, raw_rows, rows_after, spaces

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.reading import Read
    from tacit.store.schema import Table
    from tacit.store.store import Store

Sums = dict[int, bytes]

RECALL = 0.98
"""The share of the ten nearest that an index is to find."""


class VectorFinding(Struct, frozen=True):
    """One thing found about the vectors: ``level`` is ok, warning or damage."""

    level: str
    what: str
    count: int


def check(store: Store) -> list[VectorFinding]:
    """Compare every row with the text it stands for, by its checksum, in every space of the store.

    What waits to be embedded is told and no damage. Nothing is said where nothing was ever embedded.
    Safe while others write.
    """
    return [*_rows(store), *_dropped(store), *_files(store)]


def mend_vectors(store: Store, config: Config | None, cancelled: Callable[[], bool]) -> bool:
    """Drop what is wrong, and make it anew if a model is ready; whether anything was wrong.

    Where rows are wrong every space goes whole, so that nothing is left to doubt; wrong files alone cost
    no text its vector.
    """
    rows, files = (any(one.level != "ok" for one in found) for found in (_rows(store), _files(store)))
    if not (rows or files):
        return False
    drop_index(store)
    if rows:
        with store.read() as read:
            wrong = spaces(read)
        store.write(begin_anew)
        for space in wrong:
            drop_space(store, space)
    if config is not None and not unready(config):
        with suppress(EmbeddingError):
            fill(store, config, cancelled=cancelled)
    return True


def drop_index(store: Store) -> None:
    """Remove the files of the vector index at once, and what is left of spaces that were dropped.

    Raises:
        StoreError: something of it cannot be removed.
    """
    from tacit.store.vector_files import FOLDER, drop_vectors_index

    drop_strays(store)
    try:
        drop_vectors_index(store)
    except OSError as error:
        raise StoreError(
            f"The vector index {store.path}/{FOLDER} cannot be removed: {error.strerror or error}.",
            "Remove that folder by hand.",
        ) from error


def _rows(store: Store) -> list[VectorFinding]:
    with store.read() as read:
        return [finding for space in spaces(read) for finding in _compared(read, space)]


def _dropped(store: Store) -> list[VectorFinding]:
    """What is still to be taken out of spaces that were dropped."""
    with store.read() as read:
        left = [sum(1 for _ in raw_rows(read, space)) for space in dropping(read)]
    what = "vectors of a model that is no longer used: the next import or repair takes them out"
    return [VectorFinding("ok", what, sum(left))] if left else []


def _files(store: Store) -> list[VectorFinding]:
    with store.read() as read:
        there = spaces(read)
    return [finding for space in there for finding in _indexed(store, space)]


def _indexed(store: Store, space: Space) -> Iterator[VectorFinding]:
    """What the files of the vector index are like; nothing where there are none."""
    from tacit.store.vector_check import check_vectors

    index = check_vectors(store, space)
    name = f"vector index of {space.name}"
    if index.state == "misfit":
        yield VectorFinding("warning", f"{name}: it is not of this state; searches look at every vector", 1)
    elif index.state == "damaged" or index.wrong:
        yield VectorFinding("damage", f"{name}: it differs from what is stored", max(1, index.wrong))
    elif index.recall is not None and index.recall < RECALL:
        yield VectorFinding("warning", f"{name}: it finds {index.recall:.3f} of the ten nearest", index.held)
    elif index.state == "sound":
        finds = "" if index.recall is None else f"; it finds {index.recall:.3f} of the ten nearest"
        yield VectorFinding("ok", f"{name}: it holds what is stored{finds}", index.held)


def _compared(read: Read, space: Space) -> Iterator[VectorFinding]:
    rows: dict[Unit, Sums] = {}
    total = 0
    for row in rows_after(read, space):
        rows.setdefault((row.table, row.key), {})[row.number] = row.sum
        total += 1
    tail = _tail(read, position(read, space))
    missing = other = 0
    for table in EMBEDDED:
        for key in read.keys(table):
            there = rows.pop((table.name, key), {})
            if tail is None or (table.name, key) in tail:
                continue
            wanted = _wanted(read, table, key)
            if wanted is not None:
                missing += len(wanted.keys() - there.keys())
                other += sum(wanted.get(number) != one for number, one in there.items())
    found = (("missing", missing), ("of another text", other), ("of no record", len(rows)))
    for what, count in found:
        if count:
            yield VectorFinding("damage", f"vectors of {space.name}: {what}", count)
    if not any(count for _, count in found):
        left = waiting(read, space)
        behind = f"; {plural(left, 'record waits', 'records wait')} to be embedded" if left else ""
        yield VectorFinding("ok", f"vectors of {space.name}: each stands for its text{behind}", total)


def _wanted(read: Read, table: Table[Any], key: bytes) -> Sums | None:
    """The checksums of the texts of a record; ``None`` where it cannot be read."""
    try:
        record = read.exact(table, key)
        return {} if record is None else sums(read, table, key, record)
    except Corrupt:
        return None


def _tail(read: Read, at: Position | None) -> set[Unit] | None:
    """What may rightly have other rows or none; ``None`` for all of it."""
    if at is None:
        return None
    try:
        found = named_after(read, at.seq)
    except Corrupt:
        return None
    if at.at is not None:
        names = [table.name for table in EMBEDDED]
        for table in EMBEDDED:
            found |= {
                (table.name, key)
                for key in read.keys(table)
                if (names.index(table.name), key) >= (_place(names, at.at[0]), at.at[1])
            }
    return found


def _place(names: list[str], name: str) -> int:
    return names.index(name) if name in names else 0
