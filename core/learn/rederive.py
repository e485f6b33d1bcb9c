"""All evidence derived anew: what every held episode contributes, from its stored steps."""

from __future__ import annotations

from collections.abc import Callable

from tacit.core.holding import read_steps
from tacit.core.learn.contribution import Exchange, derive
from tacit.core.learn.state import touch
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EPISODES, EVENTS
from tacit.store.transaction import Write

_BATCH = 200
"""Episodes whose event rows are written together."""


def rederive(write: Write, progress: Callable[[int], None] | None = None) -> int:
    """Drop contributions, tallies and event rows and derive them from the episodes; a review is due then.

    Args:
        write: the transaction.
        progress: told now and then how many episodes are done.

    Returns:
        How many episodes were gone through.
    """
    for part in (CONTRIBUTIONS, CANDIDATES, EVENTS):
        write.clear(part)
    exchange = Exchange(write)
    done = 0
    for key in list(write.keys(EPISODES)):
        episode = write.get(EPISODES, key)
        if episode is None:
            continue
        exchange.replace(episode.id, derive(episode, read_steps(write, episode)))
        done += 1
        if done % _BATCH == 0:
            exchange.settle()
            if progress is not None:
                progress(done)
    exchange.settle()
    touch(write)
    return done
