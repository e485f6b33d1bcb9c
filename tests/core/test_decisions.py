"""What was decided of patterns: which word stands, and what an undo leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcript import habit

from tacit import Memory
from tacit.core.decisions import NOTHING, Decided, Decision, standing
from tacit.core.errors import NotFound, TacitError, Usage

DAY = 86_400_000
WORDS = st.builds(
    Decision,
    step=st.integers(0, 5),
    what=st.sampled_from(["pin", "unpin", "archive", "merge"]),
    into=st.sampled_from(["p-1", "p-2"]),
    seen=st.integers(1, 3),
)


def test_of_each_group_the_last_word_stands():
    said = (Decision(1, "pin"), Decision(2, "merge", into="p-a"), Decision(3, "archive", seen=7))
    assert standing(said) == Decided(pinned=True, seen=7, into="p-a")
    assert standing(said, (Decision(4, "unpin"), Decision(5, "merge", into="p-b"))) == Decided(
        seen=7, into="p-b"
    )
    assert standing(()) == NOTHING


@given(words=st.lists(WORDS, unique_by=lambda one: one.step), cut=st.integers(0, 5))
def test_histories_under_several_ids_are_one(words: list[Decision], cut: int):
    whole = standing(sorted(words, key=lambda one: one.step))
    assert standing(words[:cut], words[cut:]) == standing(words[cut:], words[:cut]) == whole


def test_a_pin_is_shown_found_and_taken_back(memory: Memory):
    row, *_, other = memory.patterns()
    receipt = memory.pin([row.id[:8], row.id])
    assert (receipt.pinned, receipt.ids) == (1, (row.id,))
    assert [one.id for one in memory.patterns("pinned:yes")] == [row.id]
    assert row.id not in {one.id for one in memory.patterns(pinned=False)}
    assert memory.patterns()[0].id == row.id, "it keeps its place"
    assert memory.get(row.id).pinned
    again = memory.pin([row.id, other.id])
    assert (again.pinned, len(again.ids)) == (1, 2)
    assert memory.unpin([row.id, other.id]).unpinned == 2
    assert memory.patterns("pinned:yes") == ()
    assert memory.unpin([row.id]).step == 0
    assert [memory.undo().unpinned, memory.undo().pinned, memory.undo().pinned] == [2, 1, 1]
    assert memory.undo() is None
    assert not memory.get(row.id).pinned


def test_only_patterns_that_are_there_are_pinned(memory: Memory):
    with pytest.raises(Usage, match="is no pattern"):
        memory.pin([memory.sessions()[0].id])
    with pytest.raises(NotFound):
        memory.pin(["p-zzzzzzzzzzzz"])
    with pytest.raises(Usage, match="Nothing to pin"):
        memory.pin([])


def test_a_pin_outlives_its_pattern(memory: Memory):
    row = memory.patterns()[0]
    memory.pin([row.id])
    memory.delete([row.id])
    assert memory.patterns("pinned:yes") == ()
    memory.undo()
    assert memory.get(row.id).pinned
    sessions = [one.id for one in memory.sessions()]
    memory.delete(sessions)
    assert memory.patterns() == ()
    memory.undo()
    assert memory.get(row.id).pinned


def test_decisions_leave_with_an_export_and_come_back(memory: Memory, tmp_path: Path):
    row, other = memory.patterns()[:2]
    memory.pin([row.id])
    memory.export(tmp_path / "out")
    with Memory.open(tmp_path / "copy", clock=memory.clock) as copy:
        copy.import_paths([tmp_path / "out"])
        assert [one.id for one in copy.patterns("pinned:yes")] == [row.id]
        assert copy.undo() is None
        copy.unpin([row.id])
        copy.pin([other.id])
        copy.import_paths([tmp_path / "out"])
        assert [one.id for one in copy.patterns("pinned:yes")] == [other.id], "what was said here stands"


def test_a_tree_with_a_decision_that_is_none_is_refused(memory: Memory, tmp_path: Path):
    memory.pin([memory.patterns()[0].id])
    memory.export(tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    told = manifest.read_text()
    assert '"pins": [' in told
    manifest.write_text(
        told.replace('"merges": []', '"merges": [{"id": "p-000000000000", "into": "nothing"}]')
    )
    with Memory.open(tmp_path / "copy") as copy, pytest.raises(TacitError, match=r"damaged manifest\.json"):
        copy.import_paths([tmp_path / "out"])


def test_what_is_pinned_is_pinned_again_when_it_is_learned_anew(tmp_path: Path):
    paths = [habit(f"n{n}", start=1_767_607_200_000 + n * DAY).save(tmp_path / "in") for n in range(4)]
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(paths[:3])
        row = memory.patterns()[0]
        memory.pin([row.id])
        memory.import_paths(paths[3:])
        assert memory.get(row.id).pinned
        assert memory.get(row.id).uses > row.uses
