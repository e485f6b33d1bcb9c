"""Codex.

Servers are tables ``[mcp_servers.NAME]`` of ``config.toml`` (https://developers.openai.com/codex/mcp); hooks
stand in ``hooks.json`` beside it, in Claude Code's form, timeouts in seconds
(https://developers.openai.com/codex/hooks). Both lie in ``$CODEX_HOME``, ``~/.codex`` or a trusted project's
``.codex``. Codex runs a new hook once it was reviewed.
"""

from __future__ import annotations

from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import NAME, Entry
from tacit.app.setup.shapes import hooks, read_server, server_value

_EVENTS = {
    "SessionStart": "session-start",
    "UserPromptSubmit": "prompt",
    "PostToolUse": "tool-result",
    "Stop": "stop",
}


def _folder(scene: Scene) -> str:
    return scene.folder("CODEX_HOME", ".codex")


def _entries(scene: Scene) -> tuple[Entry, ...]:
    folder, mode = _folder(scene), 0o600
    if scene.project is not None:
        folder, mode = f"{scene.project}/.codex", 0o644
    path = ("mcp_servers", NAME)
    return (
        Entry("mcp", f"{folder}/config.toml", "toml", path, server_value, read_server, mode=mode),
        *hooks(f"{folder}/hooks.json", "codex", _EVENTS, mode=mode, timeout=5),
    )


AGENT = Agent(
    "codex",
    "Codex",
    _folder,
    _entries,
    "Codex asks once before it runs new hooks: /hooks in Codex shows and trusts them.",
)
