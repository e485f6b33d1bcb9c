"""Point 13: `s` shows the steps a pattern was learned from; from a session, its patterns; Esc returns."""

from __future__ import annotations

from pathlib import Path

import pytest
from awaited import until
from transcript import habits

from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.fed import FedScreen
from tacit.app.inspector.screens.patterns import PatternsScreen
from tacit.core.model import Session
from tacit.memory import Memory

NOW = 1_767_700_000_000


@pytest.fixture
def learned(tmp_path: Path):
    """Sessions of one habit, from which patterns are learned."""
    habits(tmp_path / "in", 6)
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        yield memory


async def test_from_a_pattern_to_its_steps_and_back(learned, play) -> None:
    async with play(learned) as person:
        pattern = person.app.screen.list.row
        use = learned.evidence(pattern.id, 1)[0]
        await person.press("enter", note="Enter: the detail")
        seen = await person.press("s", note="s: the steps it was learned from")
        page = person.app.screen
        assert isinstance(page, ReadingScreen)
        assert (page.list.row.task, page.list.row.n) == (use.episode, use.first)
        marked = [line for line in seen.split("\n") if "┃▸" in line]
        steps = learned.steps(use.episode, use.first, use.last - use.first + 1)
        assert len(marked) == len(steps)
        for line, step in zip(marked, steps, strict=True):
            assert f" {step.n}  " in line
            assert step.kind in line
        await person.press("enter", note="Enter: what went in and came out")
        await person.press("escape", note="Esc: back in the detail")
        assert isinstance(person.app.screen, PatternsScreen)
        assert person.app.screen.list.row == pattern
        await person.press("escape", note="Esc: back in the list")
        assert person.app.screen.detail is None
        assert person.app.screen.list.row == pattern


async def test_from_a_session_to_its_patterns_and_back(learned, play) -> None:
    async with play(learned) as person:
        await person.press("2", "j", note="2 j: the second session")
        session = person.app.screen.list.row
        assert isinstance(session, Session)
        await person.press("s", "}", note="s }: its first step that a pattern rests on")
        page = person.app.screen
        row = page.list.row
        assert row.n == min(learned.learned_steps(session.id)[row.task])
        await person.press("p", note="p: the patterns its task feeds")
        fed = person.app.screen
        assert isinstance(fed, FedScreen)
        listed = {pattern.id for pattern in learned.patterns_of(row.task)}
        assert {one.id for one in fed.list._source.rows(0, 100)} == listed
        await person.press("enter", note="Enter: one of them")
        assert isinstance(person.app.screen, PatternScreen)
        await person.press("escape", "escape", note="Esc Esc: the same step")
        assert person.app.screen is page
        assert page.list.row == row
        await person.press("escape", note="Esc: the same session")
        assert person.app.screen.list.row == session


def on_step(person) -> tuple[str, int]:
    """The task and the step under the cursor of the page that is read."""
    page = person.app.screen
    row = page.list.row if isinstance(page, ReadingScreen) else None
    return (row.task, row.n) if row is not None else ("", 0)


async def test_it_is_so_for_every_listed_pattern(demo, play) -> None:
    async with play(demo, record=False) as person:
        for pattern in demo.patterns(limit=8):
            use = demo.evidence(pattern.id, 1)[0]
            while person.app.screen.list.row.id != pattern.id:
                await person.press("j")
            await person.press("s")
            await until(person.pilot, lambda: on_step(person) == (use.episode, use.first))  # noqa: B023
            await person.press("escape")
            assert person.app.screen.list.row.id == pattern.id
