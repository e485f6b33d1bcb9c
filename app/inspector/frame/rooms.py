"""The rooms, each of which loads its module when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen


def make_room(number: int) -> Callable[[], Screen[Any]]:
    """Makes the first screen of a room, and loads its module only then."""

    def make() -> Screen[Any]:
        if number == 1:
            from tacit.app.inspector.screens.patterns import PatternsScreen

            return PatternsScreen(1)
        if number == 2:
            from tacit.app.inspector.screens.sessions import SessionsScreen

            return SessionsScreen(2)
        if number == 3:
            from tacit.app.inspector.stats.screen import StatsScreen

            return StatsScreen(3)
        from tacit.app.inspector.upkeep.screen import OptimizeScreen

        return OptimizeScreen(4)

    return make
