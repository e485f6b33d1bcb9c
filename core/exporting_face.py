"""The side of the memory that an export asks, always in the same order (see :mod:`tacit.exports.source`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tacit.core.model import Episode, Evidenced, Pattern, Session, Step
from tacit.core.tables import PATTERNS, SESSIONS
from tacit.core.view import View

if TYPE_CHECKING:
    from tacit.core.marks import Mark


class Exporting(View):
    """An open memory as far as it can leave."""

    def export_sessions(self) -> Iterator[Session]:
        """Every session, by start and id."""
        for _, _, session in self._store.stream(SESSIONS, "recent", reverse=True):
            yield session

    def export_episodes(self, session: Session) -> Iterator[tuple[Episode, Iterator[Step]]]:
        """What a session tells, with the steps: the episodes it holds, then those another holds."""
        from tacit.core.holding import read_steps, told_by

        with self._store.read() as read:
            told = told_by(read, session.id)
        for episode in told:
            with self._store.read() as read:
                steps = read_steps(read, episode)
            yield episode, iter(steps)

    def export_patterns(self) -> Iterator[Pattern]:
        """Every pattern that is a row or was put away, by id."""
        for _, _, pattern in self._store.stream(PATTERNS):
            if pattern.head is None:
                yield pattern

    def newest_uses(self, pattern: Pattern, limit: int) -> tuple[Evidenced, ...]:
        """The newest uses of a pattern that is at hand."""
        from tacit.core.evidence import evidence

        with self._store.read() as read:
            return evidence(read, pattern, limit)

    def tombstones(self) -> Iterator[tuple[str, str]]:
        """(id, role) of everything deleted, in the order of the ids."""
        from tacit.core.tombstones import tombstones

        with self._store.read() as read:
            found = list(tombstones(read))
        yield from found

    def mark_of(self, episode_id: str) -> Mark | None:
        """What a person said of how an episode ended; ``None`` where nobody did."""
        from tacit.core.marks import mark_of

        with self._store.read() as read:
            return mark_of(read, episode_id)

    def stats_json(self) -> dict[str, Any]:
        """The statistics in their JSON form."""
        from tacit.core.statsform import stats_json

        return stats_json(self.stats())
