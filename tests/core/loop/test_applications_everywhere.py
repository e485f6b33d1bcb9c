"""What a hook gave to an agent is held against what its transcript then tells, in the form of every agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered_stories import Clock, is_sound
from told import STEP, losses, story, writer

from tacit import Memory
from tacit.core.model import Offered, Pattern

DAY = 86_400_000
AGENTS = ("codex", "gemini", "copilot", "opencode")


def recovery(memory: Memory, agent: str) -> Pattern:
    """What got past the error of the story first, as far as the agent tells it: what is given here."""
    first = "edit" if "reads" in losses(agent) else "read"
    return next(one for one in memory.patterns("kind:recovery") if one.key[2] == first)


@pytest.mark.parametrize("agent", AGENTS)
def test_a_recovery_that_was_given_and_used_is_an_application(agent, clock: Clock, tmp_path: Path):
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        for number in range(4):
            name = f"{number:08x}-0000-4000-8000-00000000000b"
            before = story(name, start=story().start - number * DAY)
            memory.import_paths([writer(agent)(before, tmp_path / "before")])
        later = story(start=story().start + DAY)
        native = f"ses_{later.native.replace('-', '')}" if agent == "opencode" else later.native
        clock.at = later.start + 3 * STEP
        given = {"door": "hook", "how": "tool-result", "agent": agent, "session": native}
        memory.offer([recovery(memory, agent).id], **given)
        assert recovery(memory, agent).offered is None
        clock.at += DAY
        memory.import_paths([writer(agent)(later, tmp_path / "later")])
        assert recovery(memory, agent).offered == Offered(1, 1, 1, 1)
        assert is_sound(memory)
