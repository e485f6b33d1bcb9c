"""How an open episode ends: judged like one of a transcript, stored like one, learned from later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from tacit.core import limits
from tacit.core.drafts import EpisodeDraft, StepDraft
from tacit.core.errors import NotFound, Usage
from tacit.core.learn.episode import tell
from tacit.core.live.records import Open
from tacit.core.live.storing import Overtaken, Told, not_open, read_open, store
from tacit.core.live.succession import TakenOver, hand_over, note_of
from tacit.core.loop.outcomes import of_live
from tacit.core.model import Episode, Label, Session, Step
from tacit.core.projects import names_of
from tacit.core.readers.drafting import title_of
from tacit.core.settling import settled
from tacit.core.tables import SESSIONS, key_of
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_TRIES = 3
"""So often it is judged outside the transaction; then within, so that it comes to an end."""


class Ending(Struct, frozen=True):
    """How an episode is ended.

    ``label`` is ``None`` where what was done in it decides. ``said`` stands with the label as evidence.
    ``at`` is when, in milliseconds; 0 for its last step. With ``idle`` it only ends if nothing was stored
    of it after that time.
    """

    label: Label | None
    said: str = ""
    at: int = 0
    idle: int | None = None


def end(
    into: Store, aliases: Mapping[str, str], episode_id: str, ending: Ending, more: Sequence[Step] = ()
) -> Episode:
    """Make an open episode one like any other, durably.

    Args:
        into: the store.
        aliases: other names of projects.
        episode_id: which.
        ending: how.
        more: steps that are not stored yet.

    Raises:
        NotFound: there is none, or its session was deleted.
        Usage: it is completed already, or not idle.
    """
    try:
        for _ in range(_TRIES):
            with into.read() as read:
                told = _told(read, aliases, episode_id, ending, more)
            with suppress(Overtaken):
                return _kept(into.write(lambda write, told=told: store(write, told, aliases)), told)  # type: ignore[misc]
        return into.write(lambda write: _at_once(write, aliases, episode_id, ending, more))
    except TakenOver:
        if ending.idle is not None:
            raise
        return into.write(lambda write: _afterwards(write, episode_id, ending))


def _afterwards(write: Write, episode_id: str, ending: Ending) -> Episode:
    """End an episode that a transcript took over while it was open: its outcome is all that is added.

    Raises:
        Usage: it was ended already, or all that the transcript tells was deleted.
    """
    word = of_live(write, episode_id)
    if word is None or word.label is not None:
        raise not_open(write, episode_id)
    note = note_of(ending.label, ending.said)
    word = replace(word, at=max(word.at, ending.at), label=ending.label, note=note)
    after = hand_over(write, word)
    if after is None:
        raise not_open(write, episode_id)
    return after


def _at_once(
    write: Write, aliases: Mapping[str, str], episode_id: str, ending: Ending, more: Sequence[Step]
) -> Episode:
    told = _told(write, aliases, episode_id, ending, more)
    return _kept(store(write, told, aliases), told)


def _kept(episode: Episode | None, told: Told) -> Episode:
    if episode is None:
        raise NotFound(
            f"The session {told.session.id} was deleted meanwhile, so {told.head.id} is not kept.",
            "Start new episodes in another session.",
        )
    return episode


def _told(
    read: Read, aliases: Mapping[str, str], episode_id: str, ending: Ending, more: Sequence[Step]
) -> Told:
    head, stored = read_open(read, episode_id)
    if ending.idle is not None and head.active >= ending.idle:
        raise Usage(f"{episode_id} is being worked on.")
    session = read.get(SESSIONS, key_of(head.session)) or settled(_session(head), names_of(read, aliases))
    steps = [
        replace(step, n=n, call=f"{head.native.rpartition('#')[2]}#{n}")
        for n, step in enumerate(sorted([*stored, *more], key=lambda step: step.at), 1)
    ]
    first, last = _cut([limits.size(step.parameters) + limits.size(step.observation) for step in steps])
    kept, middle = steps[:first] + steps[last:], steps[first:last]
    draft = _draft(head, ending, steps, kept, middle)
    return Told(head, session, tell(session, draft, kept, middle), kept)


def _draft(
    head: Open, ending: Ending, steps: Sequence[Step], kept: Sequence[Step], middle: Sequence[Step]
) -> EpisodeDraft:
    return EpisodeDraft(
        native=head.native,
        prompt=head.task,
        started=head.started,
        ended=max(head.started, ending.at, steps[-1].at if steps else 0),
        steps=tuple(map(_step_draft, kept)),
        cut_steps=len(middle),
        middle=tuple(map(_step_draft, middle)),
        label=ending.label,
        context=head.context,
        task_type=head.task_type or "",
        said=ending.said,
    )


def _step_draft(step: Step) -> StepDraft:
    return StepDraft(
        n=step.n,
        call=step.call,
        tool=step.tool,
        parameters=step.parameters,
        observation=step.observation,
        status=step.status,
        at=step.at,
        seconds=step.seconds,
        cut=step.cut,
    )


def _session(head: Open) -> Session:
    return Session(
        id=head.session,
        native=head.session_native,
        agent=head.agent,
        project=head.told,
        title=title_of(head.task),
        directory=head.directory,
        started=head.started,
        ended=head.started,
        repository=head.repository,
    )


def _cut(sizes: Sequence[int]) -> tuple[int, int]:
    """From which step to which an episode is cut: several processes may log more together than one may."""
    count = len(sizes)
    if count > limits.STEPS:
        first, last = limits.FIRST_STEPS, count - limits.LAST_STEPS
    else:
        first = last = int(count * limits.HEAD_SHARE)
    total = sum(sizes[:first]) + sum(sizes[last:])
    while total > limits.EPISODE_BYTES:
        if count - last > first:
            total -= sizes[last]
            last += 1
        else:
            first -= 1
            total -= sizes[first]
    return first, last
