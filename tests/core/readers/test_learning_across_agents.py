"""What is learned does not depend on which agent did it: half of it done by another is the same lesson."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from habits_told import DAY, TIMES, by, told_habits, without
from msgspec.structs import asdict
from told import START

from tacit import Memory

SUPPORT = Path(__file__).resolve().parents[2] / "support"
WRITERS = sorted(path.stem.removeprefix("written_") for path in SUPPORT.glob("written_*.py"))
NOW = START + 90 * DAY
SURE = ("codex", "copilot", "gemini", "goose", "opencode")
"""Who tells what all calls gave back, when, and how they ended."""

WHEN = ("first_used", "last_used", "learned_at", "seen")
"""When single calls were made, and by whom."""

PROJECT, REPOSITORY = "work/shop", "github.com/acme/shop"
ERROR = "ModuleNotFoundError: No module named 'attrs'"

Known = dict[str, Any]


def known(memory: Memory, project: str) -> Known:
    """What a memory knows, but for the times of single calls."""
    recalled = memory.recall_error(ERROR, project=project)
    return {
        "patterns": [timeless(pattern) for pattern in memory.patterns()],
        "facts": [timeless(fact) for fact in memory.facts(project).items],
        "error": (recalled.signature, recalled.families),
        "recoveries": [timeless(recovery) for recovery in recalled.recoveries],
        "projects": {one.project for one in memory.sessions()},
        "outcomes": {one.prompt: (one.outcome.label, one.outcome.source) for one in memory.episodes()},
    }


def timeless(one: Any) -> Known:
    """A pattern, a fact or a recovery without when."""
    return {name: value for name, value in asdict(one).items() if name not in WHEN}


def learned(folder: Path, *agents: str, lost: str = "", project: str = PROJECT) -> tuple[Known, Counter[str]]:
    """What is learned of the habits where agents take turns, and how many sessions each has.

    Every habit is done by each of them equally often; ``lost``: without what this agent cannot tell.
    """
    told = told_habits(None if project == PROJECT else f"https://{project}.git")
    habits = [without(one, *agents, *([lost] if lost else [])) for one in told]
    in_turn = len(habits) // TIMES
    for turn, agent in enumerate(agents):
        by(agent, (one for n, one in enumerate(habits) if n // in_turn % len(agents) == turn), folder)
    for path in folder.rglob("*"):
        os.utime(path, (NOW // 1000, NOW // 1000))
    with Memory.open(folder / "store", clock=lambda: NOW) as memory:
        report = memory.import_path(*(folder / agent for agent in agents))
        assert (report.skipped, report.drift, report.sessions) == ({}, {}, len(habits))
        return known(memory, project), Counter(one.agent for one in memory.sessions())


@cache
def truth(lost: str) -> Known:
    """What is learned where Claude Code did all of it that another agent can tell."""
    with TemporaryDirectory() as folder:
        return learned(Path(folder), "claude_code", lost=lost)[0]


@pytest.mark.parametrize("agent", SURE)
def test_half_of_it_done_by_another_agent_is_the_same_lesson(agent, tmp_path):
    mixed, agents = learned(tmp_path, "claude_code", agent)
    assert agents == {"claude-code": 2 * TIMES, agent.replace("_", "-"): 2 * TIMES}
    assert mixed == truth(agent)


@pytest.mark.parametrize("agent", ["codex", "copilot"])
def test_a_repository_that_one_of_them_tells_is_the_project_of_both(agent, tmp_path):
    alone, _ = learned(tmp_path / "alone", agent, project=REPOSITORY)
    mixed, _ = learned(tmp_path / "mixed", "claude_code", agent, project=REPOSITORY)
    assert mixed["projects"] == {REPOSITORY}
    assert mixed == alone


def test_the_lesson_of_these_habits_is_worth_comparing():
    known = truth("codex")
    assert {"helps", "unproven"} <= {one["verdict"] for one in known["patterns"]}
    kinds = {"tool_sequence", "error_recovery", "heuristic", "context"}
    assert {one["kind"] for one in known["patterns"]} == kinds
    assert {one["goes"] for one in known["facts"]} == {"well", "unclear"}
    assert [(one["action"], one["judged"], one["successes"]) for one in known["recoveries"]] == [
        ("pip install", TIMES, 7)
    ]
    assert set(known["outcomes"].values()) == {
        ("success", "test"),
        ("failure", "test"),
        ("success", "commit"),
        ("success", "build"),
        ("failure", "build"),
    }


@pytest.mark.parametrize("agent", [agent for agent in WRITERS if agent not in ("claude_code", *SURE)])
def test_what_an_agent_cannot_tell_is_made_up_by_nobody(agent, tmp_path):
    told, _ = learned(tmp_path, agent)
    ends = {prompt: label for prompt, (label, _) in told["outcomes"].items()}
    true = {prompt: label for prompt, (label, _) in truth(agent)["outcomes"].items()}
    assert ends == {prompt: true[prompt] if label != "unknown" else label for prompt, label in ends.items()}


def test_without_any_result_nothing_is_judged(tmp_path):
    told, _ = learned(tmp_path, "cursor")
    assert set(told["outcomes"].values()) == {("unknown", None)}
    assert {(one["judged"], one["verdict"], one["rate"]) for one in told["patterns"]} == {(0, None, None)}
    assert {one["goes"] for one in told["facts"]} == {"unknown"}
    assert told["recoveries"] == []
