"""The pictures of the README and the docs, drawn from the demo store: ``make screenshots``.

Everything that could move is fixed: the clock, the time zone, the size, the seed. Drawing twice gives the
same bytes, so a picture that no longer matches the program shows as a change.
"""

from __future__ import annotations

import asyncio
import os
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

SCENES = {
    "patterns": (),
    "pattern": ("enter",),
    "steps": ("enter", "s"),
    "filter": ("slash", *"kind", "colon", *"fact", "space", *"pytest"),
    "delete": ("d",),
    "sessions": ("2",),
    "stats": ("3",),
    "optimize": ("4",),
}


def draw_all(folder: Path) -> list[Path]:
    """Draw every scene, dark and light, into a folder."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        from tacit.core.demo.store import build_demo

        store = Path(temporary) / "store"
        build_demo(store, Path(temporary) / "transcripts", lambda: NOW)
        return [
            asyncio.run(draw(store, name, keys, theme, folder))
            for name, keys in SCENES.items()
            for theme in ("dark", "light")
        ]


async def draw(store: Path, name: str, keys: tuple[str, ...], theme: str, folder: Path) -> Path:
    """Draw one scene: press the keys, wait until nothing moves, save the screen as SVG."""
    from tacit.app.inspector.application import Inspector
    from tacit.memory import Memory

    with Memory.open(store, clock=lambda: NOW, demo=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=SIZE) as pilot:
            app.theme = f"tacit-{theme}"
            await settled(app, pilot)
            for key in keys:
                await pilot.press(key)
            await settled(app, pilot)
            path = folder / f"{name}-{theme}.svg"
            path.write_text(steady(app.export_screenshot(title="memory")), encoding="utf-8")
            return path


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
    """Draw into this folder."""
    for path in draw_all(HERE):
        print(path.relative_to(HERE.parent))  # noqa: T201


if __name__ == "__main__":
    main()
