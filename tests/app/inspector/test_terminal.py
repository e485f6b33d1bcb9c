"""The real command in a real terminal, driven and read as by a person."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("termios")
from grounded import ground
from terminal import Terminal

from tacit.memory import Memory

ESC, ENTER, TAB = "\x1b", "\r", "\t"
CLEAR = "\x15"  # ctrl+u
_REVIEW = 90.0  # seconds; a delete weighs everything that was learned


@pytest.fixture(scope="module")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 100,000 patterns that stand on evidence."""
    path: Path = tmp_path_factory.mktemp("large") / "store"
    ground(path, 100_000)
    return path


def titles(store: Path, *query: str) -> list[str]:
    """The titles that the plain command lists."""
    command = [sys.executable, "-m", "tacit", "--store", str(store), "patterns", *query, "--limit", "5"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True)
    return [row["title"] for row in json.loads(done.stdout)["patterns"]]


def selected(terminal: Terminal) -> str:
    """The first words of the row under the cursor."""
    terminal.rest()
    rows = [line for line in terminal.screen.display if line[1] == "▌"]
    assert len(rows) == 1, terminal.text
    return rows[0][4:24].partition("…")[0].strip()


def counted(terminal: Terminal, before: str = "  sort:") -> str:
    """How many rows the filter line says there are."""
    found = re.search(rf" ([\d,]+){before}", terminal.until("sort:"))
    assert found, terminal.text
    return found[1]


def leave(terminal: Terminal) -> None:
    """Quit; the terminal is as it was found."""
    terminal.press("q")
    assert terminal.wait() == 0, terminal.text
    assert b"\x1b[?1049l" in terminal.raw  # the person's own screen is back
    assert b"Traceback" not in terminal.raw


def mend(terminal: Terminal, words: str, doomed: str, target: Path) -> None:
    """Filter, look, delete, undo and export; ``doomed`` is the title of the first row the words find."""
    total = counted(terminal)
    terminal.press(f"/{words}")
    terminal.until(f" of {total}  sort:")
    terminal.press(ENTER)
    terminal.rest()
    row = selected(terminal)
    found = int(counted(terminal, " of"))
    assert doomed.startswith(row), terminal.text
    terminal.press(ENTER)
    terminal.until("Support")
    terminal.press(ESC)
    terminal.until("Support", gone=True)
    terminal.press("dd" + ENTER)  # neither the key again nor the button in front deletes
    terminal.rest()
    assert "Delete this pattern?" not in terminal.text
    terminal.press("d")
    terminal.until("Delete this pattern?")
    terminal.press("y")
    terminal.until("Deleted: ", patience=_REVIEW)
    terminal.until(f"{found - 1} of ")
    terminal.press("u")
    terminal.until("Brought back: ", patience=_REVIEW)
    terminal.until(f"{found} of ")
    terminal.press("ge")
    terminal.until("into the directory")
    terminal.press(TAB + CLEAR)
    terminal.rest()
    terminal.press(str(target))
    terminal.rest()
    terminal.press(ENTER)
    terminal.until("Exported")
    terminal.press(ESC)
    terminal.until("words, kind:recovery")


def test_open_filter_look_delete_undo_export_quit(opened, own_store: Path, tmp_path: Path) -> None:
    doomed = titles(own_store, "cargo check")[0]
    terminal = opened(own_store)
    terminal.until("judged tasks succeed")
    total = counted(terminal)
    mend(terminal, "cargo check", doomed, tmp_path / "out")
    terminal.until(f" {total}  sort")
    leave(terminal)
    assert titles(own_store, "cargo check")[0] == doomed
    assert doomed in "".join(path.read_text() for path in (tmp_path / "out").rglob("*.json"))


def test_the_same_over_a_hundred_thousand_patterns(opened, large_store: Path, tmp_path: Path) -> None:
    doomed = titles(large_store, "area-7777")[0]
    terminal = opened(large_store)
    terminal.until(" 100,000  sort:rank")
    terminal.press("G")
    terminal.rest()
    last = selected(terminal)
    terminal.press("gG")
    terminal.rest()
    assert selected(terminal) == last
    mend(terminal, "area-7777", doomed, tmp_path / "out")
    terminal.until(" 100,000  sort:rank")
    leave(terminal)
    assert titles(large_store, "area-7777")[0] == doomed


def test_from_a_pattern_to_its_evidence_and_back(opened, own_store: Path) -> None:
    terminal = opened(own_store)
    terminal.press("jj")
    terminal.rest()
    chosen = selected(terminal)
    terminal.press(ENTER)
    terminal.until("Support")
    terminal.press("s")
    terminal.until("learned from")
    terminal.press(ESC)
    terminal.until("Support")
    terminal.press(ESC)
    terminal.until("Support", gone=True)
    assert selected(terminal) == chosen
    leave(terminal)


def test_pin_apply_and_take_both_back(opened, own_store: Path) -> None:
    terminal = opened(own_store, columns=120, rows=36)
    total = counted(terminal)
    terminal.press("jp")
    terminal.until("Pinned: ")
    terminal.until("★ ")
    terminal.press("4")
    terminal.until("[ ]  ▾ Merge rows")
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
    terminal.until("[ ]  ▾ Merge rows")
    terminal.press("1u")
    terminal.until("Took back the pin of: ")
    terminal.until("★ ", gone=True)
    terminal.until(f" {total}  sort")
    leave(terminal)
    with Memory.open(own_store) as memory:
        assert [step.undone for step in memory.undo_list()] == [True, True]
        assert not any(one.pinned for one in memory.patterns())


def test_a_missing_store_is_a_panel_with_cause_and_remedy(opened, tmp_path: Path) -> None:
    terminal = opened(tmp_path / "nowhere", "--readonly", ready="")
    assert terminal.wait() == 3
    assert "Tacit cannot open the store" in terminal.text
    assert "Traceback" not in terminal.text


def test_no_color_is_honoured_and_an_empty_value_means_nothing(opened, own_store: Path) -> None:
    plain = opened(own_store, NO_COLOR="1")
    coloured = opened(own_store, NO_COLOR="", COLORTERM="truecolor")
    for terminal in (plain, coloured):
        terminal.until("judged tasks succeed")
        leave(terminal)
    styles = {
        int(code)
        for style in re.findall(rb"\x1b\[([\d;]*)m", plain.raw)
        for code in style.split(b";")
        if code
    }
    assert styles <= {*range(10), 39, 49}, "a colour of ours"
    assert b"38;2;" in coloured.raw
