"""Questions about steps that judging and extracting share: what counts, what ran, what changed files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tacit.core.learn.actions import NO_DEEDS
from tacit.core.learn.paths import is_scratch
from tacit.core.model import Action, Step

EDITING = frozenset(("edit", "write"))
EDITING_COMMANDS = frozenset(
    (
        "sed -i",
        "gsed -i",
        "perl -i",
        "cat >",
        "echo >",
        "printf >",
        "patch",
        "git apply",
        "tee",
        "apply_patch",
    )
)


def main_steps(steps: Sequence[Step]) -> list[Step]:
    """The steps that count for an episode: of the main transcript, on no abandoned branch."""
    return [step for step in steps if step.agent is None and not step.left]


def is_deed(step: Step) -> bool:
    """Whether a step does anything: plans, to-do lists and questions do not."""
    return step.kind not in NO_DEEDS


def happened(step: Step) -> list[Action]:
    """The actions of a step that really ran.

    ``skipped`` ones did not. One with a hidden status ran where the whole went well; where the whole
    failed and nobody knows at which part, only its first part surely ran.
    """
    if not is_deed(step) or step.status not in {"ok", "error"}:
        return []
    ran = [action for action in step.actions if action.status != "skipped"]
    if step.status == "error":
        return [action for at, action in enumerate(ran) if at == 0 or action.status != "unknown"]
    return ran


def changes_files(step: Step) -> bool:
    """Whether a step changed a file of the project, with an editing tool or in a shell."""
    if step.kind in EDITING:
        return step.status == "ok" and not (step.target and is_scratch(step.target))
    return any(action.name in EDITING_COMMANDS and action.status != "failed" for action in happened(step))


def after_change(step: Step) -> tuple[Action, ...]:
    """The actions of a step behind the last of them that edits: ``make`` in ``sed -i … && make``."""
    for at in range(len(step.actions) - 1, -1, -1):
        if step.kind in EDITING or step.actions[at].name in EDITING_COMMANDS:
            return step.actions[at + 1 :]
    return step.actions


def last_change(steps: Sequence[Step]) -> int:
    """The ``n`` of the last main step that changed a file, itself or through its sub-agent; 0 if none did."""
    parents = {
        step.parent for step in steps if step.agent is not None and not step.left and changes_files(step)
    }
    changed = [step.n for step in main_steps(steps) if step.n in parents or changes_files(step)]
    return max(changed, default=0)


def cuts(steps: Sequence[Step]) -> list[int]:
    """The numbers of the steps right behind a cut: nobody knows what was done before them."""
    return [later.n for step, later in pairwise(steps) if later.n != step.n + 1]


def is_cut(cut_at: Sequence[int], one: int, other: int) -> bool:
    """Whether steps that are not stored stood between two."""
    return any(one < n <= other for n in cut_at)


def own_sequences(steps: Sequence[Step]) -> list[list[Step]]:
    """The main transcript and every sub-agent's run, each in its own order, abandoned branches left out."""
    runs: dict[str | None, list[Step]] = {}
    for step in steps:
        if not step.left:
            runs.setdefault(step.agent, []).append(step)
    return list(runs.values())
