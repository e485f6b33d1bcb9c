"""The list of sessions: its facts at every width, what becomes of the files, and how tasks were judged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import habit

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.views.session_row import session_row, short_count, spent
from tacit.memory import Memory
from tacit.widgets.ink import line_width, plain

NOW = 1_790_000_000_000
DAY = 86_400_000


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """Three sessions of Claude Code's own folder: one fresh, one that it removes soon, one that is gone."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    folder = tmp_path / "claude" / "projects" / "app"
    for name, ago in (("fresh", 1), ("close", 27.5), ("gone", 2)):
        path = habit(name).save(folder)
        at = (NOW - ago * DAY) / 1000
        os.utime(path, (at, at))
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder])
        path.unlink()
        yield memory


async def test_badges_say_what_becomes_of_the_files_and_the_detail_where_they_lie(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("2")
        await calm(pilot)
        lines = {line.split("case ")[1].split()[0]: line for line in see(app).split("\n") if "case" in line}
        assert "expires in 3 days" in lines["close"]
        assert "file gone" in lines["gone"]
        assert "expires" not in lines["fresh"]
        assert all(" test " in line for line in lines.values())
        while "gone" not in app.screen.list.row.title:
            await pilot.press("j")
        await pilot.press("enter")
        await calm(pilot)
        assert "gone; what is stored here stays" in see(app)
        assert "Judged by" in see(app)


async def test_the_files_are_looked_at_once_for_each_state_of_the_store(
    memory, calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    real = Memory.expiries
    monkeypatch.setattr(Memory, "expiries", lambda self: looked.append(1) or real(self))
    app = Inspector(memory)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        assert not looked
        await pilot.press("2")
        await calm(pilot)
        await pilot.press("slash", *"case", "enter", "j", "k", "1", "2")
        await calm(pilot)
        assert len(looked) == 1
        memory.delete([memory.sessions(limit=1)[0].id])
        app.look()
        await calm(pilot)
        assert len(looked) == 2


FACTS = ("fix the", "2026-01-05", "✓1", "1 task", "3 min", "test", "claude-code", "work/app")


@pytest.mark.parametrize(
    ("width", "many"), [(30, 1), (44, 2), (56, 3), (66, 4), (76, 5), (96, 6), (116, 7), (160, 8)]
)
def test_date_title_and_outcomes_stay_longest(memory, width: int, many: int) -> None:
    line = session_row(memory.sessions(limit=1)[0], width, "test")
    assert line_width(line) == width
    assert [fact for fact in FACTS if fact in plain(line)] == list(FACTS[:many])
    assert ("10:00" in plain(line)) == (width >= 116)


def test_the_badge_has_a_column_only_where_some_row_has_one(memory) -> None:
    session = memory.sessions(limit=1)[0]
    assert "file gone" in plain(session_row(session, 76, None, "file gone", badges=True))
    assert "file gone" not in plain(session_row(session, 76, None, "file gone"))


def test_large_numbers_and_spans_are_short(memory) -> None:
    assert [short_count(n) for n in (0, 999, 1_000, 53_511, 999_499, 999_500, 12_300_000)] == [
        "0",
        "999",
        "1k",
        "54k",
        "999k",
        "1.0M",
        "12.3M",
    ]
    assert spent(memory.sessions(limit=1)[0]) == "3 min"
