"""Keeping up with what is written to the store, here or by another process.

The change log is the truth; it is looked at once a second, which costs microseconds, and when a hint says
that the file was written to. What the person looks at is read again then, a few times a second at most
and never while it is still being read: a walk over a large store comes to its end however much is
written meanwhile, and what it missed is read by the next one.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING

from tacit.app.inspector.ending import terminal
from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.work.starting import at_work, each
from tacit.core.errors import StoreMissing, TacitError

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.live.hints import Watching
    from tacit.core.stats import Stats

_POLL = 1.0  # seconds between two looks without a hint
_BETWEEN = 0.25  # seconds between two looks with hints


class Live:
    """Keeps the screens and totals of an inspector up with the store.

    ``gone`` says that its folder is not there any more, or another one in its place, and ``hurt`` that
    something damaged was met and left out.
    """

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._folder = Path(inspector.memory.path)
        self._identity = _identity(self._folder)
        self._watching: Watching | None = None
        self._looked = 0.0
        self._waits = False
        self._told = ""
        self._asked = False
        self._counts = False
        self.gone = False
        self.hurt = False

    def begin(self) -> None:
        """Called once, after the first paint."""
        from tacit.app.inspector.live.hints import Watching

        self._inspector.set_interval(_POLL, self.look)
        loop = asyncio.get_running_loop()
        here = copy_context()  # else it would be the watching thread's, which knows of no application

        def hint() -> None:
            with suppress(RuntimeError):  # the loop is closed: it is over
                loop.call_soon_threadsafe(self.hinted, context=here)

        self._watching = Watching(self._folder, hint)
        self._watching.start()
        if not self._inspector.is_headless:
            each(self._inspector, asyncio.to_thread, self._guard)
        self.recount()

    def _guard(self) -> None:
        from tacit.app.inspector.ending.cut_off import guard

        guard(str(self._folder), terminal.found[-1] if terminal.found else None)

    def end(self) -> None:
        """Called when it is over."""
        if self._watching is not None:
            self._watching.stop()

    def hinted(self) -> None:
        """The store may have been written to: look, but not more often than a person can see."""
        if not self._waits:
            self._waits = True
            wait = self._looked + _BETWEEN - time.monotonic()
            self._inspector.set_timer(max(wait, 0.001), self._obey)

    def _obey(self) -> None:
        self._waits = False
        self.look()

    def look(self) -> None:
        """Has anything been written?"""
        inspector, memory = self._inspector, self._inspector.memory
        self._looked = time.monotonic()
        if not inspector.is_headless and terminal.is_gone():
            inspector.interrupted()
            return
        try:
            self._mind_place()
            sequence, waiting = memory.sequence(), memory.waiting() if inspector.waiting else 0
        except TacitError as error:
            self._trouble(error)
            return
        if sequence != inspector.sequence or waiting != inspector.waiting:
            inspector.sequence = sequence
            self.recount()
        self._renew(sequence)
        self._mind_damage()
        inspector.jobs.mind(memory)

    def changed(self) -> None:
        """A deed of the person's wrote something: what is in front is read again at once."""
        self._inspector.sequence = self._inspector.memory.sequence()
        self._renew(self._inspector.sequence, at_once=True)
        self.recount()

    def _renew(self, sequence: int, *, at_once: bool = False) -> None:
        """The screen in front reads again, the others when they come to the front."""
        room = next((one for one in reversed(self._inspector.screen_stack) if isinstance(one, Room)), None)
        if room is not None and (at_once or (room.seen != sequence and not at_work(room))):
            room.seen = sequence
            room.renew()

    def _mind_place(self) -> None:
        """See that the store is still where it was opened.

        Raises:
            StoreMissing: it is not.
        """
        if _identity(self._folder) == self._identity:
            return
        if not self.gone:
            self.gone = True
            self._retitle()
        raise StoreMissing(
            f"The store {self._folder} was moved, removed or replaced while it was open here.",
            "What is shown is what was there; nothing can be changed. Quit, and open it where it is.",
        )

    def _mind_damage(self) -> None:
        """Say once that something damaged was met and left out."""
        if self.hurt or not self._inspector.memory.left_out:
            return
        self.hurt = True
        text = "Damaged records were left out. Run `memory doctor` outside."
        self._inspector.notify(text, severity="warning")
        self._retitle()

    def _trouble(self, error: TacitError) -> None:
        """Tell it once, not once a second."""
        if str(error) != self._told:
            self._told = str(error)
            self._inspector.trouble(error)

    def recount(self) -> None:
        """Count the totals anew, once for all that is asked while it runs."""
        self._asked = True
        if not self._counts:
            self._counts = True
            each(self._inspector, self._recount)

    async def _recount(self) -> None:
        inspector = self._inspector
        try:
            while self._asked and not inspector.leaving.is_set():
                self._asked, before = False, inspector.can_undo
                inspector.totals, undoable, inspector.waiting = await asyncio.to_thread(self._count)
                done = inspector.turn.locked() or (inspector.can_undo and not before)
                inspector.can_undo = undoable or done  # a deed since was not counted yet
                self._retitle()
                each(inspector, inspector.indexing.follow)
                self._settle_debt()
        except TacitError as error:
            self._trouble(error)
        finally:
            self._counts = False

    def _settle_debt(self) -> None:
        """Have done apart what would take the keys' time."""
        jobs = self._inspector.jobs
        if jobs.owed and not jobs.learning:
            from tacit.app.inspector.deeds.relearning import learn_apart

            jobs.owed = False
            each(self._inspector, learn_apart, self._inspector)

    def _count(self) -> tuple[Stats, bool, int]:
        """Review what is due, count, and see whether there is something to undo; in a thread."""
        memory = self._inspector.memory
        if not self.gone:
            self._inspector.jobs.learn(memory)
            if not memory.readonly and memory.chores():
                memory.finish_chores(compact=False)
        undoable = any(not step.undone and step.actor == memory.actor for step in memory.undo_list())
        return memory.stats(), undoable and not memory.readonly, memory.waiting()

    def _retitle(self) -> None:
        for screen in self._inspector.screen_stack:
            if isinstance(screen, Room):
                screen.retitle()
                screen.refresh_bindings()


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is; ``None`` where it holds no store."""
    try:
        found = folder.stat()
        (folder / "data.mdb").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
