"""A task as Cline (3.3) writes it in VS Code: calls as tags, results under a headline, times beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from told import STEP, Done, Loss, Told

LOSES: frozenset[Loss] = frozenset()


def write(told: Told, folder: Path) -> Path:
    """Write the task below a home directory, and return its folder."""
    task = folder / ".config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks" / str(told.start)
    task.mkdir(parents=True, exist_ok=True)
    written = _Task(told)
    about = {
        "files_in_context": [],
        "model_usage": [{"ts": told.start, "model_id": told.model, "mode": "act"}],
    }
    (task / "api_conversation_history.json").write_text(json.dumps(written.messages), encoding="utf-8")
    (task / "ui_messages.json").write_text(json.dumps(written.shown), encoding="utf-8")
    (task / "task_metadata.json").write_text(json.dumps(about, indent=2), encoding="utf-8")
    return task


class _Task:
    """What was said, and what was shown meanwhile, each ten seconds after what came before."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self._at = told.start
        self.messages: list[dict[str, Any]] = []
        self.shown: list[dict[str, Any]] = [self._show("task", told.tasks[0].prompt)]
        self._ask(f"<task>\n{told.tasks[0].prompt}\n</task>")
        for place, task in enumerate(told.tasks):
            if place:
                feedback = f"<feedback>\n{task.prompt}\n</feedback>"
                self._ask("[attempt_completion] Result:", f"The user has provided feedback.\n{feedback}")
            for done in task.done:
                self._call(done)
            self._say(f"<attempt_completion>\n<result>\n{task.said}\n</result>\n</attempt_completion>")

    def _call(self, done: Done) -> None:
        tool, fields = _tool(done, self.told.directory)
        body = "".join(f"<{name}>{value}</{name}>\n" for name, value in fields.items())
        self._say(f"<thinking>So.</thinking>\n\n<{tool}>\n{body}</{tool}>")
        self.shown.append(self._show("command" if done.what == "shell" else "tool", "…"))
        self._ask(f"[{tool} for '{next(iter(fields.values()))}'] Result:", _result(done))

    def _say(self, text: str) -> None:
        self.messages.append({"role": "assistant", "content": [{"type": "text", "text": text}]})

    def _ask(self, *texts: str) -> None:
        details = "<environment_details>\n# VSCode Visible Files\nsrc/login.py\n"
        if not self.messages:
            details += f"\n# Current Working Directory ({self.told.directory}) Files\nsrc/\n"
            details += f"\n# Workspace Configuration\n{json.dumps(self._space(), indent=2)}\n"
        blocks = [{"type": "text", "text": text} for text in (*texts, f"{details}</environment_details>")]
        self.messages.append({"role": "user", "content": blocks})
        used = json.dumps({"request": "…", "tokensIn": 3, "tokensOut": 5})
        self.shown.append(self._show("api_req_started", used, len(self.messages) - 1))

    def _space(self) -> dict[str, Any]:
        told = self.told
        remotes = [f"origin: {told.repository}"] if told.repository else []
        return {"workspaces": {told.directory: {"hint": "shop", "associatedRemoteUrls": remotes}}}

    def _show(self, kind: str, text: str, place: int | None = None) -> dict[str, Any]:
        self._at += STEP
        at = len(getattr(self, "messages", [])) - 2 if place is None else place
        known = {"ts": self._at - STEP, "type": "say", "say": kind, "text": text}
        return known | {"conversationHistoryIndex": max(-1, at)}


def _tool(done: Done, root: str) -> tuple[str, dict[str, str]]:
    path = done.path.removeprefix(f"{root}/")
    if done.what == "shell":
        return "execute_command", {"command": done.text, "requires_approval": "false"}
    if done.what == "read":
        return "read_file", {"path": path}
    if done.what == "search":
        return "search_files", {"path": ".", "regex": done.text}
    if done.what == "write":
        return "write_to_file", {"path": path, "content": done.text}
    block = f"------- SEARCH\n{done.old}\n=======\n{done.text}\n+++++++ REPLACE"
    return "replace_in_file", {"path": path, "diff": block}


def _result(done: Done) -> str:
    if done.what == "shell":
        return f"Command executed.\nOutput:\n{done.output}"
    if done.exit:
        return f"The tool execution failed with the following error:\n<error>\n{done.output}\n</error>"
    return done.output
