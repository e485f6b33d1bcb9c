"""A command in a terminal of its own, read as a person reads it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

import pyte

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
