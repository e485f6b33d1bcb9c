"""A conversation as OpenHands (0.40) stores it: a file for each event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset({"repository", "searches"})


def write(told: Told, folder: Path) -> Path:
    """Write the conversation below a home directory, and return the folder of its events."""
    path = folder / ".openhands" / "sessions" / told.native.replace("-", "") / "events"
    path.mkdir(parents=True, exist_ok=True)
    for event in events(told):
        (path / f"{event['id']}.json").write_text(json.dumps(event), encoding="utf-8")
    return path


def events(told: Told) -> list[dict[str, Any]]:
    """The events of a session, each ten seconds after the one before."""
    found: list[dict[str, Any]] = []

    def add(source: str, **more: Any) -> int:
        at = iso(told.start + len(found) * STEP).removesuffix("Z")
        found.append({"id": len(found), "timestamp": at, "source": source, "message": "…"} | more)
        return len(found) - 1

    for task in told.tasks:
        add("user", action="message", args={"content": task.prompt, "wait_for_response": False})
        add("agent", observation="agent_state_changed", content="", extras={"agent_state": "running"})
        for done in task.done:
            if done.what != "search":
                kind, arguments = _action(done)
                cause = add("agent", action=kind, args=arguments | {"thought": ""})
                add("agent", cause=cause, **_observation(done, kind, told.directory))
        add("agent", action="finish", args={"final_thought": task.said, "task_completed": "true"})
    return found


def _action(done: Done) -> tuple[str, dict[str, Any]]:
    if done.what == "shell":
        return "run", {"command": done.text, "is_input": False, "hidden": False}
    if done.what == "read":
        return "read", {"path": done.path, "start": 0, "end": -1}
    command = {"edit": "str_replace", "write": "create"}[done.what]
    texts = {"old_str": done.old or None, "new_str": done.text} if done.old else {"file_text": done.text}
    return "edit", {"path": done.path, "command": command} | texts


def _observation(done: Done, kind: str, directory: str) -> dict[str, Any]:
    if done.exit and done.what != "shell":
        return {"observation": "error", "content": done.output, "extras": {"error_id": ""}}
    metadata = {"exit_code": done.exit, "pid": -1, "working_dir": directory}
    extras = {"command": done.text, "metadata": metadata} if kind == "run" else {"path": done.path}
    return {"observation": kind, "content": done.output, "extras": extras}
