"""Open episodes in the store: begun, added to, and made an episode like any other.

Each function is one transaction, or works in the caller's, so whoever dies in between leaves an open
episode that the next one can go on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tacit.core import limits
from tacit.core.clock import rfc3339
from tacit.core.errors import NotFound, TacitError, Usage
from tacit.core.holding import enter, recount
from tacit.core.learn.contribution import Exchange
from tacit.core.live.heads import drop, span_of
from tacit.core.live.records import Open, OpenSteps
from tacit.core.live.succession import (
    TakenOver,
    hand_over,
    kept_out,
    steps_elsewhere,
    taken_over,
    told_elsewhere,
    word_of,
)
from tacit.core.loop.outcomes import of_live
from tacit.core.model import Episode, Label, Session, Step
from tacit.core.projects import resolve, told_of
from tacit.core.readers.drafting import title_of
from tacit.core.tables import EPISODES, OPEN, OPEN_STEPS, SESSIONS, key_of
from tacit.core.tellings import Spent
from tacit.core.tombstones import is_buried, is_forgotten
from tacit.store.keys import u32
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Told(Struct, frozen=True):
    """An open episode and what it becomes; ``session`` is without it, if there is none yet."""

    head: Open
    session: Session
    episode: Episode
    steps: list[Step]


class Overtaken(Exception):
    """Somebody stored steps of an open episode, or renamed its project, since it was read."""


def begin(write: Write, head: Open, aliases: Mapping[str, str]) -> TakenOver | None:
    """Store the head of a new episode; ``aliases`` are those of the configuration.

    Returns:
        Why it takes no steps, where a transcript tells its session already.

    Raises:
        NotFound: its session was deleted.
        Usage: its session is of another project.
    """
    if gone := kept_out(write, head.agent, head.session_native):
        raise NotFound(f"The session {gone} was deleted.", "Name another session, or none for a new one.")
    known = write.get(SESSIONS, key_of(head.session))
    project = head.told if known is None else resolve(write, head.told, aliases)
    if known is not None and known.project != project and told_of(known) != head.told:
        raise Usage(
            f"The session {head.session} is of the project {known.project}, not {project}.",
            "Name another session for another project.",
        )
    write.put(OPEN, key_of(head.id), head)
    return steps_elsewhere(write, head)


def append(write: Write, episode_id: str, steps: Sequence[Step], size: int, tries: list[int]) -> Open:
    """Store steps behind those that are there.

    Args:
        write: the transaction.
        episode_id: of which episode.
        steps: in the order they were logged.
        size: the bytes of their texts.
        tries: where they, or the first of them, may be already, if whoever stored them was interrupted
            before it could tell; where they are stored now is added.

    Returns:
        The head as it is then.

    Raises:
        TacitError: the episode is not open any more.
    """
    key = key_of(episode_id)
    head = head_of(write, episode_id)
    for number in tries:
        there = write.get(OPEN_STEPS, key + u32(number))
        if there is not None and there.steps == tuple(steps[: len(there.steps)]):
            steps = steps[len(there.steps) :]
            size = sum(limits.size(step.parameters) + limits.size(step.observation) for step in steps)
    if not steps:
        return head
    tries.append(head.chunks)
    write.put(OPEN_STEPS, key + u32(head.chunks), OpenSteps(tuple(steps)))
    head = replace(
        head,
        steps=head.steps + len(steps),
        bytes=head.bytes + size,
        chunks=head.chunks + 1,
        active=max(head.active, steps[-1].at),
    )
    write.put(OPEN, key, head)
    return head


def read_open(read: Read, episode_id: str) -> tuple[Open, list[Step]]:
    """An open episode with the steps that are stored, in the order they were.

    Raises:
        TacitError: it is not open; the message says why.
    """
    head = head_of(read, episode_id)
    chunks = read.records(OPEN_STEPS, *span_of(episode_id))
    return head, [step for _, chunk in chunks for step in chunk.steps]


def head_of(read: Read, episode_id: str) -> Open:
    """The head of an open episode.

    Raises:
        TacitError: it is not open; the message says why.
    """
    try:
        head = read.get(OPEN, key_of(episode_id))
    except ValueError:
        raise NotFound(f"“{episode_id}” is no id of an episode.", "start_episode gives one.") from None
    if head is None:
        raise not_open(read, episode_id)
    return head


def store(write: Write, told: Told, aliases: Mapping[str, str]) -> Episode | None:
    """Let an episode take the place of an open one, to be learned from later.

    Where a transcript tells its session, only what was said of its end is kept, of the transcript's episode.

    Args:
        write: the transaction.
        told: both, as they were read.
        aliases: those of the configuration.

    Returns:
        The episode as it is stored, or that of the transcript; ``None`` where its session was deleted: then
        nothing is left of it.

    Raises:
        Overtaken: the open episode is not as it was read.
        TacitError: it is not open any more.
    """
    head, session, episode = told.head, told.session, told.episode
    key = key_of(head.id)
    other = told_elsewhere(write, head.agent, head.session_native)
    if other is not None:
        head_of(write, head.id)
        drop(write, head.id, Spent())
        return hand_over(write, word_of(episode, other))
    known = write.get(SESSIONS, key_of(session.id))
    project = resolve(write, head.told, aliases) if known is None else known.project
    if head_of(write, head.id) != head or episode.project != project:
        raise Overtaken
    drop(write, head.id, Spent())
    if kept_out(write, head.agent, head.session_native) or is_forgotten(write, head.id):
        return None
    exchange = Exchange(write)
    enter(write, exchange, episode, told.steps, None, later=True)
    exchange.settle()
    held = write.get(EPISODES, key)
    longer = _longer(write, known or session, episode)
    if held is not None and not longer.retitled:
        write.put(SESSIONS, key_of(session.id), _grown(longer, held))
    else:
        recount(write, session.id, longer)
    return held or episode


def not_open(read: Read, episode_id: str) -> TacitError:
    """Why an episode cannot be gone on with."""
    held = read.get(EPISODES, key_of(episode_id))
    if held is not None:
        return _completed(episode_id, held.ended)
    if (word := of_live(read, episode_id)) is not None:
        return taken_over(read, word) if word.label is None else _completed(episode_id, word.at)
    if is_forgotten(read, episode_id):
        return NotFound(f"{episode_id} was forgotten.", "Start a new episode.")
    if is_buried(read, episode_id):
        return NotFound(f"{episode_id} was deleted.", "`memory undo --list` shows what can be taken back.")
    return NotFound(f"There is no open episode {episode_id}.", "start_episode begins one and gives its id.")


def _completed(episode_id: str, at: int) -> Usage:
    what = f"{episode_id} was completed at {rfc3339(at)}."
    return Usage(what, "Start a new episode for what comes after.")


def _longer(read: Read, session: Session, episode: Episode) -> Session:
    """The session as long as it takes for this episode, which it holds, under the title of its first task."""
    title = session.title
    if episode.started <= session.started:
        _, key = next(read.scan(EPISODES, "session", key_of(session.id)), (b"", b""))
        first = read.get(EPISODES, key) or episode
        title = title_of(first.prompt)
    return replace(
        session,
        title=title,
        started=min(session.started, episode.started),
        ended=max(session.ended, episode.ended),
    )


def _grown(session: Session, episode: Episode) -> Session:
    """The session with the counts of one episode more, without looking at the others."""
    outcomes: dict[Label, int] = dict(session.outcomes)
    outcomes[episode.outcome.label] = outcomes.get(episode.outcome.label, 0) + 1
    return replace(
        session,
        episodes=session.episodes + 1,
        steps=session.steps + episode.steps,
        errors=session.errors + episode.errors,
        subagent_steps=session.subagent_steps + episode.subagent_steps,
        subagent_errors=session.subagent_errors + episode.subagent_errors,
        tokens=session.tokens + episode.tokens,
        outcomes=tuple(sorted(outcomes.items())),
    )
