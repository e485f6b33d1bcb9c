"""How often something went well: the base of every answer that has a rate."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.learn.statistics import interval, rate


class Rated(Struct, frozen=True):
    """Successes of judged, with their rate and its 95 % Wilson interval; no number while none is judged."""

    judged: int
    successes: int

    @property
    def rate(self) -> float | None:
        """Successes / judged."""
        return rate(self.successes, self.judged)

    @property
    def low(self) -> float | None:
        """The lower end of the interval."""
        return interval(self.successes, self.judged)[0]

    @property
    def high(self) -> float | None:
        """The upper end of the interval."""
        return interval(self.successes, self.judged)[1]
