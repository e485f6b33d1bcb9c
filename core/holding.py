"""Which session holds an episode, and the one way episodes enter and leave the counts.

Resumed sessions repeat earlier episodes. Of several sessions that tell the same episode the one with
most steps holds it, ties by the smaller session id; the others are copies that feed nothing. When the
holder goes, the best copy takes its place. What is held stands as agents said of it beside the transcript,
and above all as a person marked it; copies, and what lies in the trash, stand as they were judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec.structs import replace

from tacit.core.learn.contribution import Draft, Exchange, Underivable, derive
from tacit.core.learn.outcome import as_judged, labelled, overruled
from tacit.core.learn.waiting import enqueue, put_off, take_out
from tacit.core.limits import TITLE_CHARACTERS
from tacit.core.loop.outcomes import evidence_of
from tacit.core.loop.spans import outcome_told
from tacit.core.marks import mark_of
from tacit.core.model import Episode, Evidence, Label, Session, Step
from tacit.core.tables import COPIES, EPISODES, SESSIONS, STEPS, body_of, key_of, step_key
from tacit.core.tombstones import is_buried
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.transaction import Write

Rank = Literal[-1, 0, 1, 2]
LESS_FAR: Rank = -1
AS_FAR: Rank = 0
GROWN: Rank = 1
"""As far, by a file that was read before and is larger now."""
FURTHER: Rank = 2


def all_steps(episode: Episode) -> int:
    """Every stored call of an episode, its sub-agents' and left ones included."""
    return episode.steps + episode.subagent_steps


def holds_before(one: Episode, other: Episode) -> bool:
    """Whether ``one`` is the better holder."""
    return (-all_steps(one), one.session) < (-all_steps(other), other.session)


def read_steps(read: Read, episode: Episode, first: int = 1, limit: int | None = None) -> list[Step]:
    """The stored steps of an episode from number ``first`` on."""
    body = body_of(episode.id, episode.session)
    found: list[Step] = []
    for _, step in read.records(STEPS, step_key(body, first), u64(body + 1)):
        if limit is not None and len(found) >= limit:
            break
        found.append(step)
    return found


def enter(
    write: Write,
    exchange: Exchange,
    episode: Episode,
    steps: Sequence[Step],
    draft: Draft | None,
    *,
    rank: Rank = FURTHER,
    later: bool = False,
) -> bool:
    """Store one session's telling of an episode and let the best telling count.

    Args:
        write: the transaction.
        exchange: where contributions change.
        episode: the telling, as it was judged.
        steps: its steps.
        draft: what it would contribute, derived beforehand.
        rank: how far the file it comes from tells the session, against what is stored: of two copies of
            one transcript the longer stands, in any order.
        later: derive nothing here; what then holds the episode waits to be learned from, and what it
            contributed before stays in force until then. ``draft`` is not looked at.

    Returns:
        Whether anything changed.
    """
    body = body_of(episode.id, episode.session)
    held = write.get(EPISODES, key_of(episode.id))
    holds = held is not None and held.session == episode.session
    own = as_judged(held) if held is not None and holds else _told(write, body)
    if own is not None and (own == episode or not _replaces(own, episode, rank)):
        return False
    _put_steps(write, body, steps)
    if held is None and not _copies(write, episode.id) and not is_buried(write, episode.id):
        _hold(write, exchange, episode, steps, draft, later=later)
        return True
    if holds:
        _hold(write, exchange, episode, steps, draft, later=later)
    else:
        write.put(COPIES, u64(body), episode)
    elect(write, exchange, episode.id, later=later)
    return True


def _replaces(own: Episode, episode: Episode, rank: Rank) -> bool:
    """Whether a session's new telling of an episode stands in place of its old one."""
    if rank in {FURTHER, LESS_FAR}:
        return rank == FURTHER
    more = all_steps(episode) - all_steps(own)
    return more > 0 or (more == 0 and (rank == GROWN or episode.digest >= own.digest))


def elect(write: Write, exchange: Exchange, episode_id: str, *, later: bool = False) -> None:
    """Let the best telling of an episode hold it; none does while the episode is deleted.

    ``later`` as for :func:`enter`.
    """
    key = key_of(episode_id)
    held = write.get(EPISODES, key)
    copies = _copies(write, episode_id)
    if is_buried(write, episode_id) or (held is None and not copies):
        return
    best = held
    for copy in copies:
        if best is None or holds_before(copy, best):
            best = copy
    if best is None or best is held:
        return
    if held is not None:
        write.put(COPIES, u64(body_of(held.id, held.session)), as_judged(held))
    write.delete(COPIES, u64(body_of(best.id, best.session)))
    _hold(write, exchange, best, later=later)
    for session in {best.session, held.session if held is not None else best.session}:
        recount(write, session)


def withdraw(write: Write, exchange: Exchange, episode: Episode) -> None:
    """Make a held episode a copy of its session, out of every count."""
    exchange.replace(episode.id, None)
    take_out(write, episode.id)
    write.delete(EPISODES, key_of(episode.id))
    write.put(COPIES, u64(body_of(episode.id, episode.session)), as_judged(episode))


def judge_again(write: Write, exchange: Exchange, episode_id: str, *, later: bool = False) -> None:
    """Let a held episode stand as its mark now says, or as it was judged where there is none.

    One that waited to be learned from is learned from here; ``later`` as for :func:`enter`.
    """
    held = write.get(EPISODES, key_of(episode_id))
    if held is not None:
        _hold(write, exchange, as_judged(held), later=later)
        recount(write, held.session)


