"""Backups for tests: honest ones of the small schema, and forged ones with every checksum right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import unpack
from typing import Any

import pytest
import zstandard
from msgspec import json
from msgspec.structs import replace
from store_sample import COUNTS, EVENTS, NOTES, QUIET, SCHEMA, STATE, Note, opened, tick

from tacit.store import backup_format as form
from tacit.store.backup_check import Checked, check
from tacit.store.backup_format import Header, primary_spaces
from tacit.store.backup_reader import Backup
from tacit.store.backup_restore import restore
from tacit.store.backup_writer import save
from tacit.store.errors import TacitError
from tacit.store.keys import u64
from tacit.store.schema import ID, VERSION
from tacit.store.store import Store
from tacit.store.transaction import Write

Record = tuple[str, bytes, bytes]
Records = list[Record]


def fill(store: Store, count: int = 60) -> None:
    """Something in every space."""

    def job(write: Write) -> None:
        for n in range(count):
            write.put(NOTES, u64(n), Note(f"note {n}", n * 3, ("a", f"t{n % 7}")))
            write.put(QUIET, u64(n), Note("q" * n * 40))
            write.add_rows(EVENTS, n % 5, u64(n))
            write.add_tally(COUNTS, n % 3, (1, n, 0))
        for n in range(0, count, 10):
            write.trash(NOTES, u64(n))
        write.set_value(STATE, b"large", bytes(range(256)) * 9_000)
        write.set_value(STATE, b"small", b"1")

    store.write(job)


def header(store: Store, **more: Any) -> Header:
    with store.read() as read:
        return Header(
            store=(read.meta(ID) or b"").decode(),
            schema=int.from_bytes(read.meta(VERSION) or b"", "big"),
            tacit="test",
            created=tick(),
            reason="manual",
            spaces=tuple(primary_spaces(SCHEMA)),
            **more,
        )


def backed_up(store: Store, path: Path, **more: Any) -> Path:
    head = header(store, **more)
    with store.read() as read:
        save(read.kv, str(path), head)
    return path


def checked(path: Path) -> Checked:
    with Backup(str(path)) as backup:
        return check(backup, SCHEMA)


def restored(store: Store, path: Path, **options: Any) -> None:
    with Backup(str(path)) as backup:
        store.write(lambda write: restore(write, backup, SCHEMA, **options), large=True)
    store.refresh(SCHEMA)


def everything(store: Store) -> dict[str, list[tuple[bytes, bytes]]]:
    """All that is stored, index entries and counters included."""
    with store.read() as read:
        return {space: list(read.kv.scan(space)) for space in SCHEMA.spaces()}


def records_of(path: Path) -> tuple[Header, list[Record]]:
    with Backup(str(path)) as backup:
        return backup.header, list(backup.records())


def packed(records: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(form.RECORD.pack(len(key), len(value)) + key + value for key, value in records)


def frame(
    number: int, raw: bytes, count: int, *, declared: int | None = None, body: bytes | None = None
) -> bytes:
    """One frame with a right checksum, whatever it says."""
    body = zstandard.ZstdCompressor().compress(raw) if body is None else body
    head = form.FRAME.pack(number, len(raw) if declared is None else declared, len(body), count)
    return head + form.frame_sum(head, body) + body


def stream(head: bytes, frames: Iterable[bytes], totals: tuple[int, int] | None = None) -> bytes:
    """Magic, header, frames and a footer with a right digest."""
    pieces = list(frames)
    if totals is None:
        heads = [unpack(">HIII", piece[: form.FRAME.size]) for piece in pieces]
        totals = (sum(one[3] for one in heads), sum(one[1] for one in heads))
    data = form.MAGIC + form.LENGTH.pack(len(head)) + head + form.frame_sum(b"", head) + b"".join(pieces)
    data += form.FRAME.pack(form.END, 0, 0, 0) + form.TOTALS.pack(*totals)
    summed = form.digest()
    summed.update(data)
    return data + summed.digest()


def frames_of(head: Header, records: Iterable[Record]) -> Iterator[bytes]:
    """A frame for every record."""
    for space, key, value in records:
        yield frame(head.spaces.index(space), packed([(key, value)]), 1)


def forged(path: Path, head: Header, records: Iterable[Record]) -> Path:
    path.write_bytes(stream(json.encode(head), frames_of(head, records)))
    return path


class Sound:
    """A sound backup, its parts, and a store that must not change."""

    def __init__(self, folder: Path) -> None:
        self.store = opened(folder / "store")
        fill(self.store, 12)
        self.file = backed_up(self.store, folder / "sound.backup")
        self.bytes = self.file.read_bytes()
        self.header, self.records = records_of(self.file)
        self.before = everything(self.store)
        self.bad = folder / "bad.backup"

    def write(self, data: bytes) -> Path:
        self.bad.write_bytes(data)
        return self.bad

    def forge(self, records: Records, **changes: Any) -> Path:
        spaces = tuple(dict.fromkeys((*self.header.spaces, *(space for space, _, _ in records))))
        head = replace(self.header, **{"spaces": spaces, **changes})
        ordered = sorted(records, key=lambda record: (spaces.index(record[0]), record[1]))
        return forged(self.bad, head, ordered)

    def refused(self, path: Path, why: str) -> TacitError:
        """Checking and restoring end with an error that names the file, and nothing is changed."""
        with pytest.raises(TacitError, match=why) as caught:
            checked(path)
        with pytest.raises(TacitError):
            restored(self.store, path)
        assert caught.value.exit_code in {1, 3}
        assert str(path) in caught.value.message
        assert everything(self.store) == self.before
        return caught.value
