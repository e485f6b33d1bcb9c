"""The inspector on real stores: the demo, and small ones made of hand-written transcripts."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coroutines import pytest_pyfunc_call as pytest_pyfunc_call
from textual.pilot import Pilot
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.frame import telling
from tacit.core.demo.store import build_demo
from tacit.memory import Memory
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import plain

NOW = 1_790_000_000_000
HOSTILE = "\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] list[int] \u202egnp.exe \x9b31m\u0000 日本語 👍"

_OF_THE_TERMINAL = {"NO_COLOR", "TMUX", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY"}


@pytest.fixture(scope="session", autouse=True)
def fixed_surroundings() -> Iterator[None]:
    """Times are shown in UTC, and nothing of the developer's terminal shows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        for name in [name for name in os.environ if name.startswith("TEXTUAL") or name in _OF_THE_TERMINAL]:
            patch.delenv(name)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def told_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told goes when a test lets it go, not when the machine was busy for a few seconds."""
    monkeypatch.setattr(telling, "_LASTS", dict.fromkeys(telling._LASTS, 3_600.0))


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store at the fixed time; copy it before writing."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACIT_HOME", str(folder / "home"))
        build_demo(folder / "store", folder / "transcripts", lambda: NOW)
    return folder / "store"


@pytest.fixture
def demo(demo_store: Path, tmp_path: Path) -> Iterator[Memory]:
    """A demo store of one's own."""
    path = tmp_path / "demo"
    shutil.copytree(demo_store, path)
    with Memory.open(path, clock=lambda: NOW, demo=True) as memory:
        yield memory


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Memory]:
    """A store in which every text is hostile, some of it learned."""
    folder = tmp_path / "transcripts"
    for number in range(4):
        one = Transcript(f"odd{number}", cwd=f"/home/dev/{HOSTILE}")
        one.prompt(f"{HOSTILE} {number} {'x' * 9_000}")
        for _ in range(2):
            one.edit(f"{HOSTILE}.py", refused=f"{HOSTILE} not found")
            one.read(f"{HOSTILE}.py")
            one.edit(f"{HOSTILE}.py")
            one.bash(f"make '{HOSTILE}'", HOSTILE + "y" * 5_000)
            one.tests_pass()
        one.save(folder)
    with Memory.open(tmp_path / "hostile", clock=lambda: NOW) as memory:
        memory.import_paths([folder])
        yield memory


@pytest.fixture
def own_store(demo_store: Path, tmp_path: Path) -> Path:
    """A demo store of one's own that nobody has open."""
    return Path(shutil.copytree(demo_store, tmp_path / "store"))


Open = Callable[..., Any]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens the inspector on a store in terminals of its own, and reads until a text stands there."""
    from terminal import Terminal

    terminals: list[Terminal] = []

    def start(store: Path, *args: str, ready: str = "sort:rank", **more: Any) -> Terminal:
        terminals.append(Terminal("--store", str(store), *args, **more))
        if ready:
            terminals[-1].until(ready)
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Memory]:
    """A store nothing was imported into."""
    with Memory.open(tmp_path / "empty", clock=lambda: NOW) as memory:
        yield memory


Read = Callable[[Inspector], str]


def read_screen(app: Inspector) -> str:
    """What stands on the screen, without its colours, with everything over it."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


def read_dialog(app: Inspector) -> str:
    """What the dialog in front says, as one line."""
    return " ".join(plain(line) for lines in app.screen.query(Lines) for line in lines.lines)


async def settle(pilot: Pilot[int]) -> None:
    """Wait until every worker is done, those too that the first ones started, and painted."""
    await pilot.pause()
    for _ in range(200):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if all(worker.is_finished for worker in pilot.app.workers):
            return


@pytest.fixture
def see() -> Read:
    return read_screen


@pytest.fixture
def said() -> Read:
    return read_dialog


@pytest.fixture
def calm() -> Callable[[Pilot[int]], object]:
    return settle
