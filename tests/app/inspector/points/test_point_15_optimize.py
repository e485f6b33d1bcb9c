"""Point 15: Optimize never acts by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tacit.memory import Memory

DAY = 86_400_000


@pytest.fixture
def old(demo: Memory, monkeypatch) -> Memory:
    """The demo a year later, with everything that configuration could allow to happen by itself."""
    monkeypatch.setattr(demo.config, "keep_time", 400 * DAY)
    monkeypatch.setattr(demo.config, "optimize_auto", ("merge", "archive", "drop", "retain"))
    later = demo.clock() + 365 * DAY
    monkeypatch.setattr(demo, "clock", lambda: later)
    return demo


def told(memory: Memory, folder: Path) -> dict[str, bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    memory.export(folder)
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


async def test_looking_ticking_previewing_and_leaving_change_nothing(old, play, tmp_path) -> None:
    before, sequence = told(old, tmp_path / "before"), old.sequence()
    async with play(old, record=False) as hand:
        await hand.press("4")
        await hand.press("j", "space", "z", "z", "o", "A", "A", "A")
        assert "ticked" in await hand.press("v")
        assert "before" in await hand.press("G", "g")
        await hand.press("escape", "a")
        await hand.press("enter")
        await hand.press("a", "a", "n")
        await hand.press("1", "4", "q")
    assert old.sequence() == sequence
    assert told(old, tmp_path / "after") == before
    assert not old.undo_list()


async def test_only_yes_applies_and_one_undo_takes_all_of_it_back(old, play, tmp_path) -> None:
    before, plan = told(old, tmp_path / "before"), old.optimize()
    preview = old.preview(plan)
    async with play(old, record=False) as hand:
        await hand.press("4")
        assert f"{len(plan)} ticked" in await hand.press("A")
        seen = await hand.press("v")
        row = next(line for line in seen.split("\n") if "patterns in the list" in line)
        assert row.split()[5:7] == [str(preview.before.patterns), str(preview.after.patterns)]
        seen = await hand.press("a", "y")
        assert "Done: " in seen
        assert old.stats().patterns == preview.after.patterns
        assert len(old.undo_list()) == 1
        await hand.press("escape", "u")
    assert told(old, tmp_path / "after") == before
