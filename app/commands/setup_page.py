"""What `memory setup` prints: changes as diffs, and what belongs where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint, say, write
from tacit.core.places import short

if TYPE_CHECKING:
    from tacit.app.setup.agent import Agent
    from tacit.app.setup.entry import Entry
    from tacit.app.setup.launch import Launch
    from tacit.app.setup.plan import Change


def print_changes(changes: Iterable[Change]) -> None:
    """Every change as a unified diff."""
    from tacit.app.editing.diff import styled_diff

    for change in changes:
        held = change.held
        if held.place != held.path:
            say(f"{short(held.path)} is a link to {short(held.place)}, which is written to.", "dim")
        before = None if held.data is None else held.text
        lines = styled_diff(before, change.after, short(held.path))
        write(paint(line, style) for line, style in lines)


def print_entries(agent: Agent, entries: Sequence[Entry], launch: Launch) -> None:
    """What belongs into which file of an agent."""
    from tacit.app.setup.entry import opened, put

    for file in dict.fromkeys(entry.file for entry in entries):
        text = ""
        for entry in entries:
            if entry.file == file:
                text = put(opened(text, entry), entry, launch).text
        say(f"Into {short(file)}:", "bold")
        write([text.rstrip()])
    say(agent.after, "dim")


def print_any(launch: Launch) -> None:
    """What any other agent needs: the server as most have it, and the commands of the hooks."""
    from tacit.app.hooks.options import EVENTS
    from tacit.app.setup.entry import NAME
    from tacit.app.setup.shapes import server_value

    servers = {"mcpServers": {NAME: server_value(launch)}}
    say("A server, as most agents have it in their settings:", "bold")
    write([json.dumps(servers, indent=2, ensure_ascii=False)])
    say("Hooks, which are told on stdin what happened, as Claude Code tells it:", "bold")
    write(launch.hook(event, "NAME") for event in EVENTS)
    say("NAME is what the agent is called in the memory, as cursor.", "dim")
