"""A program on a terminal of its own, and when which of its bytes arrived.

What arrives is noted with its time at once and understood afterwards, by a terminal emulator, so that the
emulator's own time is in no figure.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyte

from benchmarks.measure import CannotRun

COLUMNS, ROWS = 120, 36
Chunk = tuple[float, bytes]
"""When bytes arrived, by :func:`time.perf_counter`, and the bytes."""

_PRIVATE = (b"\x1b[>1u", b"\x1b[<u")
"""Sequences of the keyboard protocol, which pyte would print."""
_MEASURED = 0.2  # seconds over which a process is looked at to see whether it rests
_PATIENCE = 600.0


def spawned(
    command: Sequence[str | Path], environment: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a program on a pty of 120×36; gives the process and the pty's other end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [str(word) for word in command],
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    return process, master


class Screen:
    """The program, its keyboard and what stands on its screen; it is killed at the end."""

    def __init__(self, command: Sequence[str | Path], environment: dict[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._process, self._master = spawned(command, environment)

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def rows(self) -> list[str]:
        """The lines of the screen."""
        return self._screen.display

    def row(self, number: int) -> tuple[str, ...]:
        """One line with its background: each cell's letter and colour."""
        line = self._screen.buffer[number]
        return tuple(line[column].data + line[column].bg for column in range(COLUMNS))

    def press(self, keys: str) -> float:
        """Write keys; the time right before."""
        at = time.perf_counter()
        os.write(self._master, keys.encode())
        return at

    def gather(self, quiet: float, patience: float = 30.0) -> list[Chunk]:
        """All that arrives until nothing has for ``quiet`` seconds; the emulator has not seen it yet."""
        chunks: list[Chunk] = []
        end = time.perf_counter() + patience
        while time.perf_counter() < end:
            chunk = self.read(quiet)
            if chunk is None:
                break
            chunks.append(chunk)
        return chunks

    def read(self, seconds: float) -> Chunk | None:
        """What arrives next, unless nothing does for so long."""
        if not select.select([self._master], [], [], seconds)[0]:
            return None
        try:
            return time.perf_counter(), os.read(self._master, 1 << 16)
        except OSError:
            raise CannotRun(f"the program ended, saying: {self._last_words()}") from None

    def feed(self, data: bytes) -> None:
        """Let the emulator see what arrived."""
        for sequence in _PRIVATE:
            data = data.replace(sequence, b"")
        self._stream.feed(data)

    def settle(self, quiet: float = 0.3) -> None:
        """Wait until nothing arrives any more."""
        for _, data in self.gather(quiet):
            self.feed(data)

    def until(self, text: str, patience: float = 60.0) -> None:
        """Wait until a text is to be seen."""
        end = time.perf_counter() + patience
        while not any(text in row for row in self.rows):
            if time.perf_counter() > end:
                raise CannotRun(f"{text!r} was not painted, but: {self._last_words()}")
            self.settle(0.05)

    def _last_words(self) -> str:
        return " ".join(" ".join(self.rows).split())[-300:]

    def rest(self) -> None:
        """Wait until the program has nothing to do any more, in the background either."""
        end, idle = time.perf_counter() + _PATIENCE, 0
        while idle < 5 and time.perf_counter() < end:
            before = used(self.pid)
            self.settle(_MEASURED)
            idle = idle + 1 if used(self.pid) - before < 0.02 else 0


def used(pid: int) -> float:
    """Seconds of processor that a process and its living children have used; 0 where no /proc tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")
    return own + sum(used(int(child)) for child in children)


def own_memory(pid: int) -> int:
    """RssAnon of a process: bytes that are its own and no mapped file's."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    found = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return int(found[0]) * 1024
