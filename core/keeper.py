"""The side of the memory that keeps order: pinning, and doing what upkeep proposes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from tacit.core.errors import Usage
from tacit.core.forgetful import Forgetful
from tacit.core.model import Pattern

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.proposals import Op, Proposal
    from tacit.store.transaction import Write


class Keeper(Forgetful):
    """An open memory as far as it is kept in order."""

    def optimize(self, only: Collection[Op] | None = None) -> tuple[Proposal, ...]:
        """What could be merged, put away, dropped and let go, with reasons; nothing is changed.

        Args:
            only: plan only these; a row is in the first one it fits.
        """
        from tacit.core.optimize import plan

        with self._store.read() as read:
            return plan(read, self.config, self.clock(), only)

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

    def apply(self, proposals: Sequence[Proposal]) -> Receipt:
        """Do what :meth:`optimize` proposed, all of it as one step of undo.

        What no longer holds (pinned, deleted or used meanwhile) is left out and named in ``left_out``.

        Returns:
            ``merged`` rows, ``archived`` rows, dropped ``patterns`` with all that goes along, let go
            ``sessions`` with their ``episodes``. ``step`` is 0 where nothing was done.
        """
        from tacit.core.optimize_apply import apply

        at, actor = self.clock(), self.actor
        return self._decide(lambda write: apply(write, proposals, at, actor), large=True)

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
        from tacit.core.learn.review import review
        from tacit.core.texts import catch_up

        receipt = self._store.write(change, large=large)
        if receipt.step:
            review(self._store)
            catch_up(self._store)
        return receipt
