"""A session as Gemini CLI writes it: a log of JSON Lines, messages written again as they grow."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from told import STEP, Done, Loss, Told
from transcript import iso

LOSES: frozenset[Loss] = frozenset(("repository",))


def write(told: Told, folder: Path) -> Path:
    """Write the session below a home directory; returns its file."""
    project = folder / ".gemini" / "tmp" / told.directory.rpartition("/")[2]
    stamp = iso(told.start)[:16].replace(":", "-")
    path = project / "chats" / f"session-{stamp}-{told.native[:8]}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    (project / ".project_root").write_text(told.directory, encoding="utf-8")
    lines = [json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in _lines(told)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def called(done: Done, key: str, at: int) -> dict[str, Any]:
    """One call with its result, as a message carries it."""
    name, args = _tool(done)
    output = done.output
    if done.what == "shell":
        code = f"\nExit Code: {done.exit}" if done.exit else ""
        output = f"Output: {output or '(empty)'}{code}\nProcess Group PGID: 4711"
    failed = done.exit and done.what != "shell"
    response = {"id": key, "name": name, "response": {"error" if failed else "output": output}}
    return {
        "id": key,
        "name": name,
        "args": args,
        "result": [{"functionResponse": response}],
        "status": "error" if failed else "success",
        "timestamp": iso(at),
        "resultDisplay": done.output,
        "displayName": name,
        "description": "",
    }


def _lines(told: Told) -> list[dict[str, Any]]:
    at = told.start
    head = {"sessionId": told.native, "projectHash": sha256(told.directory.encode()).hexdigest()}
    lines: list[dict[str, Any]] = [head | {"startTime": iso(at), "lastUpdated": iso(at), "kind": "main"}]

    def message(kind: str, name: str, content: Any, **fields: Any) -> dict[str, Any]:
        key = str(uuid5(NAMESPACE_URL, f"{told.native}/{name}"))
        return {"id": key, "timestamp": iso(at), "type": kind, "content": content} | fields

    for n, task in enumerate(told.tasks):
        lines.append(message("user", f"task {n}", [{"text": task.prompt}]))
        lines.append({"$set": {"lastUpdated": iso(at)}})
        for m, done in enumerate(task.done):
            at += STEP
            spoken = message("gemini", f"call {n}.{m}", "", model=told.model, thoughts=[], tokens=None)
            lines.append(spoken)
            at += STEP
            call = called(done, f"{_tool(done)[0]}_{at}_{n}{m}", at)
            tokens = {"input": 100, "output": 5, "cached": 90, "thoughts": 1, "tool": 0, "total": 106}
            lines.append(spoken | {"toolCalls": [call], "tokens": tokens})
        at += STEP
        lines.append(message("gemini", f"said {n}", task.said, model=told.model))
        at += STEP
    return lines


def _tool(done: Done) -> tuple[str, dict[str, Any]]:
    if done.what == "shell":
        return "run_shell_command", {"command": done.text, "description": "Run it"}
    if done.what == "read":
        return "read_file", {"file_path": done.path}
    if done.what == "edit":
        change = {"instruction": "Change it", "old_string": done.old, "new_string": done.text}
        return "replace", {"file_path": done.path} | change
    if done.what == "write":
        return "write_file", {"file_path": done.path, "content": done.text}
    return "grep_search", {"pattern": done.text, "dir_path": done.path}
