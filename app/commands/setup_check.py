"""``memory setup --check``: which agents are connected, and when they last spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.app.commands.door import door

if TYPE_CHECKING:
    from tacit.app.setup.checking import Looked
    from tacit.core.loop.records import Contact
    from tacit.core.watching import WatcherState


def check(form: str) -> None:
    """Print a row for every agent that is known, and for others that spoke."""
    from tacit.app.commands.output import write, write_data
    from tacit.app.commands.setup import scene_here
    from tacit.app.setup.checking import look
    from tacit.app.setup.registry import NAMES, agent_of

    spoken, now = _spoken()
    scenes = (scene_here(project=False), scene_here(project=True))
    looked = {name: look(agent_of(name), *scenes) for name in NAMES}
    names = [*NAMES, *sorted(set(spoken) - set(NAMES))]
    if form == "table":
        write(_table(names, looked, spoken, now))
        write(["", _watcher(now)])
        return
    rows = [_json(name, looked.get(name), spoken.get(name)) for name in names]
    write_data(form, {"schema": 1, "agents": rows, "watcher": {"running": _watched().running}}, rows)


def _spoken() -> tuple[dict[str, tuple[str, Contact]], int]:
    """When each agent spoke last and through which door, and the time now; nothing without a store."""
    from tacit.app.commands.output import say
    from tacit.core.clock import system_clock
    from tacit.core.errors import StoreError, StoreMissing

    try:
        with door().read() as memory:
            contacts, now = memory.contacts(), memory.clock()
    except StoreMissing:
        return {}, system_clock()
    except StoreError as error:
        say(f"Who spoke last cannot be told: {error.message}", "yellow")
        return {}, system_clock()
    newest: dict[str, tuple[str, Contact]] = {}
    for (agent, way), contact in contacts.items():
        if agent not in newest or newest[agent][1].at < contact.at:
            newest[agent] = (way, contact)
    return newest, now


def _table(
    names: list[str], looked: dict[str, Looked], spoken: dict[str, tuple[str, Contact]], now: int
) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.places import short
    from tacit.core.present import NONE, ago

    rows = []
    for name in names:
        known, last = looked.get(name), spoken.get(name)
        command = short(known.command) if known and known.command else NONE
        missing = known is not None and known.command_exists is False
        rows.append(
            (
                name,
                ("yes" if known.installed else "no") if known else NONE,
                Cell(*_said(known and known.mcp)),
                Cell(*_said(known and known.hooks)),
                f"{ago(last[1].at, now)}, {last[0]}" if last else NONE,
                Cell(f"{command} (missing)", "red") if missing else Cell(command, "dim"),
            )
        )
    heads = ("agent", "installed", "mcp", "hooks", "last spoke", "command")
    return table([Column(head) for head in heads], rows)


def _watched() -> WatcherState:
    from tacit.core.places import Places
    from tacit.core.watching import watcher_state

    return watcher_state(Places(store=door().store))


def _watcher(now: int) -> str:
    """Whether a watcher runs, in one line."""
    from tacit.core.present import ago

    state = _watched()
    if not state.running:
        return "No watcher runs: `memory watch` learns from sessions as they are written."
    scanned = state.notes.last_scan if state.notes else 0
    return f"A watcher runs; it looked {ago(scanned, now)}." if scanned else "A watcher runs."


def _said(side: Any) -> tuple[str, str]:
    """How a side is connected, in a word or two and a colour."""
    from tacit.core.present import NONE

    if side is None:
        return NONE, "dim"
    word = f"{side.connected} (project)" if side.scope == "project" else side.connected
    return word, {"yes": "green", "no": "dim"}.get(side.connected, "yellow")


def _json(name: str, known: Looked | None, last: tuple[str, Contact] | None) -> dict[str, Any]:
    from tacit.core.clock import rfc3339

    return {
        "agent": name,
        "installed": None if known is None else known.installed,
        "mcp": _side(known and known.mcp),
        "hooks": _side(known and known.hooks),
        "command": None if known is None else known.command,
        "command_exists": None if known is None else known.command_exists,
        "spoke": rfc3339(last[1].at) if last else None,
        "door": last[0] if last else None,
        "as": last[1].what if last else None,
    }


def _side(side: Any) -> dict[str, str] | None:
    return None if side is None else {"connected": side.connected, "scope": side.scope, "file": side.file}
