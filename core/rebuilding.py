"""Everything that was learned, derived anew from what is stored.

A rebuild lets every episode wait and then learns from what waits. What an episode had contributed stays in
force until its new contribution takes its place, exactly, so the store is whole at every moment, others go
on writing between the batches, and a rebuild that is cut short goes on with whatever drains the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tacit.core.doctor import evidence_agrees
from tacit.core.errors import Corrupt
from tacit.core.holding import read_steps
from tacit.core.ids import format_id
from tacit.core.learn.derivers import fingerprint, note_derivers
from tacit.core.learn.episode import described
from tacit.core.learn.queue import drain, enqueue
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, COPIES, EPISODES, EVENTS
from tacit.store.store import Store
from tacit.store.transaction import Write

_COPIES = 50
"""Copies that are described in one transaction."""


def rebuild(
    store: Store,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Derive all evidence anew; a review is due then.

    Args:
        store: which, open for writing.
        progress: told after every batch how many episodes are done.
        cancelled: asked after every episode; ``True`` ends it, and the rest waits.

    Returns:
        How many episodes were learned from here.

    Raises:
        Usage: ``patterns.toml`` is wrong; nothing was changed.
    """
    fingerprint()  # what is wrong is said before anything is changed, and nothing is read while it is
    store.write(partial(_begin, _sound(store)), large=True)
    _describe_copies(store)
    return drain(store, progress=progress, cancelled=cancelled)


def _sound(store: Store) -> bool:
    """Whether all counts and events belong to a contribution, so that replacing those leaves nothing over."""
    try:
        with store.read() as read:
            return evidence_agrees(read).level == "ok"
    except (Corrupt, LookupError):
        return False


def _begin(sound: bool, write: Write) -> None:
    """Let everything wait; evidence that is not sound goes at once."""
    if not sound:
        for part in (CONTRIBUTIONS, CANDIDATES, EVENTS):
            write.clear(part)
    enqueue(write, [format_id("e", int.from_bytes(key, "big")) for key in write.keys(EPISODES)], write.at)
    note_derivers(write)


def _describe_copies(store: Store) -> None:
    """Describe the copies that an older Tacit stored; what is held is described when it is learned from."""
    with store.read() as read:
        keys = [key for key, copy in read.records(COPIES) if copy.complexity is None]
    for start in range(0, len(keys), _COPIES):
        store.write(partial(_describe, keys[start : start + _COPIES]), large=True)


def _describe(keys: list[bytes], write: Write) -> None:
    for key in keys:
        copy = write.get(COPIES, key)
        if copy is not None and copy.complexity is None:
            write.put(COPIES, key, described(copy, read_steps(write, copy)))
