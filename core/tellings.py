"""What one session tells of an episode, on its way into the trash, back from it, and out for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.model import Episode
from tacit.core.tables import COPIES, EPISODES, SESSIONS, STEPS, body_of, key_of
from tacit.store.keys import u64
from tacit.store.reading import Read, trash_key
from tacit.store.schema import TRASH, Table
from tacit.store.transaction import Write


class Spent(Struct):
    """What was removed for good: ``steps`` and all ``records``, with their stored ``size`` in bytes."""

    steps: int = 0
    records: int = 0
    size: int = 0

    def add(self, sealed: bytes | None, *, step: bool = False) -> None:
        """Count a record that is there."""
        if sealed is not None:
            self.steps += step
            self.records += 1
            self.size += len(sealed)


def trash_telling(write: Write, episode: Episode) -> None:
    """Move a copy with its steps into the trash."""
    body = body_of(episode.id, episode.session)
    for key in list(write.keys(STEPS, u64(body), u64(body + 1))):
        write.trash(STEPS, key)
    write.trash(COPIES, u64(body))


def restore_telling(write: Write, body: int, copy: Episode) -> None:
    """Bring one telling back from the trash; one that was told again since stands as it is.

    Its session may be of another project by now, and so is what it tells.
    """
    held = write.get(EPISODES, key_of(copy.id))
    newer = write.get(COPIES, u64(body)) is not None or (held is not None and held.session == copy.session)
    take = write.purge if newer else write.restore
    for key in list(write.trash_keys(STEPS, u64(body))):
        take(STEPS, key)
    take(COPIES, u64(body))
    session = write.get(SESSIONS, key_of(copy.session))
    if not newer and session is not None and session.project != copy.project:
        write.put(COPIES, u64(body), replace(copy, project=session.project))


def trashed_tellings(read: Read) -> Iterator[tuple[int, Episode]]:
    """(body, telling) of everything told that lies in the trash."""
    for key in list(read.trash_keys(COPIES)):
        copy = read.trashed(COPIES, key)
        if copy is not None:
            yield int.from_bytes(key, "big"), copy


def erase_telling(write: Write, body: int, spent: Spent) -> None:
    """Remove a copy and its steps for good, wherever they are."""
    for key in list(write.keys(STEPS, u64(body), u64(body + 1))):
        erase(write, STEPS, key, spent)
    for key in list(write.trash_keys(STEPS, u64(body))):
        erase(write, STEPS, key, spent)
    erase(write, COPIES, u64(body), spent)


def erase(write: Write, table: Table[Any], key: bytes, spent: Spent) -> None:
    """Remove a record for good, also from the trash."""
    for sealed in (write.kv.get(table.space, key), write.kv.get(TRASH, trash_key(table, key))):
        spent.add(sealed, step=table is STEPS)
    write.delete(table, key)
    write.purge(table, key)


def stray_steps(read: Read) -> Iterator[tuple[bytes, bool]]:
    """(key, whether it lies in the trash) of every step that no telling there owns: that one was damaged."""
    told = {body_of(one.id, one.session) for _, one in read.records(EPISODES)}
    told |= {int.from_bytes(key, "big") for key in read.keys(COPIES)}
    thrown = {int.from_bytes(key, "big") for key in read.trash_keys(COPIES)}
    for key in read.keys(STEPS):
        if int.from_bytes(key[:8], "big") not in told:
            yield key, False
    for key in read.trash_keys(STEPS):
        if int.from_bytes(key[:8], "big") not in thrown:
            yield key, True


def remove_strays(write: Write) -> int:
    """Remove steps without a telling: nobody sees them, and no forgetting would find them. How many."""
    strays = list(stray_steps(write))
    for key, thrown in strays:
        if thrown:
            write.purge(STEPS, key)
        else:
            write.delete(STEPS, key)
    return len(strays)
