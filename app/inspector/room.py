"""What every screen shares: the frame, the keys, and knowing which thing they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tacit.app.inspector.bindings import ABOUT, KEYS, KEYS_OF_ROOMS, NOT_EVERYWHERE, WRITING, fits
from tacit.app.inspector.bindings import ROOMS as ROOMS
from tacit.app.inspector.bindings import Thing as Thing
from tacit.core.model import Episode, Pattern
from tacit.core.text import clean, cut
from tacit.widgets.frame import KeyLine, RoomTabs, TitleLine
from tacit.widgets.ink import INKS
from tacit.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector

LEAST_WIDTH, LEAST_HEIGHT = 60, 15


class Room(Screen[None], inherit_bindings=False):
    """A framed screen that belongs to one of the rooms.

    ``number`` is the room's; an ``inner`` screen was opened from one of its screens, to which Esc
    returns. ``awake`` turns true when the screen can take keys; the application holds them back until
    then.
    """

    AUTO_FOCUS = "#list"
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__()
        self.number = number
        self.inner = inner
        self.awake = False
        self._waking = False
        self.seen = -1
        self._title = TitleLine()
        self._tabs = RoomTabs(ROOMS, number)

    @property
    def inspector(self) -> Inspector:
        """The application."""
        from tacit.app.inspector.application import Inspector

        return cast(Inspector, self.app)

    # What it looks like

    def compose(self) -> Iterable[Widget]:
        """Title, head, rooms, body, keys."""
        yield self._title
        yield from self.head()
        yield self._tabs
        with Horizontal(id="body"):
            yield from self.body()
        yield KeyLine()

    def head(self) -> Iterable[Widget]:
        """What stands between the title and the rooms."""
        return ()

    def body(self) -> Iterable[Widget]:
        """What the screen is for. One part has the id ``list``: it has the focus at first."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """The frame; then what the screen is for."""
        self.bindings_updated_signal.subscribe(self, self._show_keys)
        self.retitle()
        self.begin()

    def begin(self) -> None:
        """Show the first rows and wake up. Called once, when the parts are there."""
        raise NotImplementedError

    def wake(self) -> None:
        """The parts are there and have something to show: take keys from now on."""
        if not self._waking:
            self._waking = True
            self.seen = self.inspector.sequence
            self.set_focus(self.query_one("#list"))
            self.inspector.rouse(self)

    def retitle(self) -> None:
        """Bring the title up to date."""
        self._title.show(*self.inspector.title_parts(), cut(clean(self.where()), 30))
        self.tell_jobs()

    def tell_jobs(self) -> None:
        """Say how far long work is."""
        self._tabs.note(self.inspector.jobs.texts())

    def where(self) -> str:
        """What the title says at its right."""
        return "all projects"

    def on_resize(self, event: events.Resize) -> None:
        """Below the least size there is one line only."""
        size = event.size
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        self.set_class(small, "-small")
        self.set_class(size.width >= 110, "-wide")
        need = f"Tacit needs {LEAST_WIDTH}×{LEAST_HEIGHT}, this is {size.width}×{size.height}"
        self._title.too_small = need if small else ""
        self._title.refresh()

    def _show_keys(self, _: object = None) -> None:
        from tacit.app.inspector.keys import shown_keys

        for line in self.query(KeyLine):
            line.keys = shown_keys(self)

    # What the keys are about

    @property
    def thing(self) -> Thing | None:
        """What delete, copy and export are about, if anything."""
        return None

    @property
    def typing(self) -> bool:
        """Whether letters are letters now."""
        return isinstance(self.focused, Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that does not apply is not there."""
        if self.typing and action in KEYS_OF_ROOMS:
            return False
        if action in WRITING and self.inspector.memory.readonly:
            return False
        if action in ABOUT:
            return fits(action, self.thing)
        if action == "undo":
            return self.inspector.can_undo
        if action == "room":
            return parameters != (self.number,) or self.inner
        return self.offers(action)

    def offers(self, action: str) -> bool:
        """Whether this screen has an action that not every screen has."""
        if action == "back":
            return self.inner or self.inspector.jobs.can_stop
        return action not in NOT_EVERYWHERE

    # What the keys do

    def action_back(self) -> None:
        """Return to the screen it was opened from; in the first screen of a room, stop long work."""
        if self.inner:
            self.dismiss(None)
        else:
            self.inspector.jobs.stop()

    def action_room(self, number: int) -> None:
        """Go to another room, or to the first screen of this one."""
        self.inspector.enter(number)

    def on_room_tabs_chosen(self, event: RoomTabs.Chosen) -> None:
        """The mouse does the same."""
        self.inspector.enter(event.number)

    def action_delete(self) -> None:
        """Ask, then delete."""
        from tacit.app.inspector.deeds.deletion import ask_and_delete

        if self.thing is not None:
            ask_and_delete(self.inspector, self.thing)

    def action_mark(self) -> None:
        """Ask how the task ended, then mark it."""
        from tacit.app.inspector.deeds.marking import ask_and_mark

        if isinstance(self.thing, Episode):
            ask_and_mark(self.inspector, self.thing)

    def action_pin(self) -> None:
        """Pin the pattern; one that was pinned a moment ago is unpinned."""
        from tacit.app.inspector.deeds.pinning import pin_or_unpin

        if isinstance(self.thing, Pattern):
            pin_or_unpin(self.inspector, self.thing)

    def action_unpin(self) -> None:
        """Take the pin away."""
        self.action_pin()

    def action_declare(self) -> None:
        """Declare a pattern of one's own, beginning with the one under the cursor."""
        from tacit.app.inspector.deeds.declaring import ask_and_declare

        ask_and_declare(self.inspector, self.thing)

    def action_undo(self) -> None:
        """Take back the newest deed."""
        from tacit.app.inspector.deeds.deletion import take_back

        take_back(self.inspector)

    def action_export(self) -> None:
        """Ask what and where to, then export."""
        from tacit.app.inspector.deeds.exporting import ask_and_export

        ask_and_export(self.inspector, self)

    def action_copy(self) -> None:
        """Copy the id of the thing."""
        if self.thing is not None:
            self.inspector.copy(self.thing.id)

    def action_copy_title(self) -> None:
        """Copy its title."""
        if self.thing is not None:
            self.inspector.copy(name_of(self.thing))

    def action_find(self) -> None:
        """Search everything by words and meaning."""
        from tacit.app.inspector.questions import SEARCH
        from tacit.app.inspector.screens.ask import open_question

        open_question(self, SEARCH)

    def action_help(self) -> None:
        """Show the keys that are bound now."""
        from tacit.app.inspector.keys import help_keys
        from tacit.widgets.help import Help

        self.app.push_screen(Help(help_keys(self)))

    def action_leave(self) -> None:
        """Quit; ask first while a job the person started runs."""
        self.inspector.leave()

    def action_other_pane(self) -> None:
        """Move between list and detail."""
        self.focus_next("#list, #detail")

    # Data

    def renew(self) -> None:
        """Read again what it shows: something was written."""

    def on_screen_resume(self) -> None:
        """Catch up with what was written while another screen was up."""
        if self.awake and self.seen != self.inspector.sequence:
            self.seen = self.inspector.sequence
            self.renew()
        self.retitle()

    def on_virtual_list_failed(self, event: VirtualList.Failed) -> None:
        """The store did not answer."""
        self.inspector.trouble(event.error)


def name_of(thing: Thing) -> str:
    """What a person calls it."""
    return thing.prompt if isinstance(thing, Episode) else thing.title
