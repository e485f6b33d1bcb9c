"""The command palette: every action that can be done now, every room and every theme, with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tacit.app.inspector import themes
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys import written
from tacit.app.inspector.questions import QUESTIONS, SEARCH
from tacit.app.inspector.room import ROOMS, Room
from tacit.app.inspector.screens.ask import open_question


class Command(NamedTuple):
    """Something to do: its name, its key, and the doing."""

    name: str
    key: str
    run: Callable[[], object]


class Actions(Provider):
    """What the palette offers on the screen it was opened from."""

    async def discover(self) -> Hits:
        """All of it, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(Content(command.name), command.run, text=command.name, help=_key(command))

    async def search(self, query: str) -> Hits:
        """What the typed letters fit."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.name)
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, command.name, _key(command))

    def _commands(self) -> Iterator[Command]:
        room = self.screen
        inspector = cast(Inspector, self.app)
        if isinstance(room, Room):
            yield from self._bound(room, inspector)
            yield from _questions(room)
        for number, name in enumerate(ROOMS, 1):
            yield Command(f"Go to {name}", str(number), partial(inspector.enter, number))
        for theme in (themes.DARK, themes.LIGHT, themes.PLAIN):
            if inspector.theme != theme:
                name = theme.removeprefix("tacit-")
                yield Command(f"Theme: {name}", "", partial(setattr, inspector, "theme", theme))

    def _bound(self, room: Room, inspector: Inspector) -> Iterator[Command]:
        """Every binding that holds now, once."""
        seen = set()
        bound = sorted(room.active_bindings.values(), key=lambda active: active.node is not room)
        for active in bound:
            binding = active.binding
            name = binding.description[:1].upper() + binding.description[1:]
            if binding.system or not name or name in seen or binding.action.startswith("room("):
                continue
            seen.add(name)
            run = partial(inspector.run_action, binding.action, active.node)
            yield Command(name, written(room, binding), run)


def _questions(room: Room) -> Iterator[Command]:
    """Every question that has no key."""
    for question in QUESTIONS:
        if question is not SEARCH:
            yield Command(question.name, "", partial(open_question, room, question))


def _key(command: Command) -> str | None:
    return f"key: {command.key}" if command.key else None
