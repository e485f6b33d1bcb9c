"""In the list of a project a row and its detail tell of that project, with the whole beside it."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.core.model import Evidenced
from tacit.core.present import percent, plural, rate


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_rows_detail_and_evidence_are_of_the_project_with_the_whole_beside(
    demo, see, calm, size
) -> None:
    whole = next(one for one in demo.patterns() if len(one.parts) > 1)
    name = whole.parts[0].project
    here = next(one for one in demo.patterns(f"project:{name}") if one.id == whole.id)
    assert here.uses == whole.parts[0].uses < whole.uses
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        await calm(pilot)
        await pilot.press("slash", *f"project:{name}", "enter")
        await calm(pilot)
        place = app.screen.window.position(whole.id)
        await pilot.press("g", *"j" * place)
        row = see(app).split("\n")[3 + place]
        assert percent(here.rate) in row
        assert f"n={here.judged}" in row
        await pilot.press("enter")
        await calm(pilot)
        detail = " ".join(" ".join(line.split("│")[-2].split()) for line in see(app).split("\n")[3:-1])
        assert f"In {name}" in detail
        assert f"over all {plural(whole.projects, 'project')}: {rate(whole)}" in detail
        assert f"{plural(here.uses, 'use')}:" in detail
        targets = [line.target for line in app.screen.detail._lines if isinstance(line.target, Evidenced)]
        assert [use.project for use in targets] == [name] * here.uses


async def test_the_steps_of_a_row_are_steps_in_the_project(demo, calm) -> None:
    whole = next(one for one in demo.patterns() if len(one.parts) > 1)
    newest = demo.evidence(whole.id, 1)[0].project
    name = next(part.project for part in whole.parts if part.project != newest)
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        await pilot.press("slash", *f"project:{name}", "enter")
        await calm(pilot)
        await pilot.press("g", *"j" * app.screen.window.position(whole.id), "s")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert app.screen.thing.project == name


async def test_without_the_filter_there_is_nothing_of_it(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("enter")
        await calm(pilot)
        assert "over all" not in see(app)
