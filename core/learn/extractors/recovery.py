"""``error_recovery``: this error, then this action first, and whether the error was left behind.

An occurrence is a step with an error (sub-agents included, each a sequence of its own; rejected,
cancelled and interrupted calls are none). The recovering action is the first that went well and is not
the same call again. The error is left behind when within 8 steps a call of the same intent goes well on
the same target or the same file name; for a shell command, of the same intent or, having none, the same
name. Decided here:

- no action went well before the intent did, or none at all: nothing to learn, no use (a plain retry
  that helped is no recovery);
- the end of the episode within the 8 steps: a failure, the error was not left behind;
- but ``unknown`` where nobody could know: in those steps a call of the same intent was rejected,
  interrupted, cancelled or unfinished, or ran with a hidden status, or the person stopped the episode,
  or steps that are not stored followed;
- a call made before the error was told (parallel calls) answers nothing: it neither recovers nor ends it;
- the same shell command is the same call again, whatever was said about it;
- of a compound that failed nobody knows where: no use, for nobody knows what was tried again.

Keys are ``(level, signature, action, intent)``: level ``exact`` with the line or ``class`` with the
family (``other`` has no class row), action the word of a file tool or the name of a command, intent
what succeeds when the error is left behind (``edit``, ``read``, ``lint``, or a command's name).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.core.learn.actions import word_of
from tacit.core.learn.deeds import EDITING, cuts, is_cut, is_deed, own_sequences
from tacit.core.learn.paths import file_name
from tacit.core.learn.understand import command_of
from tacit.core.model import Action, Episode, Label, Signature, Step, Use

WITHIN = 8
_STOPPED = frozenset(("rejected", "cancelled", "interrupted", "unfinished"))


class RecoveryExtractor:
    """Finds what was done after each error."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """Two uses an occurrence: its exact signature and its class."""
        uses: list[Use] = []
        cut_at = cuts(steps)
        for run in own_sequences(steps):
            for at, step in enumerate(run):
                if step.error is not None and is_deed(step) and _is_clear(step):
                    uses.extend(_uses(episode, step, step.error, run[at + 1 :], cut_at))
        return uses


def intent_of_step(step: Step) -> str:
    """What a step tried: ``edit`` for edits and writes, a tool's word, or the command that failed."""
    if step.kind in EDITING:
        return "edit"
    action = _failed(step)
    return intent_of_action(action) if action is not None else step.kind


def intent_of_action(action: Action) -> str:
    """What an action is for: writing and editing are one intent."""
    if action.intent:
        return action.intent
    word = word_of(action.name)
    return "edit" if word in EDITING else word


def _failed(step: Step) -> Action | None:
    """The action of a step that failed; where nobody knows which, its first."""
    return next((a for a in step.actions if a.status == "failed"), step.actions[0] if step.actions else None)


def _is_clear(step: Step) -> bool:
    """Whether it is known which action of a step failed."""
    return len(step.actions) < 2 or any(action.status == "failed" for action in step.actions)


def _uses(
    episode: Episode, step: Step, error: Signature, after: Sequence[Step], cut_at: Sequence[int]
) -> Iterator[Use]:
    recovery = _recovery(step, after, cut_at)
    if recovery is None:
        return
    action, last, result = recovery
    if not after[WITHIN:] and result == "failure" and _stopped(episode):
        result = "unknown"
    intent = intent_of_step(step)
    rows = [("exact", error.line)] + ([("class", error.family)] if error.family != "other" else [])
    for level, text in rows:
        yield Use("error_recovery", (level, text, action, intent), result, step.at, step.n, last)


def _stopped(episode: Episode) -> bool:
    """Whether a person, not the agent, ended the episode."""
    return any(one.source in {"interruption", "rejection"} for one in episode.outcome.evidence)


def _recovery(step: Step, after: Sequence[Step], cut_at: Sequence[int]) -> tuple[str, int, Label] | None:
    """The recovering action, the last step of the recovery, and how it went."""
    found: tuple[str, int] | None = None
    doubt = False
    told = step.at + round(1000 * (step.seconds or 0))
    for distance, later in enumerate(after, 1):
        inside = distance <= WITHIN
        if cut_at and is_cut(cut_at, step.n, later.n):
            doubt = doubt or inside
            break
        if not is_deed(later) or step.at <= later.at < told:
            continue
        if found is None and not _again(step, later):
            word = _first_ok(later)
            if word is not None:
                found = (word, later.n)
        if inside and _same_aim(step, later):
            if _went_well(step, later):
                return (found[0], later.n, "success") if found is not None else None
            doubt = doubt or later.status in _STOPPED or _hidden(step, later)
        if not inside and found is not None:
            break
    if found is None:
        return None
    return found[0], found[1], "unknown" if doubt else "failure"


def _again(step: Step, later: Step) -> bool:
    """Whether a later call is the same call, a shell command by the command alone."""
    if later.tool != step.tool:
        return False
    if later.parameters == step.parameters:
        return True
    command = command_of(step.parameters) if step.kind == "shell" else ""
    return bool(command) and command == command_of(later.parameters)


def _first_ok(step: Step) -> str | None:
    if step.status not in {"ok", "error"}:
        return None
    return next((word_of(action.name) for action in step.actions if action.status == "ok"), None)


def _same_aim(step: Step, later: Step) -> bool:
    """Whether a later step tries the same thing on the same target, or on that file name elsewhere."""
    if not any(intent_of_action(action) == intent_of_step(step) for action in later.actions):
        return False
    if step.kind == "shell" or not step.target:
        return True
    if not later.target:
        return False
    return later.target == step.target or (
        step.kind != "search" and file_name(later.target) == file_name(step.target)
    )


def _went_well(step: Step, later: Step) -> bool:
    intent = intent_of_step(step)
    return any(action.status == "ok" and intent_of_action(action) == intent for action in later.actions)


def _hidden(step: Step, later: Step) -> bool:
    intent = intent_of_step(step)
    return later.status == "ok" and any(
        action.status == "unknown" and intent_of_action(action) == intent for action in later.actions
    )
