"""Episodes that nobody completes: whoever writes next closes them. Where there are none, little is loaded."""

from __future__ import annotations

from itertools import takewhile

from tacit.core.config import Config
from tacit.core.errors import NotFound, TacitError, Usage
from tacit.core.ids import format_id
from tacit.core.tables import OPEN
from tacit.store.keys import i64
from tacit.store.store import Store

_HOUR = 3_600_000


def close_stale(into: Store, config: Config, at: int) -> int:
    """Close as unknown what nobody logged to for ``config.close_after``; how many episodes that were.

    Whoever writes next does this. What was logged is kept, and so is all evidence in it.
    """
    idle = at - config.close_after
    with into.read() as read:
        oldest = takewhile(lambda found: found[0] < i64(idle), read.scan(OPEN, "active"))
        due = [format_id("e", int.from_bytes(key, "big")) for _, key in oldest]
    if not due:
        return 0
    from tacit.core.live.closing import Ending, end
    from tacit.core.live.succession import LEFT_OPEN

    said = f"{LEFT_OPEN}nothing was logged for {config.close_after / _HOUR:.3g} h"
    closed = 0
    for one in due:
        try:
            end(into, config.aliases, one, Ending("unknown", said, idle=idle))
            closed += 1
        except (NotFound, Usage):
            continue  # somebody else ended it, or went on with it
        except TacitError:
            raise
        except Exception as error:  # a mistake of ours; whoever asks is to go on with something else
            _warn(one, error)
    return closed


def _warn(episode_id: str, error: Exception) -> None:
    import logging

    text = "%s was left open and cannot be closed: %s"
    logging.getLogger("tacit").warning(text, episode_id, type(error).__name__)
