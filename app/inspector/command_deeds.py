"""What the commands of the command line do: they go where keys go and press what keys press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from tacit.app.inspector.bindings import ABOUT, WRITING
from tacit.core.errors import NotFound, Usage
from tacit.core.model import Pattern, Session

if TYPE_CHECKING:
    from tacit.app.inspector.room import Room, Thing
    from tacit.core.query_fields import List

Do = Callable[["Room", str], "Awaitable[object] | object"]


def press(action: str) -> Do:
    """Does what a key does; the command takes no words."""

    def do(room: Room, told: str) -> object:
        takes_nothing(told)
        return act(room, action)

    return do


def act(room: Room, action: str) -> object:
    """Do the action of a key.

    Raises:
        Usage: it does not apply now.
    """
    if room.check_action(action, ()):
        return cast("Callable[[], object]", getattr(room, f"action_{action}"))()
    if action in WRITING and room.inspector.memory.readonly:
        raise Usage("The memory is only read here.", "Open it without --readonly.")
    if action in ABOUT:
        raise Usage("There is nothing under the cursor that this is about.", "Go to a row first.")
    if action == "undo":
        raise Usage("There is nothing to undo.")
    raise Usage("This screen has nothing for that.", "Go to another with 1 to 4.")


def enter(number: int) -> Do:
    """Goes to a room."""

    def do(room: Room, told: str) -> None:
        takes_nothing(told)
        room.inspector.enter(number)

    return do


def narrow(number: int, table: List) -> Do:
    """Goes to the list of a room, with a query in its filter; without one the filter stays as it is."""

    def do(room: Room, told: str) -> None:
        from tacit.app.inspector.filtered import Filtered

        inspector = room.inspector
        inspector.memory.plan(told, table=table)
        inspector.enter(number)
        screen = inspector.screen
        if told and isinstance(screen, Filtered):
            screen.call_later(screen.filter.clear, told)  # once its parts are there

    return do


def open_tasks(room: Room, told: str) -> None:
    """The list of tasks over this screen, narrowed."""
    from tacit.app.inspector.leads import open_list

    room.inspector.memory.plan(told, table="episodes")
    open_list(room, "episodes", told)


def ask(module: str) -> Do:
    """Asks a question of :mod:`tacit.app.inspector.questions`."""

    def do(room: Room, told: str) -> None:
        from tacit.app.inspector.questions import QUESTIONS
        from tacit.app.inspector.screens.ask import open_question

        open_question(room, next(one for one in QUESTIONS if one.module == module), told)

    return do


def show(room: Room, told: str) -> None:
    """Opens a pattern, a session or a task by its id or the begin of one."""
    thing = _one(room, told)
    if isinstance(thing, Pattern):
        from tacit.app.inspector.screens.pattern import PatternScreen

        room.app.push_screen(PatternScreen(room.number, thing))
        return
    from tacit.app.inspector.screens.reading import ReadingScreen

    if isinstance(thing, Session):
        tasks = room.inspector.memory.episodes_of(thing.id)
        if not tasks:
            raise NotFound(f"Nothing was done in {thing.id}.")
        thing = tasks[0]
    room.app.push_screen(ReadingScreen(room.number, thing.id))


def delete(room: Room, told: str) -> object:
    """Asks, then deletes what has these ids, else what the key would delete."""
    if not told:
        return act(room, "delete")
    if room.inspector.memory.readonly:
        raise Usage("The memory is only read here.", "Open it without --readonly.")
    from tacit.app.inspector.deeds.deletion import ask_and_delete, ask_and_delete_all

    things = [_one(room, one) for one in told.split()]
    if len(things) == 1:
        ask_and_delete(room.inspector, things[0])
    else:
        ask_and_delete_all(room.inspector, tuple(dict.fromkeys(thing.id for thing in things)))
    return None


def import_(room: Room, told: str) -> None:
    """Asks, then imports from these places, else from the usual ones."""
    from tacit.app.inspector.deeds.importing import ask_and_import

    ask_and_import(room.inspector, words(told) or None)


def rebuild(room: Room, told: str) -> None:
    """Asks, then learns from everything anew."""
    from tacit.app.inspector.deeds.relearning import ask_and_rebuild

    takes_nothing(told)
    ask_and_rebuild(room.inspector)


def export(room: Room, told: str) -> object:
    """Asks as the key does; with a directory or a choice it exports at once."""
    if not told:
        return act(room, "export")
    from tacit.app.inspector.deeds.export_dialog import Wish
    from tacit.app.inspector.deeds.exporting import choices, start_export

    offered = {choice.name: choice for choice in choices(room)}
    parts = words(told)
    name = parts.pop() if parts[-1] in EXPORTS else "all"
    if len(parts) > 1:
        raise Usage("An export has one directory and one choice.", "export [DIR] [this|marked|filtered|all]")
    if name not in offered:
        raise Usage(f"There is nothing “{name}” here.", f"There is {', '.join(offered)}.")
    directory = parts[0] if parts else str(room.inspector.place)
    start_export(room.inspector, Wish(offered[name], directory))
    return None


EXPORTS = ("this", "marked", "filtered", "all")
"""What can leave."""


def help_(room: Room, told: str) -> None:
    """The help, searched."""
    room.show_help(told)


def trash(room: Room, told: str) -> None:
    """Where deleted things are."""
    takes_nothing(told)
    room.inspector.notify("u brings back what was deleted last; `memory trash` outside lists all of it.")


def config(room: Room, told: str) -> None:
    """The settings in an editor."""
    from tacit.app.inspector.handoff import edit_settings

    takes_nothing(told)
    edit_settings(room)


def logs(room: Room, told: str) -> None:
    """The log in a pager."""
    from tacit.app.inspector.handoff import read_log

    takes_nothing(told)
    read_log(room)


def words(told: str) -> list[str]:
    """Words as a shell takes them apart.

    Raises:
        Usage: a quotation does not end.
    """
    import shlex

    try:
        return shlex.split(told)
    except ValueError:
        raise Usage("A quotation mark is missing.", "Close what was opened.") from None


def _one(room: Room, told: str) -> Thing:
    if len(told.split()) != 1:
        asked = "One id, please." if told else "Which one?"
        raise Usage(asked, "An id is p-…, s-… or e-…, or its begin.")
    return room.inspector.memory.get(told)


def takes_nothing(told: str) -> None:
    """See that nothing follows a command that stands alone.

    Raises:
        Usage: something does.
    """
    if told:
        raise Usage(f"“{told[:40]}” says nothing to this command.", "It stands alone.")
