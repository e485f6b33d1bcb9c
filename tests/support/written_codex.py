"""A told session as Codex CLI writes it: rollouts as of version 0.118, and what else stands in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from told import STEP, Done, Loss, Told

LOSES: frozenset[Loss] = frozenset({"reads", "searches"})
"""It reads and searches by commands of a shell, as it does everything but patching."""


class Rollout:
    """A transcript in the making; every line is a step later than the one before."""

    def __init__(self, start: int) -> None:
        self.lines: list[str] = []
        self.now = start - STEP

    def line(self, kind: str, payload: dict[str, Any]) -> None:
        """A line in its envelope."""
        when = datetime.fromtimestamp(self.now / 1000, UTC).isoformat(timespec="milliseconds")
        self.raw({"timestamp": when.replace("+00:00", "Z"), "type": kind, "payload": payload})

    def raw(self, line: dict[str, Any] | str) -> None:
        """A line as it is."""
        self.lines.append(line if isinstance(line, str) else json.dumps(line))

    def meta(self, native: str, directory: str, git: dict[str, str] | None = None, **more: Any) -> None:
        """The head of a session."""
        payload = {"id": native, "timestamp": "2026-01-05T10:00:00.000Z", "cwd": directory}
        payload |= {"originator": "codex_cli_rs", "cli_version": "0.118.0"} | {"source": "cli"} | more
        payload["base_instructions"] = {"text": "You are Codex, …"}
        self.line("session_meta", payload | ({"git": git} if git else {}))

    def item(self, kind: str, **fields: Any) -> None:
        """A ``response_item``."""
        self.line("response_item", {"type": kind, **fields})

    def event(self, kind: str, **fields: Any) -> None:
        """An ``event_msg``."""
        self.line("event_msg", {"type": kind, **fields})

    def message(self, role: str, *texts: str) -> None:
        """A message of a role, its texts one part each."""
        kind = "output_text" if role == "assistant" else "input_text"
        self.item("message", role=role, content=[{"type": kind, "text": one} for one in texts])

    def prompt(self, text: str, turn: str = "") -> None:
        """What a person said, as Codex writes it down: twice."""
        self.now += STEP
        if turn:
            self.event("task_started", turn_id=turn, model_context_window=258400)
        self.message("user", text)
        self.event("user_message", message=text, images=[], local_images=[], text_elements=[])

    def call(self, key: str, name: str, **arguments: Any) -> None:
        """A call of a function."""
        self.now += STEP
        self.item("function_call", name=name, arguments=json.dumps(arguments), call_id=key)

    def custom(self, key: str, given: str, name: str = "apply_patch") -> None:
        """A call of a tool that takes any text."""
        self.now += STEP
        self.item("custom_tool_call", status="completed", call_id=key, name=name, input=given)

    def output(self, key: str, output: Any, kind: str = "function_call_output") -> None:
        """What a call gave back."""
        self.item(kind, call_id=key, output=output)

    def save(self, path: Path, end: str = "\n") -> Path:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.lines) + end, encoding="utf-8")
        return path


def ran(output: str, code: int = 0) -> str:
    """What ``exec_command`` gives back of a command that ended."""
    return (
        f"Chunk ID: a1b2c3\nWall time: 10.0000 seconds\nProcess exited with code {code}\n"
        f"Original token count: {len(output) // 4}\nOutput:\n{output}"
    )


def patch(path: str, old: str = "", new: str = "", *, add: bool = False) -> str:
    """The patch that changes a file, or adds it."""
    if add:
        body = f"*** Add File: {path}\n" + "".join(f"+{line}\n" for line in new.splitlines())
    else:
        body = f"*** Update File: {path}\n@@\n-{old}\n+{new}\n"
    return f"*** Begin Patch\n{body}*** End Patch\n"


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory; what has to be imported."""
    rollout = Rollout(told.start)
    git = {"commit_hash": "0" * 40, "branch": told.branch, "repository_url": told.repository or ""}
    rollout.meta(told.native, told.directory, git if told.repository else None)
    rollout.message("developer", "<permissions instructions>…</permissions instructions>")
    added = f"<environment_context>\n  <cwd>{told.directory}</cwd>\n</environment_context>"
    rollout.message("user", "# AGENTS.md instructions for shop\n\n<INSTRUCTIONS>\n…\n</INSTRUCTIONS>", added)
    made = 0
    for n, task in enumerate(told.tasks, 1):
        turn = f"{told.native[:24]}{n:012d}"
        rollout.prompt(task.prompt, turn)
        rollout.line("turn_context", {"turn_id": turn, "cwd": told.directory, "model": told.model})
        for done in task.done:
            if done.what in {"read", "search"}:
                continue
            made += 1
            _write_call(rollout, f"call_{told.native[:8]}{made}", done, told.directory)
        rollout.event("agent_message", message=task.said)
        rollout.message("assistant", task.said)
        rollout.event("task_complete", turn_id=turn, last_agent_message=task.said)
    day = datetime.fromtimestamp(told.start / 1000, UTC)
    name = f"rollout-{day:%Y-%m-%dT%H-%M-%S}-{told.native}.jsonl"
    return rollout.save(folder / ".codex" / "sessions" / f"{day:%Y/%m/%d}" / name)


def _write_call(rollout: Rollout, key: str, done: Done, directory: str) -> None:
    if done.what == "shell":
        rollout.call(key, "exec_command", cmd=done.text, workdir=directory, yield_time_ms=10000)
        rollout.now += STEP
        rollout.output(key, ran(done.output, done.exit))
        return
    path = done.path.removeprefix(f"{directory}/")
    rollout.custom(key, patch(path, done.old, done.text, add=done.what == "write"))
    said = {"output": done.output, "metadata": {"exit_code": done.exit, "duration_seconds": 0.0}}
    rollout.now += STEP
    rollout.output(key, json.dumps(said), "custom_tool_call_output")
