"""Another process holds the write lock and stands still: it is told, browsing goes on, quitting works."""

from __future__ import annotations

import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminal import Terminal

from tacit.memory import Memory

_HOLD = """
import sys, time
from tacit.core.tables import SCHEMA
from tacit.store.store import Store
def hold(write):
    print("held", flush=True)
    time.sleep(600)
Store.open(sys.argv[1], SCHEMA, command="import", create=False, clock=lambda: 1).write(hold)
"""

_THEN_PATIENT = """
from tacit.store.errors import StoreBusy
from tacit.store.store import Store
write = Store.write
def patient(self, *job, **options):
    try:
        return write(self, *job, **options)
    except StoreBusy:
        self._timeout = 3_600.0
        raise
Store.write = patient
"""
"""Once it was told that the lock is held, whoever waits for it waits for ever."""


@pytest.fixture
def held(own_store: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLD, str(own_store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def test_it_is_told_browsing_goes_on_and_quitting_works(
    own_store: Path, opened: Callable[..., Terminal], held: subprocess.Popen[str], tmp_path: Path
) -> None:
    with Memory.open(own_store, readonly=True) as memory:
        patterns = [one.id for one in memory.patterns()]
    (tmp_path / "sitecustomize.py").write_text(_THEN_PATIENT, encoding="utf-8")
    environ = {"TACIT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path)}
    terminal = opened(own_store, columns=80, rows=24, **environ)
    terminal.until("judged tasks succeed")
    terminal.press("dy")
    terminal.until("delete 1")
    terminal.press("2")
    terminal.until("┤2 Sessions├")
    terminal.until(f"held by process {held.pid} (import)")
    terminal.press("1")
    terminal.until("┤1 Patterns├")
    terminal.press("dy")
    terminal.until("delete 1")
    terminal.press("q")
    terminal.until("Quit now?")
    terminal.press("y")
    assert terminal.wait() == 0, terminal.text
    assert termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    held.kill()
    held.wait()
    with Memory.open(own_store) as memory:
        assert [one.id for one in memory.patterns()] == patterns
        assert [one for one in memory.doctor() if one.level != "ok"] == []
