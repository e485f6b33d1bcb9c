"""Going where something on a screen leads: a figure, a line of a detail or of an answer, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.inspector.leads.targets import Lead, ToPattern, ToProject, ToSteps
from tacit.core.errors import TacitError
from tacit.core.model import Episode, Evidenced, Pattern, Session
from tacit.core.notes.records import Note

if TYPE_CHECKING:
    from textual.screen import Screen

    from tacit.app.inspector.frame.room import Room
    from tacit.core.query_fields import List


def follow(room: Room, target: object) -> None:
    """Open what a target means over a screen; Esc returns to it. What leads nowhere opens nothing."""
    if isinstance(target, ToPattern):
        target = _named_pattern(room, target.id)
    screen = _screen_of(room.number, target)
    if screen is not None:
        room.app.push_screen(screen)


def open_list(room: Room, table: List, query: str = "") -> None:
    """Open patterns, sessions, tasks or notes over a screen, narrowed to a query; Esc returns to it."""
    follow(room, Lead(table, query))


def _screen_of(number: int, target: object) -> Screen[None] | None:
    if isinstance(target, Lead):
        return _list_screen(number, target)
    if isinstance(target, Pattern):
        from tacit.app.inspector.pattern.screen import PatternScreen

        return PatternScreen(number, target)
    if isinstance(target, Note):
        from tacit.app.inspector.screens.notes import NoteScreen

        return NoteScreen(number, target)
    if isinstance(target, ToProject):
        from tacit.app.inspector.stats.screen import StatsScreen

        return StatsScreen(number, target.project)
    return _reading_screen(number, target)


def _reading_screen(number: int, target: object) -> Screen[None] | None:
    from tacit.app.inspector.reading.screen import ReadingScreen

    if isinstance(target, Evidenced):
        return ReadingScreen(number, target.episode, target.first, target.last)
    if isinstance(target, ToSteps):
        return ReadingScreen(number, *target)
    return ReadingScreen(number, target.id) if isinstance(target, Episode | Session) else None


def _list_screen(number: int, lead: Lead) -> Screen[None]:
    if lead.table == "patterns":
        from tacit.app.inspector.screens.patterns import PatternsScreen

        return PatternsScreen(number, lead.query, inner=True)
    if lead.table == "sessions":
        from tacit.app.inspector.screens.sessions import SessionsScreen

        return SessionsScreen(number, lead.query, inner=True)
    if lead.table == "notes":
        from tacit.app.inspector.screens.notes import NotesScreen

        return NotesScreen(number, lead.query, inner=True)
    from tacit.app.inspector.screens.tasks import TasksScreen

    return TasksScreen(number, lead.query, inner=True)


def _named_pattern(room: Room, public_id: str) -> object | None:
    """The pattern of an id; where it was deleted a moment ago that is told."""
    try:
        return room.inspector.memory.get(public_id)
    except TacitError as error:
        room.inspector.trouble(error)
        return None
