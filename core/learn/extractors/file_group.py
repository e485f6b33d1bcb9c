"""``file_group``: two files of a project that were changed in the same episode.

Keys are ``(project, file, file)``, the files in the order of their names: the same name in another
project is another file. Decided here:

- an episode that changed more than 30 files says nothing about any two of them;
- only pairs are counted: a larger group grows from its pairs at the review, and its uses follow exactly
  from theirs (see :mod:`tacit.core.learn.groups` and :mod:`tacit.core.learn.events`);
- a change is a successful edit or write, by a sub-agent too, of a file of the project.

A pair becomes a pattern only where the files change together more than their popularity explains
(see :mod:`tacit.core.learn.lift`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from tacit.core.learn.deeds import EDITING
from tacit.core.model import Episode, Step, Use
from tacit.core.tables import MOST_FILES


class FileGroupExtractor:
    """Finds the pairs of files that an episode changed."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a pair, from the first change of the one to the first of the other."""
        if not 2 <= len(episode.files) <= MOST_FILES:
            return []
        changed = changes(steps, episode.files)
        label, at = episode.outcome.label, episode.ended
        return [
            Use(
                "file_group",
                (episode.project, one, other),
                label,
                at,
                *sorted((changed[one], changed[other])),
            )
            for one, other in combinations(sorted(changed), 2)
        ]


def changes(steps: Sequence[Step], files: Sequence[str]) -> dict[str, int]:
    """The step of the first change of each of these files, as far as it is stored."""
    wanted = frozenset(files)
    seen: dict[str, int] = {}
    for step in steps:
        if step.target in wanted and step.kind in EDITING and step.status == "ok" and not step.left:
            seen.setdefault(step.target, step.n)
    return seen
