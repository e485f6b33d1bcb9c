"""Random hands on the whole application: hundreds of keys, clicks and sizes never break it or the store.

The same seed gives the same keys: ``WALK_SEED=N pytest tests/app/inspector/test_walker.py`` has a walk again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from textual.pilot import OutOfBounds

from tacit import Memory
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.frame.room import Room

SEEDS = (int(os.environ["WALK_SEED"]),) if "WALK_SEED" in os.environ else (1,)
KEYS = 200
_SIZES = ((80, 24), (120, 36), (60, 15), (40, 10), (200, 50))
_LIKELY = (
    "j",
    "k",
    "enter",
    "escape",
    "escape",
    "tab",
    "space",
    "G",
    "g",
    "pagedown",
    "y",
    "n",
    "1",
    "2",
    "3",
    "4",
)
_TYPED = ("cargo test", "kind:recovery", "[/] x", '"open', "sort:uses", "~slow build", "zzz", "memory stats")
_NAMED = {" ": "space", "/": "slash", ":": "colon", "[": "left_square_bracket", "]": "right_square_bracket"}


@pytest.fixture
def bound() -> list[str]:
    """Every key that any screen binds, but those that leave, start another program or suspend this one."""
    keys = [key for binding in Room.BINDINGS for key in binding.key.split(",")]
    others = [
        "down",
        "up",
        "left",
        "right",
        "pageup",
        "home",
        "end",
        "ctrl+d",
        "ctrl+u",
        "ctrl+p",
        "shift+tab",
    ]
    return sorted({*keys, *others} - {"q", "P", "E"})


async def step(random: Random, app: Inspector, pilot, bound: list[str]) -> str:
    """One thing a hand does; gives what it was."""
    chance = random.random()
    if chance < 0.45:
        key = random.choice(_LIKELY)
    elif chance < 0.85:
        key = random.choice(bound)
    elif chance < 0.93:
        text = random.choice(_TYPED)
        await pilot.press(*(_NAMED.get(letter, letter) for letter in text))
        return repr(text)
    elif chance < 0.97:
        size = random.choice(_SIZES)
        await pilot.resize_terminal(*size)
        return f"{size[0]}×{size[1]}"
    else:
        place = random.randrange(app.size.width), random.randrange(app.size.height)
        with suppress(OutOfBounds):
            await pilot.click(offset=place)
        return f"click {place}"
    await pilot.press(key)
    return key


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_walk_breaks_nothing(demo, calm, bound, monkeypatch, tmp_path: Path, seed: int) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Inspector, "place", tmp_path / "export")
    random = Random(seed)
    app = Inspector(demo)
    done: list[str] = []
    try:
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await calm(pilot)
            for number in range(KEYS):
                done.append(await step(random, app, pilot, bound))
                if number % 10 == 0:
                    await calm(pilot)
                assert app.is_running
            await pilot.resize_terminal(80, 24)
            await pilot.press(*["escape"] * 8)
            await calm(pilot)
            await pilot.press("q")
            await pilot.press("y")  # where a job still runs it is asked
            await pilot.pause()
        assert app.return_code == 0
    except BaseException as error:
        error.add_note(f"seed {seed}, {len(done)} steps, the last: {' '.join(done[-25:])}")
        raise
    path = demo.path
    demo.close()
    with Memory.open(path) as memory:
        assert [one for one in memory.doctor() if one.level != "ok"] == []
