"""`p` pins the pattern under the cursor and unpins it, `u` takes either back."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys.shown import help_keys
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.screens.fed import FedScreen
from tacit.memory import Memory


def labels(app) -> set[str]:
    return {key.label for key in help_keys(app.screen)}


async def test_p_pins_and_unpins_and_u_takes_each_back(demo, see, calm) -> None:
    app, first = Inspector(demo), demo.patterns(limit=1)[0]
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("p")
        await calm(pilot)
        assert demo.get(first.id).pinned
        assert f"★ {first.title[:12]}" in see(app).split("\n")[3]
        assert "Upkeep leaves it as it is." in see(app)
        assert "u takes it back" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "★ pinned" in see(app)
        await pilot.press("escape", "p")
        await calm(pilot)
        assert not demo.get(first.id).pinned
        assert "★" not in see(app)
        await pilot.press("u")
        await calm(pilot)
        assert demo.get(first.id).pinned
        assert "Pinned again" in see(app)
        await pilot.press("u")
        await calm(pilot)
        assert demo.get(first.id) == first
        assert "Took back the pin of" in see(app)


async def test_it_means_the_row_that_the_keys_before_it_went_to(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        third = app.screen.window.rows(2, 1)[0]
        for key in ("j", "j", "p", "p", "p"):
            app.simulate_key(key)
        await pilot.pause()
        await calm(pilot)
        assert [one.id for one in demo.patterns() if one.pinned] == [third.id]
        assert app.screen.list.row.id == third.id


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_pin_fits_a_narrow_row_and_nothing_else_moves(demo, see, calm, size) -> None:
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        await calm(pilot)
        before = see(app).split("\n")[3]
        demo.pin([app.screen.list.row.id])
        app.look()
        await calm(pilot)
        after = see(app).split("\n")[3]
        assert "★ " in after
        assert len(after) == len(before) == size[0]
        assert after.index("helps") == before.index("helps")


async def test_it_is_there_where_a_pattern_is_and_means_what_it_fed_in_a_task(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        assert "pin" in labels(app)
        await pilot.press("s")
        await calm(pilot)
        assert "pin" not in labels(app)
        assert "patterns it fed" in labels(app)
        await pilot.press("p")
        await calm(pilot)
        assert isinstance(app.screen, FedScreen)
        assert not any(one.pinned for one in demo.patterns())
        pattern = app.screen.list.row
        await pilot.press("enter", "p")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)
        assert demo.get(pattern.id).pinned
        await pilot.press("2")
        await calm(pilot)
        assert "pin" not in labels(app)
        await pilot.press("3")
        await calm(pilot)
        assert "pin" not in labels(app)


async def test_readonly_has_no_pin(demo, calm) -> None:
    path = demo.path
    demo.close()
    with Memory.open(path, readonly=True, clock=demo.clock) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(120, 36)) as pilot:
            await calm(pilot)
            await pilot.press("p")
            await calm(pilot)
            assert "pin" not in labels(app)
            assert not any(one.pinned for one in memory.patterns())
