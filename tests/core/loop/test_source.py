"""What an agent says of how its task ended is of the episode that its session was at, whatever came first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from offered_stories import Clock
from told_beside import AGENT, during, is_sound, known, public, resumed, save, session
from transcript import START

from tacit import Memory
from tacit.core.errors import NotFound, Usage

DAY = 86_400_000
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


@pytest.fixture
def fresh(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Memory]]:
    """Opens a new memory under a name, with nothing of its own going on."""
    with ExitStack() as stack:

        def one(name: str) -> Memory:
            memory = stack.enter_context(Memory.open(tmp_path / name, clock=clock))
            memory.background = False
            return memory

        yield one


def tell(memory: Memory, clock: Clock, at: int, outcome: str, note: str = "", name: str = "one") -> None:
    clock.at = at
    memory.tell_outcome(session(name).native, AGENT, outcome, note)  # type: ignore[arg-type]


def labels(memory: Memory) -> list[str]:
    return [one.outcome.label for one in sorted(memory.episodes(), key=lambda one: one.started)]


def test_what_an_agent_says_decides_over_all_but_a_mark_and_the_rest_is_kept(fresh, clock, tmp_path):
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 3)])
    assert labels(memory) == ["failure", "success", "failure"]
    tell(memory, clock, during(one, 1), "failure", f"the person said no to {SECRET}")
    second = sorted(memory.episodes(), key=lambda one: one.started)[1]
    assert (second.outcome.label, second.outcome.score, second.outcome.source) == ("failure", 0.0, "label")
    said, test = second.outcome.evidence
    assert said.told
    assert said.text.startswith("labelled failure: the person said no to [REDACTED:")
    assert (test.source, test.label) == ("test", "success")
    assert memory.get(second.session).outcomes == (("failure", 3),)  # type: ignore[union-attr]
    assert memory.waiting() == 1, "what it teaches now is derived later"
    memory.mark(second.id, "partial")
    assert labels(memory) == ["failure", "partial", "failure"]
    memory.undo()
    assert labels(memory) == ["failure", "failure", "failure"]
    memory.learn_pending()
    assert is_sound(memory)


def test_of_several_words_the_last_one_counts_and_one_before_the_first_task_is_of_none(
    fresh, clock, tmp_path
):
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 3)])
    tell(memory, clock, START - 1, "partial")
    tell(memory, clock, during(one, 2), "success", "at last")
    tell(memory, clock, during(one, 2) - 1, "abstained")
    tell(memory, clock, one.at + DAY, "partial")
    assert labels(memory) == ["failure", "success", "partial"]
    third = max(memory.episodes(), key=lambda one: one.started)
    assert [one.text for one in third.outcome.evidence if one.told] == ["labelled partial"]


@pytest.mark.parametrize("told", [("one", "maybe"), ("two words", "success"), ("", "success")])
def test_what_is_no_outcome_or_no_name_is_refused(fresh, told):
    memory = fresh("store")
    with pytest.raises(Usage):
        memory.tell_outcome(told[0], AGENT, told[1])
    with pytest.raises(Usage, match="10,000"):
        memory.tell_outcome("one", AGENT, "success", "x" * 10_001)


def test_nothing_more_is_kept_of_a_session_that_was_forgotten(fresh, clock, tmp_path):
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 3)])
    tell(memory, clock, during(one, 0), "success")
    memory.forget(sessions=[public(one)])
    with pytest.raises(NotFound, match="was forgotten"):
        tell(memory, clock, during(one, 0), "success")
    with memory._store.read() as read:
        from tacit.core.loop.outcomes import all_told

        assert list(all_told(read)) == []


ORDERS = [
    ("tell", "grow 1", "grow 2", "grow 3"),
    ("grow 1", "tell", "grow 2", "grow 3"),
    ("grow 1", "grow 2", "tell", "grow 3"),
    ("grow 3", "tell"),
    ("resume", "tell", "grow 3"),
    ("grow 2", "tell", "resume", "grow 3"),
    ("tell", "grow 1", "resume", "grow 3"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_it_does_not_matter_what_was_stored_first(fresh, clock, tmp_path, order):
    """The words are said in the second and in the third task; the first then stands as it was judged."""
    one = session()
    again = "resume" in order

    def do(memory: Memory, folder: Path, step: str) -> None:
        clock.at = one.at + DAY
        if step == "tell":
            tell(memory, clock, during(one, 1), "partial", "half of it")
            tell(memory, clock, during(one, 2), "success")
        elif step == "resume":
            memory.import_paths([save(resumed(one), folder, 4)])
        else:
            memory.import_paths([save(one, folder, int(step[-1]))])

    here, there = fresh("here"), fresh("there")
    for step in order:
        do(here, tmp_path / "a", step)
    for step in ("grow 3", *(["resume"] if again else []), "tell"):
        do(there, tmp_path / "b", step)
    clock.at = one.at + 2 * DAY
    assert known(here) == known(there)
    assert labels(here) == ["failure", "partial", "success", *(["success"] if again else [])]
    assert is_sound(here)


def test_a_task_that_comes_later_takes_a_word_over_from_the_one_before_it(fresh, clock, tmp_path):
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 1)])
    tell(memory, clock, during(one, 1), "abstained")
    assert labels(memory) == ["abstained"]
    memory.import_paths([save(one, tmp_path, 2)])
    assert labels(memory) == ["failure", "abstained"]
    memory.learn_pending()
    assert is_sound(memory)


def test_what_was_said_in_a_task_that_was_deleted_is_not_said_of_the_one_before_it(fresh, clock, tmp_path):
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 3)])
    middle = sorted(memory.episodes(), key=lambda one: one.started)[1]
    memory.delete([middle.id])
    tell(memory, clock, during(one, 1), "partial")
    memory.import_paths([save(one, tmp_path, 3)])
    assert labels(memory) == ["failure", "failure"]
    memory.undo()
    assert labels(memory) == ["failure", "partial", "failure"]
    memory.delete([middle.id])
    memory.purge_trash()
    assert labels(memory) == ["failure", "failure"]
    assert is_sound(memory)


def test_what_was_said_in_a_session_goes_and_comes_with_it(fresh, clock, tmp_path):
    """A session that resumes it holds its tasks meanwhile, of which nothing was said then."""
    one, memory = session(), fresh("store")
    memory.import_paths([save(one, tmp_path, 3)])
    tell(memory, clock, during(one, 0), "success")
    memory.import_paths([save(resumed(one), tmp_path, 4)])
    before = known(memory)
    memory.delete([public(one)])
    assert labels(memory) == ["failure", "success", "failure", "success"]
    tell(memory, clock, during(one, 1), "partial")
    assert labels(memory) == ["failure", "success", "failure", "success"]
    memory.undo()
    after = known(memory)
    assert labels(memory) == ["success", "partial", "failure", "success"]
    assert before["episodes"].keys() == after["episodes"].keys()
    assert is_sound(memory)
