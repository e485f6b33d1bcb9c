"""Ctrl-C while the program is still loading: no traceback, the terminal as it was, exit code 130."""

from __future__ import annotations

import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal

_AT_IMPORT = """
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
"""
_AT_FIRST_SCREEN = """
import os, signal, tacit.app.inspector.frame.rooms as module
import tacit.app.inspector.ending.ending as ending
ending._PATIENCE = 60.0  # by itself, however slow the machine is
make = module.make_room
def make_room(number):
    made = make(number)
    def interrupted():
        os.kill(os.getpid(), signal.SIGINT)
        return made()
    return interrupted
module.make_room = make_room
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(_AT_IMPORT.format(name="tacit.app.cli"), id="the command line loads"),
        pytest.param(_AT_IMPORT.format(name="tacit.app.commands.root"), id="the commands load"),
        pytest.param(_AT_IMPORT.format(name="textual.app"), id="Textual loads"),
        pytest.param(_AT_FIRST_SCREEN, id="the first screen is made"),
    ],
)
def test_it_ends_in_order(
    own_store: Path, opened: Callable[..., Terminal], tmp_path: Path, code: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    environ = {"PYTHONPATH": str(tmp_path), "TACIT_HOME": str(tmp_path / "home")}
    terminal = opened(own_store, ready="", **environ)
    assert terminal.wait() == 130, terminal.text
    assert b"Traceback" not in terminal.raw
    assert terminal.raw.count(b"\x1b[?1049h") == terminal.raw.count(b"\x1b[?1049l")
    assert termios.tcgetattr(terminal.fd) == terminal.before
