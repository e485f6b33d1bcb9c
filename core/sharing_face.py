"""The side of the memory that other memories see: what it shares with them, and what it took from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tacit.core.errors import NotFound
from tacit.core.offering import Offering

if TYPE_CHECKING:
    from tacit.core.model import Pattern
    from tacit.core.sharing import Parcel, Source, Taken
    from tacit.core.sharing_choice import Chosen


class Sharing(Offering):
    """An open memory as far as patterns pass between it and others."""

    def shareable(self, patterns: Iterable[Pattern], *, with_project: bool = False) -> Chosen:
        """What of these patterns may leave for another memory, and why the others stay."""
        from tacit.core.projects import project_names, standing_aliases
        from tacit.core.sharing_choice import choose

        with self._store.read() as read:
            names = {*project_names(read), *standing_aliases(read)}
        return choose(patterns, self.redactor(), projects=names, with_project=with_project)

    def shared(self) -> tuple[Source, ...]:
        """The memories that patterns came from, by name."""
        from tacit.core.sharing import sources

        with self._store.read() as read:
            return sources(read)

    def export_shared(self) -> tuple[Parcel, ...]:
        """All that came from them."""
        from tacit.core.sharing import parcels

        with self._store.read() as read:
            return tuple(parcels(read))

    def take_shared(self, parcel: Parcel, *, dry_run: bool = False) -> Taken:
        """Let what a source shared take the place of what it shared before."""
        from msgspec.structs import replace

        from tacit.core.sharing import plan_taking, take

        if dry_run:
            with self._store.read() as read:
                return replace(plan_taking(read, parcel), dry_run=True)
        taken = self._store.write(lambda write: take(write, parcel), large=True)
        self._weigh()
        return taken

    def unshare(self, source: str) -> int:
        """Take out all that a source shared; how many patterns that were.

        Raises:
            NotFound: nothing is here of such a source.
        """
        from tacit.core.sharing import remove

        removed = self._store.write(lambda write: remove(write, source), large=True)
        if not removed:
            raise NotFound(f"Nothing is here of “{source}”.", "`memory shared` lists the sources.")
        self._weigh()
        return removed
