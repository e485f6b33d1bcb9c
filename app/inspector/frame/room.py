"""What every screen shares: the frame, the keys, and knowing which thing they are about."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from tacit.app.inspector.frame.framed import Framed
from tacit.app.inspector.keys.bindings import (
    ABOUT,
    ABOUT_MANY,
    KEYS,
    KEYS_OF_ROOMS,
    NOT_EVERYWHERE,
    WRITING,
    fits,
    fits_all,
)
from tacit.core.model import Episode, Pattern
from tacit.core.things import Thing
from tacit.widgets.frame import RoomTabs
from tacit.widgets.virtual_list import VirtualList

_SLOW = 0.8  # seconds after which a screen that has nothing to show yet says so


class Room(Framed, inherit_bindings=False):
    """A framed screen that belongs to one of the rooms.

    ``number`` is the room's; an ``inner`` screen was opened from one of its screens, to which Esc
    returns. ``awake`` turns true when the screen can take keys; the application holds them back until
    then. ``seen`` is the sequence of the change log up to which it shows what was written, -1 where it has
    to be read again in any case.
    """

    AUTO_FOCUS = "#list"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number)
        self.inner = inner
        self.awake = False
        self._waking = False
        self.seen = -1

    # How it begins

    def on_mount(self) -> None:
        """The frame; then what the screen is for."""
        if not self.query("#list"):  # its parts are gone already: a signal ended the application meanwhile
            return
        self.bindings_updated_signal.subscribe(self, self._show_keys)
        self.retitle()
        self.tell(self.inspector.telling.notes)
        self.begin()
        if not self._waking:
            self.set_timer(_SLOW, self._still_reading)

    @abstractmethod
    def begin(self) -> None:
        """Show the first rows and wake up. Called once, when the parts are there."""

    def _still_reading(self) -> None:
        """Say so, and take keys already, so that one can go elsewhere."""
        if not self._waking:
            self.reading = True
            self.tell_jobs()
            self.inspector.rouse(self)

    def wake(self) -> None:
        """The parts are there and have something to show: take keys from now on."""
        if not self._waking:
            self._waking, self.reading = True, False
            self.tell_jobs()
            self.seen = self.inspector.sequence
            self.set_focus(self.query_one("#list"))
            self.inspector.rouse(self)

    def _show_keys(self, _: object = None) -> None:
        from tacit.app.inspector.keys.shown import shown_keys

        self.key_line.keys = shown_keys(self)

    # What the keys are about

    @property
    def thing(self) -> Thing | None:
        """What delete, copy and export are about, if anything."""
        return None

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids of marked rows; delete, pin and export are about them where there are some."""
        return ()

    @property
    def typing(self) -> bool:
        """Whether letters are letters now."""
        return isinstance(self.focused, Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that does not apply is not there."""
        if self.typing and action in KEYS_OF_ROOMS:
            return False
        if action in WRITING and self.inspector.readonly:
            return False
        if action in ABOUT:
            many = self.marked if action in ABOUT_MANY else ()
            return fits_all(action, many) if many else fits(action, self.thing)
        if action == "undo":
            return self.inspector.can_undo
        if action == "room":
            return parameters != (self.number,) or self.inner
        return self.offers(action)

    def offers(self, action: str) -> bool:
        """Whether this screen has an action that not every screen has."""
        if action == "back":
            return self.inner or self.inspector.jobs.can_stop
        if action == "pager":
            return self.has_text
        if action == "editor":
            return self.thing is not None
        return action not in NOT_EVERYWHERE

    def called(self, action: str) -> str:
        """What a key does now, where its binding's own words do not say it; else nothing."""
        return "stop" if action == "back" and not self.inner else ""

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
        """Ask, then delete what is marked, else the thing."""
        from tacit.app.inspector.deeds.deletion import ask_and_delete, ask_and_delete_all

        if self.marked:
            ask_and_delete_all(self.inspector, self.marked)
        elif self.thing is not None:
            ask_and_delete(self.inspector, self.thing)

    def action_forget(self) -> None:
        """Ask twice, then forget the marked sessions, else the session, for good."""
        from tacit.app.inspector.deeds.forgetting import ask_and_forget

        ids = self.marked or (() if self.thing is None else (self.thing.id,))
        ask_and_forget(self.inspector, ids)

    def action_mark(self) -> None:
        """Ask how the task ended, then mark it."""
        from tacit.app.inspector.deeds.marking import ask_and_mark

        if isinstance(self.thing, Episode):
            ask_and_mark(self.inspector, self.thing)

    def action_pin(self) -> None:
        """Pin the marked patterns, else the pattern; where all are pinned already they are unpinned."""
        from tacit.app.inspector.deeds.pinning import pin_or_unpin

        if self.marked:
            pin_or_unpin(self.inspector, self.marked)
        elif isinstance(self.thing, Pattern):
            pin_or_unpin(self.inspector, [self.thing.id])

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

    def action_import_sessions(self) -> None:
        """Say what agents left here, and import it if the person wants that."""
        from tacit.app.inspector.deeds.importing import ask_and_import

        ask_and_import(self.inspector)

    def action_jobs(self) -> None:
        """Show the long work that runs, and what came of what ran."""
        from tacit.app.inspector.work.panel import open_jobs

        open_jobs(self.inspector)

    def action_find(self) -> None:
        """Search everything by words and meaning."""
        from tacit.app.inspector.answers.questions import SEARCH
        from tacit.app.inspector.answers.screen import open_question

        open_question(self, SEARCH)

    def action_leave(self) -> None:
        """Quit; ask first while a job the person started runs."""
        self.inspector.leave()

    def action_other_pane(self) -> None:
        """Move between list and detail."""
        self.focus_next("#list, #detail")

    # Data

    def renew(self) -> None:
        """Read again what it shows: something was written."""

    def catch_up(self) -> None:
        """Read again if something was written since."""
        if self.seen != self.inspector.sequence:
            self.seen = self.inspector.sequence
            self.renew()

    def close_gone(self) -> bool:
        """Leave, as what it shows is gone; under another screen that waits until it is in front again.

        Returns:
            Whether it is left now.
        """
        if self.app.screen is not self:  # `is_current` is true of a screen behind a dialog
            self.seen = -1
            return False
        self.dismiss(None)
        return True

    def on_screen_resume(self) -> None:
        """Catch up with what was written while another screen was up."""
        if self.awake:
            self.catch_up()
        self.retitle()
        self.tell(self.inspector.telling.notes)

    def on_virtual_list_failed(self, event: VirtualList.Failed) -> None:
        """The store did not answer."""
        self.inspector.trouble(event.error)


def name_of(thing: Thing) -> str:
    """What a person calls it."""
    return thing.prompt if isinstance(thing, Episode) else thing.title
