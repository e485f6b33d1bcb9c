"""The one face of the memory: everything the doors and the library can ask of it.

Reading stands in :class:`tacit.core.view.View`; here is what changes something. Learning, deleting and
importing load their modules when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tacit.core.errors import Usage
from tacit.core.view import Thing, View

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.import_report import ImportReport, Progress
    from tacit.core.restoring import Restoring


class Core(View):
    """An open memory without its exports (see :class:`tacit.Memory`).

    Safe to use from several threads. Close it, or use it as a context manager.
    """

    def deletion(self, ids: Sequence[str], *, single: bool = False) -> Receipt:
        """What :meth:`delete` would take. Nothing is done."""
        from tacit.core.deletion import plan_removal

        things = self._things(ids)
        with self._store.read() as read:
            return plan_removal(read, things, single=single)

    def delete(self, ids: Sequence[str], *, single: bool = False) -> Receipt:
        """Delete patterns, sessions and episodes, as one step of undo.

        A listed pattern takes its variants and the shorter sequences it explained with it; with
        ``single`` it goes alone.
        """
        from tacit.core.deletion import remove
        from tacit.core.learn.review import review

        things = self._things(ids)
        at = self.clock()
        receipt = self._store.write(lambda write: remove(write, things, at, self.actor, single=single))
        review(self._store)
        return receipt

    def _things(self, ids: Sequence[str]) -> list[Thing]:
        if not ids:
            raise Usage("Nothing to delete.", "Name at least one id.")
        return list({thing.id: thing for thing in map(self.get, ids)}.values())

    def undo(self) -> Receipt | None:
        """Take back the newest step this actor made; ``None`` when there is none."""
        from tacit.core.deletion import undo
        from tacit.core.learn.review import review

        receipt = self._store.write(lambda write: undo(write, self.actor))
        if receipt is not None:
            review(self._store)
        return receipt

    def import_path(self, *paths: str | Path, **options: Any) -> ImportReport:
        """Import transcripts or an exported tree; see :meth:`import_paths`."""
        return self.import_paths([Path(path).expanduser() for path in paths], **options)

    def import_paths(
        self,
        paths: Sequence[Path] | None,
        *,
        agent: str | None = None,
        project: str | None = None,
        since: int | None = None,
        dry_run: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """Learn from transcripts.

        Args:
            paths: files and folders; ``None`` or empty looks into the usual folders of the agents.
            agent: read only transcripts of this agent.
            project: the name of the project, instead of what the transcripts say.
            since: leave out sessions that ended before this time, in milliseconds.
            dry_run: report only; nothing is stored.
            progress: told how far it is, now and then.

        Raises:
            NothingUsable: a path that was named holds no transcript at all.
        """
        from tacit.core.importing import import_transcripts

        return import_transcripts(
            self._store,
            self.config,
            paths,
            agent=agent,
            project=project,
            since=since,
            dry_run=dry_run,
            progress=progress,
        )

    def review(self) -> bool:
        """Derive patterns from the evidence where that is due; says whether it was."""
        from tacit.core.learn.review import review

        return review(self._store) is not None

    def restoring(self, *, dry_run: bool = False) -> Restoring:
        """A run that takes an exported tree back (see :mod:`tacit.exports.restore`)."""
        from tacit.core.redaction import Redactor
        from tacit.core.restoring import Restoring

        redact = Redactor(self._store.secret, self.config.redact_allow)
        return Restoring(self._store, redact, dry_run=dry_run)
