"""Several extractors as one."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.learn.extractors.base import Extractor
from tacit.core.model import Episode, Step, Use


class HybridExtractor:
    """Asks each of its extractors in turn."""

    def __init__(self, extractors: Sequence[Extractor]) -> None:
        self._extractors = tuple(extractors)

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """The uses all extractors find, in their order."""
        return [use for one in self._extractors for use in one.extract(episode, steps)]
