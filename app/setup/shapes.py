"""The forms that servers and hooks have with more than one agent."""

from __future__ import annotations

from functools import partial
from typing import Any

from tacit.app.setup.entry import NAME, Entry, Form
from tacit.app.setup.launch import Launch, hook_launch, server_launch


def server(file: str, form: Form = "json", *, mode: int = 0o600, **fields: Any) -> Entry:
    """``mcpServers.tacit`` with ``command``, ``args`` and ``env``; ``fields`` go before and are fixed."""

    def made(launch: Launch) -> Any:
        return {**fields, **server_value(launch)}

    return Entry("mcp", file, form, ("mcpServers", NAME), made, read_server, mode=mode)


def server_value(launch: Launch) -> dict[str, Any]:
    """A server told by ``command``, ``args`` and ``env``."""
    environ = {"env": dict(launch.environ)} if launch.environ else {}
    return {"command": launch.server[0], "args": list(launch.server[1:]), **environ}


def read_server(value: Any) -> Launch | None:
    """The launch of a server told by ``command``, ``args`` and ``env``."""
    if not isinstance(value, dict) or not isinstance(value.get("args"), list):
        return None
    return server_launch([value.get("command"), *value["args"]], value.get("env", {}))


def hooks(
    file: str, agent: str, events: dict[str, str], form: Form = "json", *, mode: int = 0o600, **fields: Any
) -> tuple[Entry, ...]:
    """A group with one command in the list ``hooks.EVENT`` for each event.

    Args:
        file: the settings.
        agent: the agent's name, which the hook is told.
        events: event of the agent to hook of Tacit's.
        form: the file's form.
        mode: what a new file gets.
        fields: what else belongs to a command, as its timeout.
    """

    def hook(event: str, word: str) -> Entry:
        def made(launch: Launch) -> Any:
            return {"hooks": [{"type": "command", "command": launch.hook(word, agent), **fields}]}

        read = partial(_read_hook, word, agent)
        return Entry("hooks", file, form, ("hooks", event), made, read, listed=True, mode=mode)

    return tuple(hook(event, word) for event, word in events.items())


def _read_hook(word: str, agent: str, value: Any) -> Launch | None:
    """The launch of a group that has the command of a hook, whatever else is in it."""
    commands = value.get("hooks") if isinstance(value, dict) else None
    for one in commands if isinstance(commands, list) else ():
        launch = hook_launch(one.get("command"), word, agent) if isinstance(one, dict) else None
        if launch is not None:
            return launch
    return None
