"""What an agent told live of its session gives way to its transcript, in the form of every agent."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hooked import memory_of, run_hook
from told import STEP, story, writer
from told_beside import is_sound, known

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.ids import session_id
from tacit.core.model import Episode

DAY = 86_400_000
NATIVE = "5b0c1d2e-0000-4000-8000-00000000000a"
AGENTS = ("codex", "gemini", "copilot", "opencode")
"""The agents that name their session to programs beside them, and write down when everything was."""


@pytest.fixture(params=AGENTS)
def agent(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def memory(opened: Callable[[], Memory]) -> Memory:
    memory = opened()
    memory.background = False
    return memory


def native(agent: str) -> str:
    """How the agent calls the session of the story."""
    return f"ses_{NATIVE.replace('-', '')}" if agent == "opencode" else NATIVE


def told_live(memory: Memory, clock, agent: str, outcome: str) -> str:
    """Tell a step of the first task while it is going on, and how it ended; the id of the episode."""
    clock.at = story().start + 5 * STEP
    episode = memory.start_episode("do it", directory=story().directory, agent=agent, session=native(agent))
    memory.log_step(episode.id, "bash", {"command": "pytest -q tests/test_login.py"}, "1 failed")
    memory.complete_episode(episode.id, outcome, "as I saw it")
    return episode.id


def in_order(memory: Memory) -> list[Episode]:
    return sorted(memory.episodes(), key=lambda one: one.started)


def test_the_transcript_alone_tells_the_steps_and_the_word_stays(memory, clock, agent, tmp_path):
    told_live(memory, clock, agent, "partial")
    path = writer(agent)(story(), tmp_path / "home")
    clock.at += DAY
    memory.import_paths([path])
    first, second = in_order(memory)
    assert {one.session for one in (first, second)} == {session_id(agent, native(agent))}
    assert (first.outcome.label, first.outcome.source) == ("partial", "label")
    assert first.outcome.evidence[0].text == "labelled partial: as I saw it"
    assert second.outcome.source != "label"
    with Memory.open(tmp_path / "alone", clock=clock) as alone:
        alone.import_paths([path])
        assert [one.steps for one in in_order(alone)] == [first.steps, second.steps]
        clock.at = story().start + 5 * STEP
        alone.tell_outcome(native(agent), agent, "partial", "as I saw it")
        assert known(alone) == known(memory)
    assert is_sound(memory)


def test_what_is_told_after_the_transcript_is_a_word_and_no_step(memory, clock, agent, tmp_path):
    path = writer(agent)(story(), tmp_path / "home")
    clock.at = story().start + DAY
    memory.import_paths([path])
    with pytest.raises(Usage, match="transcript"):
        told_live(memory, clock, agent, "failure")
    memory.tell_outcome(native(agent), agent, "failure")
    assert next(one.outcome.label for one in in_order(memory)) == "failure"
    assert len(memory.sessions()) == 1


@pytest.mark.parametrize("agent", ["codex", "gemini"])
def test_what_hooks_gave_and_heard_is_of_the_session_that_the_transcript_tells(agent, tmp_path):
    """These two hand over the id of the session at the top, with the calls of its sub-agents too."""
    home = tmp_path / "memory"
    with Memory.open(home / "store") as memory:
        for number in range(4):
            name = f"{number:08x}-0000-4000-8000-00000000000b"
            memory.import_paths([writer("codex")(story(name, start=story().start - number * DAY), tmp_path)])
    event = {"session_id": NATIVE, "cwd": story().directory}
    for word, more in (("session-start", {}), ("stop", {"outcome": "failure"})):
        said = run_hook(home, (word, "--agent", agent), json.dumps(event | more).encode())
        assert (bool(said.out), said.code) == (word == "session-start", 0)
    with memory_of(home) as memory:
        memory.import_paths([writer(agent)(story(), tmp_path / "later")])
        session = session_id(agent, NATIVE)
        offers = [offer for one in memory.patterns() for offer in memory.offers(one.id)]
        assert {one.session for one in offers} == {session}
        last = max((one for one in memory.episodes() if one.session == session), key=lambda one: one.started)
        assert (last.outcome.label, last.outcome.source) == ("failure", "label")
