"""An episode as it is stored: the draft with its counts, its outcome and whether to learn from it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from tacit.core.drafts import EpisodeDraft
from tacit.core.ids import episode_id
from tacit.core.learn.artifacts import artifacts_of
from tacit.core.learn.deeds import is_deed, main_steps
from tacit.core.learn.outcome import judge
from tacit.core.learn.task_types import task_type
from tacit.core.learn.tasks import complexity_of, language_of
from tacit.core.model import TASK_TYPES, Episode, Outcome, Session, Step

_MARKED_AS_ERRORS = frozenset(("error", "rejected", "cancelled", "interrupted"))
_ENCODER = msgspec.msgpack.Encoder()
_MAY_BE_UNSAID = ("context", "task_type", "said", "answered")
"""Fields that leave the fingerprint as it was before they were known, where they say nothing."""


def tell(
    session: Session, draft: EpisodeDraft, steps: Sequence[Step], middle: Sequence[Step] = ()
) -> Episode:
    """The episode of a draft, judged: imports and live episodes all come through here.

    ``steps`` are the draft's, understood, and ``middle`` those of them that are not kept.
    """
    return build_episode(session, draft, sorted([*steps, *middle], key=lambda step: step.n))


def build_episode(
    session: Session, draft: EpisodeDraft, steps: Sequence[Step], outcome: Outcome | None = None
) -> Episode:
    """The episode of a draft, ``steps`` being its steps understood, those of the cut middle included.

    Of the session only its id, agent and project are taken. ``outcome`` is judged here if not given.
    """
    main = [step for step in steps if step.agent is None]
    sub = [step for step in steps if step.agent is not None]
    outcome = judge(draft, steps) if outcome is None else outcome
    built = Episode(
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
        followups=draft.followups,
        unworthy=unworthy(draft, steps, outcome),
        digest=digest_of(draft),
        context=draft.context,
        task_type=next((known for known in TASK_TYPES if known == draft.task_type), None),
    )
    return described(built, steps)


def described(episode: Episode, steps: Sequence[Step]) -> Episode:
    """The episode with what its prompt and steps tell of the work: its type, language and results."""
    made = artifacts_of(steps)
    return replace(
        episode,
        files=episode.files or made.files,
        task_type=episode.task_type or task_type(episode.prompt),
        language=language_of(steps),
        complexity=complexity_of(episode.steps),
        commits=made.commits,
        pulls=made.pulls,
        coverage=made.coverage,
        lint_warnings=made.lint_warnings,
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
    stopped = any(one.source in {"interruption", "rejection"} for one in outcome.evidence)
    if stopped and not any(step.status == "ok" and is_deed(step) for step in main):
        return "abandoned before its first success"
    return None


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
