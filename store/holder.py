"""Who has the write lock. LMDB does not tell, so each writer notes itself in a small file of ours.

The system tells who has that file locked (see :mod:`tacit.store.second_lock`), as far as it does; then the
note only says what it is at. Process ids mean something in their own container alone, so a note names it.
"""

from __future__ import annotations

import os

from tacit.store.errors import StoreBusy

FILE = "writer"
_SIZE = 96


class Holder:
    """The note in the folder of a store. It says who won the lock last, which is who has it."""

    __slots__ = ("_fd", "_path", "_store")

    def __init__(self, store: str) -> None:
        self._store = store
        self._path = f"{store}/{FILE}"
        self._fd = -1

    def note(self, command: str) -> None:
        """This process has the lock. A note that cannot be written is only a poorer message later."""
        try:
            if self._fd < 0:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            line = f"{os.getpid()} {_container()} {command}".encode()[:_SIZE]
            os.pwrite(self._fd, line.ljust(_SIZE), 0)
        except OSError:
            return

    def busy(self) -> StoreBusy:
        """The error for whoever waited too long."""
        return StoreBusy(
            f"The store {self._store} is busy, held by {self._who()}.",
            "Wait until it is done or end that process, then try again.",
        )

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _who(self) -> str:
        from tacit.store.lock_owners import owners

        process, command = self._noted()
        told = owners(self._path)
        if told is None:
            told = frozenset((process,)) if process and _lives(process) else frozenset()
        if not told:
            return "another process"
        if process in told:
            return f"process {process} ({command})" if command else f"process {process}"
        return f"process {min(told)}"

    def _noted(self) -> tuple[int, str]:
        """Process and command in the note; zero for none that means anything here."""
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib is not needed for this
                line = file.read(_SIZE).decode(errors="replace")
        except OSError:
            return 0, ""
        process, _, rest = line.strip().partition(" ")
        container, _, command = rest.partition(" ")
        if not (process.isdecimal() and process.isascii()) or container != _container():
            return 0, ""
        return int(process), "".join(letter for letter in command if letter.isprintable())


def _container() -> str:
    """What tells the process ids here from those elsewhere."""
    try:
        return os.readlink("/proc/self/ns/pid").replace(" ", "")  # noqa: PTH115
    except OSError:
        return "-"


def _lives(process: int) -> bool:
    """Whether there is such a process; a note outlives who wrote it."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
