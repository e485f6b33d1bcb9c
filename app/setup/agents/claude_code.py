"""Claude Code.

Servers of the user stand in ``~/.claude.json``, of a project in its ``.mcp.json``
(https://code.claude.com/docs/en/mcp, "MCP installation scopes"); hooks in ``settings.json``, timeouts in
seconds (https://code.claude.com/docs/en/hooks). ``CLAUDE_CONFIG_DIR`` moves both; an old ``.config.json`` in
that folder, where there is one, is read instead of ``.claude.json``.
"""

from __future__ import annotations

import os

from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import Entry
from tacit.app.setup.shapes import hooks, server

_EVENTS = {
    "SessionStart": "session-start",
    "UserPromptSubmit": "prompt",
    "PostToolUse": "tool-result",
    "PostToolUseFailure": "tool-result",
    "Stop": "stop",
}


def _folder(scene: Scene) -> str:
    return scene.folder("CLAUDE_CONFIG_DIR", ".claude")


def _entries(scene: Scene) -> tuple[Entry, ...]:
    if scene.project is not None:
        settings, servers, mode = (
            f"{scene.project}/.claude/settings.json",
            f"{scene.project}/.mcp.json",
            0o644,
        )
    else:
        settings, servers, mode = f"{_folder(scene)}/settings.json", _servers(scene), 0o600
    return (
        server(servers, mode=mode, type="stdio"),
        *hooks(settings, "claude-code", _EVENTS, mode=mode, timeout=5),
    )


def _servers(scene: Scene) -> str:
    old = f"{_folder(scene)}/.config.json"
    if os.path.exists(old):  # noqa: PTH110 - text
        return old
    return f"{scene.folder('CLAUDE_CONFIG_DIR', '')}/.claude.json".replace("//", "/")


AGENT = Agent(
    "claude-code",
    "Claude Code",
    _folder,
    _entries,
    "Claude Code takes it up in its next session; /mcp and /hooks show it.",
)
