"""The preview of upkeep is what applying then gives, to the last number, and it changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from upkeep_story import DAY, LAST, story

from tacit import Memory
from tacit.core.demo.store import build_demo
from tacit.core.errors import Stopped
from tacit.core.optimize_preview import Preview, standing
from tacit.core.tables import PATTERNS


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, tuple[Path, int]]:
    """Two stores and when to look at them: a short story, and the demo."""
    folder = tmp_path_factory.mktemp("preview")
    with Memory.open(folder / "story", clock=lambda: LAST) as memory:
        memory.import_paths([story(folder / "in")])
    build_demo(folder / "demo", folder / "transcripts", lambda: LAST)
    return {"story": (folder / "story", LAST + 100 * DAY), "demo": (folder / "demo", LAST + 365 * DAY)}


@pytest.fixture(params=["story", "demo"])
def memory(made, request, tmp_path: Path, monkeypatch):
    path, now = made[request.param]
    shutil.copytree(path, tmp_path / "store")
    with Memory.open(tmp_path / "store", clock=lambda: now) as memory:
        monkeypatch.setattr(memory.config, "keep_time", 98 * DAY)
        yield memory


def told(memory: Memory, folder: Path) -> dict[str, bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    memory.export(folder)
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def stands(memory: Memory):
    with memory._store.read() as read:
        return standing(read)


@pytest.mark.parametrize("only", [None, ["merge"], ["archive"], ["drop"], ["retain"]])
def test_it_equals_what_applying_gives(memory, tmp_path, only) -> None:
    plan = memory.optimize(only)
    before, was = stands(memory), told(memory, tmp_path / "before")
    preview: Preview = memory.preview(plan)
    assert preview.before == before == stands(memory)
    assert told(memory, tmp_path / "again") == was
    assert not memory.undo_list()
    receipt = memory.apply(plan)
    assert stands(memory) == preview.after
    assert (preview.receipt.merged, preview.receipt.patterns, preview.receipt.sessions) == (
        receipt.merged,
        receipt.patterns,
        receipt.sessions,
    )
    merges = [one for one in plan if one.op == "merge"]
    assert [joined.before for joined in preview.joined] == [(one.keep, *one.drop) for one in merges]
    with memory._store.read() as read:
        now = {one.id: one for _, one in read.records(PATTERNS)}
    assert [joined.after for joined in preview.joined] == [now.get(one.keep.id) for one in merges]
    if plan:
        memory.undo()
    assert told(memory, tmp_path / "after") == was


def test_there_is_something_of_everything_to_preview(made) -> None:
    found = set()
    for path, now in made.values():
        with Memory.open(path, clock=lambda now=now: now, readonly=True) as memory:
            found |= {one.op for one in memory.optimize()}
    assert found >= {"merge", "archive"}


def test_what_is_only_read_can_be_previewed(memory) -> None:
    plan = memory.optimize()
    expected = memory.preview(plan)
    with Memory.open(memory.path, clock=memory.clock, readonly=True) as other:
        assert other.preview(plan) == expected


def test_a_plan_ends_where_enough_was_found_or_nobody_wants_more(memory) -> None:
    whole = memory.optimize()
    assert memory.optimize(most=2) == whole[:2]
    asked: list[tuple[int, int]] = []

    def enough(done: int, total: int) -> bool:
        asked.append((done, total))
        return False

    assert len(memory.optimize(told=enough)) <= len(whole)
    assert len(asked) <= 1


def test_applying_that_is_stopped_changes_nothing(memory, tmp_path) -> None:
    plan, was = memory.optimize(), told(memory, tmp_path / "before")

    def stop(done: int, total: int) -> None:
        if done == total - 1:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        memory.apply(plan, told=stop)
    assert told(memory, tmp_path / "after") == was
    assert not memory.undo_list()
    assert memory.apply(plan).step
