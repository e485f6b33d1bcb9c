"""A rebuild makes of what is stored what an import of it would make, whatever was wrong or other before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from transcript import START, habit, habits
from waiting import evidence_of, exported

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, COPIES, EPISODES, EVENT, EVENTS
from tacit.store.transaction import Write

DECLARED = '[[pattern]]\nname = "format first"\nactions = ["edit *", "ruff check failed"]\n'


def clock() -> int:
    return START


def resumed(folder: Path) -> None:
    """A session that tells an episode of another one again, and goes on."""
    one = habit("h0")
    one.native = habit("resumed").native
    for line in one.lines:
        line["sessionId"] = one.native
    one.read("more.py")
    one.save(folder)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    habits(tmp_path / "in", 6)
    resumed(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def memory(tmp_path: Path, told: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "store", clock=clock) as opened:
        opened.import_path(told)
        yield opened


@pytest.fixture
def fresh(tmp_path: Path, told: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "fresh", clock=clock) as opened:
        opened.import_path(told)
        yield opened


def same(memory: Memory, fresh: Memory, folder: Path) -> None:
    assert evidence_of(memory) == evidence_of(fresh)
    assert exported(memory, folder / "a") == exported(fresh, folder / "b")


def test_a_rebuild_of_a_sound_store_changes_nothing(memory: Memory, fresh: Memory, tmp_path: Path):
    seen: list[int] = []
    assert memory.rebuild(progress=seen.append) == len(memory.episodes()) == seen[-1]
    assert (memory.waiting(), memory.review_due()) == (0, False)
    same(memory, fresh, tmp_path)


def test_counts_and_events_that_no_episode_contributed_are_gone(
    memory: Memory, fresh: Memory, tmp_path: Path
):
    def stray(write: Write) -> None:
        write.add_tally(CANDIDATES, 77, (9, 9, 9, 0, 0, 9))
        write.add_rows(EVENTS, 77, EVENT.pack(1, 2, 3, 4, 5, 0, 0))

    memory._store.write(stray)
    assert any(one.level == "damage" for one in memory.doctor())
    memory.rebuild()
    same(memory, fresh, tmp_path)


def test_damaged_contributions_are_made_anew(memory: Memory, fresh: Memory, tmp_path: Path):
    with memory._store.read() as read:
        key = next(iter(read.keys(CONTRIBUTIONS)))
    memory._store.write(lambda write: write.kv.put(CONTRIBUTIONS.space, key, b"rubbish"))
    memory.rebuild()
    same(memory, fresh, tmp_path)


def test_episodes_of_an_older_tacit_are_described(memory: Memory, fresh: Memory, tmp_path: Path):
    def forget_what_is_new(write: Write) -> None:
        for table in (EPISODES, COPIES):
            for key, one in list(write.records(table)):
                write.put(table, key, replace(one, complexity=None, language=None, task_type=None, files=()))

    memory._store.write(forget_what_is_new)
    assert any(True for _ in memory.sessions())
    memory.rebuild()
    same(memory, fresh, tmp_path)


def test_what_was_declared_since_is_found_in_what_was_imported_before(
    memory: Memory, own_home: Path, tmp_path: Path
):
    assert not memory.outdated()
    (own_home / "tacit").mkdir(exist_ok=True)
    (own_home / "tacit" / "patterns.toml").write_text(DECLARED, encoding="utf-8")
    assert memory.outdated()
    memory.learn_pending()
    assert (memory.outdated(), memory.patterns("kind:custom")) == (True, ())
    memory.rebuild()
    assert not memory.outdated()
    assert [one.title for one in memory.patterns("kind:custom")] == ["format first"]
    (own_home / "tacit" / "patterns.toml").unlink()
    assert memory.outdated()
    memory.rebuild()
    assert memory.patterns("kind:custom") == ()


def test_a_repair_that_derives_everything_anew_applies_what_was_declared_since(
    memory: Memory, own_home: Path
):
    (own_home / "tacit").mkdir(exist_ok=True)
    (own_home / "tacit" / "patterns.toml").write_text(DECLARED, encoding="utf-8")
    memory._store.write(lambda write: write.add_tally(CANDIDATES, 77, (9, 9, 9, 0, 0, 9)))
    assert memory.repair().episodes
    assert not memory.outdated()
    assert [one.title for one in memory.patterns("kind:custom")] == ["format first"]


def test_a_mistake_in_what_is_declared_changes_nothing(memory: Memory, own_home: Path):
    (own_home / "tacit").mkdir(exist_ok=True)
    (own_home / "tacit" / "patterns.toml").write_text("[[pattern]]\n", encoding="utf-8")
    before = memory.sequence()
    with pytest.raises(Usage):
        memory.rebuild()
    assert (memory.waiting(), memory.sequence()) == (0, before)


def test_what_a_person_said_stands(memory: Memory, fresh: Memory, tmp_path: Path):
    for one in (memory, fresh):
        episodes = sorted(episode.id for episode in one.episodes())
        one.mark(episodes[0], "failure", "it was wrong")
        one.delete([episodes[1]])
        one.delete([one.patterns()[0].id])
    memory.rebuild()
    same(memory, fresh, tmp_path)
    assert memory.undo_list()
    for one in (memory, fresh):
        while one.undo() is not None:
            pass
    same(memory, fresh, tmp_path / "undone")


def test_a_cancelled_rebuild_is_gone_on_with(memory: Memory, fresh: Memory, tmp_path: Path):
    assert memory.rebuild(cancelled=lambda: True) == 0
    assert memory.waiting() == len(memory.episodes())
    assert memory.patterns() == fresh.patterns()
    memory.learn_pending()
    same(memory, fresh, tmp_path)
