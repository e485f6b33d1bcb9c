"""Which processes hold a lock on a file, as the system tells (Linux), under the ids they have for us."""

from __future__ import annotations

import os

LOCKS = "/proc/locks"


def owners(path: str, locks: str = LOCKS) -> frozenset[int] | None:
    """The processes that hold a ``flock`` on a file; ``None`` where the system does not tell.

    Those of another container, which have no id here, are left out.
    """
    try:
        if os.readlink("/proc/self") != str(os.getpid()):  # noqa: PTH115
            return None  # this /proc counts the processes of another container
        wanted = os.stat(path)  # noqa: PTH116 - pathlib is not needed for this
        with open(locks, encoding="ascii", errors="replace") as file:  # noqa: PTH123
            rows = [line.split() for line in file]
    except OSError:
        return None
    held: dict[str, set[int]] = {}
    for row in rows:
        if len(row) > 5 and row[1] == "FLOCK" and row[4].isdigit():
            device, _, number = row[5].rpartition(":")
            if number == str(wanted.st_ino):
                held.setdefault(device, set()).add(int(row[4]))
    # Some file systems (btrfs, overlay) have a device here that stat does not tell.
    device = f"{os.major(wanted.st_dev):02x}:{os.minor(wanted.st_dev):02x}"
    return frozenset(held.get(device) or set().union(*held.values())) - {0}
