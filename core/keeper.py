"""The side of the memory that keeps order: pinning, and doing what upkeep proposes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from tacit.core.errors import Usage
from tacit.core.forgetful import Forgetful
from tacit.core.model import Pattern

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.disk_use import Use
    from tacit.core.health import Health
    from tacit.core.optimize_preview import Preview
    from tacit.core.proposals import Op, Proposal
    from tacit.store.transaction import Write


class Keeper(Forgetful):
    """An open memory as far as it is kept in order."""

    def health(self) -> Health:
        """Room, what waits, how far the indexes follow, backups; no record is looked at for that."""
        from tacit.core.health import health

        return health(self._store, self.config)

    def disk_use(self) -> tuple[Use, ...]:
        """How much room the store, what was made from it, models and log take on this disk."""
        from tacit.core.disk_use import disk_use

        return disk_use(str(self._store.path))

    def optimize(
        self,
        only: Collection[Op] | None = None,
        *,
        most: int | None = None,
        told: Callable[[int, int], bool] | None = None,
    ) -> tuple[Proposal, ...]:
        """What could be merged, put away, dropped and let go, with reasons; nothing is changed.

        Args:
            only: plan only these; a row is in the first one it fits.
            most: end with so many proposals, though there may be more.
            told: hears now and then how much was looked at, of about how much. Where it answers ``False``
                the plan ends there, with what was found so far.
        """
        from tacit.core.optimize import plan

        with self._store.read() as read:
            return plan(read, self.config, self.clock(), only, most=most, told=told)

    def preview(
        self,
        proposals: Sequence[Proposal],
        *,
        told: Callable[[int, int], None] | None = None,
        pulse: Callable[[], None] | None = None,
    ) -> Preview:
        """What the memory would be like after :meth:`apply`, by rehearsing it; nothing is changed.

        Args:
            proposals: what would be done.
            told: hears how much is done, of how much; what it raises ends it.
            pulse: called now and then, also while the patterns are derived; what it raises ends it.

        Raises:
            StoreError: the store is open without its lock.
        """
        from tacit.core.optimize_apply import untold
        from tacit.core.optimize_preview import preview
        from tacit.store.rehearsal import rehearse

        at, actor = self.clock(), self.actor
        return rehearse(
            self._store,
            lambda write: preview(write, proposals, at, actor, told or untold),
            at=at,
            actor=actor,
            pulse=pulse,
        )

    def still_over(self, plan: Sequence[Proposal]) -> int:
        """How many sessions more than a whole plan lets go would have to, for ``optimize.keep_size``.

        These are pinned, marked or in use.
        """
        from tacit.core.optimize_retain import still_over

        with self._store.read() as read:
            return still_over(read, self.config, plan)

    def pin(self, ids: Sequence[str]) -> Receipt:
        """Pin patterns: upkeep leaves them as they are, and what was put away comes back. One step of undo.

        Args:
            ids: of patterns, or the beginnings of such.

        Returns:
            ``step`` is 0 where all of them were pinned already; ``pinned`` counts the others.

        Raises:
            NotFound: there is no such pattern.
            Usage: one is no pattern, or none is named.
        """
        return self._pin(ids, pinned=True)

    def unpin(self, ids: Sequence[str]) -> Receipt:
        """Take pins away, as one step of undo; as :meth:`pin` otherwise."""
        return self._pin(ids, pinned=False)

    def apply(
        self, proposals: Sequence[Proposal], *, told: Callable[[int, int], None] | None = None
    ) -> Receipt:
        """Do what :meth:`optimize` proposed, all of it as one step of undo.

        What no longer holds (pinned, deleted or used meanwhile) is left out and named in ``left_out``.

        Args:
            proposals: what to do.
            told: hears how much is done, of how much. What it raises ends it with nothing changed, for as
                long as it is told anything.

        Returns:
            ``merged`` rows, ``archived`` rows, dropped ``patterns`` with all that goes along, let go
            ``sessions`` with their ``episodes``. ``step`` is 0 where nothing was done.
        """
        from tacit.core.optimize_apply import apply, untold

        at, actor = self.clock(), self.actor
        return self._decide(lambda write: apply(write, proposals, at, actor, told or untold), large=True)

    def _pin(self, ids: Sequence[str], *, pinned: bool) -> Receipt:
        from tacit.core.pinning import pin

        patterns = list({one.id: one for one in map(self._pattern, ids)}.values())
        if not patterns:
            raise Usage("Nothing to pin.", "Name at least one pattern.")
        at, actor = self.clock(), self.actor
        return self._decide(lambda write: pin(write, patterns, at, actor, pinned=pinned))

    def _pattern(self, public_id: str) -> Pattern:
        thing = self.get(public_id)
        if not isinstance(thing, Pattern):
            raise Usage(
                f"{thing.id} is no pattern.", "Only patterns are pinned: `memory patterns` lists them."
            )
        return thing

    def _decide(self, change: Callable[[Write], Receipt], *, large: bool = False) -> Receipt:
        receipt = self._store.write(change, large=large)
        if receipt.step:
            self._weigh()
        return receipt
