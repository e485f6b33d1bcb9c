"""The side of the memory that lets go: forgetting, the trash, and what is left to do after both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tacit.core.relating import Relating

if TYPE_CHECKING:
    from tacit.core.chores import Chore, Left
    from tacit.core.forgetting import ForgetReceipt
    from tacit.core.trash import Discarded, Purged
    from tacit.store.compaction import Compaction


class Forgetful(Relating):
    """An open memory as far as it lets go of things for good."""

    def forget(
        self,
        *,
        sessions: Sequence[str] = (),
        project: str | None = None,
        before: int | None = None,
        matching: str | None = None,
        notes: str | None = None,
        dry_run: bool = False,
        compact: bool = True,
    ) -> ForgetReceipt:
        """Delete and purge at once, for good; exactly one choice is given. Close other uses of the store.

        The text index is gone afterwards; :meth:`tacit.core.facade.Core.catch_up` builds it anew.

        Args:
            sessions: ids of sessions, deleted ones too.
            project: everything of a project.
            before: sessions that ended before this time, in milliseconds.
            matching: every episode and note that holds this text in any of its strings, whatever the case.
            notes: all notes that were moved in from this source.
            dry_run: only count.
            compact: also write the store's file anew, as for :meth:`finish_chores`.

        Raises:
            Usage: no choice was given or several, or the text is too short.
            NotFound: there is no such session or project, or nothing that fits.
            NotAllRead: nothing that fits, as far as what is stored can be read.
        """
        from msgspec.structs import replace

        from tacit.core.forgetting import forget
        from tacit.core.forgetting_backups import in_backups, unreached
        from tacit.core.selecting import Chosen

        chosen = Chosen(sessions, project, before, matching, notes=notes, aliases=self.config.aliases)
        away = tuple(unreached(self._store, chosen.matcher))
        if chosen.matcher is not None:
            found, unread = in_backups(self._store, chosen.matcher)
            chosen.also(found, (*unread, *away))
        receipt = replace(forget(self._store, chosen, self.clock(), dry_run=dry_run), unreached=away)
        return receipt if dry_run else replace(receipt, pending=self.finish_chores(compact=compact))

    def finish_chores(self, *, compact: bool = True) -> tuple[Left, ...]:
        """Do what is left to do after something was forgotten; see :mod:`tacit.core.chores`.

        Args:
            compact: also write the store's file anew. It is closed for that: nobody else may be using it.

        Returns:
            What could not be done, and why; the next one to write goes on with it.
        """
        from tacit.core.chores import finish

        if not self.chores():
            return ()
        doers = self._doers()
        if not compact:
            doers.pop("compaction", None)
        with self._alone():
            return finish(self._store, doers)

    def _doers(self) -> dict[Chore, Callable[[], str]]:
        """How each chore is done; a mirror is the business of :class:`tacit.Memory`."""
        from tacit.core.chores import compaction_chore, text_chore, vectors_chore
        from tacit.core.forgetting_backups import rewrite_backups

        return {
            "text": lambda: text_chore(self._store),
            "vectors": lambda: vectors_chore(self._store),
            "backups": lambda: rewrite_backups(self._store),
            "compaction": lambda: compaction_chore(self._store),
        }

    def purge_trash(self, before: int | None = None) -> Purged:
        """Empty the trash for good, or only of what was deleted before a time in milliseconds."""
        from msgspec.structs import replace

        from tacit.core.learn.review import review
        from tacit.core.trash import purge

        purged = self._store.write(lambda write: purge(write, before), large=True)
        review(self._store)
        return replace(purged, pending=self.finish_chores())

    def compact(self) -> Compaction:
        """Write the store's file anew without what was removed, if nobody else has it open.

        Raises:
            StoreError: there is no room for a second file, or it cannot be written.
        """
        with self._alone():
            return self._store.compact()

    def trash_list(self) -> tuple[Discarded, ...]:
        """The deletes that can be taken back, newest first."""
        from tacit.core.trash import trash_list

        with self._store.read() as read:
            return trash_list(read)

    def chores(self) -> tuple[Chore, ...]:
        """What is left to do after something was forgotten: where it may still be found."""
        from tacit.core.chores import owed

        with self._store.read() as read:
            return owed(read)

    def last_forget(self) -> int | None:
        """When something was last forgotten, in milliseconds; ``None`` for never."""
        from tacit.core.forgetting import last_forget

        with self._store.read() as read:
            return last_forget(read)
