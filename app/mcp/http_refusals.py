"""The lines that the log has of requests that were refused over HTTP."""

from __future__ import annotations

from tacit.app.commands.logfile import refuse
from tacit.app.mcp.http_limits import REFUSALS_NOTED
from tacit.app.mcp.http_rate import Bucket


class Noted:
    """A line for each; of a flood so many a second, the next one with the number of those left out."""

    def __init__(self) -> None:
        self._bucket = Bucket(REFUSALS_NOTED, 4 * REFUSALS_NOTED)
        self._left_out = 0

    def add(self, status: int, why: str) -> None:
        """Note one: its status, 0 where there was no answer, and why in a word or two."""
        if self._bucket.take() is None:
            self._left_out += 1
            return
        more = {"not_noted": self._left_out} if self._left_out else {}
        self._left_out = 0
        refuse("http", why, status=status, **more)


NOTED = Noted()
"""That of this process."""
