"""Which episodes are open, and letting go of one with all that was logged to it."""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.live.records import Open
from tacit.core.tables import OPEN, OPEN_STEPS, key_of
from tacit.core.tellings import Spent, erase
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.transaction import Write


def open_heads(read: Read) -> list[Open]:
    """Every open episode, by id."""
    return [head for _, head in read.records(OPEN)]


def span_of(episode_id: str) -> tuple[bytes, bytes]:
    """Where the steps of an open episode lie: the first key, and the first one behind them."""
    key = key_of(episode_id)
    return key, u64(int.from_bytes(key, "big") + 1)


def drop(write: Write, episode_id: str, spent: Spent) -> None:
    """Remove an open episode with its steps, and count what goes."""
    for key in list(write.keys(OPEN_STEPS, *span_of(episode_id))):
        chunk = write.get(OPEN_STEPS, key)
        spent.steps += 0 if chunk is None else len(chunk.steps)
        erase(write, OPEN_STEPS, key, spent)
    erase(write, OPEN, key_of(episode_id), spent)


def stray_chunks(read: Read) -> Iterator[bytes]:
    """The keys of steps whose episode is not open: its head was damaged."""
    heads = set(read.keys(OPEN))
    return (key for key in read.keys(OPEN_STEPS) if key[:8] not in heads)


def remove_stray_chunks(write: Write) -> int:
    """Remove those; how many there were."""
    return write.delete_many(OPEN_STEPS, list(stray_chunks(write)))
