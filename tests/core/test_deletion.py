"""Gone is gone, and undo brings it all back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript import START, habit, habits

from tacit import Memory
from tacit.core.errors import NotFound, StoreReadOnly


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def test_a_deleted_pattern_is_in_no_list_and_stays_gone_after_another_import(
    memory: Memory, transcripts: Path, tmp_path: Path
):
    first = memory.patterns()[0]
    receipt = memory.delete([first.id])
    assert receipt.patterns >= 1
    assert first.id not in {pattern.id for pattern in memory.patterns()}
    with pytest.raises(NotFound, match="deleted"):
        memory.get(first.id)
    assert not [name for name in exported(memory, tmp_path / "out") if first.id in name]
    habit("h9", start=START + 9 * 86_400_000).save(transcripts)
    memory.import_paths([transcripts])
    assert first.id not in {pattern.id for pattern in memory.patterns()}
    assert is_sound(memory)


def test_deleting_a_row_deletes_the_habit(memory: Memory):
    row = max(memory.patterns("kind:tool_sequence"), key=lambda one: one.variants + len(one.explained))
    assert row.variants + len(row.explained) > 0
    plan = memory.deletion([row.id])
    receipt = memory.delete([row.id])
    assert plan.patterns == receipt.patterns == 1 + row.variants + len(row.explained)
    steps = set(row.key)
    for other in memory.patterns("kind:tool_sequence"):
        shared = len(steps & set(other.key)) / len(steps | set(other.key))
        assert shared < 0.5


def test_undo_brings_a_pattern_back_after_a_restart(memory: Memory, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    first = memory.patterns()[0]
    memory.delete([first.id])
    path = memory.path
    memory.close()
    with Memory.open(path, clock=lambda: START) as again:
        assert again.undo() is not None
        assert exported(again, tmp_path / "out") == before
        assert again.undo() is None
        assert is_sound(again)


def test_deleting_a_session_equals_never_having_imported_it(tmp_path: Path):
    paths = habits(tmp_path / "in", 5)
    with (
        Memory.open(tmp_path / "all", clock=lambda: START) as memory,
        Memory.open(tmp_path / "some", clock=lambda: START) as other,
    ):
        memory.import_paths(paths)
        other.import_paths(paths[:-1])
        gone = next(one for one in memory.sessions() if one.native == paths[-1].stem)
        memory.delete([gone.id])
        one, two = exported(memory, tmp_path / "one"), exported(other, tmp_path / "two")
        one.pop("manifest.json")
        two.pop("manifest.json")
        assert one == two
        assert memory.import_paths(paths).skipped == {"unchanged": 4, "deleted": 1}
        assert is_sound(memory)


def test_deleting_the_holder_lets_the_copy_hold_the_episode(tmp_path: Path):
    first = habit("first")
    copy = habit("first")
    copy.native = habit("second").native
    for line in copy.lines:
        line["sessionId"] = copy.native
    first.read("more.py")
    paths = [first.save(tmp_path / "in"), copy.save(tmp_path / "in")]
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        before = exported(memory, tmp_path / "out")
        holder = next(one for one in memory.sessions() if one.episodes)
        memory.delete([holder.id])
        (left,) = memory.sessions()
        assert (left.episodes, left.copies) == (1, 0)
        assert is_sound(memory)
        memory.undo()
        assert exported(memory, tmp_path / "out") == before


def test_a_deleted_episode_leaves_its_session(memory: Memory, transcripts: Path, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    episode = memory.episodes()[0]
    memory.delete([episode.id])
    session = memory.get(episode.session)
    assert session.episodes == 0  # type: ignore[union-attr]
    for path in transcripts.iterdir():
        path.touch()
    memory.import_paths([transcripts])
    assert episode.id not in {one.id for one in memory.episodes()}
    assert is_sound(memory)
    memory.undo()
    assert exported(memory, tmp_path / "out") == before


def test_each_delete_is_one_step_and_undo_goes_back_in_order(memory: Memory, tmp_path: Path):
    states = [exported(memory, tmp_path / "out")]
    rows = memory.patterns()
    for chosen in ([rows[0].id, memory.sessions()[0].id], [memory.sessions()[1].id]):
        memory.delete(chosen)
        states.append(exported(memory, tmp_path / "out"))
    assert [step.undone for step in memory.undo_list()] == [False, False]
    for state in states[-2::-1]:
        memory.undo()
        assert exported(memory, tmp_path / "out") == state
    assert [step.undone for step in memory.undo_list()] == [True, True]


def test_an_agents_deletes_are_not_the_persons_to_undo(memory: Memory):
    path = memory.path
    with Memory.open(path, actor="agent") as agent:
        agent.delete([agent.patterns()[0].id])
    assert memory.undo() is None
    assert [step.actor for step in memory.undo_list()] == ["agent"]


def test_an_unknown_id_names_the_nearest(memory: Memory):
    known = memory.patterns()[0].id
    letter = "0" if known[-1] != "0" else "1"
    with pytest.raises(NotFound) as caught:
        memory.delete([known[:-1] + letter])
    assert known in caught.value.nearest


def test_a_readonly_memory_refuses_to_delete(memory: Memory):
    path, row = memory.path, memory.patterns()[0]
    memory.close()
    with Memory.open(path, readonly=True) as closed, pytest.raises(StoreReadOnly):
        closed.delete([row.id])


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_delete_anything_undo_equals_anything(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    """Deleting a pattern, importing more, deleting a session, then undoing both: as if only imported."""
    folder = tmp_path_factory.mktemp("any")
    paths = habits(folder / "in", 6)
    early = data.draw(st.integers(3, 5))
    with (
        Memory.open(folder / "one", clock=lambda: START) as memory,
        Memory.open(folder / "two", clock=lambda: START) as plain,
    ):
        memory.import_paths(paths[:early])
        rows = memory.patterns()
        chosen = data.draw(st.lists(st.sampled_from([row.id for row in rows]), min_size=1, unique=True))
        memory.delete(chosen)
        memory.import_paths(paths)
        sessions = [one.id for one in memory.sessions()]
        memory.delete([data.draw(st.sampled_from(sessions))])
        memory.undo()
        memory.undo()
        plain.import_paths(paths)
        assert exported(memory, folder / "a") == exported(plain, folder / "b")
        assert is_sound(memory)
