"""What the person was told: what the strip above the keys says now, and what it said before."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.keys.bindings import usual
from tacit.core.text import clean, cut
from tacit.widgets.notices import Note, Severity

if TYPE_CHECKING:
    from textual.timer import Timer

    from tacit.app.inspector.application import Inspector

_LASTS: dict[Severity, float] = {"information": 6.0, "warning": 12.0, "error": 20.0}  # seconds
_KEPT = 10.0  # seconds at least that a way back is told
_MOST = 500  # characters of a message; the rest of a hostile title is not worth reading
_REMEMBERED = 50  # messages


class Told(NamedTuple):
    """A note and when it is over, by the monotonic clock."""

    note: Note
    until: float


class Telling:
    """The messages of this run. Those under a dialog wait until it is closed."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._now: list[Told] = []
        self._timer: Timer | None = None
        self.all: deque[Note] = deque(maxlen=_REMEMBERED)
        """All that was told, the newest last."""

    def key(self, action: str) -> str:
        """How the key of an action is written, for words that name it: the person's own, or the usual one."""
        keymap = self._inspector.keymap
        return (keymap.written(action) if keymap is not None else None) or usual(action)

    def way_back(self, deed: str = "takes it back") -> str:
        """The line below a message that tells which key takes back what was done."""
        return f"\n{self.key('undo')} {deed}"

    @property
    def notes(self) -> list[Note]:
        """What is to be read now, the newest first."""
        return [told.note for told in reversed(self._now)]

    def say(self, message: str, severity: Severity, seconds: float | None = None) -> None:
        """Tell something. It never holds markup, and nothing a terminal would obey."""
        keep = self.way_back("") in message
        note = Note(cut(clean(message, newlines=True).strip("\n"), _MOST), severity, keep)
        lasts = _LASTS[severity] if seconds is None else seconds
        until = time.monotonic() + (max(lasts, _KEPT) if keep else lasts)
        if keep:  # `u` takes back the newest deed only
            self._now = [told for told in self._now if not told.note.keep]
        self._now = [told for told in self._now if told.note != note]
        self._now.append(Told(note, until))
        self.all.append(note)
        self._show()

    def clear(self) -> None:
        """Leave nothing to be read."""
        self._now = []
        self._show()

    def show_all(self) -> None:
        """Let the person read again what was told in this run, the newest first."""
        from tacit.widgets.messages import Messages

        self._inspector.push_screen(Messages(list(reversed(self.all))))

    def _show(self) -> None:
        from tacit.app.inspector.frame.room import Room

        for screen in self._inspector.screen_stack:
            if isinstance(screen, Room):
                screen.tell(self.notes)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._now:
            left = min(told.until for told in self._now) - time.monotonic()
            self._timer = self._inspector.set_timer(max(left, 0.05), self.expire)

    def expire(self) -> None:
        """Take away what is over; while a dialog may cover it, nothing is."""
        from tacit.app.inspector.frame.room import Room

        now = time.monotonic()
        if isinstance(self._inspector.screen, Room):
            self._now = [told for told in self._now if told.until > now]
        else:
            self._now = [Told(one.note, max(one.until, now + 3.0)) for one in self._now]
        self._show()
