"""Any history of changes leaves exactly what a plain dictionary would say."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from store_sample import NOTES, SCHEMA, Note, opened

from tacit.store.keys import descending, i64, text, u64
from tacit.store.transaction import Read, Write
from tacit.store.verify import verify

notes = st.builds(
    Note,
    name=st.sampled_from(["a", "b", "b\0c", ""]),
    size=st.integers(-3, 200),
    tags=st.lists(st.sampled_from(["x", "y", "yy"]), max_size=3).map(tuple),
)
deeds = st.tuples(st.sampled_from(["put", "delete", "trash", "restore", "purge"]), st.integers(0, 5), notes)
histories = st.lists(st.tuples(st.lists(deeds, max_size=8), st.booleans()), max_size=6)


class Model:
    """The store as two dictionaries."""

    def __init__(self) -> None:
        self.live: dict[bytes, Note] = {}
        self.trash: dict[bytes, Note] = {}

    def copy(self) -> Model:
        other = Model()
        other.live, other.trash = dict(self.live), dict(self.trash)
        return other

    def do(self, op: str, key: bytes, note: Note) -> None:
        match op:
            case "put":
                self.live[key] = note
            case "delete":
                self.live.pop(key, None)
            case "trash" if key in self.live:
                self.trash[key] = self.live.pop(key)
            case "restore" if key in self.trash:
                self.live[key] = self.trash.pop(key)
            case "purge":
                self.trash.pop(key, None)


def do(write: Write, op: str, key: bytes, note: Note) -> None:
    if op == "put":
        write.put(NOTES, key, note)
    else:
        getattr(write, op)(NOTES, key)


def expected(live: dict[bytes, Note]) -> dict[str, Any]:
    tags = Counter(text(tag) for note in live.values() for tag in note.tags)
    size = sum(note.size for note in live.values())
    return {
        "records": sorted(live.items()),
        "name": sorted((text(note.name), key) for key, note in live.items()),
        "size": sorted((descending(i64(note.size)), key) for key, note in live.items()),
        "tag": sorted({(text(tag) + i64(n.size), key) for key, n in live.items() for tag in n.tags}),
        "counts": (len(live), size, dict(tags)),
    }


def found(read: Read) -> dict[str, Any]:
    return {
        "records": list(read.records(NOTES)),
        "name": sorted(read.scan(NOTES, "name")),
        "size": list(read.scan(NOTES, "size")),
        "tag": sorted(read.scan(NOTES, "tag")),
        "counts": (read.count(NOTES, "total"), read.count(NOTES, "size"), dict(read.groups(NOTES, "tag"))),
    }


class Undone(Exception):
    pass


@settings(max_examples=60, deadline=None)
@given(histories)
def test_indexes_counters_and_trash_follow_any_history(history: list[tuple[list[Any], bool]]) -> None:
    model = Model()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "s") as store:
        for steps, abort in history:
            after = model.copy()

            def job(
                write: Write, steps: list[Any] = steps, after: Model = after, abort: bool = abort
            ) -> None:
                for op, n, note in steps:
                    do(write, op, u64(n), note)
                    after.do(op, u64(n), note)
                assert found(write) == expected(after.live)
                if abort:
                    raise Undone

            try:
                store.write(job)
            except Undone:
                continue
            model = after
        with store.read() as read:
            assert found(read) == expected(model.live)
            assert [key for _, key in read.trash_items()] == sorted(model.trash)
            assert all(read.trashed(NOTES, key) == note for key, note in model.trash.items())
            assert verify(read, SCHEMA) == []
