"""Gemini CLI.

``settings.json`` in ``~/.gemini`` or a project's ``.gemini`` has ``mcpServers``
(https://geminicli.com/docs/tools/mcp-server) and ``hooks``, timeouts in milliseconds
(https://geminicli.com/docs/hooks/reference); comments are allowed in it.
"""

from __future__ import annotations

from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import Entry
from tacit.app.setup.shapes import hooks, server

_EVENTS = {
    "SessionStart": "session-start",
    "BeforeAgent": "prompt",
    "AfterTool": "tool-result",
    "AfterAgent": "stop",
}


def _folder(scene: Scene) -> str:
    return f"{scene.home}/.gemini"


def _entries(scene: Scene) -> tuple[Entry, ...]:
    root, mode = (scene.home, 0o600) if scene.project is None else (scene.project, 0o644)
    settings = f"{root}/.gemini/settings.json"
    return (
        server(settings, "jsonc", mode=mode),
        *hooks(settings, "gemini", _EVENTS, "jsonc", mode=mode, name="tacit", timeout=5000),
    )


AGENT = Agent("gemini", "Gemini CLI", _folder, _entries, "Gemini CLI takes it up when it is started anew.")
