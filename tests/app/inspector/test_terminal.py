"""The real command in a real terminal, read as a person reads it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

ESC, ENTER = "\x1b", "\r"
_PATIENCE = 20.0


class Terminal:
    """A process with a terminal of its own, and what stands on it."""

    def __init__(self, *args: str, columns: int = 100, rows: int = 30, **environ: str) -> None:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "TEXTUAL"))
        }
        kept |= {"TERM": "xterm-256color", "TZ": "UTC"} | environ
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.code: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(sys.executable, [sys.executable, "-m", "tacit", *args], kept)

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def read(self, seconds: float = 0.02) -> bool:
        """Take what arrived; false when the process is gone."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                data = os.read(self.fd, 65_536)
            except OSError:
                data = b""
            if not data:
                return False
            self.raw += data
            # pyte does not know the keyboard protocol's private sequences and would print them
            self._stream.feed(data.replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b""))
        return True

    def until(self, text: str, gone: bool = False) -> str:
        """Wait until a text stands on the screen, or stands there no more."""
        end = time.monotonic() + _PATIENCE
        while (text in self.text) == gone:
            assert time.monotonic() < end, f"{text!r} {'stays' if gone else 'does not come'}:\n{self.text}"
            assert self.read(), f"the process ended before {text!r}:\n{self.text}"
        return self.text

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + _PATIENCE
        while self.read() and time.monotonic() < end:
            pass
        _, status = os.waitpid(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def close(self) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


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
    terminal.until(f"▌↺ {first}", gone=True)
    terminal.press("u")
    terminal.until("Brought back: ")
    terminal.until(first)
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"\x1b[?1049l" in terminal.raw  # the person's own screen is back


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
