"""The full-screen inspector: its rooms, what they share, and the thread of keys."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tacit.app.inspector.ending.ending import Ending
from tacit.app.inspector.frame import themes
from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.frame.rooms import make_room
from tacit.app.inspector.frame.telling import Telling
from tacit.app.inspector.keys.early import Dozing, EarlyKeys
from tacit.app.inspector.live.indexing import Indexing
from tacit.app.inspector.live.live import Live
from tacit.app.inspector.remembered import Remembered
from tacit.app.inspector.work.jobs import Jobs
from tacit.app.inspector.work.starting import each
from tacit.core.errors import StoreBusy, StoreError, TacitError
from tacit.core.present import percent, plural
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.app.inspector.keys.keymap import KeyMap
    from tacit.core.stats import Stats
    from tacit.memory import Memory
    from tacit.widgets.finder import Finder

T = TypeVar("T")

_ROOMS = {str(number): make_room(number) for number in range(1, 5)}


class Inspector(Ending):
    """The application over one open memory. It never closes the memory; who opened it does."""

    CSS_PATH = Path(__file__).with_name("inspector.tcss")
    TITLE = "Tacit"
    ENABLE_COMMAND_PALETTE = False  # the screens have one of their own
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "hint_quit", "how to quit", show=False, priority=True, system=True)
    ]

    def __init__(
        self,
        memory: Memory,
        *,
        theme: str = themes.DARK,
        remembered: Remembered | None = None,
        keymap: KeyMap | None = None,
    ) -> None:
        self.remembered = Remembered() if remembered is None else remembered
        # None of them is a mode yet: beginning in one would parse the style sheet once more.
        self.DEFAULT_MODE = self.remembered.get("screen", "1", _ROOMS)  # type: ignore[misc]
        super().__init__()
        self.keymap = keymap
        self.history: list[str] = []  # commands typed, the newest last; on no disk, as they may hold texts
        self.recent: list[str] = []  # what was chosen in the palette, the newest first
        self.memory = memory
        memory.review_later = True  # a long review runs apart, see Jobs
        self.sequence = memory.sequence()
        self.totals: Stats | None = None
        self.waiting = 0
        self.can_undo = not memory.readonly
        self.jobs = Jobs(self)
        self.indexing = Indexing(memory, self.leaving)
        self.turn = asyncio.Lock()  # deletes and undos happen in the order they were asked for
        self._early = EarlyKeys()
        self._painted = False
        self.telling = Telling(self)
        self.live = Live(self)
        for own in themes.THEMES:
            self.register_theme(own)
        self.theme = theme
        self._colourless = [NoColor()]

    def get_default_screen(self) -> Screen[Any]:
        """The room a person begins in: the one that was left last."""
        return _ROOMS[self.DEFAULT_MODE]()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables of ours that foreign themes do not have."""
        return themes.DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With ``NO_COLOR`` nothing but bold and reverse is left.

        Textual's own grey would turn the terminal's default colours into black on black.
        """
        return self._colourless if self.no_color else super().get_line_filters()

    def on_mount(self) -> None:
        """Make the rooms modes to come back to, now that the first one stands."""
        for mode, make in _ROOMS.items():
            self.add_mode(mode, make)
        self.use_keys(self.keymap)

    def use_keys(self, keymap: KeyMap | None) -> None:
        """Bind the person's own keys, or the usual ones."""
        self.keymap = keymap
        if keymap is not None or self._keymap:
            self.set_keymap({} if keymap is None else keymap.bound)
        self.mind_signals()

    def on_unmount(self) -> None:
        """It is over, for whatever reason."""
        self.leaving.set()
        self.live.end()
        self.remembered.put("screen", self.current_mode)
        self.remembered.keep()

    def watch_theme(self, theme: str) -> None:
        """A theme that the person chose is remembered; the one of the start and of ``NO_COLOR`` is not."""
        if self._painted and not self.no_color:
            self.remembered.put("theme", theme.removeprefix("tacit-"))

    @property
    def readonly(self) -> bool:
        """Whether nothing can be written: to a store opened so, or to one that is gone."""
        return self.memory.readonly or self.live.gone

    @property
    def now(self) -> int:
        """Milliseconds, by the memory's clock."""
        return self.memory.clock()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Hold keys back while a screen is being made, so that none is lost or misunderstood."""
        if isinstance(event, events.Key):
            screen = self.screen_stack[-1] if self._screen_stacks.get(self.current_mode) else None
            if self._early.hold(event, screen):
                return
        await super().on_event(event)

    def on_finder_ready(self, event: Finder.Ready) -> None:
        """A search over the screen takes keys now."""
        self.rouse(event.finder)

    def rouse(self, screen: Dozing) -> None:
        """A screen can take keys now: let it have those typed meanwhile, in their order.

        It happens in the application's own turn, which at the start comes after Textual is ready:
        before that even ``q`` would find it half made.
        """
        self.call_later(self._rouse, screen)

    async def _rouse(self, screen: Dozing) -> None:
        screen.awake = True
        for key in self._early.take():
            await self.on_event(key)
        self.call_after_refresh(self.painted)

    def painted(self) -> None:
        """Called after the first paint of every screen; the first of all starts the slow parts."""
        if self._painted:
            return
        self._painted = True
        gc.freeze()  # what the start made stays: collecting it would only take time
        gc.enable()
        from tacit.core.ready_types import all_ready

        all_ready()  # from here on threads read
        self.live.begin()
        from tacit.app.inspector.handoff.copies import sweep

        each(self, asyncio.to_thread, sweep)

    # Data

    async def guarded(self, work: Awaitable[T]) -> T | None:
        """The result, or ``None`` after telling the person what went wrong."""
        try:
            return await work
        except TacitError as error:
            self.trouble(error)
            return None

    def trouble(self, error: Exception) -> None:
        """Tell what went wrong: a panel when the store is the cause, else a notice."""
        if not isinstance(error, TacitError):
            raise error
        if isinstance(error, StoreError) and not isinstance(error, StoreBusy):
            self.tell_unforeseen("The store did not answer", error.message, error.hint)
        else:
            self.notify(str(error), severity="warning")

    def tell_unforeseen(self, title: str, cause: str, remedy: str) -> None:
        """Cause and remedy in a panel, one at a time."""
        from tacit.widgets.dialog import is_open
        from tacit.widgets.notice import Notice

        if not is_open(self, Notice):
            self.push_screen(Notice(title, cause, remedy))

    def look(self) -> None:
        """Has anything been written, here or by another process?"""
        self.live.look()

    def changed(self) -> None:
        """A deed wrote something: what is in front is read again at once."""
        self.live.changed()

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
        states |= {"DAMAGED": self.live.hurt, "GONE": self.live.gone}
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
        """Tell something in the strip above the keys, which covers nothing."""
        del markup
        self.telling.say(f"{title}: {message}" if title else message, severity, timeout)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard, by a program or by the terminal, and say how."""
        from tacit.app.inspector.handoff.clipboard import put

        put(self, clean(text))

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
            self.quit(at_work=bool(self.jobs))

    async def action_quit(self) -> None:
        """What Textual's own key for quitting does."""
        self.leave()

    def action_hint_quit(self) -> None:
        """Ctrl-C copies in a field and does nothing elsewhere."""
        self.notify(f"{self.telling.key('leave')} quits")

    @property
    def place(self) -> Path:
        """Where exports go unless the person says otherwise."""
        return Path.cwd() / "tacit-export"
