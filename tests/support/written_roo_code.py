"""A task as Roo Code (3.40) writes it in VS Code: calls by id, the mode around each message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset({"repository"})

EXTENSION = "rooveterinaryinc.roo-cline"


def write(told: Told, folder: Path, extension: str = EXTENSION) -> Path:
    """Write the task below a home directory, and return its folder."""
    task = folder / ".config/Code/User/globalStorage" / extension / "tasks" / told.native
    task.mkdir(parents=True, exist_ok=True)
    shown = [{"ts": told.start, "type": "say", "say": "text", "text": told.tasks[0].prompt, "images": []}]
    about = {"files_in_context": []}
    (task / "api_conversation_history.json").write_text(json.dumps(messages(told)), encoding="utf-8")
    (task / "ui_messages.json").write_text(json.dumps(shown), encoding="utf-8")
    (task / "task_metadata.json").write_text(json.dumps(about, indent=2), encoding="utf-8")
    return task


def messages(told: Told) -> list[dict[str, Any]]:
    """What the model got and said, each ten seconds after what came before."""
    found: list[dict[str, Any]] = []

    def add(role: str, *blocks: dict[str, Any]) -> None:
        found.append({"role": role, "content": list(blocks), "ts": told.start + len(found) * STEP})

    def ask(block: dict[str, Any]) -> None:
        add("user", block, _text(_details(told, len(found))))

    ask(_text(f"<user_message>\n{told.tasks[0].prompt}\n</user_message>"))
    for place, task in enumerate(told.tasks):
        if place:
            said = f"<user_message>\n{task.prompt}\n</user_message>"
            ask({"type": "tool_result", "tool_use_id": f"end_{place}", "content": said})
        for number, done in enumerate(task.done):
            key = f"toolu_{place}{number}"
            tool, wanted = _tool(done, told.directory)
            add("assistant", _text("So."), {"type": "tool_use", "id": key, "name": tool, "input": wanted})
            ask({"type": "tool_result", "tool_use_id": key, "content": _result(done, told.directory)})
        ended = {"type": "tool_use", "id": f"end_{place + 1}", "name": "attempt_completion"}
        add("assistant", ended | {"input": {"result": task.said}})
    return found


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _details(told: Told, place: int) -> str:
    now = f"# Current Time\nCurrent time in ISO 8601 UTC format: {iso(told.start + place * STEP)}"
    mode = f"# Current Mode\n<slug>code</slug>\n<name>Code</name>\n<model>{told.model}</model>\n"
    files = f"\n\n# Current Workspace Directory ({told.directory}) Files\nsrc/" if not place else ""
    about = f"{now}\n\n{mode}<tool_format>native</tool_format>{files}"
    return f"<environment_details>\n{about}\n</environment_details>"


def _tool(done: Done, root: str) -> tuple[str, dict[str, Any]]:
    path = done.path.removeprefix(f"{root}/")
    if done.what == "shell":
        return "execute_command", {"command": done.text, "cwd": None}
    if done.what == "read":
        return "read_file", {"path": path}
    if done.what == "search":
        return "search_files", {"path": ".", "regex": done.text, "file_pattern": None}
    if done.what == "write":
        return "write_to_file", {"path": path, "content": done.text}
    block = f"<<<<<<< SEARCH\n{done.old}\n=======\n{done.text}\n>>>>>>> REPLACE"
    return "apply_diff", {"path": path, "diff": block}


def _result(done: Done, root: str) -> str:
    if done.what == "shell":
        failed = "Command execution was not successful, inspect the cause and adjust as needed.\n"
        ended = f"{failed if done.exit else ''}Exit code: {done.exit}"
        return (
            f"Command executed in terminal within working directory '{root}'. {ended}\nOutput:\n{done.output}"
        )
    if done.exit:
        failure = {"status": "error", "message": "The tool execution failed", "error": done.output}
        return json.dumps(failure, separators=(",", ":"))
    return done.output
