"""A told session as Cursor's agent writes it: no results, and times to the minute before prompts alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from told import Done, Loss, Told

LOSES: frozenset[Loss] = frozenset(("results", "statuses", "repository"))

Line = dict[str, Any]


def write(told: Told, folder: Path) -> Path:
    """Write the session below a home directory, and return its transcript."""
    project = told.directory.strip("/").replace("/", "-")
    path = (
        folder / ".cursor" / "projects" / project / "agent-transcripts" / told.native / f"{told.native}.jsonl"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    for number, task in enumerate(told.tasks):
        lines.append(message("user", text(asked(task.prompt, told.start + number * 60_000))))
        lines += [message("assistant", text("On it.\n\n[REDACTED]"), call(done)) for done in task.done]
        lines += [message("assistant", text(task.said)), {"type": "turn_ended", "status": "success"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def message(role: str, *content: Line) -> Line:
    """One line."""
    return {"role": role, "message": {"content": list(content)}}


def text(words: str) -> Line:
    """A part with words."""
    return {"type": "text", "text": words}


def asked(prompt: str, at: int) -> str:
    """A prompt as it stands in a transcript."""
    when = datetime.fromtimestamp(at / 1000, UTC)
    clock = f"{when:%A, %b} {when.day}, {when.year}, {when.hour % 12 or 12}:{when:%M %p} (UTC+0)"
    return f"<timestamp>{clock}</timestamp>\n<user_query>\n{prompt}\n</user_query>"


def use(name: str, **given: object) -> Line:
    """A part with a call."""
    return {"type": "tool_use", "name": name, "input": given}


def call(done: Done) -> Line:
    """A call in the words of Cursor's tools."""
    if done.what == "shell":
        return use("Shell", command=done.text, description="Run it")
    if done.what == "read":
        return use("Read", path=done.path)
    if done.what == "edit":
        return use("StrReplace", path=done.path, old_string=done.old, new_string=done.text)
    if done.what == "write":
        return use("Write", path=done.path, contents=done.text)
    return use("Grep", pattern=done.text, path=done.path)
