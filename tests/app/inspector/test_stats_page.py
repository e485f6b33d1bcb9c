"""The Stats screen: its blocks, each there when its numbers are, in any width and without colour."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.stats.calibration import calibration, project_calibration
from tacit.app.inspector.stats.groups import weeks
from tacit.app.inspector.stats.health import health, sizes
from tacit.app.inspector.stats.page import ALL, ONE, Block, counted, counted_project, laid_out
from tacit.app.inspector.stats.work import files
from tacit.core.clock import WEEK, week_start
from tacit.core.errors import StoreBusy
from tacit.core.learn.calibration import Calibration, Score
from tacit.core.model import Offered
from tacit.core.outcome_counts import Outcomes
from tacit.core.stats import Week
from tacit.core.text import cell_width
from tacit.memory import Memory
from tacit.widgets.ink import line_width, plain
from tacit.widgets.lines_pane import PaneLine

NOW = 1_790_000_000_000


def text(lines: list[PaneLine]) -> list[str]:
    return [plain(line.line) for line in lines]


def blocks(memory: Memory) -> dict[str, Block]:
    found, state, uses = memory.files_together(limit=8), memory.health(), memory.disk_use()
    return counted(memory.stats(), NOW) | {
        "files": lambda width: files(found, width),
        "health": lambda width: health(state, NOW, width),
        "sizes": lambda width: sizes(uses, width),
    }


@pytest.mark.parametrize("width", [56, 58, 77, 120])
@pytest.mark.parametrize("which", ["demo", "hostile", "empty"])
def test_every_line_fits_and_is_clean(request: pytest.FixtureRequest, which: str, width: int) -> None:
    memory: Memory = request.getfixturevalue(which)
    lines, starts = laid_out(ALL, blocks(memory), width)
    assert max(line_width(line.line) for line in lines) <= width
    assert starts == sorted(set(starts))
    for line in text(lines):
        assert not set(line) & {"\x1b", "\x07", "\x9b", "\u202e", "\0", "\n"}


def test_the_bars_of_a_block_stand_below_each_other(demo: Memory) -> None:
    lines = text(laid_out(["weeks"], blocks(demo), 58)[0])[2:]
    starts = {min(line.find(fill) for fill in "█▒░" if fill in line) for line in lines}
    assert len(lines) > 20
    assert len(starts) == 1


def test_what_was_given_to_agents_and_what_came_of_it(demo: Memory) -> None:
    stats = demo.stats()
    assert counted(stats, NOW)["offered"](58) == []
    given = replace(stats, offers=1_450, offered=Offered(9, 6, 5, 4))
    head, *rows = text(list(counted(given, NOW)["offered"](58)))
    assert head.startswith("Offered to agents")
    assert [" ".join(row.replace("█", "").split()) for row in rows] == [
        "given 1,450 times",
        "what came of it 9 tasks",
        "used in 6",
        "went well 4 of 5 judged",
    ]
    drawn = [row.count("█") for row in rows]
    assert drawn[0] == 0 < drawn[3] < drawn[2] < drawn[1]  # what is known is the whole bar
    assert max(map(cell_width, [head, *rows])) <= 58


def test_a_quiet_week_is_there_and_leads_nowhere() -> None:
    first = week_start(NOW) - 2 * WEEK
    lines = weeks([Week(first, Outcomes(success=3)), Week(first + 2 * WEEK, Outcomes(unknown=1))], NOW, 80)
    assert [line.target is not None for line in lines[1:]] == [True, False, True]
    assert text(lines)[2].split()[1:] == ["0", "–"]


def test_weeks_of_long_ago_are_one_line() -> None:
    start = week_start(NOW)
    lines = weeks([Week(start - n * WEEK, Outcomes(success=1)) for n in range(29, -1, -1)], NOW, 80)
    assert len(lines) == 1 + 1 + 26
    assert text(lines)[1].split()[:3] == ["›", "before", "4"]


def test_a_week_to_come_is_shown_too() -> None:
    """The clock of the machine that was worked on may be ahead."""
    start = week_start(NOW)
    lines = weeks([Week(start, Outcomes(success=1)), Week(start + WEEK, Outcomes(success=2))], NOW, 80)
    assert [line.split()[2] for line in text(lines)[1:]] == ["1", "2"]


@pytest.mark.parametrize("width", [56, 80, 140])
def test_the_plot_and_its_numbers_tell_the_same(demo: Memory, width: int) -> None:
    found = demo.stats().calibration
    assert found is not None
    lines = text(calibration(found, width))
    assert max(map(cell_width, lines)) <= width
    page = "\n".join(lines)
    assert f"{found.total.forecasts} forecasts" in page
    plot = "\n".join(line[7:] for line in lines if line[6:7] in {"│", "┤"})
    for mark, one in zip("abcdefghij", found.bins, strict=False):
        assert mark in plot
        assert any(line.startswith(f"{mark} ") and line.endswith(f" {one.count}") for line in lines)
    assert "recovery" in page


@pytest.mark.parametrize("found", [None, Calibration(Score(0))])
def test_it_says_so_where_nothing_can_be_told(found: Calibration | None) -> None:
    assert "nothing to hold claims against" in " ".join(text(calibration(found, 60)))
    assert "nothing to hold claims against" in " ".join(text(project_calibration(None, 60)))


def test_a_project_has_its_own_page(demo: Memory) -> None:
    name = demo.stats().projects[0].project
    found = counted_project(demo.project_stats(name), NOW)
    page = "\n".join(text(laid_out(ONE, found, 80)[0]))
    assert f"Project {name}" in page
    assert "judged tasks succeed" in page
    assert "Tasks by week" in page
    assert "forecasts" in page


async def test_what_takes_long_is_waited_for_by_nothing_else(demo, see, calm, monkeypatch) -> None:
    done = threading.Event()
    quick = Memory.health

    def slow(memory: Memory) -> object:
        done.wait(120)
        return quick(memory)

    monkeypatch.setattr(Memory, "health", slow)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        try:
            await pilot.press("3")
            for _ in range(200):
                await pilot.pause(0.01)
                if "sizes" in app.screen._blocks:
                    break
            page = "\n".join(app.screen._page.texts())
            assert "On this disk" in page
            assert "Outcomes" in page
            assert "Health\n   reading…" in page or "reading…" in page[page.index("Health") :]
            await pilot.press("G")
            here = app.screen._page.target
        finally:
            done.set()
        await calm(pilot)
        assert "reading…" not in "\n".join(app.screen._page.texts())
        assert app.screen._page.target == here


async def test_a_part_that_cannot_be_read_says_so_and_leaves_the_others(demo, calm, monkeypatch) -> None:
    def busy(memory: Memory) -> object:
        raise StoreBusy("Another process writes.", "Try again.")

    monkeypatch.setattr(Memory, "health", busy)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        page = "\n".join(app.screen._page.texts())
        assert "could not be read" in page[page.index("Health") :]
        assert "Outcomes" in page
        assert "On this disk" in page


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_tab_goes_from_part_to_part_and_back(demo, see, calm, size) -> None:
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        await pilot.press("3")
        await calm(pilot)
        assert "Totals" in see(app)
        await pilot.press("tab")
        assert "Outcomes" in see(app).split("\n")[3]
        await pilot.press("right_square_bracket")
        assert "Judged by" in see(app).split("\n")[3]
        await pilot.press("shift+tab")
        assert "Outcomes" in see(app).split("\n")[3]
        for _ in range(20):
            await pilot.press("tab")
        assert "On this disk" in see(app)
        for _ in range(20):
            await pilot.press("left_square_bracket")
        assert "Totals" in see(app)


async def test_the_page_follows_what_is_written_elsewhere_and_keeps_its_place(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3", "j")
        await calm(pilot)
        here = app.screen._page.target
        before = demo.stats().sessions
        demo.delete([demo.sessions(limit=1)[0].id])
        app.look()
        await calm(pilot)
        assert f"{before - 1}" in see(app).split("\n")[5]
        assert app.screen._page.target == here


async def test_an_empty_store_has_a_page(empty, see, calm) -> None:
    app = Inspector(empty)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("3")
        await calm(pilot)
        assert "Totals" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "Nothing learned yet" in see(app)
        assert "press i" in see(app)
