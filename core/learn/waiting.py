"""The rows of the queue: which stored episodes are still to be learned from.

A row is put in the transaction that stores the episode, so a crash loses none. What the episode had
contributed before stays in force until its new contribution takes its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tacit.core.learn.records import Waiting
from tacit.core.learn.state import touch
from tacit.core.tables import PENDING, key_of
from tacit.store.reading import Read
from tacit.store.transaction import Write


def enqueue(write: Write, episode_ids: Iterable[str], at: int) -> int:
    """Let stored episodes wait to be learned from; one that waits already keeps its place.

    Args:
        write: the transaction.
        episode_ids: whole public ids.
        at: since when they wait, in milliseconds UTC.

    Returns:
        How many there were. With any, a review is due: they are stored and count as stored.
    """
    keys = sorted({key_of(one) for one in episode_ids})
    for key in keys:
        if write.get(PENDING, key) is None:
            write.put(PENDING, key, Waiting(at))
    if keys:
        touch(write)
    return len(keys)


def take_out(write: Write, episode_id: str) -> None:
    """Let an episode wait no longer: it was learned from, or is not there any more."""
    write.delete(PENDING, key_of(episode_id))


def put_off(write: Write, episode_id: str, why: str) -> None:
    """Let an episode wait on because learning from it failed; what it had contributed stays."""
    key = key_of(episode_id)
    known = write.get(PENDING, key)
    if known is None or known.why != why:
        write.put(PENDING, key, Waiting(write.at if known is None else known.at, why))


def failures(read: Read) -> dict[str, int]:
    """Why learning from some of those that wait failed, and from how many of them."""
    found = Counter(one.why for _, one in read.records(PENDING) if one.why)
    return dict(sorted(found.items()))


def waiting(read: Read) -> int:
    """How many episodes wait to be learned from."""
    return read.count(PENDING, "total")
