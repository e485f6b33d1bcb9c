"""A command in a terminal of its own, read as a person reads it."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte
from awaited import PATIENCE

_ESC = "\x1b"


class Terminal:
    """A process with a terminal of its own, and what stands on it. ``before`` is how that was set."""

    def __init__(self, *args: str, columns: int = 100, rows: int = 30, **environ: str) -> None:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "TEXTUAL"))
        }
        kept |= {"TERM": "xterm-256color", "TZ": "UTC"} | environ
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.code: int | None = None
        self._after_esc = False
        # The far end stays open here: at its last closing the system would set the terminal back by itself.
        self.fd, self._far = os.openpty()
        self.before = termios.tcgetattr(self.fd)
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.fd)
            os.login_tty(self._far)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(sys.executable, [sys.executable, "-m", "tacit", *args], kept)

    def press(self, keys: str) -> None:
        """Type keys. After Esc alone it waits until that was obeyed: a key at once would be one with it."""
        if self._after_esc:
            self.rest()
        self._after_esc = keys == _ESC
        os.write(self.fd, keys.encode())

    def click(self, text: str, column: int | None = None) -> None:
        """Click with the left button where a text stands first, or in that column of its line."""
        row, found = self.find(text)
        x, y = (found if column is None else column) + 1, row + 1
        self.press(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")

    def wheel(self, text: str, down: int) -> None:
        """Turn the wheel over a text, so many notches down; up where negative."""
        row, column = self.find(text)
        self.press(f"\x1b[<{65 if down > 0 else 64};{column + 1};{row + 1}M" * abs(down))

    def find(self, text: str) -> tuple[int, int]:
        """The first line and column in which a text stands."""
        for row, line in enumerate(self.screen.display):
            if text in line:
                return row, line.index(text)
        raise AssertionError(f"{text!r} is not there:\n{self.text}")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, as a person's hand does: the program is told with a signal."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def rest(self, seconds: float = 0.3) -> str:
        """Wait until it has slept and written nothing for so long; what stands on the screen then."""
        assert self._rested(seconds), f"the process ended:\n{self.text}"
        return self.text

    def _rested(self, seconds: float) -> bool:
        """Wait as :meth:`rest` does; false when the process is gone. Waiting for a processor is no sleep."""
        end = time.monotonic() + PATIENCE
        quiet = time.monotonic() + seconds
        while (now := time.monotonic()) < quiet:
            assert now < end, f"it does not come to rest:\n{self.text}"
            before = len(self.raw)
            if not self.read(0.02):
                return False
            if len(self.raw) != before or self._works():
                quiet = time.monotonic() + seconds
        return True

    def _works(self) -> bool:
        """Whether a thread of the process runs or would, had it a processor, where the system tells."""
        for path in Path(f"/proc/{self.pid}/task").glob("*/stat"):
            try:
                state = path.read_bytes().rpartition(b") ")[2][:1]
            except OSError:  # the thread is over
                continue
            if state in b"RD":
                return True
        return False

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
        return bool(ready) or not self._is_over() or bool(select.select([self.fd], [], [], 0)[0])

    def _is_over(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def until(self, text: str, gone: bool = False, patience: float = PATIENCE) -> str:
        """Wait until a text stands on the screen, or stands there no more."""
        end = time.monotonic() + patience
        while (text in self.text) == gone:
            assert time.monotonic() < end, f"{text!r} {'stays' if gone else 'does not come'}:\n{self.text}"
            assert self.read(), f"the process ended before {text!r}:\n{self.text}"
        return self.text

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def leave(self) -> int:
        """Quit from wherever it stands: Esc until ``q`` is nothing but quitting; the exit code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.press(_ESC)
            self.press("q")
            if not self._rested(1.0):
                return self.ended()
        raise AssertionError(f"nothing quits it:\n{self.text}")

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + PATIENCE
        while self.read():
            assert time.monotonic() < end, f"the process does not end:\n{self.text}"
        return self.ended()

    def ended(self) -> int:
        """Wait for the end without reading what is written meanwhile; the exit code."""
        end = time.monotonic() + PATIENCE
        while not self._is_over():
            assert time.monotonic() < end, f"the process does not end:\n{self.text}"
            select.select([], [], [], 0.01)
        assert self._status is not None
        self.code = os.waitstatus_to_exitcode(self._status)
        return self.code

    def close(self) -> None:
        if self.code is None and not self._is_over():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        os.close(self._far)