def judge_told(
    write: Write, exchange: Exchange, episode_ids: Iterable[str], *, later: bool = False
) -> list[str]:
    """Judge held episodes again of which agents said something else than they stand by; which those are.

    Call it where a session tells other episodes than before, or agents said something.
    """
    judged = []
    for episode_id in sorted(set(episode_ids)):
        held = write.get(EPISODES, key_of(episode_id))
        if held is not None and _told_of(write, held) != _stands_by(held):
            judge_again(write, exchange, episode_id, later=later)
            judged.append(episode_id)
    return judged


def episodes_of(read: Read, session_id: str) -> list[Episode]:
    """The episodes a session holds, oldest first."""
    found = [read.get(EPISODES, key) for _, key in read.scan(EPISODES, "session", key_of(session_id))]
    return [episode for episode in found if episode is not None]


def copies_of(read: Read, session_id: str) -> list[Episode]:
    """The episodes a session tells without holding them: another does, or they were deleted."""
    found = [read.get(COPIES, key) for _, key in read.scan(COPIES, "session", key_of(session_id))]
    return [episode for episode in found if episode is not None]


def told_by(read: Read, session_id: str) -> list[Episode]:
    """All that a session tells and nobody deleted: what it holds, then its copies, each oldest first."""
    copies = [copy for copy in copies_of(read, session_id) if not is_buried(read, copy.id)]
    return [*episodes_of(read, session_id), *sorted(copies, key=lambda copy: (copy.started, copy.id))]


def recount(write: Write, session_id: str, head: Session | None = None) -> None:
    """Make a session's counts the sums over the episodes it holds; ``head`` replaces the rest of it."""
    session = head or write.get(SESSIONS, key_of(session_id))
    if session is not None:
        session = titled(session, told_by(write, session_id))
        held = episodes_of(write, session_id)
        copies = sum(not is_buried(write, copy.id) for copy in copies_of(write, session_id))
        write.put(SESSIONS, key_of(session_id), counted(session, held, copies))


def titled(session: Session, told: Sequence[Episode]) -> Session:
    """The session with the title of the first of these episodes, if it may not keep its own."""
    if not session.retitled:
        return session
    first = min(told, key=lambda one: (one.started, one.id), default=None)
    line = "" if first is None else first.title.strip()
    title = line if len(line) <= TITLE_CHARACTERS else line[: TITLE_CHARACTERS - 1].rstrip() + "…"
    return replace(session, title=title)


def counted(session: Session, held: Sequence[Episode], copies: int) -> Session:
    """The session with its counts summed anew."""
    outcomes: dict[Label, int] = {}
    for episode in held:
        outcomes[episode.outcome.label] = outcomes.get(episode.outcome.label, 0) + 1
    return replace(
        session,
        episodes=len(held),
        copies=copies,
        steps=sum(episode.steps for episode in held),
        errors=sum(episode.errors for episode in held),
        subagent_steps=sum(episode.subagent_steps for episode in held),
        subagent_errors=sum(episode.subagent_errors for episode in held),
        tokens=sum(episode.tokens for episode in held),
        outcomes=tuple(sorted(outcomes.items())),
    )


def _hold(
    write: Write,
    exchange: Exchange,
    telling: Episode,
    steps: Sequence[Step] | None = None,
    draft: Draft | None = None,
    *,
    later: bool = False,
) -> None:
    """Let a telling, as it was judged, hold its episode, in the light of what was said of it and its mark.

    ``steps`` and ``draft``, what it contributes by itself, are found here where they are not given.
    """
    said, mark = _told_of(write, telling), mark_of(write, telling.id)
    held = telling if said is None else labelled(telling, said)
    held = held if mark is None else overruled(held, mark)
    write.put(EPISODES, key_of(telling.id), held)
    if later:
        enqueue(write, (telling.id,), write.at)
        return
    take_out(write, telling.id)
    if held is not telling or steps is None:
        try:
            draft = derive(held, read_steps(write, held) if steps is None else steps)
        except Underivable as failed:
            put_off(write, telling.id, str(failed))
            return
    exchange.replace(telling.id, draft)


def _told_of(read: Read, telling: Episode) -> Evidence | None:
    """What agents said of an episode beside all that tells it."""
    told = outcome_told(read, telling)
    return None if told is None else evidence_of(told)


def _stands_by(held: Episode) -> Evidence | None:
    return next((one for one in held.outcome.evidence if one.told), None)


def _told(read: Read, body: int) -> Episode | None:
    """What a session told of an episode it does not hold; what was deleted may come back with an undo."""
    return read.get(COPIES, u64(body)) or read.trashed(COPIES, u64(body))


def _copies(read: Read, episode_id: str) -> list[Episode]:
    found = [read.get(COPIES, key) for _, key in read.scan(COPIES, "episode", key_of(episode_id))]
    return [episode for episode in found if episode is not None]


def _put_steps(write: Write, body: int, steps: Sequence[Step]) -> None:
    for step in steps:
        write.put(STEPS, step_key(body, step.n), step)
    last = max((step.n for step in steps), default=0)
    for key in list(write.keys(STEPS, step_key(body, last + 1), u64(body + 1))):
        write.delete(STEPS, key)
