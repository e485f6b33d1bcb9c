"""What upkeep and the review make of patterns whose project was merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.core.errors import NotFound
from tacit.core.learn.near import nearest
from tacit.core.merging import merge
from tacit.core.model import Pattern

DAY = 86_400_000
LATER = START + 900 * DAY
HABIT = ("grammar.py", "parser.py", "tokens.py")


def session(number: int, *files: str, project: str = "app") -> Transcript:
    one = Transcript(f"s{number}", cwd=f"/home/dev/work/{project}", start=START + number * DAY)
    one.prompt(f"fix case {number}")
    for name in files:
        one.edit(name)
    one.tests_pass()
    return one


def told() -> Iterator[Transcript]:
    """Three files five times together, two of them twice more, in ``app``; other work in both."""
    for number in range(7):
        yield session(number, *HABIT[: 3 if number < 5 else 2])
    for number in range(7, 50):
        yield session(number, f"other{number % 6}.py", project="app" if number % 2 else "lib")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    for one in told():
        one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: LATER) as opened:
        opened.import_paths([tmp_path / "in"])
        yield opened


def group(memory: Memory) -> Pattern:
    (found,) = [one for one in memory.patterns() if one.kind == "file_group"]
    return found


def proposed(memory: Memory) -> set[str]:
    return {proposal.drop[0].id for proposal in memory.optimize()}


def test_what_was_pinned_behind_a_row_keeps_it_also_under_another_id(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (behind,) = group(memory).variant_ids
    assert group(memory).id in proposed(memory)
    memory.pin([behind])
    assert group(memory).id not in proposed(memory)
    memory.merge_projects("work/app", "work/lib")
    (renamed,) = group(memory).variant_ids
    assert renamed != behind
    assert group(memory).id not in proposed(memory)
    memory.close()
    monkeypatch.setenv("TACIT_OPTIMIZE_KEEP_TIME", "1d")
    with Memory.open(tmp_path / "store", clock=lambda: LATER) as again:
        dear = {use.session for use in again.evidence(renamed)}
        gone = {proposal.drop[0].id for proposal in again.optimize(["retain"])}
        assert gone == {one.id for one in again.sessions()} - dear


def test_a_review_before_a_merge_was_learned_from_leaves_the_rest_to_the_queue(memory: Memory):
    memory._store.write(lambda write: merge(write, "work/app", "work/lib", {}, "person"), large=True)
    waiting = memory.waiting()
    memory.pin([memory.patterns()[0].id])
    assert memory.waiting() == waiting > 0
    assert not memory.review_due()
    memory.learn()
    assert group(memory).key == ("work/lib", *HABIT)


def test_what_was_deleted_under_another_id_is_not_said_to_lack_a_task(memory: Memory):
    memory.delete([group(memory).id])
    memory.delete([one.session for number in range(5) for one in [_episode(memory, number)]])
    with memory._store.read() as read:
        before, _ = nearest(read)
    memory.merge_projects("work/app", "work/lib")
    with memory._store.read() as read:
        assert nearest(read)[0] == before


def _episode(memory: Memory, number: int):
    (found,) = [one for one in memory.episodes() if one.prompt == f"fix case {number}"]
    return found


def test_an_id_from_before_a_merge_is_found_as_long_as_it_stands(memory: Memory):
    old = group(memory).id
    memory.merge_projects("work/app", "work/lib")
    new = group(memory).id
    assert memory.get(old).id == memory.get(new).id == new != old
    memory.undo()
    assert memory.get(old).id == old
    with pytest.raises(NotFound):
        memory.get(new)
    memory.merge_projects("work/app", "work/lib")
    assert memory.get(old).id == new
