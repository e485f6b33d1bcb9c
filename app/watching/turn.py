"""One turn of a watcher's work, in a process of its own: importing, reviewing and embedding.

The watcher itself opens neither store nor transcript, so it stays small, and whatever happens to that
process it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.app.apart.caller import Failed, have_done
from tacit.app.apart.messages import Watched, Wish
from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from tacit.app.watching.signals import Signals


class Turns(Struct, frozen=True):
    """Whose work it is, and what may end it."""

    actor: str
    demo: bool
    signals: Signals

    def turn(
        self, store: str, paths: Sequence[str] = (), *, create: bool = False, upkeep: bool = False
    ) -> Watched | None:
        """Import what has changed of these files; ``None`` where it was ended by a signal.

        Args:
            store: the folder of the store.
            paths: files, the first first.
            create: make the store if there is none.
            upkeep: review and embed too, where that is owed.

        Raises:
            StoreError: the store cannot be used, or not in this way.
            Failed: the process came to an unforeseen end.
            TacitError: it failed for another reason.
        """
        wish = Wish("watch", store, self.actor, self.demo, tuple(paths), create, upkeep)
        try:
            end = have_done(wish, self)
        except Failed:
            if self.leaving:
                return None
            raise
        except OSError as error:
            why = error.strerror or str(error)
            raise TacitError(f"No process could be started: {why}.", "It is tried again.") from error
        return end if isinstance(end, Watched) else None

    def step(self, done: int, total: int | None = None, far: str = "") -> None:
        """Nobody looks at how far it is."""

    def stopped(self) -> bool:
        """Whether it shall end."""
        return self.leaving

    @property
    def leaving(self) -> bool:
        """Whether nobody waits for its end."""
        return self.signals.ending != 0
