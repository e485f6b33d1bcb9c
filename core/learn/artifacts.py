"""What an episode made: files, commits and pull requests, and the figures its tools printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from tacit.core.learn.commands import parse
from tacit.core.learn.deeds import EDITING, happened
from tacit.core.learn.measures import coverage_of, lint_warnings_of
from tacit.core.learn.paths import is_scratch
from tacit.core.learn.understand import command_of
from tacit.core.model import Commit, Figure, PullRequest, Step

_SUBJECT = 200
_COMMITTED = re.compile(r"^(?:\[[^\]\n]* |Commit )([0-9a-f]{7,40})\]? ?(.*)$", re.MULTILINE)
_APPLIED = "Applied edit to "
"""How an edit's result begins in aider, which commits the edit itself and says so behind that."""
_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_PULL = re.compile(r"https?://[^\s\"'<>]+/(?:pull|pulls|merge_requests)/\d+")
_PULLING = ("gh pr create", "glab mr create", "hub pull-request")


class Artifacts(Struct, frozen=True):
    """What was made, sub-agents' work included, abandoned branches left out.

    ``coverage`` is a percentage, ``lint_warnings`` a count; ``None`` where no tool printed one.
    """

    files: tuple[str, ...] = ()
    commits: tuple[Commit, ...] = ()
    pulls: tuple[PullRequest, ...] = ()
    coverage: Figure | None = None
    lint_warnings: Figure | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each thing made: paths, commit subjects, addresses."""
        commits = tuple(one.subject or one.hash or "commit" for one in self.commits)
        return (*self.files, *commits, *(one.url or "pull request" for one in self.pulls))


def artifacts_of(steps: Sequence[Step]) -> Artifacts:
    """What the steps of an episode made."""
    return Artifacts(
        files=files_written(steps),
        commits=_commits(steps),
        pulls=_pulls(steps),
        coverage=coverage_of(steps),
        lint_warnings=lint_warnings_of(steps),
    )


def files_written(steps: Sequence[Step]) -> tuple[str, ...]:
    """Paths the episode wrote to, sub-agents included, in order; scratch files are none of the project's."""
    seen: dict[str, None] = {}
    for step in steps:
        wrote = step.kind in EDITING and step.status == "ok" and not step.left
        if wrote and step.target and not is_scratch(step.target):
            seen.setdefault(step.target)
    return tuple(seen)


def _commits(steps: Sequence[Step]) -> tuple[Commit, ...]:
    """Commits that went well; one that amends takes the place of the one before."""
    found: list[Commit] = []
    for step in steps:
        if step.left:
            continue
        if step.kind in EDITING and step.status == "ok" and step.observation.startswith(_APPLIED):
            found.extend(_printed(step))
        if step.kind != "shell":
            continue
        went_well = sum(action.intent == "commit" and action.status == "ok" for action in happened(step))
        if not went_well:
            continue
        if _amends(step) and found:
            found.pop()
        found.extend(_printed(step)[:went_well] or [Commit(step.n)] * went_well)
    return tuple(found)


def _printed(step: Step) -> list[Commit]:
    return [Commit(step.n, one[1], _plain(one[2])) for one in _COMMITTED.finditer(step.observation)]


def _amends(step: Step) -> bool:
    return any("--amend" in part.words for part in parse(command_of(step.parameters)))


def _pulls(steps: Sequence[Step]) -> tuple[PullRequest, ...]:
    found: dict[str, PullRequest] = {}
    for step in steps:
        if step.left or step.kind != "shell":
            continue
        if any(action.name in _PULLING and action.status == "ok" for action in happened(step)):
            urls = _PULL.findall(step.observation)
            url = _plain(urls[-1]) if urls else ""
            found.setdefault(url or f"step {step.n}", PullRequest(step.n, url))
    return tuple(found.values())


def _plain(text: str) -> str:
    """What tools print, without the hash of a redacted secret."""
    return _REDACTED.sub(r"[REDACTED:\1]", text.strip())[:_SUBJECT]
