"""The one face of the memory: everything the doors and the library can ask of it.

Reading stands in :class:`tacit.core.view.View`; here is what changes something. Learning, deleting and
importing load their modules when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tacit.core.errors import Usage
from tacit.core.model import Episode
from tacit.core.moving_in import MovingIn
from tacit.core.things import Thing

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.import_report import ImportReport, Options, Progress
    from tacit.core.marking import Marking
    from tacit.core.marks import Mark
    from tacit.core.patterns_file import Declared
    from tacit.core.repair import Repair
    from tacit.core.restoring import Restoring
    from tacit.core.surveying import Survey
    from tacit.core.unpacking import Given
    from tacit.core.watching_report import Taken


_SOME = 50  # things whose deleting may share a commit with other work


class Core(MovingIn):
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

        things = self._things(ids)
        at = self.clock()
        receipt = self._store.write(
            lambda write: remove(write, things, at, self.actor, single=single), large=len(things) > _SOME
        )
        self._weigh()
        return receipt

    def _things(self, ids: Sequence[str]) -> list[Thing]:
        if not ids:
            raise Usage("Nothing to delete.", "Name at least one id.")
        return list({thing.id: thing for thing in map(self.get, ids)}.values())

    def undo(self, actor: str | None = None) -> Receipt | None:
        """Take back the newest step of an actor, this one if not said; ``None`` when there is none."""
        from tacit.core.learn.queue import drain
        from tacit.core.undoing import undo

        configured = self.config.aliases
        receipt = self._store.write(lambda write: undo(write, actor or self.actor, configured), large=True)
        if receipt is not None:
            if receipt.projects:
                drain(self._store)
            self._weigh()
        return receipt

    def mark(self, episode_id: str, label: str, note: str = "") -> Marking:
        """Say how an episode ended. It overrules all other evidence, and is one step of undo.

        Args:
            episode_id: the episode, or the beginning of its id.
            label: ``success``, ``partial``, ``failure``, or ``unknown`` where nobody could know.
            note: why; secrets in it are redacted.

        Raises:
            NotFound: there is no such episode.
            Usage: it is no episode, the label is none of these, or the note is too long.
        """
        from tacit.core.marks import made

        return self._mark(episode_id, made(label, self.clock(), note, self.redactor()))

    def unmark(self, episode_id: str) -> Marking:
        """Let an episode stand as it was judged without the mark, as one step of undo."""
        return self._mark(episode_id, None)

    def _mark(self, episode_id: str, mark: Mark | None) -> Marking:
        from tacit.core.marking import mark_episode

        thing = self.get(episode_id)
        if not isinstance(thing, Episode):
            raise Usage(f"{thing.id} is no episode.", "Only they are marked: `memory episodes` lists them.")
        at, actor = self.clock(), self.actor
        marking = self._store.write(lambda write: mark_episode(write, thing.id, mark, at, actor))
        self._weigh()
        return marking

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
        stream: BinaryIO | None = None,
        home: Path | None = None,
        notes: bool = False,
        name: str = "",
    ) -> ImportReport:
        """Learn from transcripts, and take in as notes what lies beside them of other memories.

        Args:
            paths: files, folders and archives (tar) of such; ``None`` or empty looks into the usual folders
                of the agents.
            agent: read only transcripts of this agent.
            project: the name of the project, instead of what the transcripts say.
            since: leave out sessions that ended before this time, in milliseconds.
            dry_run: report only; nothing is stored.
            progress: told how far it is, now and then.
            stream: a transcript, or an archive of some, read to its end.
            home: whose usual folders are looked into where no path is named; a copy of another home.
            notes: what is named are notes, whatever it looks like; nothing else is read.
            name: what to call the source of notes, instead of its file or folder.

        Raises:
            NothingUsable: a path that was named holds no transcript and no notes at all.
            Usage: no path was named of which it could be said that it holds notes.
        """
        from tacit.core.import_report import Options
        from tacit.core.places import places
        from tacit.core.unpacking import unpacked

        if not dry_run:
            self.close_stale()
        with unpacked(paths or (), places().cache, stream) as given:
            options = Options(agent, project, since, dry_run, home, notes, name, self.clock())
            return self._import_given(given, options, progress)

    def _import_given(
        self, given: Given, options: Options, progress: Callable[[Progress], None] | None
    ) -> ImportReport:
        """Import what lies on the disk now; a library that knows exports looks for them first."""
        from tacit.core.importing import import_transcripts

        return import_transcripts(self._store, self.config, given, options, progress)

    def take(
        self, paths: Sequence[str], progress: Callable[[Progress], None] | None = None
    ) -> tuple[Taken, bool]:
        """Import what a watcher found changed, as :meth:`import_paths`, the first of many files.

        Args:
            paths: files, what is wanted first first; what its agent removes soon comes before that.
            progress: told how far it is, now and then.

        Returns:
            What became of them, and whether a review or embedding is owed for later.
        """
        from tacit.core.watching_taking import take

        self.close_stale()
        taken = take(self._store, self.config, paths, self.clock(), progress)
        return taken, self.review_due() or self._unembedded()

    def _unembedded(self) -> bool:
        holding = self.embedding()
        return not holding.why and holding.waiting > 0

    def survey(self, paths: Sequence[Path] | None, stopped: Callable[[], bool] = lambda: False) -> Survey:
        """What :meth:`import_paths` would read: how many transcripts, and how many of them are new.

        Args:
            paths: files and folders; ``None`` or empty looks into the usual folders of the agents.
            stopped: asked now and then; ``True`` ends it with what was found so far.
        """
        from tacit.core.surveying import survey

        return survey(self._store, paths, stopped)

    def create_backup(
        self, path: str | Path | None = None, *, told: Callable[[int, int], None] | None = None
    ) -> Path:
        """Write everything that cannot be derived into one file; see :mod:`tacit.core.backups`.

        Args:
            path: the new file; ``None`` is a name of its own in the folder of backups.
            told: told how many bytes are done, of how many, 0 where nobody knows.
        """
        from tacit.core.backups import create_backup

        return create_backup(self._store, path, at=self.clock(), told=told)

    def repair(self, step: Callable[[int], None] | None = None) -> Repair:
        """Set damaged records aside and make anew what can be; see :mod:`tacit.core.repair`.

        ``step`` is told how many records were looked at so far.
        """
        from tacit.core.repair import repair

        return repair(self._store, step, quota=self.config.store_quota, config=self.config)

    def declare(self, fields: Mapping[str, Any]) -> Declared:
        """Add a pattern to the person's ``patterns.toml``; what is imported from now on is looked through.

        Args:
            fields: as in a ``[[pattern]]`` of the file: ``name``, ``actions``, ``files``, …

        Raises:
            Usage: a field or the file is wrong, or it cannot be written.
        """
        from tacit.core.patterns_file import declare
        from tacit.core.places import places

        return declare(places().patterns, fields)

    def review(self) -> bool:
        """Derive patterns from the evidence where that is due; says whether it was."""
        from tacit.core.learn.review import review

        return review(self._store) is not None

    def catch_up(self, cancelled: Callable[[], bool]) -> bool:
        """Bring the text index up to date, building it where there is none; run it in a worker.

        Args:
            cancelled: asked now and then; ``True`` ends it, to be gone on with later.

        Returns:
            Whether the index is there and up to date. It never fails: searches are right without it.
        """
        from tacit.core.texts import catch_up

        return catch_up(self._store, build=True, cancelled=cancelled)

    def restoring(self, *, dry_run: bool = False) -> Restoring:
        """A run that takes an exported tree back (see :mod:`tacit.exports.restore`)."""
        from tacit.core.restoring import Restoring

        return Restoring(self._store, self.redactor(), self.config.aliases, dry_run=dry_run)
