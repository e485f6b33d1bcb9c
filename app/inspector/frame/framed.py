"""The frame of every screen: title, rooms, body, notices and keys, and what becomes of it in little room."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.containers import Horizontal
from textual.widget import AwaitMount, Widget

from tacit.app.inspector.frame.reach import Reach
from tacit.app.inspector.keys.bindings import ROOMS
from tacit.core.text import clean, cut
from tacit.widgets.frame import KeyLine, RoomTabs, TitleLine
from tacit.widgets.ink import INKS
from tacit.widgets.notices import Note, Notices

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector

LEAST_WIDTH, LEAST_HEIGHT = 60, 15


class Framed(Reach, inherit_bindings=False):
    """A screen with the frame around what its subclass puts into it. ``number`` is the room's."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.reading = False
        self._title = TitleLine()
        self._tabs = RoomTabs(ROOMS, number)
        self._strip: Notices | None = None
        self._focus_before: Widget | None = None
        self.key_line = KeyLine()

    @property
    def inspector(self) -> Inspector:
        """The application."""
        return cast("Inspector", self.app)

    def compose(self) -> Iterable[Widget]:
        """Title, head, rooms, body, keys. A strip of notices comes above the keys when there are some."""
        yield self._title
        yield from self.head()
        yield self._tabs
        with Horizontal(id="body"):
            yield from self.body()
        yield self.key_line

    def head(self) -> Iterable[Widget]:
        """What stands between the title and the rooms."""
        return ()

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """What the screen is for. One part has the id ``list``: it has the focus at first."""

    def retitle(self) -> None:
        """Bring the title up to date."""
        self._title.show(*self.inspector.title_parts(), cut(clean(self.where()), 30))
        self.tell_jobs()

    def tell_jobs(self) -> None:
        """Say how far long work is, else that the screen has nothing to show yet."""
        self._tabs.note(self.inspector.jobs.texts() or (["reading…"] if self.reading else []))

    def tell(self, notes: Sequence[Note]) -> None:
        """Show what was told lately in the strip above the keys; the body becomes lower for it."""
        if self._strip is None and notes and self.key_line.is_attached:
            self._strip = Notices()
            self.mount(self._strip, before=self.key_line)
        if self._strip is not None:
            self._strip.show(notes)

    def stand_in(self, widget: Widget | None) -> AwaitMount | None:
        """Put a line in the place of the key line; without one the keys are told again."""
        for other in self.query(".-stands-in"):
            other.remove()
        self.key_line.set_class(widget is not None, "-away")
        if widget is None:
            return None
        return self.mount(widget.add_class("-stands-in"), after=self.key_line)

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
        if self.focused is not None:
            self._focus_before = self.focused
        elif not small:  # what was hidden lost the focus
            self.call_after_refresh(self._focus_again)

    def _focus_again(self) -> None:
        before = self._focus_before
        self.set_focus(before if before is not None and before.is_attached else self.query_one("#list"))
