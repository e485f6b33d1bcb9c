"""How much evidence makes a candidate a pattern."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.learn.events import SUCCESS, Event
from tacit.core.model import Kind


class Support:
    """The least a candidate of some kind needs to become a pattern."""

    __slots__ = ("episodes", "sessions", "successes")

    def __init__(self, episodes: int, sessions: int, successes: int) -> None:
        self.episodes = episodes
        self.sessions = sessions
        self.successes = successes


_OF_OUTCOME = Support(episodes=3, sessions=2, successes=0)
_OF_KIND: dict[Kind, Support] = {
    "heuristic": Support(episodes=2, sessions=1, successes=0),
    "error_recovery": Support(episodes=2, sessions=1, successes=2),
}


def support_of(kind: Kind) -> Support:
    """The support rule of a kind (see ``docs/learning.md``, promotion)."""
    return _OF_KIND.get(kind, _OF_OUTCOME)


def learned_after(events: Sequence[Event], least: Support) -> int | None:
    """How many events it took to meet the support rule; ``None`` if it is not met."""
    episodes: set[int] = set()
    sessions: set[int] = set()
    successes: list[int] = []
    for number, event in enumerate(events, 1):
        episodes.add(event[0])
        sessions.add(event[1])
        if event[5] == SUCCESS:
            successes.append(event[0])
        enough = len(episodes) >= least.episodes and len(sessions) >= least.sessions
        if enough and _spread(successes, least):
            return number
    return None


def _spread(successes: list[int], least: Support) -> bool:
    if not least.successes:
        return True
    return len(successes) >= least.successes and len(set(successes)) >= least.episodes
