"""What passed between agents and the memory goes with what is forgotten, everywhere it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from everywhere import places_of
from told_beside import AGENT, during, is_sound, public, save, session
from transcript import START

from tacit import Memory
from tacit.core.errors import NotFound
from tacit.core.loop.outcomes import all_told
from tacit.core.tables import OFFERS

WORD = "Zanzibar"
DAY = 86_400_000
ONE = session()


class Clock:
    at = ONE.at + DAY

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    """One session of three tasks under the name of its folder, and habits to be given."""
    from transcript import habits

    habits(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        memory.background = False
        memory.import_paths([tmp_path / "in", save(ONE, tmp_path / "in", 3)])
        yield memory


def give(memory: Memory, clock: Clock, native: str, *, at: int, project: str = "", agent: str = AGENT) -> str:
    """Give the first pattern; its id."""
    clock.at, pattern = at, memory.patterns()[0].id
    memory.offer([pattern], door="mcp", how="search_patterns", agent=agent, project=project, session=native)
    clock.at = ONE.at + DAY
    return pattern


def tell(memory: Memory, clock: Clock, native: str, at: int, note: str = "") -> None:
    clock.at = at
    memory.tell_outcome(native, AGENT, "partial", note)
    clock.at = ONE.at + DAY


def left(memory: Memory) -> tuple[int, list[str]]:
    """How many offers there are, and the notes of what was said."""
    with memory._store.read() as read:
        return read.count(OFFERS, "total"), [one.note for one in all_told(read)]


def test_a_session_takes_what_was_given_and_said_in_it(memory, clock):
    give(memory, clock, ONE.native, at=during(ONE, 0))
    give(memory, clock, "another", at=during(ONE, 0))
    tell(memory, clock, ONE.native, during(ONE, 0), "here")
    tell(memory, clock, "another", during(ONE, 0), "there")
    memory.forget(sessions=[public(ONE)])
    assert left(memory) == (1, ["there"])
    assert is_sound(memory)


def test_a_task_takes_what_was_given_and_said_in_it(memory, clock):
    for task in range(3):
        give(memory, clock, ONE.native, at=during(ONE, task))
        tell(memory, clock, ONE.native, during(ONE, task), f"task {task}")
    memory.forget(matching="now the reader")
    assert left(memory) == (2, ["task 0", "task 2"])
    told = [one.outcome.label for one in memory.episodes() if one.session == public(ONE)]
    assert told == ["partial", "partial"]
    assert is_sound(memory)


def test_a_session_that_is_not_stored_can_be_forgotten_by_its_whole_id(memory, clock):
    give(memory, clock, "another", at=START)
    tell(memory, clock, "another", START, "there")
    from tacit.core.ids import session_id

    memory.forget(sessions=[session_id(AGENT, "another")])
    assert left(memory) == (0, [])
    with pytest.raises(NotFound, match="forgotten already"):
        memory.forget(sessions=[session_id(AGENT, "another")])


def test_the_words_of_an_agent_go_and_how_its_task_ended_stands(memory, clock, tmp_path):
    tell(memory, clock, ONE.native, during(ONE, 1), f"in {WORD}")
    memory.learn_pending()
    memory.create_backup()
    assert places_of(WORD, tmp_path)
    receipt = memory.forget(matching=WORD.lower())
    assert (receipt.episodes, receipt.notes) == (0, 1)
    assert places_of(WORD, tmp_path) == []
    second = next(one for one in memory.episodes() if one.prompt.startswith("now the reader"))
    assert [one.text for one in second.outcome.evidence if one.told] == ["labelled partial"]
    assert is_sound(memory)


@pytest.mark.parametrize("where", ["project", "agent", "what"])
def test_a_text_in_what_was_given_or_noted_is_found_nowhere_afterwards(memory, clock, tmp_path, where):
    if where == "what":
        memory.contact(AGENT, "mcp", f"{WORD} 1.0")
    else:
        give(memory, clock, "another", at=START, **{where: f"me/{WORD}"})
    give(memory, clock, "another", at=START + 1, project="me/p")
    memory.create_backup()
    assert places_of(WORD, tmp_path)
    receipt = memory.forget(matching=WORD)
    assert (receipt.episodes, receipt.others) == (0, 1)
    assert places_of(WORD, tmp_path) == []
    assert left(memory)[0] == 1
    assert is_sound(memory)


def test_a_project_takes_what_was_given_in_it_under_any_of_its_names(memory, clock):
    memory.start_episode("one", project="old", session="one").complete()
    memory.start_episode("two", project="new", session="two").complete()
    for project in ("old", "new", "p"):
        give(memory, clock, "another", at=START, project=project)
    memory.merge_projects("old", "new")
    memory.forget(project="new")
    assert [one.project for one in memory.export_offers()] == ["p"]
    give(memory, clock, "another", at=START, project="p")
    give(memory, clock, "another", at=ONE.at + 2 * DAY, project="new")
    assert sorted(one.project for one in memory.export_offers()) == ["new", "p", "p"], (
        "what comes later stays"
    )


def test_time_takes_what_was_given_in_sessions_nobody_stored(memory, clock):
    give(memory, clock, "another", at=START - 2)
    give(memory, clock, "later", at=START + 90 * DAY)
    tell(memory, clock, "another", START - 2, "there")
    memory.forget(before=START - 1)
    assert left(memory) == (1, [])


def test_what_a_pattern_was_given_for_goes_when_its_trash_is_emptied(memory, clock):
    pattern = give(memory, clock, "another", at=START)
    memory.delete([pattern])
    assert left(memory)[0] == 1
    memory.undo()
    assert len(memory.offers(pattern)) == 1
    memory.delete([pattern])
    memory.purge_trash()
    assert left(memory)[0] == 0


def test_a_backup_that_was_out_of_reach_brings_nothing_back(memory, clock, tmp_path):
    from tacit.core.backup_restore import restore_backup

    give(memory, clock, "another", at=START, project=f"me/{WORD}")
    tell(memory, clock, ONE.native, during(ONE, 1), f"in {WORD}")
    away = tmp_path / "away"
    away.mkdir()
    path = memory.create_backup(away / "a.backup")
    path.rename(tmp_path / "hidden")
    memory.forget(matching=WORD)
    store = memory.path
    memory.close()
    restore_backup(str(tmp_path / "hidden"), str(store), clock=clock)
    with Memory.open(store, clock=clock) as again:
        again.finish_chores()
        assert left(again) == (0, [""])
        assert places_of(WORD, store) == []
        assert is_sound(again)
