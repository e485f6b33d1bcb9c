"""The keys of records that were found, kept as small as can be: a million take eight megabytes."""

from __future__ import annotations

import time
from array import array

_LOOK = 1 << 16  # keys looked through at once: a millisecond


class Found:
    """Record keys of eight bytes in an order of their own."""

    def __init__(self) -> None:
        self._keys = array("Q")

    def __len__(self) -> int:
        """How many there are."""
        return len(self._keys)

    def append(self, key: bytes) -> None:
        """One more, at the end."""
        self._keys.append(int.from_bytes(key, "big"))

    def page(self, start: int, count: int) -> list[bytes]:
        """Those at the places from ``start`` on."""
        return [number.to_bytes(8, "big") for number in self._keys[start : start + count]]

    def place(self, key: bytes) -> int | None:
        """The place of a key, or ``None``. Other threads have their turn meanwhile."""
        wanted = int.from_bytes(key, "big")
        for start in range(0, len(self._keys), _LOOK):
            if start:
                time.sleep(0)
            try:
                return self._keys.index(wanted, start, start + _LOOK)
            except ValueError:
                continue
        return None
