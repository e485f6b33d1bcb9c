"""An episode as it is stored: the draft with its counts, its outcome and whether to learn from it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from tacit.core.ids import episode_id
from tacit.core.learn.deeds import EDITING, is_deed, main_steps
from tacit.core.learn.outcome import judge
from tacit.core.learn.paths import is_scratch
from tacit.core.model import Episode, EpisodeDraft, Outcome, Session, Step

_MARKED_AS_ERRORS = frozenset(("error", "rejected", "cancelled", "interrupted"))
_ENCODER = msgspec.msgpack.Encoder()
_MAY_BE_UNSAID = ("context", "task_type")
"""Fields that leave the fingerprint as it was before they were known, where they say nothing."""


def build_episode(
    session: Session, draft: EpisodeDraft, steps: Sequence[Step], outcome: Outcome | None = None
) -> Episode:
    """The episode of a draft, ``steps`` being its steps understood, those of the cut middle included.

    Of the session only its id, agent and project are taken. ``outcome`` is judged here if not given.
    """
    main = [step for step in steps if step.agent is None]
    sub = [step for step in steps if step.agent is not None]
    outcome = judge(draft, steps) if outcome is None else outcome
    return Episode(
        id=episode_id(session.agent, draft.native),
        session=session.id,
        native=draft.native,
        project=session.project,
        agent=session.agent,
        prompt=draft.prompt,
        started=draft.started,
        ended=draft.ended,
        outcome=outcome,
        steps=len(main) + draft.cut_steps - len(draft.middle),
        errors=_count(main, *_MARKED_AS_ERRORS),
        subagent_steps=len(sub),
        subagent_errors=_count(sub, *_MARKED_AS_ERRORS),
        rejected=_count(main, "rejected"),
        cancelled=_count(main, "cancelled"),
        interrupted=_count(main, "interrupted"),
        left=sum(step.left for step in steps),
        cut_steps=draft.cut_steps,
        tokens=draft.tokens,
        tools=_tools(main),
        files=files_written(steps),
        followups=draft.followups,
        unworthy=unworthy(draft, steps, outcome),
        digest=digest_of(draft),
        context=draft.context,
        task_type=draft.task_type,
    )


def digest_of(draft: EpisodeDraft) -> str:
    """A fingerprint of all that a reader saw of an episode, to recognise an unchanged one."""
    seen = msgspec.structs.asdict(draft)
    for name in _MAY_BE_UNSAID:
        if not seen[name]:
            del seen[name]
    return blake2b(_ENCODER.encode(seen), digest_size=16).hexdigest()


def unworthy(draft: EpisodeDraft, steps: Sequence[Step], outcome: Outcome) -> str | None:
    """Why nothing is learned from an episode, if so. A copy is told by the importer, not here."""
    if not draft.prompt.strip():
        return "no prompt"
    main = main_steps(steps)
    if len(main) < 2:
        return "fewer than two steps"
    stopped = outcome.source in {"interruption", "rejection"}
    if stopped and not any(step.status == "ok" and is_deed(step) for step in main):
        return "abandoned before its first success"
    return None


def files_written(steps: Sequence[Step]) -> tuple[str, ...]:
    """Paths the episode wrote to, sub-agents included, in order; scratch files are none of the project's."""
    seen: dict[str, None] = {}
    for step in steps:
        wrote = step.kind in EDITING and step.status == "ok" and not step.left
        if wrote and step.target and not is_scratch(step.target):
            seen.setdefault(step.target)
    return tuple(seen)


def _count(steps: Sequence[Step], *statuses: str) -> int:
    return sum(step.status in statuses for step in steps)


def _tools(steps: Sequence[Step]) -> tuple[tuple[str, int, int], ...]:
    """Vocabulary word, calls, tool failures; the most used first. A rejection is no failure of the tool."""
    tally: dict[str, list[int]] = {}
    for step in steps:
        counts = tally.setdefault(step.kind, [0, 0])
        counts[0] += 1
        counts[1] += step.status == "error"
    rows = [(tool, calls, errors) for tool, (calls, errors) in tally.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
