"""What the commands of the command line do: they go where keys go and press what keys press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from tacit.app.inspector.keys.bindings import ABOUT, WRITING
from tacit.core.errors import Usage
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.frame.room import Room
    from tacit.core.query_fields import List
    from tacit.core.things import Thing

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
    if action in WRITING:
        _mind_readonly(room)
    if action in ABOUT:
        raise Usage(
            "There is nothing under the cursor that this is about.", "Go to a row first, or give an id."
        )
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
        from tacit.app.inspector.lists.filtered import Filtered

        inspector = room.inspector
        inspector.memory.plan(told, table=table)
        inspector.enter(number)
        screen = inspector.screen
        if told and isinstance(screen, Filtered):
            screen.call_later(screen.filter.clear, told)  # once its parts are there

    return do


def open_tasks(room: Room, told: str) -> None:
    """The list of tasks over this screen, narrowed."""
    from tacit.app.inspector.leads.following import open_list

    room.inspector.memory.plan(told, table="episodes")
    open_list(room, "episodes", told)


def open_notes(room: Room, told: str) -> None:
    """The list of notes over this screen, narrowed."""
    from tacit.app.inspector.leads.following import open_list

    room.inspector.memory.plan(told, table="notes")
    open_list(room, "notes", told)


def ask(module: str) -> Do:
    """Asks a question of :mod:`tacit.app.inspector.answers.questions`."""

    def do(room: Room, told: str) -> None:
        from tacit.app.inspector.answers.questions import QUESTIONS
        from tacit.app.inspector.answers.screen import open_question

        open_question(room, next(one for one in QUESTIONS if one.module == module), told)

    return do


def show(room: Room, told: str) -> None:
    """Opens a pattern, a session, a task or a note by its id or the begin of one."""
    from tacit.app.inspector.leads.following import follow

    follow(room, _one(room, told))


def delete(room: Room, told: str) -> object:
    """Asks, then deletes what has these ids, else what the key would delete."""
    if not told:
        return act(room, "delete")
    from tacit.app.inspector.deeds.deletion import ask_and_delete, ask_and_delete_all

    things = _named(room, told, "delete")
    if len(things) == 1:
        ask_and_delete(room.inspector, things[0])
    else:
        ask_and_delete_all(room.inspector, tuple(thing.id for thing in things))
    return None


def about(action: str) -> Do:
    """Does what a key does, to what has these ids; without one to what the key would do it to."""

    def do(room: Room, told: str) -> object:
        if not told:
            return act(room, action)
        _BY_ID[action](room.inspector, _named(room, told, action))
        return None

    return do


def _forget(inspector: Inspector, things: Sequence[Thing]) -> None:
    from tacit.app.inspector.deeds.forgetting import ask_and_forget

    ask_and_forget(inspector, [thing.id for thing in things])


def _mark(inspector: Inspector, things: Sequence[Thing]) -> None:
    from tacit.app.inspector.deeds.marking import ask_and_mark

    if len(things) > 1:
        raise Usage("One task at a time, please.", "mark [ID]")
    ask_and_mark(inspector, cast(Episode, things[0]))


def _pin(inspector: Inspector, things: Sequence[Thing]) -> None:
    from tacit.app.inspector.deeds.pinning import pin

    pin(inspector, [thing.id for thing in things])


def _unpin(inspector: Inspector, things: Sequence[Thing]) -> None:
    from tacit.app.inspector.deeds.pinning import unpin

    unpin(inspector, [thing.id for thing in things])


_BY_ID: Mapping[str, Callable[[Inspector, Sequence[Thing]], None]] = {
    "forget": _forget,
    "mark": _mark,
    "pin": _pin,
    "unpin": _unpin,
}


def import_(room: Room, told: str) -> None:
    """Asks, then imports from these places, else from the usual ones."""
    from tacit.app.inspector.deeds.importing import ask_and_import

    ask_and_import(room.inspector, words(told) or None)


def rebuild(room: Room, told: str) -> None:
    """Asks, then learns from everything anew."""
    from tacit.app.inspector.deeds.relearning import ask_and_rebuild

    takes_nothing(told)
    ask_and_rebuild(room.inspector)


def help_(room: Room, told: str) -> None:
    """The help, searched."""
    room.show_help(told)


def trash(room: Room, told: str) -> None:
    """Where deleted things are."""
    takes_nothing(told)
    key = room.inspector.telling.key("undo")
    room.inspector.notify(f"{key} brings back what was deleted last; `memory trash` outside lists all of it.")


def config(room: Room, told: str) -> None:
    """The settings in an editor."""
    from tacit.app.inspector.handoff.handoff import edit_settings

    takes_nothing(told)
    edit_settings(room)


def logs(room: Room, told: str) -> None:
    """The log in a pager."""
    from tacit.app.inspector.handoff.handoff import read_log

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
        raise Usage(asked, "An id is p-…, s-…, e-… or n-…, or its begin.")
    return room.inspector.memory.get(told)


def _named(room: Room, told: str, action: str) -> list[Thing]:
    """What has these ids, each once.

    Raises:
        Usage: nothing can be written, or the action cannot be about one of them.
    """
    _mind_readonly(room)
    things = list({thing.id: thing for thing in (_one(room, one) for one in told.split())}.values())
    for thing in things:
        if not isinstance(thing, ABOUT[action]):
            kinds = " or ".join(_KINDS[kind] for kind in ABOUT[action])
            raise Usage(f"{thing.id} is a {_KINDS[type(thing)]}.", f"{action} is about a {kinds}.")
    return things


def _mind_readonly(room: Room) -> None:
    if room.inspector.memory.readonly:
        raise Usage("The memory is only read here.", "Open it without --readonly.")
    if room.inspector.readonly:
        raise Usage("The store is gone: nothing can be written to it.")


_KINDS: Mapping[type, str] = {
    Pattern: "pattern",
    Session: "session",
    Episode: "task",
    Note: "note",
}


def takes_nothing(told: str) -> None:
    """See that nothing follows a command that stands alone.

    Raises:
        Usage: something does.
    """
    if told:
        raise Usage(f"“{told[:40]}” says nothing to this command.", "It stands alone.")
