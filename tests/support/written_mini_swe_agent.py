"""A run as mini-swe-agent (2.2) writes it: one JSON object of messages. Its only tool is a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from told import STEP, Done, Loss, Told

LOSES: frozenset[Loss] = frozenset({"repository", "reads", "edits", "writes", "searches"})

TEMPLATE = (
    "Please solve this issue: {{task}}\n\nYou can execute bash commands and edit files.\n\n{{system}}\n"
)


def write(told: Told, folder: Path) -> Path:
    """Write the run where ``mini`` leaves its last one."""
    path = folder / ".config" / "mini-swe-agent" / "last_mini_run.traj.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run(told), indent=2), encoding="utf-8")
    return path


def run(told: Told) -> dict[str, Any]:
    """The content of the file."""
    messages = _Messages(told).messages
    config = {
        "agent": {"instance_template": TEMPLATE, "mode": "yolo"},
        "agent_type": "minisweagent.agents.interactive.InteractiveAgent",
        "model": {"model_name": told.model},
        "environment": {"cwd": told.directory, "env": {}, "timeout": 30},
    }
    info = {"model_stats": {"instance_cost": 0.1, "api_calls": 4}, "config": config, "mini_version": "2.2.7"}
    ended = {"exit_status": "Submitted", "submission": ""}
    return {"info": info | ended, "messages": messages, "trajectory_format": "mini-swe-agent-1.1"}


class _Messages:
    """The messages of a session, each ten seconds after the one before; the person's have no time."""

    def __init__(self, told: Told) -> None:
        self._at = told.start
        self._calls = 0
        first = TEMPLATE.replace("{{task}}", told.tasks[0].prompt).replace("{{system}}", "Linux")
        self.messages: list[dict[str, Any]] = [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": first},
        ]
        for place, task in enumerate(told.tasks):
            if place:
                self._submit(self._asked_anew(task.prompt))
            for done in task.done:
                if done.what == "shell":
                    self._run(done)
        self._submit({"role": "exit", "content": "", "extra": {"exit_status": "Submitted", "submission": ""}})

    def _asked_anew(self, prompt: str) -> dict[str, Any]:
        said = f"The user added a new task: {prompt}"
        return {"role": "user", "content": said, "extra": {"interrupt_type": "UserNewTask"}}

    def _submit(self, then: dict[str, Any]) -> None:
        """The last command of a task is never seen to end; what came of it stands in the next message."""
        key = self._ask("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT")
        self._answer(key, "", -1, exception_info="action was not executed")
        self.messages.append(then)

    def _run(self, done: Done) -> None:
        self._answer(self._ask(done.text), done.output, done.exit)

    def _ask(self, command: str) -> str:
        self._calls += 1
        key = f"call_{self._calls}"
        function = {"name": "bash", "arguments": json.dumps({"command": command})}
        calls = [{"function": function, "id": key, "type": "function"}]
        response = {"model": "some-model", "usage": {"completion_tokens": 5, "prompt_tokens": 900}}
        actions = [{"command": command, "tool_call_id": key}]
        extra = {"actions": actions, "response": response, "cost": 0.001} | self._clock()
        message = {"content": "I will.", "role": "assistant", "tool_calls": calls, "extra": extra}
        self.messages.append(message)
        return key

    def _answer(self, key: str, output: str, code: int, **more: Any) -> None:
        content = f"<returncode>{code}</returncode>\n<output>\n{output}</output>"
        extra = {"raw_output": output, "returncode": code, "exception_info": ""} | self._clock() | more
        self.messages.append({"content": content, "extra": extra, "tool_call_id": key, "role": "tool"})

    def _clock(self) -> dict[str, float]:
        self._at += STEP
        return {"timestamp": (self._at - STEP) / 1000}
