"""Point 1: keys typed while the program starts are obeyed, and the first paint waits for nothing heavy.

How long the first paint takes is measured by ``make bench ARGS=paint``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("termios")

_FIRST_PAINT = """
import sys
from tacit.memory import Memory
from tacit.app.inspector.application import Inspector

class Watched(Inspector):
    def painted(self):
        heavy = {"numpy", "usearch", "onnxruntime", "tokenizers", "tantivy", "urllib3", "watchfiles"}
        print("loaded:", *sorted(heavy & set(sys.modules)), len(sys.modules))
        self.exit(0)

with Memory.open(sys.argv[1], create=False) as memory:
    Watched(memory).run(headless=True)
"""
_MOST_MODULES = 560
_DELAYS = (0.01, 0.1, 0.2)


@pytest.mark.parametrize("delay", _DELAYS)
def test_a_room_asked_for_while_it_starts_is_gone_to_and_q_quits(
    opened, own_store: Path, delay: float
) -> None:
    terminal = opened(own_store, ready="")
    time.sleep(delay)
    terminal.press("2jj")
    terminal.until("┤2 Sessions├")
    terminal.rest()
    assert terminal.screen.display[5][1] == "▌", terminal.text
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"\x1b[?1049l" in terminal.raw


def test_a_filter_typed_while_it_starts_is_one(opened, own_store: Path) -> None:
    terminal = opened(own_store, ready="")
    time.sleep(0.01)
    terminal.press("/quiet [/")
    terminal.until("/ quiet [/")
    assert "┤1 Patterns├" in terminal.rest()
    terminal.press("\x1b")
    terminal.until("quiet", gone=True)  # else the two would be one key, Alt and q
    terminal.press("q")
    assert terminal.wait() == 0


@pytest.mark.parametrize("delay", _DELAYS)
def test_an_impatient_quit_quits(opened, own_store: Path, delay: float) -> None:
    terminal = opened(own_store, ready="")
    time.sleep(delay)
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"Traceback" not in terminal.raw


def test_the_first_paint_loads_no_index_no_model_and_few_modules(own_store: Path) -> None:
    command = [sys.executable, "-c", _FIRST_PAINT, str(own_store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    words = done.stdout.split("loaded:")[1].split()
    assert words[:-1] == []
    assert int(words[-1]) <= _MOST_MODULES, "more modules than before are imported for the first paint"
