"""Merging projects, before their sessions come or after, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from checkouts import (
    COUNT,
    OLD,
    SRC,
    WORK,
    counts,
    exported,
    fact,
    is_sound,
    names,
    opened,
    session_of,
    story,
    write,
)
from msgspec.structs import replace
from transcript import START, habit

from tacit import Memory
from tacit.core.learn.waiting import waiting
from tacit.core.merging import merge
from tacit.core.model import Episode
from tacit.core.tables import ALIASES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in", *range(COUNT))
    return tmp_path / "in"


@pytest.fixture
def memory(tmp_path: Path, folder: Path) -> Iterator[Memory]:
    with opened(tmp_path / "store") as one:
        one.import_paths([folder])
        yield one


def test_a_merge_renames_everything_and_learns_from_it_again(memory: Memory):
    before = {one.name: one for one in memory.projects()}
    work, src = fact(memory, WORK), fact(memory, SRC)
    merged = memory.merge_projects(SRC, WORK)
    assert (merged.source, merged.target, merged.sessions) == (SRC, WORK, before[SRC].sessions)
    assert merged.episodes == before[SRC].episodes > 0
    assert names(memory) == {WORK, OLD}
    joined = fact(memory, WORK)
    assert joined.id == work.id
    assert (joined.uses, joined.sessions) == (work.uses + src.uses, work.sessions + src.sessions)
    assert {one.project for one in memory.episodes()} == {WORK, OLD}
    told = [one for one in memory.sessions() if one.told_project]
    assert {(one.told_project, one.project) for one in told} == {(SRC, WORK)}
    assert len(told) == merged.sessions
    assert memory.waiting() == 0
    assert is_sound(memory)


def test_a_dry_run_counts_what_a_merge_does(memory: Memory, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    plan = memory.merge_projects(SRC, WORK, dry_run=True)
    ids = {
        one.id for one in memory.patterns(project=SRC) if one.kind in {"heuristic", "context", "file_group"}
    }
    assert (plan.step, plan.dry_run, plan.patterns) == (0, True, len(ids))
    assert ids
    assert exported(memory, tmp_path / "out") == before
    done = memory.merge_projects(SRC, WORK)
    assert done == replace(plan, step=1, dry_run=False)
    assert not ids & {one.id for one in memory.patterns()}


def test_undo_gives_back_every_byte_also_after_a_restart(memory: Memory, tmp_path: Path):
    states = [exported(memory, tmp_path / "out")]
    for source, target in ((SRC, WORK), (WORK, OLD)):
        memory.merge_projects(source, target)
        states.append(exported(memory, tmp_path / "out"))
    assert names(memory) == {OLD}
    assert memory.aliases() == {SRC: OLD, WORK: OLD}
    memory.close()
    with opened(tmp_path / "store") as again:
        for state, label in ((states[1], f"{WORK} into {OLD}"), (states[0], f"{SRC} into {WORK}")):
            receipt = again.undo()
            assert receipt is not None
            assert (receipt.projects, receipt.label) == (1, label)
            assert exported(again, tmp_path / "out") == state
        assert again.undo() is None
        assert is_sound(again)
        with again._store.read() as read:
            assert list(read.items(ALIASES)) == []


def test_it_is_the_same_whether_merged_before_the_import_or_after(folder: Path, tmp_path: Path):
    with (
        opened(tmp_path / "after") as after,
        opened(tmp_path / "between") as between,
        opened(tmp_path / "configured", **{SRC: WORK}) as configured,
        opened(tmp_path / "late") as late,
    ):
        after.import_paths([folder])
        after.merge_projects(SRC, WORK)
        between.import_paths(sorted(folder.iterdir())[:5])
        between.merge_projects(SRC, WORK)
        between.import_paths([folder])
        configured.import_paths([folder])
        late.import_paths([folder])
        late.close()
        wanted = exported(after, tmp_path / "a")
        assert exported(between, tmp_path / "b") == wanted
        assert exported(configured, tmp_path / "c") == wanted
    with opened(tmp_path / "late", **{SRC: WORK}) as late:
        assert late.import_paths([folder]).changed, "also of files that did not change"
        assert exported(late, tmp_path / "d") == wanted
    with opened(tmp_path / "late") as late:
        late.learn()
        assert names(late) == {WORK, SRC, OLD}, "an alias that left the configuration means nothing"
        assert is_sound(late)


def test_what_is_imported_under_another_name_comes_under_the_merged_one(memory: Memory, tmp_path: Path):
    memory.merge_projects(SRC, WORK)
    report = memory.import_paths([habit("new", cwd="/home/dev/other").save(tmp_path / "new")], project=SRC)
    assert report.sessions == 1
    (new,) = [one for one in memory.sessions() if one.directory == "/home/dev/other"]
    assert (new.project, new.told_project) == (WORK, SRC)
    memory.undo()
    assert session_of(memory, new.id).project == SRC


def test_what_was_read_before_a_merge_and_is_stored_after_it_comes_under_the_merged_name(
    memory: Memory, folder: Path, tmp_path: Path
):
    path = story(10).save(tmp_path / "new")
    with opened(tmp_path / "other") as other, opened(tmp_path / "once") as once:
        other.import_paths([path])
        (session,) = other.sessions()
        run = memory.restoring()
        run.take(session, [(one, list(other.steps(one.id))) for one in other.episodes_of(session.id)])
        memory.merge_projects(SRC, WORK)
        run.finish(0.0)
        assert session.project == SRC
        assert session_of(memory, session.id).project == WORK
        once.import_paths([folder, path])
        once.merge_projects(SRC, WORK)
        assert exported(memory, tmp_path / "a") == exported(once, tmp_path / "b")
        assert counts(memory) == counts(once)
        assert is_sound(memory)


def test_a_deleted_pattern_stays_deleted_under_its_new_id(memory: Memory, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    old = fact(memory, SRC)
    new = fact(memory, WORK)
    memory.delete([old.id])
    memory.merge_projects(SRC, WORK)
    assert new.id not in {one.id for one in memory.patterns()}
    memory.undo()
    assert fact(memory, WORK) == new
    assert old.id not in {one.id for one in memory.patterns()}
    memory.merge_projects(SRC, WORK)
    memory.undo()
    memory.undo()
    assert exported(memory, tmp_path / "out") == before
    assert is_sound(memory)


def test_a_pin_moves_with_its_pattern(memory: Memory):
    memory.pin([fact(memory, SRC).id])
    assert not fact(memory, WORK).pinned
    memory.merge_projects(SRC, WORK)
    assert fact(memory, WORK).pinned
    memory.undo()
    assert fact(memory, SRC).pinned
    assert not fact(memory, WORK).pinned


def test_what_was_said_of_an_old_id_is_taken_back_under_the_new_one(memory: Memory):
    old = fact(memory, SRC)
    with Memory.open(memory.path, actor="agent", clock=lambda: START) as agent:
        agent.delete([old.id])
        memory.merge_projects(SRC, WORK)
        agent.undo()
        assert fact(memory, WORK).uses > old.uses


def test_a_mark_stays_with_its_episode(memory: Memory, tmp_path: Path):
    episode = memory.episodes(project=SRC)[0]
    memory.mark(episode.id, "failure", "no")
    before = exported(memory, tmp_path / "out")
    memory.merge_projects(SRC, WORK)
    moved = memory.get(episode.id)
    assert isinstance(moved, Episode)
    assert (moved.project, moved.outcome.source) == (WORK, "mark")
    memory.unmark(episode.id)
    assert memory.get(episode.id) == replace(episode, project=WORK)
    memory.undo()
    memory.undo()
    assert exported(memory, tmp_path / "out") == before


def test_what_comes_back_from_the_trash_is_of_the_project_that_its_name_means_by_then(
    memory: Memory, tmp_path: Path
):
    memory.merge_projects(SRC, WORK)
    merged = exported(memory, tmp_path / "out")
    memory.undo()
    chosen = [session.id for session in memory.sessions(project=SRC)]
    with Memory.open(memory.path, actor="agent", clock=lambda: START) as agent:
        for gone in (chosen[0], memory.episodes_of(chosen[1])[0].id):
            agent.delete([gone])
        memory.merge_projects(SRC, WORK)
        agent.undo()
        agent.undo()
        assert exported(memory, tmp_path / "out") == merged
        assert is_sound(memory)
        agent.delete(chosen[:1])
        memory.undo()
        agent.undo()
        assert session_of(memory, chosen[0]).project == SRC


def test_a_merge_that_is_cut_short_is_gone_on_with(memory: Memory, folder: Path, tmp_path: Path):
    memory._store.write(lambda write: merge(write, SRC, WORK, {}, "person"), large=True)
    with memory._store.read() as read:
        assert waiting(read) > 0
    assert names(memory) == {WORK, OLD}
    memory.close()
    with opened(tmp_path / "store") as again, opened(tmp_path / "other") as other:
        again.learn()
        other.import_paths([folder])
        other.merge_projects(SRC, WORK)
        assert exported(again, tmp_path / "a") == exported(other, tmp_path / "b")
        assert counts(again) == counts(other)
        assert is_sound(again)
