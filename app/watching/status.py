"""``memory watch --status``: whether the watcher runs, and what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.app.watching.told_places import told_places
from tacit.core.watching import watcher_state

if TYPE_CHECKING:
    from tacit.core.watching import Notes, WatcherState

_TIMES = ("last_scan", "last_import")
_COUNTS = ("files", "waiting", "imports", "sessions", "episodes", "steps", "errors")
_FIELDS = ("pid", "since", "store", "places", *_TIMES, *_COUNTS, "trouble", "hint", "events")


def tell_status(form: str) -> None:
    """Print it, as facts or as JSON."""
    from tacit.app.commands.output import write, write_data

    state = watcher_state()
    if form == "table":
        write(_lines(state))
        return
    value = {"schema": 1, "watcher": status_json(state)}
    write_data(form, value)


def status_json(state: WatcherState) -> dict[str, Any]:
    """The JSON form of what is known of the watcher; all but ``running`` is null where none ever ran."""
    from msgspec import to_builtins

    from tacit.core.clock import rfc3339

    notes = state.notes
    if notes is None:
        return {"running": state.running, **dict.fromkeys(_FIELDS)}
    told = {name: to_builtins(getattr(notes, name)) for name in _FIELDS}
    times = {name: rfc3339(told[name]) if told[name] else None for name in ("since", *_TIMES)}
    return {
        "running": state.running,
        **told,
        **times,
        "trouble": notes.trouble or None,
        "hint": notes.hint or None,
    }


def _lines(state: WatcherState) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.page import facts
    from tacit.core.clock import system_clock
    from tacit.core.present import ago

    notes = state.notes
    if notes is None:
        head = "A watcher is about to start." if state.running else "No watcher has run yet: `memory watch`."
        return [paint(head, "bold")]
    now = system_clock()
    since = ago(notes.since, now)
    if state.running:
        head = f"A watcher runs: process {notes.pid}, started {since}."
    else:
        head = f"No watcher runs. The last one, started {since}:"
    return [paint(head, "bold"), *facts(_facts(notes, now))]


def _facts(notes: Notes, now: int) -> list[tuple[str, str]]:
    from tacit.core.places import short
    from tacit.core.present import ago, count, plural

    told = ((notes.sessions, "session"), (notes.episodes, "episode"), (notes.steps, "step"))
    added = ", ".join(plural(number, word) for number, word in told if number) or "nothing new"
    waiting = f", {count(notes.waiting)} of them to be imported" if notes.waiting else ""
    events = "" if notes.events else "; the system tells of no changes in between"
    return [
        ("looks into", told_places(notes.places)),
        ("store", short(notes.store)),
        ("last look", f"{ago(notes.last_scan, now)}{events}" if notes.last_scan else "none yet"),
        ("files", f"{count(notes.files)}{waiting}"),
        ("last import", ago(notes.last_import, now) if notes.last_import else "none"),
        ("imported", f"{added} in {plural(notes.imports, 'import')}" if notes.imports else ""),
        ("errors", count(notes.errors) if notes.errors else ""),
        ("trouble", f"{notes.trouble} {notes.hint}".strip()),
    ]
