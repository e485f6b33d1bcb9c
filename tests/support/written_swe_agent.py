"""A run as SWE-agent (1.1) writes it: a ``.traj``, with the tools that edit by path and those that search.

A run has one task, so only the first of a session is told, and a command's exit code stands nowhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote
from typing import Any

from told import Done, Loss, Task, Told

LOSES: frozenset[Loss] = frozenset({"times", "tasks"})

TEMPLATE = (
    "<uploaded_files>\n{{working_dir}}\n</uploaded_files>\nI've uploaded a repository in {{working_dir}}. "
    "Consider the following PR description:\n\n<pr_description>\n{{problem_statement}}\n</pr_description>\n\n"
    "Can you help me implement the necessary changes?\n"
)


def write(told: Told, folder: Path) -> Path:
    """Write the run below a folder, where SWE-agent's output goes, and return its file."""
    path = folder / "trajectories" / "dev" / told.native / f"{told.native}.traj"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run(told), indent=2), encoding="utf-8")
    return path


def run(told: Told) -> dict[str, Any]:
    """The content of the file."""
    task = told.tasks[0]
    steps = [step(action(done), _printed(done), told.directory) for done in task.done]
    steps.append(step("submit", "\ndiff --git a/src/login.py b/src/login.py\n", told.directory))
    stats = {"instance_cost": 0.1, "tokens_sent": 4000, "tokens_received": 90, "api_calls": len(steps)}
    info = {
        "swe_agent_version": "1.1.0",
        "exit_status": "submitted",
        "submission": "diff --git …",
        "model_stats": stats,
    }
    return {
        "trajectory": steps,
        "history": history(task, told.directory),
        "info": info,
        "replay_config": json.dumps(config(told)),
        "environment": "main",
    }


def step(action: str, printed: str, directory: str, **more: Any) -> dict[str, Any]:
    """One entry of the trajectory."""
    known = {"action": action, "observation": printed, "response": "I will.", "thought": "I will."}
    state = {"working_dir": directory, "diff": ""}
    return known | {"execution_time": 0.25, "state": state, "query": [], "extra_info": {}} | more


def history(task: Task, directory: str) -> list[dict[str, Any]]:
    """What the model got to see: a demonstration of another run, then its task."""
    text = TEMPLATE.replace("{{working_dir}}", directory).replace("{{problem_statement}}", task.prompt)
    demo = "Here is a demonstration.\n--- DEMONSTRATION ---\nISSUE:\nAnother one\n```\nopen other.py\n```\n"
    return [
        {"role": "system", "content": "You are a helpful assistant.", "message_type": "system_prompt"},
        {"role": "user", "content": demo, "is_demo": True, "message_type": "demonstration"},
        {"role": "user", "content": [{"type": "text", "text": text}], "message_type": "observation"},
        {"role": "assistant", "content": "I will.", "action": "ls", "message_type": "action"},
    ]


def config(told: Told) -> dict[str, Any]:
    """What the run was started with."""
    repository = {"github_url": told.repository, "base_commit": "HEAD", "type": "github"}
    return {
        "env": {"repo": repository, "name": "main"},
        "agent": {"model": {"name": told.model}, "templates": {"instance_template": TEMPLATE}},
        "problem_statement": {"path": "issue.md", "type": "text_file", "id": told.native},
    }


def action(done: Done) -> str:
    """What was run."""
    if done.what == "shell":
        return done.text
    if done.what == "search":
        return f"search_dir {quote(done.text)} {done.path}"
    editor = f"str_replace_editor {_COMMANDS[done.what]} {done.path}"
    if done.what == "edit":
        return f"{editor} --old_str {quote(done.old)} --new_str {quote(done.text)}"
    return f"{editor} --file_text {quote(done.text)}" if done.what == "write" else editor


_COMMANDS = {"read": "view", "edit": "str_replace", "write": "create"}


def _printed(done: Done) -> str:
    if done.what == "edit" and done.exit:
        return f"No replacement was performed, old_str `{done.old}` did not appear verbatim in {done.path}."
    return done.output
