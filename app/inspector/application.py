"""The full-screen inspector: its rooms, what they share, and the thread of keys."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tacit.app.inspector import themes
from tacit.app.inspector.room import Room
from tacit.core.errors import StoreError, TacitError
from tacit.core.present import percent, plural
from tacit.core.text import clean, cut
from tacit.widgets.ink import Cell, Line

if TYPE_CHECKING:
    from textual.command import Provider

    from tacit.core.stats import Stats
    from tacit.memory import Memory

T = TypeVar("T")

_POLL = 1.0  # seconds between two looks at the change log
_TOAST = 500  # characters of a toast; the rest of a hostile title is not worth reading


def _palette() -> type[Provider]:
    from tacit.app.inspector.palette import Actions

    return Actions


def _room(number: int) -> Callable[[], Screen[Any]]:
    """Makes the first screen of a room, and loads its module only then."""

    def make() -> Screen[Any]:
        if number == 1:
            from tacit.app.inspector.screens.patterns import PatternsScreen

            return PatternsScreen(1)
        if number == 2:
            from tacit.app.inspector.screens.sessions import SessionsScreen

            return SessionsScreen(2)
        if number == 3:
            from tacit.app.inspector.screens.stats import StatsScreen

            return StatsScreen(3)
        from tacit.app.inspector.screens.optimize import OptimizeScreen

        return OptimizeScreen(4)

    return make


class Inspector(App[int]):
    """The application over one open memory. It never closes the memory; who opened it does."""

    CSS_PATH = Path(__file__).with_name("inspector.tcss")
    TITLE = "Tacit"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {str(n): _room(n) for n in range(1, 5)}
    DEFAULT_MODE = "1"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "hint_quit", "how to quit", show=False, priority=True, system=True)
    ]

    def __init__(self, memory: Memory, *, plain: bool = False) -> None:
        super().__init__()
        self.memory = memory
        self.sequence = memory.sequence()
        self.totals: Stats | None = None
        self.can_undo = not memory.readonly
        self.jobs: set[str] = set()
        self._early: list[events.Key] = []
        self._painted = False
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.PLAIN if plain else themes.DARK

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables of ours that foreign themes do not have."""
        return themes.DEFAULTS

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
        await super().on_event(event)

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
        self.run_worker(self._recount(), group="totals", exclusive=True)

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
        if isinstance(error, StoreError):
            from tacit.widgets.notice import Notice

            if not any(isinstance(screen, Notice) for screen in self.screen_stack):
                self.push_screen(Notice("The store did not answer", error.message, error.hint))
        else:
            self.notify(str(error), severity="warning")

    def look(self) -> None:
        """Has anything been written, here or by another process?"""
        try:
            sequence = self.memory.sequence()
        except TacitError as error:
            self.trouble(error)
            return
        if sequence != self.sequence:
            self.changed(sequence)

    def changed(self, sequence: int | None = None) -> None:
        """Something was written: the screen in front reads again, the others when they come to the front."""
        self.sequence = self.memory.sequence() if sequence is None else sequence
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Room):
                screen.seen = self.sequence
                screen.renew()
                break
        self.run_worker(self._recount(), group="totals", exclusive=True)

    async def _recount(self) -> None:
        """Review what is due, count the totals, and see whether there is something to undo."""
        memory = self.memory

        def read() -> tuple[Stats, bool]:
            if not memory.readonly and memory.review_due():
                memory.review()
            undoable = any(not step.undone and step.actor == memory.actor for step in memory.undo_list())
            return memory.stats(), undoable and not memory.readonly

        found = await self.guarded(asyncio.to_thread(read))
        if found is None:
            return
        self.totals, self.can_undo = found
        for screen in self.screen_stack:
            if isinstance(screen, Room):
                screen.retitle()
                screen.refresh_bindings()

    # What the screens say

    def title_cells(self, where: str) -> tuple[Line, Line]:
        """The two ends of every title."""
        left = [Cell("Tacit", "heading")]
        totals = self.totals
        if totals is not None:
            facts = [plural(totals.patterns, "pattern"), plural(totals.sessions, "session")]
            if totals.outcomes.rate is not None:
                facts.append(f"{percent(totals.outcomes.rate)} of judged tasks succeed")
            left += [Cell(" ─ ", "frame"), Cell(" · ".join(facts))]
        right: list[Cell] = []
        for badge, holds in (
            ("DEMO", self.memory.demo),
            ("READ-ONLY", self.memory.readonly),
            ("UNLOCKED", self.memory.unlocked),
        ):
            if holds:
                right += [Cell(f" {badge} ", "badge"), Cell(" ")]
        return left, [*right, Cell(cut(clean(where), 30), "muted")]

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
            self.exit(0)
            return
        from tacit.widgets.confirm import Confirm

        running = ", ".join(sorted(self.jobs))
        self.push_screen(
            Confirm(
                "Quit now?", running, "It is still running. Quitting ends it; the store stays valid.", "Quit"
            ),
            lambda yes: self.exit(0) if yes else None,
        )

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
