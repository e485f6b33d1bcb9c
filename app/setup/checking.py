"""How an agent is connected now."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tacit.app.editing.files import EditError, hold
from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import Entry, Part, foreign, found, opened
from tacit.app.setup.launch import Launch, is_there

Connected = Literal["yes", "partly", "edited", "no", "other", "unreadable"]
Scope = Literal["user", "project"]


class Side(Struct, frozen=True):
    """The server or the hooks of an agent.

    ``connected``: ``partly`` where some hooks are missing, ``edited`` where a person changed an entry,
    ``other`` where something else has the server's name. ``scope`` is whose settings have it.
    """

    connected: Connected
    file: str
    scope: Scope
    launch: Launch | None = None


class Looked(Struct, frozen=True):
    """An agent; ``hooks`` is ``None`` where none are known of it."""

    title: str
    installed: bool
    mcp: Side | None
    hooks: Side | None

    @property
    def command(self) -> str | None:
        """The program that is started, where one is."""
        launch = next((one.launch for one in (self.mcp, self.hooks) if one and one.launch), None)
        return None if launch is None else launch.program[0]

    @property
    def command_exists(self) -> bool | None:
        """Whether every program that is started is there; ``None`` where none is."""
        launches = [one.launch for one in (self.mcp, self.hooks) if one and one.launch]
        return all(map(is_there, launches)) if launches else None


def look(agent: Agent, user: Scene, project: Scene) -> Looked:
    """How an agent is connected: by the person's settings, else by those of the project."""
    return Looked(
        agent.title,
        agent.is_installed(user),
        *(_side(agent, part, user, project) for part in ("mcp", "hooks")),
    )


def _side(agent: Agent, part: Part, user: Scene, project: Scene) -> Side | None:
    sides = []
    for scene in (user, project):
        entries = [entry for entry in agent.entries(scene) if entry.part == part]
        if entries:
            connected, launch = _state(entries)
            scope: Scope = "user" if scene.project is None else "project"
            sides.append(Side(connected, entries[0].file, scope, launch))
    return next((one for one in sides if one.connected != "no"), sides[0] if sides else None)


def _state(entries: list[Entry]) -> tuple[Connected, Launch | None]:
    try:
        held = hold(entries[0].file)
        document = opened(held.text, entries[0])
        there = [found(document, opened_entry) for opened_entry in entries]
    except EditError:
        return "unreadable", None
    if foreign(document, entries[0]):
        return "other", None
    first = next((rows[0] for rows in there if rows), None)
    if first is None:
        return "no", None
    if not all(there):
        return "partly", first.launch
    edited = any(one.edited for rows in there for one in rows)
    return "edited" if edited else "yes", first.launch
