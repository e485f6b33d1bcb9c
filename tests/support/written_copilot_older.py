"""A session as Copilot CLI before 0.0.342 keeps it: one object, what was said and what was shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset(("repository", "directory"))
"""No directory stands in it, so paths are written as they are below it."""


def write(told: Told, folder: Path) -> Path:
    """Write the session below a home directory; returns its file."""
    path = folder / ".copilot" / "history-session-state" / f"session_{told.native}_{told.start}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(session(told), indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def session(told: Told) -> dict[str, Any]:
    """All that is kept of it."""
    written = _Session(told)
    return {
        "sessionId": told.native,
        "startTime": iso(told.start),
        "chatMessages": written.messages,
        "timeline": written.timeline,
        "selectedModel": told.model,
    }


class _Session:
    """What was said and what was shown of it, each ten seconds after what came before."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.messages: list[dict[str, Any]] = []
        self.timeline: list[dict[str, Any]] = []
        for n, task in enumerate(told.tasks):
            reminder = "<reminder>\n<sql_tables>No tables</sql_tables>\n</reminder>"
            self.messages.append({"role": "user", "content": f"{task.prompt}\n\n{reminder}"})
            self._show("user", text=task.prompt, expandedText=task.prompt, mentions=[], imageAttachments=[])
            for m, done in enumerate(task.done):
                self._call(done, f"toolu_{n}{m}")
            self.messages.append({"role": "assistant", "content": task.said})
            self._show("copilot", text=task.said)

    def _show(self, kind: str, **more: Any) -> None:
        number = len(self.timeline)
        key = str(uuid5(NAMESPACE_URL, f"{self.told.native}/{number}"))
        at = iso(self.told.start + number * STEP)
        self.timeline.append({"id": key, "timestamp": at, "type": kind} | more)

    def _call(self, done: Done, key: str) -> None:
        tool, arguments = _tool(done, self.told.directory)
        wanted = {
            "id": key,
            "type": "function",
            "function": {"name": tool, "arguments": json.dumps(arguments)},
        }
        self.messages.append({"role": "assistant", "content": "", "tool_calls": [wanted]})
        about = {"callId": key, "name": tool, "toolTitle": tool, "intentionSummary": "Do it"}
        self._show("tool_call_requested", **about, arguments=arguments)
        failed = done.exit and done.what != "shell"
        shown = {"type": "error" if failed else "success", "log": f"shown: {done.output}"}
        self._show("tool_call_completed", **about, arguments=arguments, result=shown)
        ended = f"\n<exited with exit code {done.exit}>" if done.what == "shell" else ""
        self.messages.append({"role": "tool", "tool_call_id": key, "content": done.output + ended})


def _tool(done: Done, root: str) -> tuple[str, dict[str, Any]]:
    path = done.path.removeprefix(f"{root}/")
    if done.what == "shell":
        return "bash", {"command": done.text, "description": "Run it", "sessionId": "main", "async": False}
    if done.what == "search":
        return "grep", {"pattern": done.text, "path": path}
    command = {"read": "view", "edit": "str_replace", "write": "create"}[done.what]
    texts = {"old_str": done.old, "new_str": done.text} if done.old else {}
    texts |= {"file_text": done.text} if done.what == "write" else {}
    return "str_replace_editor", {"command": command, "path": path} | texts
