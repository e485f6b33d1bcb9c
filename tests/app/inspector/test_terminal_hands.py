"""Windows that change their size, small ones, and another process at work in the same store."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

ESC, ENTER = "\x1b", "\r"


def memory(store: Path, *args: str) -> str:
    """What a command says, run in a process of its own."""
    command = [sys.executable, "-m", "tacit", "--store", str(store), *args]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def cursor(terminal: Terminal) -> tuple[int, str]:
    """The line the cursor is on, and the first words there."""
    rows = [(number, line) for number, line in enumerate(terminal.screen.display) if line[1] == "▌"]
    assert len(rows) == 1, terminal.text
    number, line = rows[0]
    return number, line[4:24].partition("…")[0].strip()


def test_another_size_loses_nothing(opened, own_store: Path) -> None:
    terminal = opened(own_store, columns=120, rows=36)
    terminal.press("/edit" + ENTER)
    terminal.until(" of 110  sort:")
    terminal.press("jjj")
    terminal.rest()
    _, chosen = cursor(terminal)
    terminal.press(ENTER)
    terminal.until("Support")
    terminal.press("g")
    before = terminal.rest()
    for columns, rows in ((80, 24), (60, 15), (40, 10), (200, 60), (60, 15), (120, 36)):
        terminal.resize(columns, rows)
        terminal.press("g")
        terminal.rest()
        if columns < 60:
            assert "Tacit needs 60×15, this is 40×10" in terminal.text
        else:
            assert "┤1 Patterns├" in terminal.text
            assert all(len(line) <= columns for line in terminal.text.split("\n"))
    assert terminal.text == before
    terminal.press(ESC)
    terminal.until("Support", gone=True)
    assert cursor(terminal)[1] == chosen
    terminal.press("q")
    assert terminal.wait() == 0


def test_every_room_can_be_used_in_sixty_by_fifteen(opened, own_store: Path) -> None:
    terminal = opened(own_store, columns=60, rows=15, ready="┤1 Patterns├")
    for key, sign in (("1", "┤1 "), ("2", "┤2 "), ("3", "┤3 "), ("4", "┤4 ")):
        terminal.press(key)
        terminal.until(sign)
        before = terminal.rest()
        assert "? help" in terminal.screen.display[-1]
        terminal.press("j")
        assert terminal.rest() != before, "j moves"
    terminal.press("1d")
    terminal.until("Delete this pattern?")
    assert "y Delete" in terminal.text
    terminal.press("y")
    terminal.until("Deleted")
    terminal.press("u")
    terminal.until("Brought back")
    terminal.press("q")
    assert terminal.wait() == 0


def test_what_another_process_deletes_goes_and_the_selection_stays(opened, own_store: Path) -> None:
    rows = json.loads(memory(own_store, "patterns", "--limit", "3", "--format", "json"))["patterns"]
    terminal = opened(own_store)
    terminal.until("judged tasks succeed")
    found = re.search(r" (\d+)  sort:", terminal.text)
    assert found
    total = int(found[1])
    terminal.press("j")
    terminal.rest()
    _, chosen = cursor(terminal)
    memory(own_store, "delete", rows[0]["id"])
    terminal.until(f" {total - 1}  sort:rank")
    terminal.rest()
    assert cursor(terminal) == (3, chosen)
    memory(own_store, "delete", rows[1]["id"])
    terminal.until(f" {total - 2}  sort:rank")
    terminal.rest()
    assert rows[2]["title"].startswith(cursor(terminal)[1]), "the neighbour of what is gone"
    memory(own_store, "undo")
    terminal.until(f" {total - 1}  sort:rank")
    terminal.press("q")
    assert terminal.wait() == 0
