"""What a session is leafed through by: steps without results, what was learned, how it was judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from transcript import habits

from tacit import Memory
from tacit.core.model import Step
from tacit.core.outline import _Outlined

NOW = 1_790_000_000_000


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    habits(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        yield memory


def test_an_outline_is_the_steps_without_what_went_in_and_came_out(memory: Memory) -> None:
    for episode in memory.episodes():
        whole = memory.steps(episode.id)
        assert whole
        bare = tuple(replace(step, parameters="", observation="") for step in whole)
        assert memory.outline(episode.id) == bare


def test_nothing_else_of_a_step_is_left_out() -> None:
    assert set(Step.__struct_fields__) - set(_Outlined.__struct_fields__) == {"parameters", "observation"}
    assert set(_Outlined.__struct_fields__) < set(Step.__struct_fields__)


def test_of_an_episode_that_is_not_there_there_is_no_outline(memory: Memory) -> None:
    assert memory.outline("e-000000000000") == ()


def test_learned_are_the_steps_of_the_evidence_of_listed_patterns(memory: Memory) -> None:
    expected: dict[tuple[str, int], set[str]] = {}
    for pattern in memory.patterns():
        for use in memory.evidence(pattern.id):
            span = {use.first, use.last}
            if pattern.kind not in {"file_group", "context"}:
                span = set(range(use.first, use.last + 1))
            for n in span:
                expected.setdefault((use.episode, n), set()).add(pattern.id)
    found = {
        (episode, n): set(patterns)
        for session in memory.sessions()
        for episode, steps in memory.learned_steps(session.id).items()
        for n, patterns in steps.items()
    }
    assert expected
    assert found == expected


def test_a_session_was_judged_by_the_strongest_source_of_its_episodes(memory: Memory) -> None:
    sessions = [session.id for session in memory.sessions()]
    assert memory.judged_by(sessions) == dict.fromkeys(sessions, "test")
    episode = memory.episodes_of(sessions[0])[0]
    memory.mark(episode.id, "failure")
    assert memory.judged_by(sessions[:1]) == {sessions[0]: "mark"}
    assert memory.judged_by(["s-000000000000"]) == {}
