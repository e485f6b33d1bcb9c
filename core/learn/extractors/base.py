"""What an extractor is: it reads one understood episode and says which patterns were used in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from tacit.core.model import Episode, Step, Use


@runtime_checkable
class Extractor(Protocol):
    """A pure function of one episode. The same episode always gives the same uses, in the same order."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """The uses of patterns in an episode. ``steps`` are all of its steps, in order."""
        ...
