"""The part of the memory that leafs through sessions: their tasks and steps, and where they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.core.lists import Lists
from tacit.core.model import Episode, Source, Step
from tacit.core.tables import EPISODES, key_of

if TYPE_CHECKING:
    from tacit.core.expiring import Expiring
    from tacit.core.expiry import Expiry
    from tacit.core.outline import Learned


class Leafing(Lists):
    """An open memory as far as its sessions can be leafed through (see :class:`tacit.core.view.View`)."""

    def episodes_of(self, session_id: str) -> tuple[Episode, ...]:
        """The episodes a session holds, oldest first."""
        from tacit.core.holding import episodes_of

        with self._store.read() as read:
            return tuple(episodes_of(read, session_id))

    def steps(self, episode_id: str, first: int = 1, limit: int | None = None) -> tuple[Step, ...]:
        """The steps of an episode from number ``first`` on, at most ``limit``."""
        from tacit.core.holding import read_steps

        with self._store.read() as read:
            episode = read.get(EPISODES, key_of(episode_id))
            return tuple(read_steps(read, episode, first, limit)) if episode is not None else ()

    def outline(self, episode_id: str) -> tuple[Step, ...]:
        """The steps of an episode without parameters and results, which are not even decoded."""
        from tacit.core.outline import outline

        with self._store.read() as read:
            episode = read.get(EPISODES, key_of(episode_id))
            return outline(read, episode) if episode is not None else ()

    def judged_by(self, sessions: Sequence[str]) -> dict[str, Source]:
        """The strongest source that a task of each session was judged by; not of one where none was."""
        from tacit.core.outline import judged_by

        with self._store.read() as read:
            found = {one: judged_by(read, one) for one in sessions}
        return {one: source for one, source in found.items() if source is not None}

    def learned_steps(self, session_id: str) -> Learned:
        """Which steps of a session listed patterns rest on, by episode, with the ids of those patterns."""
        from tacit.core.holding import episodes_of
        from tacit.core.outline import learned_steps

        with self._store.read() as read:
            held = tuple(episode.id for episode in episodes_of(read, session_id))
            return learned_steps(read, session_id, held)

    def expiries(self) -> dict[str, Expiry]:
        """The transcript of each session, and when its agent removes it; looks at every file.

        Those of the demo were never an agent's.
        """
        if self.demo:
            return {}
        from pathlib import Path

        from tacit.core.expiry import expiries, noted

        with self._store.read() as read:
            notes = noted(read)
        return expiries(notes, Path.home())

    def expiring(self, within: int | None = None, *, walk: bool = True) -> tuple[Expiring, ...]:
        """The transcripts that their agent removes within so many milliseconds (7 days), the next first.

        Args:
            within: how long.
            walk: look through the agent's folder, so that those are found too that were never imported;
                else only files are asked for that the store knows, few of them.
        """
        if self.demo:
            return ()
        from pathlib import Path

        from tacit.core.expiring import SOON, expiring, known_expiring

        span, now, home = SOON if within is None else within, self.clock(), Path.home()
        if walk:
            return expiring(self._store, now, span, home=home)
        with self._store.read() as read:
            return known_expiring(read, now, span, home=home)
