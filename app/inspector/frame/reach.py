"""What a person reaches by keys from every screen: help, palette, command line, jump letters, hand-offs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen

from tacit.core.present import count
from tacit.widgets.filter_bar import CLOSING_KEYS
from tacit.widgets.lines_pane import LinesPane
from tacit.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room
    from tacit.widgets.command_bar import CommandBar
    from tacit.widgets.frame import KeyLine

T = TypeVar("T")


MOST_LINES = 5_000
"""Rows of a list that leave for ``$PAGER``."""


class Reach(Screen[None], inherit_bindings=False):
    """The part of every screen that leads elsewhere. Each module is loaded when its key is pressed."""

    # What stands here

    def text_lines(self) -> list[str] | None:
        """The pane in front as lines of plain text, to be read elsewhere; ``None`` where there is none."""
        pane = self.focused
        if isinstance(pane, LinesPane):
            return pane.texts()
        if not isinstance(pane, VirtualList):
            return None
        more = pane.total - MOST_LINES
        return [*pane.texts(MOST_LINES), *([f"… and {count(more)} more"] if more > 0 else [])]

    @property
    def has_text(self) -> bool:
        """Whether there is something to be read elsewhere."""
        pane = self.focused
        return isinstance(pane, LinesPane) or (isinstance(pane, VirtualList) and pane.total > 0)

    # What leads elsewhere

    def action_copy(self) -> None:
        """Copy the id of the thing, or of all that are marked."""
        room = self._room
        ids = room.marked or (() if room.thing is None else (room.thing.id,))
        if ids:
            room.inspector.copy(" ".join(ids))

    def action_copy_title(self) -> None:
        """Copy its title."""
        from tacit.app.inspector.frame.room import name_of

        if self._room.thing is not None:
            self._room.inspector.copy(name_of(self._room.thing))

    def on_key_line_pressed(self, event: KeyLine.Pressed) -> None:
        """A key of the key line was clicked."""
        self.app.simulate_key(event.key)

    def action_help(self) -> None:
        """Show the keys that are bound now."""
        self.show_help()

    def show_help(self, words: str = "") -> None:
        """The keys in which these words occur."""
        from tacit.app.inspector.keys.help import open_help

        open_help(self._room, words)

    def action_palette(self) -> None:
        """Everything that can be done, by name."""
        from tacit.app.inspector.keys.palette import open_palette

        open_palette(self._room)

    async def action_command(self) -> None:
        """Type a command."""
        from tacit.app.inspector.command.opening import open_command_line

        await open_command_line(self._room)

    def action_jump(self) -> None:
        """Letters over what can be gone to."""
        from tacit.app.inspector.keys.jumping import open_jump

        open_jump(self._room)

    def action_pager(self) -> None:
        """Read the pane in front in ``$PAGER``."""
        from tacit.app.inspector.handoff.handoff import read_elsewhere

        read_elsewhere(self._room)

    def action_editor(self) -> None:
        """Open the record under the cursor in ``$EDITOR``."""
        from tacit.app.inspector.handoff.handoff import open_copy

        open_copy(self._room)

    # The command line

    @property
    def closing_keys(self) -> frozenset[str]:
        """The keys that end the typing in the field in front."""
        return getattr(self.focused, "CLOSING", CLOSING_KEYS)

    def on_command_bar_changed(self, event: CommandBar.Changed) -> None:
        """Say how it may go on."""
        from tacit.app.inspector.command.opening import advise

        advise(self._room, event.text, event.cursor)

    def on_command_bar_completing(self, event: CommandBar.Completing) -> None:
        """Tab."""
        from tacit.app.inspector.command.opening import complete

        complete(self._room, event.text, event.cursor)

    async def on_command_bar_left(self) -> None:
        """Esc."""
        from tacit.app.inspector.command.opening import leave

        await leave(self._room)

    async def on_command_bar_entered(self, event: CommandBar.Entered) -> None:
        """Enter."""
        from tacit.app.inspector.command.opening import enter

        await enter(self._room, event.text)

    # Screens over this one

    def lend(self, screen: Screen[T], then: Callable[[T], Awaitable[object] | object]) -> None:
        """Put a screen over this one. Keys typed after it closes wait until ``then`` is done."""
        room = self._room
        room.awake = False

        async def closed(result: T | None) -> None:
            try:
                if result is not None:
                    done = then(result)
                    if isinstance(done, Awaitable):
                        await done
            finally:
                room.catch_up()
                room.inspector.rouse(room)

        self.app.push_screen(screen, closed)

    @property
    def _room(self) -> Room:
        return cast("Room", self)
