"""Letting go of the oldest sessions: how many, which never, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from upkeep_story import DAY, LAST, story

from tacit import Memory
from tacit.core.model import Session
from tacit.core.tables import STEPS


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Memory.open(tmp_path / "store", clock=lambda: LAST) as memory:
        memory.import_paths([story(tmp_path / "in")])
    return tmp_path / "store"


def opened(store: Path, monkeypatch: pytest.MonkeyPatch, **limits: str) -> Memory:
    for name, limit in limits.items():
        monkeypatch.setenv(f"TACIT_OPTIMIZE_KEEP_{name.upper()}", limit)
    return Memory.open(store, clock=lambda: LAST)


def gone(memory: Memory) -> list[Session]:
    return [
        one for proposal in memory.optimize(["retain"]) for one in proposal.drop if isinstance(one, Session)
    ]


def held(memory: Memory) -> int:
    with memory._store.read() as read:
        return read.count(STEPS, "bytes")


def test_without_a_limit_nothing_is_let_go(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch) as memory:
        assert gone(memory) == []


def test_what_ended_before_the_limit_is_let_go_the_oldest_first(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch, time="10d") as memory:
        old = [one for one in memory.sessions()[::-1] if one.ended < LAST - 10 * DAY]
        assert 0 < len(old) < len(memory.sessions())
        assert gone(memory) == old
        proposal = memory.optimize(["retain"])[0]
        assert proposal.reason == "ended 13 days ago, and 10 days are kept"
        assert proposal.gain.startswith("1 episode fewer, ")
        assert "`memory trash purge`" in proposal.gain


def test_the_oldest_are_let_go_until_the_rest_is_small_enough(store: Path, monkeypatch: pytest.MonkeyPatch):
    with Memory.open(store) as memory:
        whole = held(memory)
    most = whole * 2 // 3
    with opened(store, monkeypatch, size=str(most)) as memory:
        every, plan = memory.sessions()[::-1], memory.optimize(["retain"])
        assert [one for proposal in plan for one in proposal.drop] == list(every[: len(plan)])
        memory.apply(plan[:-1])
        assert held(memory) > most, "each of them was needed"
        memory.apply(plan[-1:])
        assert held(memory) <= most
        assert gone(memory) == []
        memory.undo()
        memory.undo()
        assert held(memory) == whole


def test_what_has_to_stay_is_counted_where_too_much_is_left(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch, size="1") as memory:
        every = memory.sessions()[::-1]
        assert memory.still_over(memory.optimize()) == 0
        for session in every[:2]:
            memory.mark(memory.episodes_of(session.id)[0].id, "failure")
        assert memory.still_over(memory.optimize()) == 2
        memory.config.keep_size = held(memory)
        assert memory.still_over(memory.optimize()) == 0


def test_it_goes_as_a_delete_does(store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with opened(store, monkeypatch, time="10d") as memory:
        before = len(memory.sessions())
        plan = memory.optimize(["retain"])
        receipt = memory.apply(plan)
        assert receipt.sessions == receipt.episodes == len(plan)
        assert [one.sessions for one in memory.trash_list()] == [len(plan)]
        memory.import_paths([tmp_path / "in"])
        assert len(memory.sessions()) == before - len(plan)
        assert memory.undo().sessions == len(plan)
        assert len(memory.sessions()) == before


def test_a_session_with_a_mark_stays(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch, time="10d") as memory:
        first, *rest = gone(memory)
        memory.mark(memory.episodes_of(first.id)[0].id, "failure")
        assert gone(memory) == rest
        memory.undo()
        assert gone(memory) == [first, *rest]


def test_a_session_in_which_an_episode_is_open_stays(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch, time="10d") as memory:
        memory.clock = lambda: LAST - 12 * DAY
        memory.start_episode("go", project="p", session="long").complete()
        memory.clock = lambda: LAST
        (own,) = [one for one in gone(memory) if one.agent == "api"]
        plan = memory.optimize(["retain"])
        one = memory.start_episode("go on", project="p", session="long")
        assert own not in gone(memory)
        assert memory.apply(plan).left_out == (f"retain:{own.id}",)
        assert one.complete().session == own.id


def test_a_session_that_is_evidence_of_what_is_pinned_stays(store: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(store, monkeypatch, time="1d") as memory:
        row = next(one for one in memory.patterns() if one.title.startswith("edit *.py"))
        dear = {use.session for use in memory.evidence(row.id)}
        plan = memory.optimize(["retain"])
        memory.pin([row.id])
        assert {one.id for one in gone(memory)} == {one.id for one in memory.sessions()} - dear
        receipt = memory.apply(plan)
        assert len(receipt.left_out) == len(dear)
        assert {one.id for one in memory.sessions()} == dear
        assert memory.get(row.id).uses == row.uses
