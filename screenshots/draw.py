"""The pictures of the README and the docs, drawn from the demo store: ``make screenshots``.

Everything that could move is fixed: the clock, the time zone, the size, the seed. Drawing twice gives the
same bytes, so a picture that no longer matches the program shows as a change.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tacit.app.inspector.application import Inspector

HERE = Path(__file__).parent
NOW = 1_781_180_000_000  # 2026-06-11T12:13:20Z
SIZE = (120, 36)

SCENES: dict[str, tuple[str, ...]] = {
    "patterns": (),
    "pattern": ("enter",),
    "reading": ("s",),
    "filter": ("slash", *"kind", "colon", *"fact", "space", *"pytest"),
    "groups": ("O", "j", "enter"),
    "delete": ("d",),
    "export": ("e",),
    "sessions": ("2", "j", "enter"),
    "stats": ("3",),
    "optimize": ("4", "v"),
    "command": ("colon", *"memory", "space"),
    "help": ("question_mark",),
}
THEMES = ("dark", "light")


def draw_all(folder: Path) -> list[Path]:
    """Draw every scene, dark and light, into a folder."""
    os.environ["TZ"] = "UTC"
    for name in [name for name in os.environ if name.startswith("TEXTUAL") or name == "NO_COLOR"]:
        del os.environ[name]
    time.tzset()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        from tacit.core.demo.store import build_demo

        home = Path(temporary).resolve()
        os.environ |= {"HOME": str(home), "TACIT_HOME": str(home / ".tacit")}
        store = home / ".tacit" / "store"
        build_demo(store, home / ".claude" / "projects", lambda: NOW)
        return [
            path for name, keys in SCENES.items() for path in asyncio.run(draw(store, name, keys, folder))
        ]


async def draw(store: Path, name: str, keys: tuple[str, ...], folder: Path) -> list[Path]:
    """Draw one scene: press the keys, wait until nothing moves, save the screen as SVG in each theme."""
    from tacit.app.inspector.application import Inspector
    from tacit.memory import Memory

    class Shown(Inspector):
        place = Path("/home/you/tacit-export")

    drawn = []
    with Memory.open(store, clock=lambda: NOW, demo=True) as memory:
        app = Shown(memory)
        async with app.run_test(size=SIZE) as pilot:
            await settled(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            for theme in THEMES:
                app.theme = f"tacit-{theme}"
                await settled(app, pilot)
                drawn.append(folder / f"{name}-{theme}.svg")
                picture = steady(app.export_screenshot(title="memory"))
                drawn[-1].write_text(picture, encoding="utf-8")
    return drawn


async def settled(app: Inspector, pilot: Pilot[int]) -> None:
    """Wait for workers and for the screen to be painted."""
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()


def steady(svg: str) -> str:
    """The picture without the random number that Rich puts into its names."""
    import re

    return re.sub(r"terminal-\d+", "terminal-tacit", svg)


def main() -> None:
    """Draw into the folder that is named, else into this one; pictures of scenes that are no more go."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    drawn = draw_all(folder)
    for path in set(folder.glob("*.svg")).difference(drawn):
        path.unlink()
    for path in drawn:
        print(path.name)  # noqa: T201


if __name__ == "__main__":
    main()
