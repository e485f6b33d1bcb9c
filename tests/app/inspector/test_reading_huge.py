"""A session of thousands of steps opens at the step that was asked for, and nothing is read for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.memory import Memory

NOW = 1_790_000_000_000
TASKS, CALLS = 8, 500


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Eight tasks of five hundred calls each."""
    folder = tmp_path_factory.mktemp("huge")
    told = Transcript("huge")
    for task in range(TASKS):
        told.prompt(f"task {task}")
        for call in range(CALLS):
            told.bash(f"make part{call}", f"result {task} {call}")
    told.save(folder / "in")
    with Memory.open(folder / "store", clock=lambda: NOW) as memory:
        memory.import_paths([folder / "in"])
        yield memory


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[object]]:
    """What is read of steps: tasks in outline, and (first step, how many) with their results."""
    found: dict[str, list[object]] = {"outline": [], "steps": []}
    outline, steps = Memory.outline, Memory.steps

    def outlined(self: Memory, episode_id: str) -> object:
        found["outline"].append(episode_id)
        return outline(self, episode_id)

    def whole(self: Memory, episode_id: str, first: int = 1, limit: int | None = None) -> object:
        found["steps"].append((first, limit))
        return steps(self, episode_id, first, limit)

    monkeypatch.setattr(Memory, "outline", outlined)
    monkeypatch.setattr(Memory, "steps", whole)
    return found


async def test_the_task_that_was_asked_for_comes_first_and_no_result_is_read_before_it_is_unfolded(
    huge, reads, see, calm
) -> None:
    tasks = huge.episodes_of(huge.sessions(limit=1)[0].id)
    app = Inspector(huge)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        screen = ReadingScreen(2, tasks[5].id, 300, 302)
        app.push_screen(screen)
        await calm(pilot)
        assert reads["outline"][0] == tasks[5].id
        assert sorted(reads["outline"]) == sorted(task.id for task in tasks)
        assert reads["steps"] == []
        assert (screen.list.row.task, screen.list.row.n) == (tasks[5].id, 300)
        assert screen.list.total > TASKS * CALLS
        assert sum("┃▸" in line for line in see(app).split("\n")) == 3
        await pilot.press("enter")
        await calm(pilot)
        assert reads["steps"] == [(300, 1)]
        assert "result 5 299" in see(app)


def rows(seen: str) -> list[str]:
    """The lines of a screen without the scrollbar."""
    return [line[:-2] for line in seen.split("\n")]


async def test_what_comes_in_above_moves_nothing_on_the_screen(
    huge, see, calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = huge.episodes_of(huge.sessions(limit=1)[0].id)
    outline, goes_on = Memory.outline, Event()

    def held_back(self: Memory, episode_id: str) -> object:
        assert episode_id == tasks[5].id or goes_on.wait(120)
        return outline(self, episode_id)

    monkeypatch.setattr(Memory, "outline", held_back)
    app = Inspector(huge)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        screen = ReadingScreen(2, tasks[5].id, 300)
        app.push_screen(screen)
        while not screen.awake:
            await pilot.pause(0.01)
        await pilot.pause()
        before, row, total = rows(see(app)), screen.list.row, screen.list.total
        assert total < 2 * CALLS
        goes_on.set()
        await calm(pilot)
        assert screen.list.total > TASKS * CALLS
        assert screen.list.row == row
        assert rows(see(app)) == before


async def test_a_key_works_while_the_rest_is_still_read(huge, see, calm) -> None:
    tasks = huge.episodes_of(huge.sessions(limit=1)[0].id)
    app = Inspector(huge)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        screen = ReadingScreen(2, tasks[0].id, 5)
        app.push_screen(screen)
        await pilot.press(*"jjj")
        await calm(pilot)
        assert screen.list.row.n == 8
        await pilot.press("G")
        assert screen.list.row.task == tasks[-1].id
        assert screen.list.row.n == CALLS


async def test_a_search_looks_through_all_of_it(huge, calm) -> None:
    app = Inspector(huge)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        screen = ReadingScreen(2, huge.sessions(limit=1)[0].id)
        app.push_screen(screen)
        await calm(pilot)
        await pilot.press("slash", *"result", "space", *"6", "space", *"401", "enter")
        await calm(pilot)
        assert "".join(cell.text for cell in screen.bar._note.line).strip() == "1 of 1"
        assert screen.list.row.n == 402
