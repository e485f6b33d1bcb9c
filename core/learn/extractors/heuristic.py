"""``heuristic``: which command a project uses for what, and how its runs end.

A use is one run of a command whose name tells its intent, in the main transcript or a sub-agent. The
key is ``(project, intent, command)``. Commits are no rule about a project; a part that did not run is
no run.
"""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.model import ActionStatus, Episode, Label, Step, Use

_RESULTS: dict[ActionStatus, Label] = {"ok": "success", "failed": "failure", "unknown": "unknown"}


class HeuristicExtractor:
    """Finds the runs of a project's commands."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a run, judged by how it ended."""
        return [
            Use(
                "heuristic",
                (episode.project, action.intent, action.name),
                _RESULTS[action.status],
                step.at,
                step.n,
                step.n,
            )
            for step in steps
            if not step.left and step.kind == "shell"
            for action in step.actions
            if action.intent not in {"", "commit"} and action.status in _RESULTS
        ]
