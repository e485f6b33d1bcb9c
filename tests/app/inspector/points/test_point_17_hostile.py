"""Point 17: hostile text is inert and visible wherever it stands; no order of its own reaches a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from scenes import HOSTILE, keys_of
from strict_terminal import unknown_orders
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.declare_dialog import plain_action
from tacit.memory import Memory

FORBIDDEN = set("\x1b\x07\x00\x9b\u202e")
SHOWN = ("[@click=app.quit]x[/]", "␛]52;c;aGk=␇")
SECRET = "aGk="  # what the hostile text would copy
DAY = 86_400_000
ESC, ENTER, TAB, CTRL_P = "\x1b", "\r", "\t", "\x10"

KEYS: Sequence[str] = (
    *("j", "k", ENTER, "G", ENTER, ESC, ESC, ESC, "d", "y", "u", "Y", "y", "p", "c", ESC, "e", ESC, "o", ESC),
    *("O", ESC, "/", "[/] x", ESC, "/", "project:", TAB, ESC, "2", ENTER, ENTER, ENTER, "]", "}", ESC, "p"),
    *(ESC, ESC, "d", "n", "m", ESC, "F", ESC, "b", ESC, "3", "G", "4", " ", "v", ESC, "a", "n", "?", ESC),
    *(CTRL_P, "[/]", ESC, ":", "[/]", ENTER, ESC, "f", "make", ENTER, ENTER, ESC, ESC, "J", ESC, "1"),
)


@pytest.mark.parametrize("name", HOSTILE)
async def test_nothing_hostile_reaches_a_screen(hostile: Memory, see, calm, name: str) -> None:
    app = Inspector(hostile)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await calm(pilot)
        for keys in keys_of(HOSTILE[name]):
            await pilot.press(*keys)
            await calm(pilot)
            seen = see(app)
            assert app.is_running
            assert not FORBIDDEN & set(seen), keys
            assert all(len(line) <= 100 for line in seen.split("\n"))


NOTES = ("colon", "'notes", "enter")
NOTED: dict[str, tuple[str, ...]] = {
    "list": NOTES,
    "narrowed": (*NOTES[:1], "'notes [/]", "enter"),
    "page": (*NOTES, "enter"),
    "page-end": (*NOTES, "enter", "G", "Y"),
    "each": (*NOTES, "j", "enter", "escape", "j", "enter", "escape", "j", "enter", "G"),
    "delete": (*NOTES, "d"),
    "order": (*NOTES, "o", "escape", "O"),
    "export": ("e", "tab", "tab", "'[/] x", "enter"),
    "export-of-a-note": (*NOTES, "enter", "e"),
    "found": ("f", "'odd", "enter", "enter"),
}


@pytest.fixture
def noted(hostile: Memory, tmp_path: Path) -> Memory:
    """With notes in which everything is hostile: a title, a tag, a source, and a line of a megabyte."""
    odd = "[@click=app.quit]odd[/] \\ud800 \x1b]52;c;aGk=\x07\x00\x9b31m \u202etxt\u2066 "
    told = [
        {
            "title": odd,
            "text": f"{odd} {n}\n# [/] {odd}\n" + odd * n,
            "tags": [odd],
            "metadata": {"type": odd},
        }
        for n in (1, 100)
    ]
    told += [{"title": "\u202e", "text": "x" * 1_000_000}, {"id": odd, "text": f"\n\n\u2028{odd}\r"}]
    store = tmp_path / "odd\u202e\x1b[2J.json"
    store.write_text(json.dumps(told).replace("\\\\ud800", "\\ud800"))
    taken = hostile.import_path(store)
    assert taken.notes is not None
    assert taken.notes.new == 4
    return hostile


@pytest.mark.parametrize("name", NOTED)
async def test_nothing_hostile_of_a_note_reaches_a_screen(
    noted: Memory, see, calm, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where it exports to
    app = Inspector(noted)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await calm(pilot)
        for keys in keys_of(NOTED[name]):
            await pilot.press(*keys)
            await calm(pilot)
            seen = see(app)
            assert app.is_running
            assert not (FORBIDDEN | {"\u2066", "\ud800"}) & set(seen), keys
            assert all(len(line) <= 100 for line in seen.split("\n"))


@pytest.mark.parametrize("name", ["list", "page"])
async def test_a_note_is_shown_as_the_text_it_is(noted: Memory, see, calm, name: str) -> None:
    app = Inspector(noted)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        for keys in keys_of(NOTED[name]):
            await pilot.press(*keys)
            await calm(pilot)
        assert "[@click=app.quit]odd[/]" in see(app)
        assert "␛]52;c;aGk=␇" in see(app)


async def test_it_is_shown_as_the_text_it_is(hostile: Memory, see, calm) -> None:
    app = Inspector(hostile)
    whole = ""
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        for keys in (["2"], ["enter"], ["enter"], ["escape", "escape", "1", "enter"]):
            await pilot.press(*keys)
            await calm(pilot)
            whole += see(app)
    for text in SHOWN:
        assert text in whole


async def test_what_was_learned_of_it_is_inert_where_it_is_pinned_declared_and_tidied(
    hostile: Memory, see, calm
) -> None:
    app = Inspector(hostile)
    later = hostile.clock() + 400 * DAY
    hostile.clock = lambda: later  # type: ignore[method-assign]
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await calm(pilot)
        assert app.screen.list.total > 0
        for place in range(app.screen.list.total):
            for keys in (["g", *"j" * place, "p"], ["c"], ["escape"]):
                await pilot.press(*keys)
                await calm(pilot)
                assert not FORBIDDEN & set(see(app))


def test_actions_are_written_so_that_they_find_themselves() -> None:
    from fnmatch import fnmatchcase

    for label in ("edit *.rs", "make \x1b[2J", "a -> b", "a → b", "list[int]", "mise run \u202etest"):
        assert plain_action(label).isprintable()
        assert " -> " not in plain_action(label)
        assert fnmatchcase(label, plain_action(label))


@pytest.fixture
def hostile_store(hostile: Memory, tmp_path: Path) -> Path:
    """The hostile store with a line of a megabyte in it, closed."""
    one = Transcript("long", cwd="/home/dev/long")
    one.prompt("\x1b[2J" + "long \x1b]0;title\x07 " * 60_000)
    one.bash("make \x1b]0;title\x07", "\x9b31m" + "z" * 1_000_000)
    one.save(tmp_path / "more")
    hostile.import_paths([tmp_path / "more"])
    hostile.close()
    return tmp_path / "hostile"


def test_no_order_that_came_from_data_reaches_the_terminal(opened, hostile_store: Path) -> None:
    pytest.importorskip("termios")
    terminal = opened(hostile_store, columns=120, rows=40)
    for keys in KEYS:
        terminal.press(keys)
        terminal.rest(0.1)
    assert terminal.leave() == 0, terminal.text
    assert unknown_orders(terminal.raw) == []
    assert b"\x1b]52;c;" + SECRET.encode() not in terminal.raw
    assert SHOWN[0].encode() in terminal.raw


@pytest.mark.parametrize(
    "args",
    [
        ("patterns",),
        ("sessions",),
        ("episodes",),
        ("stats",),
        ("search", "make"),
        ("undo", "--list"),
        ("optimize",),
        ("doctor",),
        ("show", "\x1b[2J"),
        ("patterns", "kind:\x1b[2J"),
        ("\x1b]0;x\x07",),
    ],
)
def test_a_command_says_nothing_a_terminal_obeys(hostile_store: Path, args: Sequence[str]) -> None:
    pytest.importorskip("termios")
    from terminal import Terminal

    terminal = Terminal("--store", str(hostile_store), *args, columns=200)
    try:
        terminal.wait()
        assert unknown_orders(terminal.raw) == []
    finally:
        terminal.close()


@pytest.mark.parametrize(
    "raw", [b"\x1b]52;c;aGk=\x07x\x1b[5n", b"\x1b]0;t\x07", b"\x9b31m", "\u202e".encode(), b"\x00"]
)
def test_the_judge_of_orders_sees_them(raw: bytes) -> None:
    assert unknown_orders(b"\x1b[1;1Hfine\x1b[0m" + raw) != []


def test_a_hostile_name_of_a_store_is_inert_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tacit", "--store", str(tmp_path / "\x1b[31m\u202e"), "patterns"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 3
    assert unknown_orders(done.stderr + done.stdout) == []
