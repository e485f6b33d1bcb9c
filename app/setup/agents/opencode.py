"""OpenCode: ``opencode.json`` or ``opencode.jsonc`` in ``~/.config/opencode`` or in a project.

Version 1 has its servers under ``mcp`` (https://opencode.ai/docs/mcp-servers), version 2 under
``mcp.servers`` and reads the old form too (https://opencode.ai/v2/docs/mcp-servers, /v2/docs/migrate-v1): a
file that has the new form keeps it, every other gets the old one, which both can read.
"""

from __future__ import annotations

import os
from typing import Any

from tacit.app.editing.files import EditError, hold
from tacit.app.setup.agent import Agent, Scene
from tacit.app.setup.entry import NAME, Entry
from tacit.app.setup.jsontext import JsonText
from tacit.app.setup.launch import Launch, server_launch


def _folder(scene: Scene) -> str:
    return f"{scene.folder('XDG_CONFIG_HOME', '.config')}/opencode"


def _entries(scene: Scene) -> tuple[Entry, ...]:
    root, mode = (_folder(scene), 0o600) if scene.project is None else (scene.project, 0o644)
    file = f"{root}/opencode.jsonc"
    if not os.path.exists(file):  # noqa: PTH110 - text
        file = f"{root}/opencode.json"
    if _is_new(file):
        return (Entry("mcp", file, "jsonc", ("mcp", "servers", NAME), _new, _read, mode=mode),)
    return (Entry("mcp", file, "jsonc", ("mcp", NAME), _old, _read, mode=mode),)


def _is_new(file: str) -> bool:
    """Whether a file has the form of version 2; one that cannot be read is told of by whoever changes it."""
    try:
        servers = JsonText(hold(file).text, comments=True).find(("mcp", "servers"))
    except (EditError, ValueError, RecursionError):
        return False
    return isinstance(servers, dict) and "command" not in servers and "url" not in servers


def _new(launch: Launch) -> Any:
    environ = {"environment": dict(launch.environ)} if launch.environ else {}
    return {"type": "local", "command": list(launch.server), **environ}


def _old(launch: Launch) -> Any:
    return {**_new(launch), "enabled": True}


def _read(value: Any) -> Launch | None:
    if not isinstance(value, dict):
        return None
    return server_launch(value.get("command"), value.get("environment", {}))


AGENT = Agent("opencode", "OpenCode", _folder, _entries, "OpenCode takes it up when it is started anew.")
