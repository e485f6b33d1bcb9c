"""Messages of mini-swe-agent, one call of a function each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import command_of
from tacit.core.readers.base import ReadTally, Source
from tacit.core.readers.mini_swe_agent.reader import MiniSweAgentReader
from tacit.core.redaction import Redactor

FIRST = "<pr_description>\nConsider the following PR description:\nFix the login\n</pr_description>\n\nmore"
SUBMIT = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"

Message = dict[str, Any]


def fenced(command: str, mark: str = "bash") -> Message:
    """What a model of versions 1.x says."""
    text = f"THOUGHT: I will.\n\n```{mark}\n{command}\n```"
    return {"role": "assistant", "content": text, "extra": {"response": {"usage": {"completion_tokens": 5}}}}


def gave(output: str, code: int = 0) -> Message:
    """What a command gave back, in versions 1.x."""
    return {"role": "user", "content": f"<returncode>{code}</returncode>\n<output>\n{output}</output>"}


def called(*commands: str, at: float = 0) -> Message:
    """What a model of versions 2.x wants, several at once."""
    actions = [{"command": one, "tool_call_id": f"call_{n}"} for n, one in enumerate(commands)]
    extra = {"actions": actions} | ({"timestamp": at} if at else {})
    return {"role": "assistant", "content": "I will.", "tool_calls": [], "extra": extra}


def answered(n: int, output: str, code: int = 0, **extra: Any) -> Message:
    """What one of them gave back."""
    known = {"raw_output": output, "returncode": code, "exception_info": ""} | extra
    return {"role": "tool", "tool_call_id": f"call_{n}", "content": "…", "extra": known}


def said(text: str, kind: str = "") -> Message:
    """What stands in the place of an answer; versions 1.x tell no kind."""
    return {"role": "user", "content": text} | ({"extra": {"interrupt_type": kind}} if kind else {})


def content(*messages: Message, first: str = FIRST, **more: Any) -> dict[str, Any]:
    """A run of these messages."""
    opening = [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": first}]
    environment = {"cwd": "/testbed", "timeout": 60}
    config = {"agent": {}, "model": {"model_name": "a-model"}, "environment": environment}
    info = {"config": config, "mini_version": "1.14.4", "exit_status": None, "submission": None}
    return {"info": info, "messages": [*opening, *messages], "trajectory_format": "mini-swe-agent-1"} | more


def run_of(folder: Path, what: Any) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
    """Session, episodes and tally of a run of such a content."""
    path = folder / "run.traj.json"
    path.write_bytes(what if isinstance(what, bytes) else json.dumps(what, indent=2).encode())
    transcript = MiniSweAgentReader().read(Source(path), Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Command, output and status."""
    return [(command_of(one.parameters), one.observation, one.status) for one in episode.steps]
