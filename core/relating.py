"""What goes together in a memory, what gets better or worse, and what means nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.clock import DAY
from tacit.core.errors import Usage
from tacit.core.exporting_face import Exporting
from tacit.core.model import Pattern
from tacit.core.notes.records import Note

if TYPE_CHECKING:
    from tacit.core.recall.clusters import Clusters
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.related import Relations
    from tacit.core.recall.related_episodes import Similar
    from tacit.core.recall.trends import Trend, Trends


class Relating(Exporting):
    """Relations between what is stored, over all projects or in one."""

    def related(self, public_id: str, *, project: str | None = None) -> Relations | Similar:
        """Patterns used together with a pattern; episodes or sessions most like an episode or session.

        Args:
            public_id: an id, or the beginning of one.
            project: only in this project.

        Raises:
            NotFound: there is no such thing.
        """
        thing = self.get(public_id)
        if isinstance(thing, Pattern):
            from tacit.core.recall.related import related_patterns

            with self._store.read() as read:
                return related_patterns(read, thing, project)
        if isinstance(thing, Note):
            raise Usage(f"{thing.id} is a note.", "`memory search` finds what is like it.")
        from tacit.core.recall.related_meaning import most_like

        return most_like(self._store, self.config, thing, project)

    def files_together(
        self,
        path: str | None = None,
        *,
        project: str | None = None,
        used_within: int | None = None,
        limit: int | None = None,
    ) -> FilesTogether:
        """Groups of files that go together; of a path those that go with it, and patterns used with it.

        Args:
            path: a file: its path, whole parts of it, or a glob.
            project: only in this project.
            used_within: only what happened within so many days; for a path.
            limit: at most so many groups, where no path is given.

        Raises:
            Usage: ``used_within`` without a path, or negative.
        """
        from tacit.core.recall.files import files_together, files_with

        if path is None and used_within is not None:
            raise Usage("Days are only asked of a file.", "Name one: `memory files src/main.rs`.")
        if used_within is not None and used_within < 0:
            raise Usage("A number of days cannot be negative.", "For example 30.")
        since = None if used_within is None else self.clock() - used_within * DAY
        with self._store.read() as read:
            if path is None:
                return files_together(read, project, limit)
            return files_with(read, path, project, since)

    def trends(self, pattern_id: str | None = None, *, project: str | None = None) -> Trends | Trend:
        """Whether patterns get better or worse; the trend of one where an id is given.

        Raises:
            NotFound: there is no such pattern.
            Usage: it is no pattern.
        """
        from tacit.core.recall.trends import trend_of, trends

        if pattern_id is None:
            with self._store.read() as read:
                return trends(read, project)
        pattern = self.get(pattern_id)
        if not isinstance(pattern, Pattern):
            raise Usage(f"{pattern.id} is no pattern.", "Only they have a trend.")
        with self._store.read() as read:
            return trend_of(read, pattern, project)

    def clusters(self, *, project: str | None = None) -> Clusters:
        """Groups of patterns that mean nearly the same; of common words where no model is ready."""
        from tacit.core.recall.clusters import clusters

        return clusters(self._store, self.config, project)
