"""All evidence derived anew: what every held episode contributes, from its stored steps."""

from __future__ import annotations

from collections.abc import Callable

from tacit.core.holding import read_steps
from tacit.core.learn.contribution import Exchange, Underivable, derive
from tacit.core.learn.derivers import note_derivers
from tacit.core.learn.state import touch
from tacit.core.learn.waiting import put_off
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EPISODES, EVENTS, PENDING
from tacit.store.transaction import Write

_BATCH = 200
"""Episodes whose event rows are written together."""


def rederive(write: Write, progress: Callable[[int], None] | None = None) -> int:
    """Drop contributions, tallies and event rows and derive them from the episodes; a review is due then.

    Nothing waits to be learned from afterwards, but what an extractor failed on.

    Args:
        write: the transaction.
        progress: told now and then how many episodes are done.

    Returns:
        How many episodes were gone through.
    """
    for part in (CONTRIBUTIONS, CANDIDATES, EVENTS, PENDING):
        write.clear(part)
    exchange = Exchange(write)
    done = 0
    for key in list(write.keys(EPISODES)):
        episode = write.get(EPISODES, key)
        if episode is None:
            continue
        try:
            exchange.replace(episode.id, derive(episode, read_steps(write, episode)))
        except Underivable as failed:
            put_off(write, episode.id, str(failed))
        done += 1
        if done % _BATCH == 0:
            exchange.settle()
            if progress is not None:
                progress(done)
    exchange.settle()
    if done:
        note_derivers(write)
    touch(write)
    return done
