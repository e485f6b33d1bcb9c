"""The list of tasks: what was asked, how it ended, and from there to the steps."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.leads.following import open_list
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.fed import FedScreen
from tacit.app.inspector.screens.tasks import TasksScreen
from tacit.app.inspector.views.rows import LABEL_GLYPHS
from tacit.app.inspector.views.tasks import task_detail, task_row
from tacit.widgets.ink import line_width, plain


async def opened(pilot, calm, query: str = "") -> TasksScreen:
    await calm(pilot)
    open_list(pilot.app.screen, "episodes", query)
    await calm(pilot)
    assert isinstance(pilot.app.screen, TasksScreen)
    return pilot.app.screen


async def test_a_row_tells_when_how_it_ended_by_what_and_what_was_asked(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(160, 24)) as pilot:
        tasks = await opened(pilot, calm, "source:test outcome:failure task:debugging lang:rust")
        row = tasks.list.row
        line = see(app).split("\n")[3]
        for part in ("✗ failure", "test", "debugging", "rust", f"{row.steps} step", row.prompt[:20]):
            assert part in line
        assert tasks.window.total == demo.page("episodes", tasks.plan).total > 0


@pytest.mark.parametrize("width", [58, 78, 118, 200])
@pytest.mark.parametrize("which", ["demo", "hostile"])
def test_every_row_and_detail_fits_and_is_clean(
    request: pytest.FixtureRequest, which: str, width: int
) -> None:
    memory = request.getfixturevalue(which)
    for episode in memory.episodes(limit=20):
        rows = [task_row(episode, width)]
        rows += [line for line, _ in task_detail(episode, memory.patterns_of(episode.id))(width)]
        assert line_width(rows[0]) == width
        assert LABEL_GLYPHS[episode.outcome.label] in plain(rows[0])
        for row in map(plain, rows):
            assert not set(row) & {"\x1b", "\x07", "\x9b", "\u202e", "\0", "\n"}


async def test_s_and_the_detail_go_to_the_steps_and_back_to_the_same_row(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        tasks = await opened(pilot, calm, "outcome:success")
        await pilot.press("j", "j", "s")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen is tasks
        assert tasks.list.index == 2
        row = tasks.list.row
        await pilot.press("enter")
        await calm(pilot)
        assert row.id in see(app)
        assert f"judged by {row.outcome.source}" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)


async def test_a_pattern_of_the_detail_opens(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        tasks = await opened(pilot, calm)
        while not demo.patterns_of(tasks.list.row.id):
            await pilot.press("j")
        await pilot.press("p")
        await calm(pilot)
        assert isinstance(app.screen, FedScreen)
        await pilot.press("escape", "enter")
        await calm(pilot)
        await pilot.press("G", "enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)


async def test_a_task_is_deleted_from_the_list_and_brought_back(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        tasks = await opened(pilot, calm, "outcome:failure")
        before, row = tasks.window.total, tasks.list.row
        await pilot.press("d", "y")
        await calm(pilot)
        assert tasks.window.total == before - 1
        assert tasks.list.row.id != row.id
        await pilot.press("u")
        await calm(pilot)
        assert tasks.window.total == before


async def test_a_task_is_marked_and_leaves_the_list_it_no_longer_fits(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        tasks = await opened(pilot, calm, "outcome:unknown")
        before, row = tasks.window.total, tasks.list.row
        await pilot.press("m", "g", "enter")
        await calm(pilot)
        assert demo.get(row.id).outcome.label == "success"
        assert demo.get(row.id).outcome.source == "mark"
        assert tasks.window.total == before - 1


async def test_the_tasks_of_a_small_terminal(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(60, 15)) as pilot:
        await opened(pilot, calm, "outcome:failure")
        lines = see(app).split("\n")
        assert all(len(line) <= 60 for line in lines)
        assert "✗ failure" in lines[3]
