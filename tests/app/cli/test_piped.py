"""What is piped into a command: that there is anything, and that nothing of it is left lying about."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from own_process import environment


def importing(home: Path, stdin: int) -> subprocess.Popen[bytes]:
    """``memory import -`` reading from there."""
    return subprocess.Popen(
        [sys.executable, "-m", "tacit", "import", "-"],
        env=environment(home),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_ends_it_leaves_nothing_of_what_was_piped(tmp_path: Path, number: signal.Signals):
    process = importing(tmp_path, subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"x" * (2 << 20))
    process.stdin.flush()
    while not any((tmp_path / "cache").glob("*/stdin")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert not list((tmp_path / "cache").iterdir())


def test_a_terminal_is_not_waited_for(tmp_path: Path):
    master, slave = pty.openpty()
    try:
        process = importing(tmp_path, slave)
        out, told = process.communicate(timeout=120)
    finally:
        os.close(master)
        os.close(slave)
    assert (process.returncode, out) == (2, b"")
    assert b"standard input is the terminal" in told


@pytest.mark.parametrize("words", ["import -", "import --from -"])
def test_a_closed_standard_input_is_said(tmp_path: Path, words: str):
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec '{sys.executable}' -m tacit {words} <&-"],
        env=environment(tmp_path), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Standard input is closed." in done.stderr
