"""A session as Copilot CLI writes it: a file of events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset()


def write(told: Told, folder: Path) -> Path:
    """Write the session below a home directory; returns its file."""
    path = folder / ".copilot" / "session-state" / told.native / "events.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in _Events(told).events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class _Events:
    """The events of a session, each ten seconds after the one before."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.at = told.start
        self.events: list[dict[str, Any]] = []
        self._add("session.start", self._start())
        for n, task in enumerate(told.tasks):
            self._add(
                "user.message", {"content": task.prompt, "transformedContent": task.prompt, "attachments": []}
            )
            self._add("assistant.turn_start", {"turnId": str(n), "interactionId": f"i{n}"})
            for m, done in enumerate(task.done):
                self._call(done, f"call_{n}{m}")
            self._say(task.said)
            self._add("assistant.turn_end", {"turnId": str(n)})
        self._add("session.shutdown", {"shutdownType": "routine"})

    def _start(self) -> dict[str, Any]:
        told = self.told
        context = {"cwd": told.directory, "gitRoot": told.directory, "branch": told.branch}
        if told.repository:
            name = told.repository.removesuffix(".git").removeprefix("https://github.com/")
            context |= {"repository": name, "repositoryHost": "github.com", "hostType": "github"}
        known = {
            "sessionId": told.native,
            "version": 1,
            "producer": "copilot-agent",
            "copilotVersion": "1.0.77",
        }
        return known | {"startTime": iso(told.start), "selectedModel": told.model, "context": context}

    def _add(self, kind: str, data: dict[str, Any]) -> None:
        key = str(uuid5(NAMESPACE_URL, f"{self.told.native}/{len(self.events)}"))
        before = self.events[-1]["id"] if self.events else None
        event = {"type": kind, "data": data, "id": key, "timestamp": iso(self.at), "parentId": before}
        self.events.append(event)
        self.at += STEP

    def _say(self, text: str, *requests: dict[str, Any]) -> None:
        said = {"messageId": f"m{len(self.events)}", "content": text, "outputTokens": 5}
        self._add("assistant.message", said | {"model": self.told.model, "toolRequests": list(requests)})

    def _call(self, done: Done, key: str) -> None:
        name, arguments = _tool(done)
        self._say("", {"toolCallId": key, "name": name, "arguments": arguments, "type": "function"})
        self._add("tool.execution_start", {"toolCallId": key, "toolName": name, "arguments": arguments})
        if done.what == "shell":
            text = f"{done.output}\n<shellId: 0 completed with exit code {done.exit}>"
            ended: dict[str, Any] = {"success": True, "result": {"content": text, "detailedContent": text}}
        elif done.exit:
            ended = {"success": False, "error": {"message": done.output, "code": "failure"}}
        else:
            ended = {"success": True, "result": {"content": done.output}}
        self._add("tool.execution_complete", {"toolCallId": key} | ended)


def _tool(done: Done) -> tuple[str, dict[str, Any]]:
    if done.what == "shell":
        return "bash", {"command": done.text, "description": "Run it", "initial_wait": 30}
    if done.what == "read":
        return "view", {"path": done.path}
    if done.what == "edit":
        return "edit", {"path": done.path, "old_str": done.old, "new_str": done.text}
    if done.what == "write":
        return "create", {"path": done.path, "file_text": done.text}
    return "grep", {"pattern": done.text, "path": done.path}
