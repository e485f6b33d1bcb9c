"""Learning off the hot path: what waits is derived outside of any transaction and stored in batches.

The queue is the table ``pending``. Nothing is claimed: an episode leaves it in the transaction that
stores its contribution, and where it changed since it was read it stays for the next batch. So any number
of processes may drain at once, and one that dies leaves everything as it was or done. Each begins at a
place of its own and moves elsewhere when it finds that another one was there before.

What an extractor of Tacit's own fails on waits on, with the reason; every run tries it once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from random import Random

from msgspec import Struct

from tacit.core.holding import read_steps
from tacit.core.ids import format_id
from tacit.core.learn.contribution import Draft, Exchange, Underivable, derive
from tacit.core.learn.derivers import note_first_derivers
from tacit.core.learn.state import touch
from tacit.core.learn.waiting import enqueue as enqueue
from tacit.core.learn.waiting import put_off, take_out
from tacit.core.learn.waiting import waiting as waiting
from tacit.core.model import Episode
from tacit.core.tables import EPISODES, PENDING
from tacit.store.store import Store
from tacit.store.transaction import Write

BATCH = 50
"""Episodes whose contributions are stored together."""

BATCH_SECONDS = 1.0
"""A batch is stored when it is this old, so that a run cut short keeps what it derived."""

_FRUITLESS = 20
"""Batches in a row of which nothing could be stored; others are at all of it, and end with it too."""

_KEYS = 1 << 64


class _Learned(Struct, frozen=True):
    """An episode as it was ``seen``, ``None`` where it is gone, as it shall be, and what it contributes.

    ``failed`` says why that could not be derived.
    """

    key: bytes
    seen: Episode | None
    episode: Episode | None = None
    draft: Draft | None = None
    failed: str = ""


def drain(
    store: Store,
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Learn from what waits until nothing does that can be learned from; a review is due then.

    Args:
        store: which, open for writing.
        limit: go through at most about so many episodes, in whole batches.
        progress: told after every batch how many episodes were learned from so far.
        cancelled: asked after every episode; ``True`` ends it, and what was not stored still waits.

    Returns:
        How many episodes were learned from here.
    """
    stop = cancelled or _never
    random = Random()  # noqa: S311 - only so that two that drain do not meet
    start = random.randrange(_KEYS).to_bytes(8, "big")
    done = tried = fruitless = 0
    failed: set[bytes] = set()
    while fruitless < _FRUITLESS and (limit is None or tried < limit):
        batch = _derived(store, _next(store, start, failed), stop)
        if not batch:
            break
        tried += len(batch)
        learned = store.write(partial(_put, batch), large=True)
        done += learned
        before = len(failed)
        failed.update(one.key for one in batch if one.failed)
        fruitless = 0 if learned or len(failed) > before else fruitless + 1
        start = batch[-1].key + b"\0"
        if 2 * learned < len(batch):
            start = _elsewhere(store, random)
        if progress is not None:
            progress(done)
    return done


def _never() -> bool:
    return False


def _next(store: Store, start: bytes, failed: Collection[bytes]) -> list[bytes]:
    """A batch of keys that wait and did not fail, from a place on and around."""
    keys: list[bytes] = []
    with store.read() as read:
        for low, high in ((start, None), (b"", start)):
            for key in read.keys(PENDING, low, high):
                if len(keys) >= BATCH:
                    return keys
                if key not in failed:
                    keys.append(key)
    return keys


def _elsewhere(store: Store, random: Random) -> bytes:
    """One of the keys that wait, whichever."""
    with store.read() as read:
        return random.choice(list(read.keys(PENDING)) or [b""])


def _derived(store: Store, keys: Sequence[bytes], stop: Callable[[], bool]) -> list[_Learned]:
    """What these episodes contribute, as far as there is time for them; one at a time is read."""
    found: list[_Learned] = []
    until = time.monotonic() + BATCH_SECONDS
    for key in keys:
        if stop():
            return []
        found.append(_learned(store, key))
        if time.monotonic() >= until:
            break
    return [] if stop() else found


def _learned(store: Store, key: bytes) -> _Learned:
    with store.read() as read:
        seen = read.get(EPISODES, key)
        steps = [] if seen is None else read_steps(read, seen)
    if seen is None:
        return _Learned(key, None)
    if (episode := seen).complexity is None:
        from tacit.core.learn.episode import described

        episode = described(seen, steps)
    try:
        return _Learned(key, seen, episode, derive(episode, steps))
    except Underivable as failed:
        return _Learned(key, seen, failed=str(failed))


def _put(batch: Sequence[_Learned], write: Write) -> int:
    """Store what a batch contributes; how many of it nobody else had learned from or changed."""
    note_first_derivers(write)
    exchange = Exchange(write)
    done = 0
    for one in batch:
        public = format_id("e", int.from_bytes(one.key, "big"))
        if next(write.keys(PENDING, one.key, one.key + b"\0"), None) is None:
            continue
        if write.get(EPISODES, one.key) != one.seen:
            continue
        if one.failed:
            put_off(write, public, one.failed)
            continue
        if one.episode is not None:
            write.put(EPISODES, one.key, one.episode)
        exchange.replace(public, one.draft)
        take_out(write, public)
        done += 1
    exchange.settle()
    if done:
        touch(write)
    return done
