"""What an extractor is: it reads one understood episode and says which patterns were used in it.

Tacit's own stand beside this file, one a kind. A package adds its own through an entry point::

    [project.entry-points."tacit.extractors"]
    audit = "my_package.audit:AuditExtractor"

The object named there is called without arguments and must give an :class:`Extractor`. What holds for it:

- it is a pure function of the episode: what an episode added is taken out again later by deriving the
  same, so no clock, no file, no memory of earlier episodes;
- its uses are of kind ``custom``; ``key`` names the pattern in one or more texts, at most 1,000,000 bytes
  together; ``first`` and ``last`` are numbers of steps of this episode; a key is used once an episode;
- a use is judged by the episode's outcome. One that holds a step which itself spoke for the outcome (the
  deciding test run, the commit, anything between the last edit and it) is counted and not judged, and so
  is one that says ``unknown``; ``at`` is the end of the episode. What it says of these two beside that is
  passed over;
- it runs in a process of its own, which has 10 seconds to start and 2 seconds for an episode. Where it
  raises, takes longer or returns anything else, its uses of that episode are left out and the import
  says so by its name; after the third time it is switched off for the run. Everybody else learns on.

What an extractor left out is derived with ``learn --rebuild``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from tacit.core.model import Episode, Step, Use

GROUP = "tacit.extractors"


@runtime_checkable
class Extractor(Protocol):
    """A pure function of one episode. The same episode always gives the same uses, in the same order."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """The uses of patterns in an episode. ``steps`` are all of its steps, in order."""
        ...
