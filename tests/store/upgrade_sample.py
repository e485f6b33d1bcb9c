"""A schema in two versions; also imported by the processes that tests start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from tacit.store.keys import text, u64
from tacit.store.reading import Read
from tacit.store.schema import Counter, Index, Map, Schema, Table
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.upgrading import Upgraded, upgrade

STATE = Map("state")


class OldNote(Struct, frozen=True, omit_defaults=True):
    name: str
    grams: int = 0


class Note(Struct, frozen=True, omit_defaults=True):
    title: str
    weight: float = 0.0
    length: int = 0


class OldPair(Struct, frozen=True, array_like=True):
    left: bytes
    right: tuple[int, ...]


class Pair(Struct, frozen=True, array_like=True):
    left: bytes
    right: tuple[int, ...]
    total: int


OLD_NOTES: Table[OldNote] = Table(
    "notes",
    OldNote,
    indexes=(
        Index("name", lambda n: [text(n.name)]),
        Index("grams", lambda n: [u64(n.grams)]),
    ),
    counters=(Counter("total", lambda _: [(b"", 1)]), Counter("grams", lambda n: [(b"", n.grams)])),
)
OLD_PAIRS: Table[OldPair] = Table("pairs", OldPair, logged=False)
OLD = Schema((OLD_NOTES, OLD_PAIRS), maps=(STATE,))


def _renamed(value: dict[str, Any]) -> dict[str, Any]:
    return {"title": value["name"], "weight": value.get("grams", 0) / 1000}


def _measured(value: dict[str, Any]) -> dict[str, Any]:
    return value | {"length": len(value["title"])}


def _added_up(value: list[Any]) -> list[Any]:
    return [*value, sum(value[1])]


NOTES: Table[Note] = Table(
    "notes",
    Note,
    indexes=(
        Index("name", lambda n: [text(n.title.upper())], revision=2),
        Index("length", lambda n: [u64(n.length)]),
    ),
    counters=(Counter("total", lambda _: [(b"", 1)]), Counter("length", lambda n: [(b"", n.length)])),
    version=3,
    upgrades=(_renamed, _measured),
)
PAIRS: Table[Pair] = Table("pairs", Pair, logged=False, version=2, upgrades=(_added_up,))


def _migrated(write: Write) -> None:
    write.set_value(STATE, b"long", str(write.count(NOTES, "length")).encode())


NEW = Schema((NOTES, PAIRS), maps=(STATE,), version=2, migrations={2: _migrated})


def tick() -> int:
    return 1_700_000_000_000


def opened(path: Path | str, schema: Schema, **options: Any) -> Store:
    return Store.open(Path(path), schema, clock=tick, command="test", **options)


def fill(path: Path | str, count: int = 50) -> None:
    """A store of the old version, one record of each table in the trash."""
    with opened(path, OLD) as store:

        def job(write: Write) -> None:
            for n in range(count):
                write.put(OLD_NOTES, u64(n), OldNote(f"note {n}", n))
                write.put(OLD_PAIRS, u64(n), OldPair(u64(n), (n, n)))
            write.trash(OLD_NOTES, u64(0))
            write.trash(OLD_PAIRS, u64(0))

        store.write(job)


def no_backup(_: Read) -> Path:
    return Path("nowhere")


def upgraded(
    path: Path | str,
    schema: Schema = NEW,
    backup: Callable[[Read], Path] = no_backup,
    step: Callable[[int], None] | None = None,
) -> Upgraded | None:
    return upgrade(Path(path), schema, backup, clock=tick, command="test", step=step)
