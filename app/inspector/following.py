"""Going where a line of a detail leads: to steps, a task, a pattern, or a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.inspector.leads import Lead
from tacit.app.inspector.leads import follow as open_lead
from tacit.core.model import Episode, Evidenced, Pattern

if TYPE_CHECKING:
    from tacit.app.inspector.room import Room


def follow(room: Room, target: object) -> None:
    """Open what a line leads to over a screen; Esc returns to it."""
    if isinstance(target, Pattern):
        from tacit.app.inspector.screens.pattern import PatternScreen

        room.app.push_screen(PatternScreen(room.number, target))
    elif isinstance(target, Evidenced):
        from tacit.app.inspector.screens.reading import ReadingScreen

        room.app.push_screen(ReadingScreen(room.number, target.episode, target.first, target.last))
    elif isinstance(target, Episode):
        from tacit.app.inspector.screens.reading import ReadingScreen

        room.app.push_screen(ReadingScreen(room.number, target.id))
    elif isinstance(target, Lead):
        open_lead(room, target)
