"""A session is read as one page: folded, unfolded, jumped through, and kept where the cursor is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.fed import FedScreen
from tacit.app.inspector.screens.lookback import LookbackScreen
from tacit.app.inspector.screens.sessions import SessionsScreen
from tacit.core.model import Episode
from tacit.memory import Memory

NOW = 1_790_000_000_000


def story() -> Transcript:
    """Three tasks: one that goes wrong twice, one of words only, one that goes well."""
    told = Transcript("story")
    told.prompt("fix the parser\n" + "\n".join(f"condition {number}" for number in range(30)))
    told.read("src/parser.py")
    told.edit("src/parser.py", refused="String to replace not found in file.")
    told.edit("src/parser.py")
    told.bash("make", "the kettle boils\n" + "\n".join(f"line {number}" for number in range(60)))
    told.tests_fail()
    told.prompt("explain what a parser is")
    told.prompt("now the lexer")
    told.edit("src/lexer.py")
    told.tests_pass()
    return told


@pytest.fixture
def read_on(tmp_path: Path) -> Iterator[Memory]:
    """A memory of one session of three tasks."""
    story().save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        yield memory


def tasks(memory: Memory) -> list[Episode]:
    return list(memory.episodes_of(memory.sessions(limit=1)[0].id))


async def opened(app: Inspector, pilot, calm, *about) -> ReadingScreen:
    await calm(pilot)
    screen = ReadingScreen(2, *about)
    app.push_screen(screen)
    await calm(pilot)
    assert app.screen is screen
    return screen


async def test_the_page_tells_the_session_its_tasks_and_their_calls_in_order(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 60)) as pilot:
        session = read_on.sessions(limit=1)[0]
        screen = await opened(app, pilot, calm, session.id)
        seen = see(app)
        order = [
            "claude-code 2.1.0 claude-opus-4-5",
            "3 tasks · 7 steps",
            "task 1 of 3",
            "fix the parser",
            "judged by test in step 5",
            "1  ✓ read",
            "2  ✗ edit",
            "5  ✗ shell",
            "task 2 of 3",
            "explain what a parser is",
            "No tool was called in this task.",
            "task 3 of 3",
            "now the lexer",
            "2  ✓ shell",
        ]
        at = 0
        for text in order:
            at = seen.index(text, at)
        assert f"{session.tokens:,} tokens" in seen
        assert screen.list.row.kind == "task"
        await pilot.press("g")
        assert screen.thing == session


async def test_enter_unfolds_a_call_where_it_stands_and_folds_it_again(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        first = tasks(read_on)[0]
        screen = await opened(app, pilot, calm, first.id, 4, 4)
        assert (screen.list.row.kind, screen.list.row.n) == ("call", 4)
        before = see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "the kettle boils" in see(app)
        assert "command" in see(app)
        assert screen.list.row.n == 4
        await pilot.press(*"jjjj")
        assert screen.list.row.kind == "text"
        await pilot.press("enter")
        await calm(pilot)
        assert (screen.list.row.kind, screen.list.row.n) == ("call", 4)
        assert "the kettle boils" not in see(app)
        assert before.split("\n")[-1] == see(app).split("\n")[-1]


async def test_a_click_on_a_call_unfolds_it(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(app, pilot, calm, tasks(read_on)[0].id, 1)
        row = next(n for n, line in enumerate(see(app).split("\n")) if "4  ✓ shell" in line)
        await pilot.click(offset=(30, row))
        await calm(pilot)
        assert "the kettle boils" in see(app)


async def test_enter_on_the_head_of_a_task_folds_it_and_z_folds_all(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(app, pilot, calm, tasks(read_on)[0].id)
        assert screen.list.row.kind == "task"
        await pilot.press("enter")
        assert "▸ task 1 of 3" in see(app)
        assert "2  ✗ edit" not in see(app)
        await pilot.press("z")
        assert see(app).count("▸ task") == 3
        await pilot.press("z")
        assert see(app).count("▾ task") == 3
        await pilot.press("]")
        await pilot.press("z")
        await calm(pilot)
        part = screen.page.parts[tasks(read_on)[0].id]
        assert set(part.unfolded) == {1, 2, 3, 4, 5}
        assert screen.list.row.n == 2
        await pilot.press("z")
        assert not part.unfolded


async def test_a_long_prompt_is_cut_until_all_of_it_is_asked_for(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 60)) as pilot:
        await opened(app, pilot, calm, tasks(read_on)[0].id)
        assert "condition 5" in see(app)
        assert "condition 29" not in see(app)
        await pilot.press("j", "enter")
        assert "condition 29" in see(app)
        await pilot.press("enter")
        assert "condition 29" not in see(app)


async def test_the_brackets_go_from_error_to_error_over_tasks_and_say_where_there_is_none(
    read_on, see, calm
) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        first, _, last = tasks(read_on)
        screen = await opened(app, pilot, calm, first.id)
        stops = []
        for key in ("]", "]", "]", "[", "["):
            await pilot.press(key)
            stops.append(screen.list.row.n)
        await calm(pilot)
        assert stops == [2, 5, 5, 2, 2]
        assert "There is no error above." in see(app)
        await pilot.press("g", "z", "]")
        assert (screen.list.row.task, screen.list.row.n) == (first.id, 2)
        screen.list.land(screen.page, screen.page.find_line(last.id, 2))
        await pilot.press("[")
        assert screen.list.row.n == 5


async def test_the_braces_go_to_the_steps_that_listed_patterns_rest_on(demo, see, calm) -> None:
    app = Inspector(demo)
    pattern = demo.patterns(limit=1)[0]
    use = demo.evidence(pattern.id, 1)[0]
    learned = demo.learned_steps(use.session)
    assert set(range(use.first, use.last + 1)) <= set(learned[use.episode])
    assert pattern.id in learned[use.episode][use.first]
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        screen = await opened(app, pilot, calm, use.session)
        wanted = [(one, n) for one in demo.episodes_of(use.session) for n in sorted(learned.get(one.id, {}))]
        for episode, n in wanted:
            await pilot.press("}")
            assert (screen.list.row.task, screen.list.row.n) == (episode.id, n)
            line = see(app).split("\n")[screen.list.index - int(screen.list.scroll_offset.y) + 3]
            assert "◆" in line
        await pilot.press("}")
        await calm(pilot)
        assert "There is no step that a pattern was learned from below." in see(app)
        await pilot.press("{")
        assert (screen.list.row.task, screen.list.row.n) == (wanted[-2][0].id, wanted[-2][1])


async def test_from_evidence_the_cursor_is_on_the_first_step_and_the_steps_are_marked(
    read_on, see, calm
) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, calm, tasks(read_on)[0].id, 2, 3)
        assert screen.list.row.n == 2
        assert "┃ the steps this pattern was learned from: 2–3" in see(app)
        assert sum("┃▸" in line for line in see(app).split("\n")) == 2


async def test_p_and_b_are_about_the_task_under_the_cursor_and_a_remark_leads_to_its_step(
    read_on, see, calm
) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        first, words, _ = tasks(read_on)
        screen = await opened(app, pilot, calm, first.id)
        await pilot.press("p")
        await calm(pilot)
        assert isinstance(app.screen, FedScreen)
        await pilot.press("escape", "b")
        await calm(pilot)
        assert isinstance(app.screen, LookbackScreen)
        await pilot.press("enter")
        await calm(pilot)
        assert app.screen is screen
        assert screen.list.row.task == first.id
        assert screen.list.row.n > 0
        screen.list.land(screen.page, screen.page.find_line(words.id))
        assert screen.thing == words


async def test_a_deleted_task_leaves_the_cursor_on_the_next_one_and_undo_brings_it_back(
    read_on, see, calm
) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        first, words, last = tasks(read_on)
        screen = await opened(app, pilot, calm, words.id)
        await pilot.press("d", "y")
        await calm(pilot)
        assert screen.thing == last
        assert "task 1 of 2" in see(app)
        await pilot.press("u")
        await calm(pilot)
        assert [part.episode for part in screen.page.parts.values()] == [first, words, last]


async def test_a_session_that_somebody_deletes_meanwhile_closes_and_it_is_told(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        screen = await opened(app, pilot, calm, tasks(read_on)[0].id)
        session = read_on.sessions(limit=1)[0].id
        command = [sys.executable, "-m", "tacit", "--store", str(read_on.path), "delete", session]
        subprocess.run(command, check=True, capture_output=True)
        app.look()
        await calm(pilot)
        assert app.screen is not screen
        assert "What was read here was deleted." in see(app)


async def test_under_a_dialog_it_closes_once_that_is_closed(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        screen = await opened(app, pilot, calm, tasks(read_on)[0].id)
        await pilot.press("m")
        await calm(pilot)
        read_on.delete([read_on.sessions(limit=1)[0].id])
        app.look()
        await calm(pilot)
        assert screen in app.screen_stack
        await pilot.press("escape")
        await calm(pilot)
        assert screen not in app.screen_stack
        assert "What was read here was deleted." in see(app)


async def test_what_is_gone_before_it_opens_is_told(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        gone = tasks(read_on)[0]
        read_on.delete([gone.id])
        await calm(pilot)
        app.push_screen(ReadingScreen(2, gone.id))
        await calm(pilot)
        assert not isinstance(app.screen, ReadingScreen)
        assert "What was read here was deleted." in see(app)


async def test_a_session_whose_tasks_are_all_deleted_says_so(read_on, see, calm) -> None:
    session = read_on.sessions(limit=1)[0]
    for task in tasks(read_on):
        read_on.delete([task.id])
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(app, pilot, calm, session.id)
        assert "There is no task in it." in see(app)
        await pilot.press("]", "z", "enter", "n", "p", "b", "j")
        assert app.is_running


async def test_what_grows_meanwhile_comes_in_with_the_cursor_and_what_was_unfolded_as_they_were(
    read_on, see, calm, tmp_path
) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(100, 40)) as pilot:
        first = tasks(read_on)[0]
        screen = await opened(app, pilot, calm, first.id, 4)
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press(*"jjj")
        here = screen.list.row
        told = story()
        told.prompt("and one more thing")
        told.read("src/more.py")
        told.save(tmp_path / "in")
        read_on.import_paths([tmp_path / "in"])
        app.look()
        await calm(pilot)
        assert screen.list.row == here
        assert "the kettle boils" in see(app)
        assert len(screen.page.parts) == 4


async def test_another_width_lays_it_out_anew_and_keeps_the_place(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot, calm, tasks(read_on)[0].id, 4)
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press(*"jj")
        place = screen.list.row.place
        for size in ((60, 15), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
            await calm(pilot)
            assert screen.list.row.place == place
            assert all(len(line) <= size[0] for line in see(app).split("\n"))


async def test_s_on_a_session_reads_it_from_its_beginning_and_esc_returns(read_on, see, calm) -> None:
    app = Inspector(read_on)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await calm(pilot)
        sessions = app.screen
        assert isinstance(sessions, SessionsScreen)
        await pilot.press("s")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert "task 1 of 3" in see(app)
        await pilot.press("escape")
        assert app.screen is sessions
