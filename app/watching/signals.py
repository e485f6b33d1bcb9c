"""What is asked of a watcher by signals: to end, or to read its settings again."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


class Signals:
    """``ending`` is the signal that ends it, 0 for none; ``again``: the settings are to be read anew.

    A terminal that is closed ends whoever was started in it; where there is none, as under systemd,
    ``SIGHUP`` is the usual request to read the settings.
    """

    def __init__(self) -> None:
        self.ending = 0
        self.again = False
        self._terminal = _has_terminal()

    def mind(self) -> None:
        """Take the signals from now on; one that is ignored stays so."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._come)

    def is_set(self) -> bool:
        """Whether anything is asked."""
        return self.again or self.ending != 0

    def _come(self, number: int, _frame: object) -> None:
        if number == signal.SIGHUP and not (self._terminal and not _has_terminal()):
            self.again = True
        else:
            self.ending = self.ending or number


def _has_terminal() -> bool:
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
        return True
    return False
