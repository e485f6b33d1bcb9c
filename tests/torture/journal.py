"""What a process was told is done, written down and synced before it goes on."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class NoRoom(Exception):
    """Nothing more can be written down, so nothing more may be done."""


class Journal:
    """Appends one JSON object a line. A line that a kill cut off is ended by whoever comes next."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(self._handle, b"\n")

    def note(self, op: str, **fields: Any) -> None:
        """Write it down, with the time on a clock that all processes of the machine share."""
        line = json.dumps({"op": op, "at": time.clock_gettime(time.CLOCK_MONOTONIC), **fields}) + "\n"
        packed = line.encode()
        try:
            if os.write(self._handle, packed) != len(packed):
                raise NoRoom
        except OSError as error:
            raise NoRoom from error
        os.fsync(self._handle)


def entries(path: Path) -> list[Entry]:
    """All that was written down whole, oldest first."""
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
