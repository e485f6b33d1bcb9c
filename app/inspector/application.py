"""The full-screen inspector: its rooms, what they share, and the thread of keys."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tacit.app.inspector import themes
from tacit.app.inspector.indexing import Indexing
from tacit.app.inspector.jobs import Jobs
from tacit.app.inspector.remembered import Remembered
from tacit.app.inspector.room import Room
from tacit.app.inspector.rooms import make_room, palette
from tacit.app.inspector.work import each, newest
from tacit.core.errors import StoreBusy, StoreError, TacitError
from tacit.core.present import percent, plural
from tacit.core.text import clean, cut
from tacit.widgets.filter_bar import CLOSING_KEYS

if TYPE_CHECKING:
    from textual.command import Provider

    from tacit.core.stats import Stats
    from tacit.memory import Memory

T = TypeVar("T")

_POLL = 1.0  # seconds between two looks at the change log
_TOAST = 500  # characters of a toast; the rest of a hostile title is not worth reading


class Inspector(App[int]):
    """The application over one open memory. It never closes the memory; who opened it does."""

    CSS_PATH = Path(__file__).with_name("inspector.tcss")
    TITLE = "Tacit"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {str(n): make_room(n) for n in range(2, 5)}
    DEFAULT_MODE = "1"  # not among the modes yet: beginning in one of those parses the style sheet once more
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "hint_quit", "how to quit", show=False, priority=True, system=True)
    ]

    def __init__(
        self, memory: Memory, *, theme: str = themes.DARK, remembered: Remembered | None = None
    ) -> None:
        super().__init__()
        self.memory = memory
        self.remembered = Remembered() if remembered is None else remembered
        self.sequence = memory.sequence()
        self.totals: Stats | None = None
        self.waiting = 0
        self.can_undo = not memory.readonly
        self.jobs = Jobs(self)
        self.leaving = threading.Event()
        self.indexing = Indexing(memory, self.leaving)
        self.turn = asyncio.Lock()  # deletes and undos happen in the order they were asked for
        self._early: list[events.Key] = []
        self._painted = False
        self._hurt = False
        for own in themes.THEMES:
            self.register_theme(own)
        self.theme = theme
        self._colourless = [NoColor()]

    def get_default_screen(self) -> Screen[Any]:
        """The room a person begins in."""
        from tacit.app.inspector.screens.patterns import PatternsScreen

        return PatternsScreen(1)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables of ours that foreign themes do not have."""
        return themes.DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With ``NO_COLOR`` nothing but bold and reverse is left.

        Textual's own grey would turn the terminal's default colours into black on black.
        """
        return self._colourless if self.no_color else super().get_line_filters()

    def on_mount(self) -> None:
        """Make room 1 a mode to come back to, now that it stands."""
        self.add_mode(self.DEFAULT_MODE, self.get_default_screen)

    @property
    def now(self) -> int:
        """Milliseconds, by the memory's clock."""
        return self.memory.clock()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Hold keys back while a screen is being made, so that none is lost or misunderstood."""
        if isinstance(event, events.Key) and not event.is_forwarded and self._is_asleep():
            self._early.append(event)
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._doze(event.key)
        await super().on_event(event)

    def _doze(self, key: str) -> None:
        """A key that closes a field is obeyed behind the letters before it; the next keys wait for that."""
        screen = self.screen
        if isinstance(screen, Room) and screen.typing and key in CLOSING_KEYS:
            screen.awake = False

    def _is_asleep(self) -> bool:
        screen = self.screen_stack[-1] if self._screen_stacks.get(self.current_mode) else None
        return screen is None or (isinstance(screen, Room) and not screen.awake)

    def rouse(self, screen: Room) -> None:
        """A screen can take keys now: let it have those typed meanwhile, in their order.

        It happens in the application's own turn, which at the start comes after Textual is ready:
        before that even ``q`` would find it half made.
        """
        self.call_later(self._rouse, screen)

    async def _rouse(self, screen: Room) -> None:
        screen.awake = True
        early, self._early = self._early, []
        for event in early:
            await self.on_event(event)
        self.call_after_refresh(self.painted)

    def painted(self) -> None:
        """Called after the first paint of every screen; the first of all starts the slow parts."""
        if self._painted:
            return
        self._painted = True
        gc.freeze()  # what the start made stays: collecting it would only take time
        gc.enable()
        self.set_interval(_POLL, self.look)
        newest(self, "totals", self._recount)

    # Data

    async def guarded(self, work: Awaitable[T]) -> T | None:
        """The result, or ``None`` after telling the person what went wrong."""
        try:
            return await work
        except TacitError as error:
            self.trouble(error)
            return None

    def trouble(self, error: Exception) -> None:
        """Tell what went wrong: a panel when the store is the cause, else a toast."""
        if not isinstance(error, TacitError):
            raise error
        if isinstance(error, StoreError) and not isinstance(error, StoreBusy):
            from tacit.widgets.notice import Notice

            if not any(isinstance(screen, Notice) for screen in self.screen_stack):
                self.push_screen(Notice("The store did not answer", error.message, error.hint))
        else:
            self.notify(str(error), severity="warning")

    def look(self) -> None:
        """Has anything been written, here or by another process?"""
        try:
            sequence, waiting = self.memory.sequence(), self.waiting and self.memory.waiting()
        except TacitError as error:
            self.trouble(error)
            return
        if sequence != self.sequence:
            self.changed(sequence)
        elif waiting != self.waiting:  # learned from, and only the title has to follow
            newest(self, "totals", self._recount)
        self._mind_damage()
        self.jobs.mind(self.memory)

    def _mind_damage(self) -> None:
        """Say once that something damaged was met and left out."""
        if self._hurt or not self.memory.left_out:
            return
        self._hurt = True
        self.notify("Damaged records were left out. Run `memory doctor` outside.", severity="warning")
        for screen in self.screen_stack:
            if isinstance(screen, Room):
                screen.retitle()

    def changed(self, sequence: int | None = None) -> None:
        """Something was written: the screen in front reads again, the others when they come to the front."""
        self.sequence = self.memory.sequence() if sequence is None else sequence
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Room):
                screen.seen = self.sequence
                screen.renew()
                break
        newest(self, "totals", self._recount)

    async def _recount(self) -> None:
        """Review what is due, count the totals, see whether there is something to undo, and index."""
        memory, jobs = self.memory, self.jobs

        def read() -> tuple[Stats, bool, int]:
            jobs.learn(memory)
            if not memory.readonly and memory.chores():
                memory.finish_chores(compact=False)
            undoable = any(not step.undone and step.actor == memory.actor for step in memory.undo_list())
            return memory.stats(), undoable and not memory.readonly, memory.waiting()

        found = await self.guarded(asyncio.to_thread(read))
        if found is None:
            return
        self.totals, self.can_undo, self.waiting = found
        for screen in self.screen_stack:
            if isinstance(screen, Room):
                screen.retitle()
                screen.refresh_bindings()
        each(self, self.indexing.follow)

    # What the screens say

    def tell_jobs(self) -> None:
        """Say how far long work is, on the screen in front."""
        for screen in self.screen_stack:
            if isinstance(screen, Room):
                screen.tell_jobs()
                screen.refresh_bindings()

    def title_parts(self) -> tuple[list[str], list[str]]:
        """The totals and the badges that every title shows."""
        totals: list[str] = []
        if self.totals is not None:
            totals = [plural(self.totals.patterns, "pattern"), plural(self.totals.sessions, "session")]
            if self.waiting:
                totals.append(f"{plural(self.waiting, 'task')} to learn from")
            if self.totals.outcomes.rate is not None:
                totals.append(f"{percent(self.totals.outcomes.rate)} of judged tasks succeed")
        memory = self.memory
        states = {"DEMO": memory.demo, "READ-ONLY": memory.readonly, "UNLOCKED": memory.unlocked}
        states["DAMAGED"] = self._hurt
        return totals, [badge for badge, holds in states.items() if holds]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast. It never holds markup, and nothing a terminal would obey."""
        del markup
        text = cut(clean(message, newlines=True), _TOAST)
        super().notify(text, title=clean(title), severity=severity, timeout=timeout, markup=False)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard, as far as the terminal lets us, and say so."""
        text = clean(text)
        self.copy_to_clipboard(text)
        self.notify(f"Copied: {cut(text, 60)}\n(the terminal must allow OSC 52)")

    # Coming and going

    def enter(self, number: int) -> None:
        """Go to the first screen of a room."""
        if self.current_mode != str(number):
            self.switch_mode(str(number))
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def leave(self) -> None:
        """Quit; ask once while a job the person started runs."""
        if not self.jobs:
            self._go(True)
            return
        from tacit.widgets.confirm import Confirm

        warning = "It is still running. Quitting ends it; the store stays valid."
        self.push_screen(Confirm("Quit now?", ", ".join(self.jobs.names), warning, "Quit"), self._go)

    def _go(self, yes: bool | None) -> None:
        if yes:
            self.leaving.set()
            self.exit(0)

    async def action_quit(self) -> None:
        """What Textual's own key for quitting does."""
        self.leave()

    def action_hint_quit(self) -> None:
        """Ctrl-C copies in a field and does nothing elsewhere."""
        self.notify("q quits")

    @property
    def place(self) -> Path:
        """Where exports go unless the person says otherwise."""
        return Path.cwd() / "tacit-export"
