"""Hand-written steps: ``call("Bash", "go test ./...", "FAIL", "error")`` and the like."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tacit.core.drafts import EpisodeDraft, StepDraft
from tacit.core.learn.episode import build_episode
from tacit.core.learn.understand import understand
from tacit.core.model import Episode, Session, Status, Step

ROOT = "/home/dev/app"
_FILE_TOOLS = {"Read", "Edit", "Write", "MultiEdit"}


def draft_of(n: int, tool: str, what: str = "", output: str = "", status: Status = "ok", **more) -> StepDraft:
    name = "file_path" if tool in _FILE_TOOLS else "path" if tool == "Grep" else "command"
    parameters = {name: what, "n": more.pop("unique", n)}
    return StepDraft(
        n=n,
        call=f"c{n}",
        tool=tool,
        parameters=json.dumps(parameters),
        observation=output,
        status=status,
        at=1000 * n,
        **more,
    )


def steps_of(*calls: tuple) -> list[Step]:
    """Steps from (tool, parameter, output, status) tuples, shorter ones padded; a dict last is extra."""
    steps = []
    for n, call in enumerate(calls, 1):
        more = call[-1] if isinstance(call[-1], dict) else {}
        plain = call[:-1] if more else call
        steps.append(understand(draft_of(n, *plain, **more), ROOT))
    return steps


def episode_of(steps: list[Step], **fields) -> tuple[EpisodeDraft, Episode]:
    session = Session("s-1", "native", "claude-code", "app", "title", ROOT, 0, 0)
    draft = EpisodeDraft(
        **{
            "native": "e",
            "prompt": "please fix the parser",
            "started": 0,
            "ended": 99_000,
            "steps": (),
            **fields,
        }
    )
    return draft, build_episode(session, draft, steps)


@pytest.fixture
def steps() -> Callable[..., list[Step]]:
    return steps_of


@pytest.fixture
def episode() -> Callable[..., tuple[EpisodeDraft, Episode]]:
    return episode_of
