"""From a figure to the list it counts: an inner list, narrowed by a query, which Esc closes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.errors import TacitError
from tacit.core.model import Pattern
from tacit.core.present import week
from tacit.core.query_fields import List
from tacit.core.query_terms import quote
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.app.inspector.room import Room

_LONGEST = 196  # bytes of a name that no index cuts


class Lead(Struct, frozen=True):
    """To the list ``table`` with these words in its filter."""

    table: List
    query: str = ""


class ToProject(Struct, frozen=True):
    """To the statistics of one project."""

    project: str


class ToPattern(Struct, frozen=True):
    """To all that is known of a pattern."""

    id: str


Target = Lead | ToProject | ToPattern


def open_list(room: Room, table: List, query: str = "") -> None:
    """Open patterns, sessions or tasks over a screen, narrowed to a query; Esc returns to it."""
    if table == "patterns":
        from tacit.app.inspector.screens.patterns import PatternsScreen

        room.app.push_screen(PatternsScreen(room.number, query, inner=True))
    elif table == "sessions":
        from tacit.app.inspector.screens.sessions import SessionsScreen

        room.app.push_screen(SessionsScreen(room.number, query, inner=True))
    else:
        from tacit.app.inspector.screens.tasks import TasksScreen

        room.app.push_screen(TasksScreen(room.number, query, inner=True))


def follow(room: Room, target: Target) -> None:
    """Go where a figure leads."""
    if isinstance(target, Lead):
        open_list(room, target.table, target.query)
    elif isinstance(target, ToProject):
        from tacit.app.inspector.screens.stats import StatsScreen

        room.app.push_screen(StatsScreen(room.number, target.project))
    else:
        _open_pattern(room, target.id)


def _open_pattern(room: Room, pattern_id: str) -> None:
    from tacit.app.inspector.screens.pattern import PatternScreen

    try:
        pattern = room.inspector.memory.get(pattern_id)
    except TacitError as error:  # deleted a moment ago
        room.inspector.trouble(error)
        return
    if isinstance(pattern, Pattern):
        room.app.push_screen(PatternScreen(room.number, pattern))


def named(table: List, field: str, name: str, more: str = "") -> Lead | None:
    """To the things of this very name; ``None`` for a name that cannot be typed as it is."""
    if not name or clean(name) != name or len(name.encode("utf-8", "surrogatepass")) > _LONGEST:
        return None
    return Lead(table, f"{field}:{quote(f'={name}')} {more}".strip())


def in_week(start: int, more: str = "") -> Lead:
    """To the tasks that ended in the week that begins at ``start``, in milliseconds."""
    return Lead("episodes", f"{more} ended:{week(start)}".strip())


def before_week(start: int, more: str = "") -> Lead:
    """To the tasks that ended before it."""
    return Lead("episodes", f"{more} ended:<{week(start)}".strip())
