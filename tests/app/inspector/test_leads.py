"""Every figure of the Stats screen leads to a list that holds just as many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.leads.following import open_list
from tacit.app.inspector.leads.targets import Lead, ToPattern, ToProject, in_week, named
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.screens.patterns import PatternsScreen
from tacit.app.inspector.screens.sessions import SessionsScreen
from tacit.app.inspector.screens.tasks import TasksScreen
from tacit.app.inspector.stats.page import ALL, ONE, counted, counted_project, laid_out
from tacit.app.inspector.stats.screen import StatsScreen
from tacit.app.inspector.stats.work import files
from tacit.core.clock import week_start
from tacit.core.text import clean
from tacit.memory import Memory
from tacit.widgets.lines_pane import PaneLine

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "sessions" / "claude-code"


def page(memory: Memory, project: str = "") -> list[PaneLine]:
    if project:
        return laid_out(ONE, counted_project(memory.project_stats(project), memory.clock()), 100)[0]
    return laid_out(ALL, counted(memory.stats(), memory.clock()), 100)[0]


def figure(line: PaneLine) -> int:
    """The number a person reads in a line: the first cell that is nothing else."""
    return next(
        int(cell.text.replace(",", "")) for cell in line.line if re.fullmatch(r"\s*[\d,]+\s*", cell.text)
    )


def leads(lines: list[PaneLine]) -> Iterator[tuple[str, int, Lead]]:
    for line in lines:
        if isinstance(line.target, Lead):
            yield "".join(cell.text for cell in line.line), figure(line), line.target


def total(memory: Memory, lead: Lead) -> int:
    """What the list of a lead says: the total, or for a tool the calls in its tasks."""
    found = memory.page(lead.table, memory.plan(lead.query, table=lead.table))
    if not lead.query.startswith("tool:"):
        return found.total
    tool = lead.query.removeprefix("tool:")
    return sum(calls for episode in found.items for name, calls, _ in episode.tools if name == tool)


def check(memory: Memory) -> int:
    """Every figure of the page and of the pages of all projects; how many there were."""
    lines = page(memory)
    number = 0
    for target in [line.target for line in lines]:
        if isinstance(target, ToProject):
            of_project = list(leads(page(memory, target.project)))
            assert bool(of_project) is (clean(target.project) == target.project)
            number += len(of_project)
            for text, shown, lead in of_project:
                assert total(memory, lead) == shown, (target, text)
    for text, shown, lead in leads(lines):
        assert total(memory, lead) == shown, text
        number += 1
    return number


def test_every_figure_of_the_demo_leads_to_as_many(demo) -> None:
    assert check(demo) > 150
    lines = page(demo)
    for line in lines:
        assert (line.line[:1] and line.line[0].text == "› ") or line.target is None


def test_a_project_leads_to_the_same_numbers_as_its_row(demo) -> None:
    for line in page(demo):
        if isinstance(line.target, ToProject):
            assert figure(line) == demo.project_stats(line.target.project).outcomes.total


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    if not SAMPLES.is_dir():
        pytest.skip("the sample transcripts are not here")
    with Memory.open(tmp_path_factory.mktemp("samples") / "store") as memory:
        memory.import_paths([SAMPLES])
        yield memory


def test_every_figure_of_the_samples_leads_to_as_many(samples) -> None:
    assert check(samples) > 50


@pytest.fixture
def alike(tmp_path: Path) -> Iterator[Memory]:
    """Projects whose names are parts of each other, or hard to type, and files that go together."""
    folder = tmp_path / "transcripts"
    for name in ("app", "work/app", "App", "a b, (c)", "x:y"):
        one = Transcript(f"in {name}", cwd=f"/home/dev/{name}")
        one.prompt(f"Mend {name}")
        one.read("a.py")
        one.edit("a.py")
        one.tests_pass()
        one.save(folder)
    for number in range(24):
        one = Transcript(f"pair {number}", cwd="/home/dev/pairs")
        one.prompt(f"Do {number}")
        for file in ("left.py", "right.py") if number % 3 == 0 else (f"other{number}.py", f"o{number}.go"):
            one.read(file)
            one.edit(file)
        one.tests_pass()
        one.save(folder)
    with Memory.open(tmp_path / "alike") as memory:
        memory.import_paths([folder])
        yield memory


def test_names_that_hold_each_other_are_told_apart(alike) -> None:
    assert {one.project for one in alike.stats().projects} >= {"app", "work/app", "a b, (c)", "x:y"}
    check(alike)


def test_files_that_go_together_lead_to_their_pattern(alike) -> None:
    found = alike.files_together(limit=8)
    lines = files(found, 100)
    targets = [line.target for line in lines if isinstance(line.target, ToPattern)]
    assert [alike.get(target.id).kind for target in targets] == ["file_group"]
    text = "\n".join("".join(cell.text for cell in line.line) for line in lines)
    assert "left.py" in text
    assert "right.py" in text
    assert alike.files_together(project="=pairs", limit=8) == found
    assert not alike.files_together(project="=app", limit=8).groups


def test_every_figure_of_hostile_transcripts_leads_to_as_many_or_nowhere(hostile) -> None:
    check(hostile)


def test_a_name_that_cannot_be_typed_leads_nowhere() -> None:
    assert named("sessions", "project", "") is None
    assert named("sessions", "project", "a\x1b]52;c;aGk=\x07") is None
    assert named("sessions", "project", "x" * 300) is None
    assert named("sessions", "project", 'a "b"') == Lead("sessions", 'project:"=a \\"b\\""')


def test_a_week_is_told_as_it_is_written_beside_the_chart() -> None:
    assert in_week(week_start(1_770_249_600_000)) == Lead("episodes", "ended:2026-W06")


async def test_enter_opens_the_list_and_esc_comes_back_to_the_figure(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        stats = app.screen
        for _ in range(4):
            await pilot.press("j")
        assert stats._page.target == Lead("episodes", "outcome:failure")
        before = see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, TasksScreen)
        failures = demo.stats().outcomes.failure
        assert f"{failures} of {demo.stats().episodes}" in see(app)
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen is stats
        assert stats._page.target == Lead("episodes", "outcome:failure")
        assert see(app) == before


async def test_a_project_opens_its_own_page_and_its_lists(demo, see, calm) -> None:
    app = Inspector(demo)
    project = demo.stats().projects[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        while not isinstance(app.screen._page.target, ToProject):
            await pilot.press("j")
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, StatsScreen)
        assert f"Project {project.project}" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternsScreen)
        assert app.screen.window.total == project.patterns
        await pilot.press("escape", "j", "enter")
        await calm(pilot)
        assert isinstance(app.screen, SessionsScreen)
        assert app.screen.window.total == project.sessions
        await pilot.press("escape", "escape")
        await calm(pilot)
        assert app.screen.number == 3
        assert not app.screen.inner


async def test_a_click_follows_a_figure(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        await pilot.click("#list", offset=(10, 3))
        await calm(pilot)
        assert isinstance(app.screen, SessionsScreen)
        assert app.screen.inner


async def test_a_group_of_files_opens_the_pattern(alike, calm) -> None:
    app = Inspector(alike)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        while not isinstance(app.screen._page.target, ToPattern):
            await pilot.press("j")
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)
        assert app.screen.thing.kind == "file_group"


@pytest.mark.parametrize("table", ["patterns", "sessions", "episodes"])
async def test_any_list_opens_over_any_screen(demo, calm, table: str) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room = app.screen
        open_list(room, table, "project:=work/ledgerd")  # type: ignore[arg-type]
        await calm(pilot)
        assert app.screen.table == table
        wanted = demo.page(table, demo.plan("project:=work/ledgerd", table=table)).total
        assert app.screen.window.total == wanted > 0
        await pilot.press("escape")
        assert app.screen is room


async def test_a_list_opened_with_words_that_make_no_sense_says_which(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 30)) as pilot:
        await calm(pilot)
        open_list(app.screen, "patterns", "kind:nonsense")
        await calm(pilot)
        assert "✗" in see(app)
        assert app.screen.list.total > 0
        await pilot.press("escape")
        assert not app.screen.inner
