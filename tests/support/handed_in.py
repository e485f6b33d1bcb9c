"""Hand-written files of programs: tau-bench results and Tacit's own JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

POLICY = "# Airline Agent Policy\n\nThe current time is 2024-05-15 15:00:00 EST."


def call(key: str, tool: str, result: Any = "{}", **arguments: Any) -> list[dict[str, Any]]:
    """A call and its result; no result for ``None``."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    asked = {"role": "assistant", "content": None, "tool_calls": [{"id": key, "type": "function"}]}
    asked["tool_calls"][0]["function"] = function  # type: ignore[index]
    if result is None:
        return [asked]
    return [asked, {"role": "tool", "tool_call_id": key, "name": tool, "content": result}]


def say(role: str, text: Any) -> dict[str, Any]:
    """A message without calls."""
    return {"role": role, "content": text}


def run(
    task: Any = 3, trial: Any = 0, reward: Any = 1.0, *messages: dict[str, Any], policy: str = POLICY
) -> dict[str, Any]:
    """One run: the usual conversation if no messages are given."""
    key = f"call_{task}_{trial}"
    middle = messages or (
        say("user", "Hello, please cancel my trip ABC123."),
        *call(f"{key}_1", "get_booking", '{"id": "ABC123"}', booking="ABC123"),
        *call(f"{key}_2", "cancel_booking", "Error: not refundable", booking="ABC123"),
        say("assistant", "That cannot be refunded."),
        say("user", "Thanks anyway! ###STOP###"),
    )
    return {
        "task_id": task,
        "reward": reward,
        "info": {"task": {"user_id": "u1", "instruction": "You want to cancel your trip."}},
        "traj": [say("system", policy), *middle],
        "trial": trial,
    }


def save_runs(path: Path, *runs: Any) -> Path:
    """Write a results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(runs), encoding="utf-8")
    return path


def lines(*told: dict[str, Any] | str) -> str:
    """Lines of a file; a string stands as it is."""
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in told)


def session(key: str = "run-1", **fields: Any) -> dict[str, Any]:
    """A line that opens a session."""
    return {"type": "session", "tacit": 1, "id": key, "at": "2026-01-05T10:00:00Z", **fields}


def episode(key: str = "1", task: str = "fix the parser", **fields: Any) -> dict[str, Any]:
    """A line that opens a task."""
    return {"type": "episode_start", "id": key, "task": task, **fields}


def step(tool: str = "bash", **fields: Any) -> dict[str, Any]:
    """A line of a step."""
    return {"type": "step", "tool": tool, "parameters": {"command": "pytest -q"}, **fields}


def end(outcome: str | None = "success", **fields: Any) -> dict[str, Any]:
    """A line that ends a task."""
    return {"type": "episode_end", "outcome": outcome, **fields}
