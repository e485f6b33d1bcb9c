"""Cursor: ``mcpServers`` of ``mcp.json`` in ``~/.cursor`` or a project's ``.cursor`` (https://cursor.com/docs/mcp)."""

from __future__ import annotations

from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import Entry
from tacit.app.setup.shapes import server


def _folder(scene: Scene) -> str:
    return f"{scene.home}/.cursor"


def _entries(scene: Scene) -> tuple[Entry, ...]:
    root, mode = (scene.home, 0o600) if scene.project is None else (scene.project, 0o644)
    return (server(f"{root}/.cursor/mcp.json", mode=mode),)


AGENT = Agent("cursor", "Cursor", _folder, _entries, "Switch the server on in Cursor, under Customize, MCPs.")
