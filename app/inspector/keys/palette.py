"""The palette: every action that can be done now, every room, question, command and theme, with its key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.answers.questions import QUESTIONS, SEARCH
from tacit.app.inspector.frame import themes
from tacit.app.inspector.keys.bindings import ROOMS
from tacit.app.inspector.keys.shown import bound, written
from tacit.widgets.finder import Choice, Finder

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room

_RECENT = 5  # choices that come first the next time


def open_palette(room: Room) -> None:
    """Open it over a room; what was chosen lately comes first."""
    inspector = room.inspector

    def chosen(choice: Choice) -> object:
        kept = [name for name in inspector.recent if name != choice.name]
        inspector.recent = [choice.name, *kept][:_RECENT]
        return choice.run() if choice.run is not None else None

    hint = "type what you want to do · Enter does it · Esc closes"
    room.lend(Finder("Everything", hint, choices(room)), chosen)


def choices(room: Room) -> list[Choice]:
    """What can be done now, each once."""
    listed: dict[str, Choice] = {}
    for part in _PARTS:
        for choice in part(room):
            listed.setdefault(choice.name, choice)
    recent = [listed.pop(name) for name in room.inspector.recent if name in listed]
    return [*recent, *listed.values()]


def _actions(room: Room) -> Iterator[Choice]:
    """Every binding that holds now, but those that only move."""
    for node, binding in bound(room):
        if node is room and not (binding.id or "").startswith("room_") and binding.id != "palette":
            run = partial(room.inspector.run_action, binding.action, node)
            yield Choice(_title(binding.description), written(room, binding), run=run)


def _moves(room: Room) -> Iterator[Choice]:
    for node, binding in bound(room):
        if node is not room:
            run = partial(room.inspector.run_action, binding.action, node)
            yield Choice(_title(binding.description), written(room, binding), run=run)


def _rooms(room: Room) -> Iterator[Choice]:
    keys = {binding.id: written(room, binding) for _, binding in bound(room)}
    for number, name in enumerate(ROOMS, 1):
        enter = partial(room.inspector.enter, number)
        yield Choice(f"Go to {name}", keys.get(f"room_{number}", str(number)), run=enter)


def _questions(room: Room) -> Iterator[Choice]:
    """Every question; the search has a key, and so comes among the actions."""
    from tacit.app.inspector.answers.screen import open_question

    for question in QUESTIONS:
        if question is not SEARCH:
            yield Choice(question.name, run=partial(open_question, room, question))


def _themes(room: Room) -> Iterator[Choice]:
    inspector = room.inspector
    for name in themes.NAMES:
        theme = themes.chosen(name)
        if inspector.theme != theme:
            yield Choice(f"Theme: {name}", f":theme {name}", run=partial(setattr, inspector, "theme", theme))


def _commands(room: Room) -> Iterator[Choice]:
    """The commands that no key does; those that need more words are begun in the command line."""
    from tacit.app.inspector.command.table import COMMANDS

    for command in COMMANDS:
        if not command.action and command.holds(room):
            yield Choice(command.tells, f":{command.name}", run=partial(command.begin, room))


def _messages(room: Room) -> Iterator[Choice]:
    """What the strip above the keys said, to be read again."""
    yield Choice("Messages of this run", run=room.inspector.telling.show_all)


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]


_PARTS = (_actions, _rooms, _questions, _themes, _messages, _commands, _moves)
