"""The real command in a real terminal, read as a person reads it."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

from tacit.memory import Memory

ESC, ENTER = "\x1b", "\r"


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_store, tmp_path / "store"))


def test_open_filter_look_delete_undo_quit(terminals: list[Terminal], store: Path) -> None:
    terminal = Terminal("--store", str(store))
    terminals.append(terminal)
    terminal.until("judged tasks succeed")
    total = terminal.screen.display[1].split()[-3]
    first = terminal.screen.display[3][4:30].strip()
    chosen = terminal.screen.display[3][1:30].strip()
    terminal.press("/cargo check")
    terminal.until(f" of {total} ")
    terminal.press(ENTER + ENTER + "s")
    terminal.until("this pattern was learned from")
    terminal.press(ESC)
    terminal.until("Support")
    terminal.press(ESC)
    terminal.until("Support", gone=True)
    terminal.press(ESC)
    terminal.until("words, kind:recovery")
    terminal.until(f" {total}  sort")
    terminal.press("gd")
    terminal.until("Delete this pattern?")
    terminal.press("y")
    terminal.until("Deleted: ")
    terminal.until(chosen, gone=True)
    terminal.press("u")
    terminal.until("Brought back: ")
    terminal.until(first)
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"\x1b[?1049l" in terminal.raw  # the person's own screen is back


def test_pin_apply_and_take_both_back(terminals: list[Terminal], store: Path) -> None:
    terminal = Terminal("--store", str(store), columns=120, rows=36)
    terminals.append(terminal)
    terminal.until("judged tasks succeed")
    total = terminal.screen.display[1].split()[-3]
    terminal.press("jp")
    terminal.until("Pinned: ")
    terminal.until("★ ")
    terminal.press("4")
    terminal.until("[ ]  Merge rows")
    terminal.press("g aa")
    terminal.until("y Apply")
    terminal.press(ENTER)  # neither a second a nor Enter does it
    terminal.until("y Apply", gone=True)
    terminal.press("a")
    terminal.until("y Apply")
    terminal.press("y")
    terminal.until("Done: ")
    terminal.until("merged")
    terminal.press("u")
    terminal.until("Took back: ")
    terminal.until("[ ]  Merge rows")
    terminal.press("1u")
    terminal.until("Took back the pin of: ")
    terminal.until("★ ", gone=True)
    terminal.until(f" {total}  sort")
    terminal.press("q")
    assert terminal.wait() == 0
    with Memory.open(store) as memory:
        assert [step.undone for step in memory.undo_list()] == [True, True]
        assert not any(one.pinned for one in memory.patterns())


def test_keys_typed_before_the_first_paint_are_obeyed_and_not_echoed(
    terminals: list[Terminal], store: Path
) -> None:
    terminal = Terminal("--store", str(store))
    terminals.append(terminal)
    terminal.press("2")
    terminal.until("┤2 Sessions├")
    terminal.press("q")
    assert terminal.wait() == 0


def test_an_impatient_quit_quits(terminals: list[Terminal], store: Path) -> None:
    terminal = Terminal("--store", str(store))
    terminals.append(terminal)
    time.sleep(0.05)
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"Traceback" not in terminal.raw


def test_a_missing_store_is_a_panel_with_cause_and_remedy(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = Terminal("--store", str(tmp_path / "nowhere"), "--readonly")
    terminals.append(terminal)
    assert terminal.wait() == 3
    assert "Tacit cannot open the store" in terminal.text
    assert "Traceback" not in terminal.text


def test_no_color_is_honoured_and_an_empty_value_means_nothing(
    terminals: list[Terminal], store: Path
) -> None:
    plain = Terminal("--store", str(store), NO_COLOR="1")
    coloured = Terminal("--store", str(store), NO_COLOR="", COLORTERM="truecolor")
    terminals += [plain, coloured]
    for terminal in terminals:
        terminal.until("judged tasks succeed")
        terminal.press("q")
        assert terminal.wait() == 0
    styles = {
        int(code)
        for style in re.findall(rb"\x1b\[([\d;]*)m", plain.raw)
        for code in style.split(b";")
        if code
    }
    assert styles <= {*range(10), 39, 49}, "a colour of ours"
    assert b"38;2;" in coloured.raw
