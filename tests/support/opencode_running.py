"""OpenCode in a process of its own, which has its database open and writes to it when it is told to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType

from opencode_store import START, Talk, open_database


def talk_about(number: int, commands: int = 1) -> Talk:
    """A session with so many commands."""
    talk = Talk(f"ses_{number:04d}", start=START + number * 1_000_000)
    talk.prompt(f"Task number {number}")
    for place in range(commands):
        talk.shell(f"make {place}", "fine")
    return talk


class OpenCode:
    """A process that writes; with its end it closes the database, or is killed."""

    def __init__(self, path: Path, journal: str = "wal") -> None:
        command = [sys.executable, __file__, str(path), journal]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._hear()

    def __enter__(self) -> OpenCode:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate("")

    def say(self, number: int, commands: int = 1) -> None:
        """Let it write a session."""
        self._tell(f"say {number} {commands}")

    def checkpoint(self) -> None:
        """Let it move its log into the database."""
        self._tell("checkpoint")

    def lock(self) -> None:
        """Let it take the database for itself."""
        self._tell("lock")

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()

    def _tell(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        self._hear()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n"


def _run(path: Path, journal: str) -> None:
    database = open_database(path, journal)
    print("done", flush=True)
    for line in sys.stdin:
        word, *numbers = line.split()
        if word == "say":
            talk_about(*map(int, numbers)).insert(database)
            database.commit()
        elif word == "checkpoint":
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        else:
            database.isolation_level = None
            database.execute("BEGIN EXCLUSIVE")
        print("done", flush=True)
    database.close()


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2])
