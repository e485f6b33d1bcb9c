"""A small schema that uses everything a store can do; also imported by the processes tests start."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from msgspec import Struct

from tacit.store import presence
from tacit.store.keys import descending, i64, text, u64
from tacit.store.schema import Counter, Index, Map, Rows, Schema, Table, Tallies
from tacit.store.store import Store


class Note(Struct, frozen=True, omit_defaults=True):
    name: str
    size: int = 0
    tags: tuple[str, ...] = ()


NOTES: Table[Note] = Table(
    "notes",
    Note,
    indexes=(
        Index("name", lambda n: [text(n.name)]),
        Index("size", lambda n: [descending(i64(n.size))]),
        Index("tag", lambda n: [text(tag) + i64(n.size) for tag in n.tags]),
        Index("big", lambda n: [u64(n.size)] if n.size > 100 else []),
    ),
    counters=(
        Counter("total", lambda n: [(b"", 1)]),
        Counter("size", lambda n: [(b"", n.size)]),
        Counter("tag", lambda n: [(text(tag), 1) for tag in n.tags]),
    ),
)
QUIET: Table[Note] = Table("quiet", Note, logged=False)
EVENTS = Rows("events", width=8, chunk=4)
COUNTS = Tallies("counts", fields=3)
STATE = Map("state")
SCHEMA = Schema(tables=(NOTES, QUIET), rows=(EVENTS,), tallies=(COUNTS,), maps=(STATE,))


def tick() -> int:
    return 1_700_000_000_000


def opened(path: Path | str, **options: object) -> Store:
    settings: dict[str, object] = {"clock": tick, "command": "test", **options}
    return Store.open(Path(path), SCHEMA, **settings)  # type: ignore[arg-type]


def until_it_waits(thread: threading.Thread) -> None:
    """Return when a thread is at the door of a store, which somebody else keeps shut."""
    while True:
        frame = sys._current_frames().get(thread.ident or 0)
        while frame is not None:
            if frame.f_code.co_filename == presence.__file__:
                return
            frame = frame.f_back
        assert thread.is_alive()
        time.sleep(0.001)
