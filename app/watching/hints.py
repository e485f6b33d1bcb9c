"""Hints of the system that files change, for the time between two scans.

Only hints: files in folders that were just made are missed, a folder that is made anew is not noticed, and
where the system has no more watches to give there are none. The scan finds what they do not tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from tacit.core.watching_scan import identity

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

_STEP = 200  # milliseconds between two looks of the library at what the system told it
_GATHER = 600  # milliseconds that changes without a pause are one hint
_DOZE = 0.2  # seconds between two looks for signals where there are no hints


class Asked(Protocol):
    """Whether the wait is over for another reason."""

    def is_set(self) -> bool:
        """So it is."""
        ...


class Hints:
    """Waits for changes below some folders; ``told`` hears once why there are no hints."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._notify: RustNotify | None = None
        self._aimed: dict[str, tuple[int, int]] = {}
        self._silent = ""

    @property
    def working(self) -> bool:
        """Whether the system tells of changes."""
        return self._notify is not None

    def aim(self, places: Sequence[str]) -> None:
        """Listen to what is there of these places; anew where one was made, or made again."""
        there = {place: found for place in places if (found := identity(place)) is not None}
        if there == self._aimed:
            return
        self.close()
        self._aimed = there
        if not there:
            return
        try:
            from watchfiles._rust_notify import RustNotify

            self._notify = RustNotify(list(there), False, False, 0, True, True)
        except Exception as error:  # no watches left, or a folder that went away meanwhile
            self._fail(error)

    def wait(self, seconds: float, asked: Asked) -> set[str]:
        """Wait so long, until something changes or anything is asked; the paths that changed."""
        if self._notify is None:
            end = time.monotonic() + seconds
            while not asked.is_set() and (left := end - time.monotonic()) > 0:
                time.sleep(min(left, _DOZE))
            return set()
        try:
            found = self._notify.watch(_GATHER, _STEP, max(1, round(seconds * 1000)), asked)
        except Exception as error:
            self.close()
            self._fail(error)
            return set()
        return set() if isinstance(found, str) else {path for _, path in found}

    def close(self) -> None:
        """Listen no more."""
        notify, self._notify = self._notify, None
        self._aimed = {}
        if notify is not None:
            with suppress(Exception):
                notify.close()

    def _fail(self, error: Exception) -> None:
        if not self._silent:
            self._silent = str(error) or type(error).__name__
            self._told(self._silent)
