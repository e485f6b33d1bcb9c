"""A question in a real terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

ESC, ENTER = "\x1b", "\r"


def test_search_open_return_and_ask_from_the_palette(demo_store: Path, tmp_path: Path) -> None:
    store = shutil.copytree(demo_store, tmp_path / "store")
    terminal = Terminal("--store", str(store), columns=80, rows=24)
    try:
        terminal.until("judged tasks succeed")
        terminal.press("fcargo check" + ENTER)
        terminal.until("  by words ")
        terminal.press(ENTER)
        terminal.until("  by words ", gone=True)
        terminal.press(ESC)
        terminal.until("Search by words and meaning")
        terminal.press(ESC)
        terminal.until("sort:rank")
        terminal.press("\x10how are things")  # ctrl+p
        terminal.until("How are things run here")
        terminal.press(ENTER)
        terminal.until(" commands ")
        terminal.press("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
