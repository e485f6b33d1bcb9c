"""Which episode something was given in where only the time is known: the one that asked for it then."""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.clock import DAY
from tacit.core.model import Episode
from tacit.core.projects import standing_aliases
from tacit.core.tables import EPISODES
from tacit.store.keys import descending, i64, i64_of, text
from tacit.store.reading import Read

NEAR = 60_000
"""Milliseconds that may lie between a call and its answer, or between an episode's end and what it got."""

LONGEST = 7 * DAY
"""So long after something was given its episode may go on; one that ends later is not looked for."""

_NUMBER = 8  # bytes of a time in an index key

Ended = tuple[int, int, bytes]
"""When an episode ended and began, in milliseconds, and its key."""


class ByTime:
    """The stored episodes by when they were and what they called; what was read once is kept.

    Args:
        read: the snapshot.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._days: dict[tuple[str, int], list[Ended]] = {}
        self._calls: dict[bytes, tuple[str, list[tuple[int, str]]]] = {}
        self._aliases: dict[str, str] | None = None

    def of(self, how: str, project: str, agent: str, at: int) -> Episode | None:
        """The one episode that called a tool of that name then; ``None`` for none and for several.

        Args:
            how: how the name of the tool ends, as ``search_patterns``.
            project: the name of where the agent worked; empty for anywhere.
            agent: as sessions name theirs; empty for any.
            at: when it got its answer, in milliseconds.
        """
        if not how:
            return None
        ending = self._ending(self._name(project), at)
        around = [key for ended, began, key in ending if began <= at <= ended + NEAR]
        fitting = [key for key in around if self._called(key, how, agent, at)]
        return self._read.get(EPISODES, fitting[0]) if len(fitting) == 1 else None

    def _name(self, project: str) -> str:
        """What a project is called by now."""
        if not project:
            return ""
        if self._aliases is None:
            self._aliases = standing_aliases(self._read)
        return self._aliases.get(project, project)

    def _ending(self, project: str, at: int) -> Iterator[Ended]:
        """The episodes of a project, or all, that ended about then or in the time after, day by day."""
        for day in range((at - NEAR) // DAY, (at + LONGEST) // DAY + 1):
            if (project, day) not in self._days:
                self._days[project, day] = list(self._ended_on(project, day))
            yield from self._days[project, day]

    def _ended_on(self, project: str, day: int) -> Iterator[Ended]:
        index, prefix = ("project", text(project)) if project else ("recent", b"")
        newest, oldest = (prefix + descending(i64(at)) for at in ((day + 1) * DAY - 1, day * DAY))
        for place, key in self._read.scan(EPISODES, index, prefix, start=newest):
            ended = place[len(prefix) : len(prefix) + _NUMBER]
            if prefix + ended > oldest:
                return
            episode = self._read.get(EPISODES, key)
            if episode is not None:
                yield i64_of(descending(ended)), episode.started, key

    def _called(self, key: bytes, how: str, agent: str, at: int) -> bool:
        if key not in self._calls:
            from tacit.core.holding import read_steps  # which loads what learns, and few need it

            episode = self._read.get(EPISODES, key)
            steps = [] if episode is None else read_steps(self._read, episode)
            whose = "" if episode is None else episode.agent
            self._calls[key] = whose, [(step.at, step.tool) for step in steps]
        whose, calls = self._calls[key]
        return agent in {"", whose} and any(
            tool.endswith(how) and abs(made - at) <= NEAR for made, tool in calls
        )
