"""The side of the memory that knows projects: by which names they go, and which are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tacit.core.embedder import Embedding
from tacit.core.errors import NotFound
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS
from tacit.core.things import Thing

if TYPE_CHECKING:
    from tacit.core.decisions import Decided
    from tacit.core.merging import Merged
    from tacit.core.project_list import Project
    from tacit.core.stats_project import ProjectStats


class Merger(Embedding):
    """An open memory as far as it knows projects."""

    _former: tuple[int, dict[str, bytes]] | None = None

    def get(self, public_id: str) -> Thing:
        """As :meth:`tacit.core.view.View.get`; a whole id from before a merge still finds its pattern."""
        try:
            return super().get(public_id)
        except NotFound:
            found = self._formerly(public_id) if public_id.startswith("p-") else None
            if found is None:
                raise
            return found

    def decided(self) -> dict[str, Decided]:
        """What stands of what was decided of patterns, by the id that each has now."""
        from tacit.core.project_query import decided_now

        with self._store.read() as read:
            return decided_now(read)

    def projects(self) -> tuple[Project, ...]:
        """All projects, those with most sessions first, each with what it looks like being part of."""
        from tacit.core.project_list import projects

        with self._store.read() as read:
            return projects(read)

    def project_stats(self, project: str) -> ProjectStats:
        """The numbers of the project of this very name."""
        from tacit.core.stats_project import project_stats

        with self._store.read() as read:
            return project_stats(read, project)

    def aliases(self) -> dict[str, str]:
        """Other name of a project -> the project, chains followed."""
        from tacit.core.projects import standing_aliases

        with self._store.read() as read:
            return standing_aliases(read)

    def aliases_due(self) -> bool:
        """Whether the aliases of the configuration are others than what is stored went by."""
        from tacit.core.settling import is_settled

        with self._store.read() as read:
            return not is_settled(read, self.config.aliases)

    def merges(self) -> dict[int, str]:
        """What each step of undo merged that still stands: ``A into B``, several with commas between."""
        from tacit.core.aliases import aliases

        with self._store.read() as read:
            found = list(aliases(read))
        told: dict[int, list[str]] = {}
        for one in found:
            for merge in one.said:
                if merge.step:
                    told.setdefault(merge.step, []).append(f"{one.name} into {merge.target}")
        return {step: ", ".join(names) for step, names in told.items()}

    def merge_projects(
        self,
        source: str,
        target: str,
        *,
        dry_run: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Merged:
        """Merge a project into another, as one step of undo; what is imported later comes under the new name.

        What its sessions contributed is derived again. A run that is cut short after the renaming is gone on
        with by the next one that learns.

        Args:
            source: the project that is merged, by any of its names.
            target: the one it becomes part of, by any of its names.
            dry_run: only count.
            progress: told now and then how many episodes are done, of how many.

        Raises:
            NotFound: there is no such project.
            Usage: both are one project already.
        """
        from tacit.core.learn.queue import drain
        from tacit.core.merging import merge, plan_merge

        configured, actor = self.config.aliases, self.actor
        if dry_run:
            with self._store.read() as read:
                return plan_merge(read, source, target, configured)
        merged = self._store.write(lambda write: merge(write, source, target, configured, actor), large=True)
        total = self.waiting()
        drain(self._store, progress=progress and (lambda done: progress(done, max(done, total))))
        self._weigh()
        return merged

    def _formerly(self, public_id: str) -> Pattern | None:
        """The pattern that had this id before a merge; they are looked for once, until something changes."""
        from tacit.core.project_query import formerly

        with self._store.read() as read:
            if self._former is None or self._former[0] != read.sequence():
                self._former = read.sequence(), formerly(read)
            key = self._former[1].get(public_id)
            return None if key is None else read.get(PATTERNS, key)
