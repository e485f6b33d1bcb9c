"""Letting go of the oldest sessions, as far as a person set a limit of time or size.

They go as a delete does. A session stays, whatever its age, while an episode of it is open, when a person
marked how one of its episodes ended, or when one of them is evidence of a pattern that is pinned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tacit.core.config import Config
from tacit.core.evidence import groups_fed_by
from tacit.core.holding import copies_of, episodes_of, read_steps
from tacit.core.ids import parse_id
from tacit.core.learn.records import Contribution
from tacit.core.live.heads import open_heads
from tacit.core.marks import mark_of
from tacit.core.model import Session
from tacit.core.optimize_ground import DAY, Ground
from tacit.core.present import plural, size
from tacit.core.proposals import Proposal
from tacit.core.tables import CONTRIBUTIONS, SESSIONS, STEPS, key_of, number_of
from tacit.core.words import step_bytes
from tacit.store.reading import Read


def retains(ground: Ground) -> Iterator[Proposal]:
    """The sessions that ended longest ago, while they are older or all together larger than is kept.

    Size is that of the texts of all steps as they were told; the store packs them.
    """
    oldest, most = ground.config.keep_time, ground.config.keep_size
    if oldest is None and most is None:
        return
    numbers = frozenset(parse_id(one) for one in ground.pinned)
    busy = busy_sessions(ground.read)
    held = ground.read.count(STEPS, "bytes")
    for _, key in ground.read.scan(SESSIONS, "ended"):
        ground.looking.at()
        session = ground.read.get(SESSIONS, key)
        if session is None:
            continue
        late = oldest is not None and session.ended < ground.now - oldest
        if not late and (most is None or held <= most):
            return
        if is_dear(ground.read, session, numbers, busy):
            continue
        own = _bytes(ground.read, session)
        reason = _age(ground, session) if late else _excess(held, most or 0)
        held -= own
        gain = f"{plural(session.episodes, 'episode')} fewer, {size(own)} back after `memory trash purge`"
        yield Proposal("retain", None, (session,), reason, gain)


def still_over(read: Read, config: Config, plan: Collection[Proposal]) -> int:
    """How many sessions more than a plan lets go would have to, for what is kept to be small enough.

    All of those are pinned, marked or in use, if the plan holds all that may go.
    """
    most = config.keep_size
    if most is None:
        return 0
    gone = {thing.id: thing for one in plan for thing in one.drop if isinstance(thing, Session)}
    held = read.count(STEPS, "bytes") - sum(_bytes(read, one) for one in gone.values())
    more = 0
    for _, key in read.scan(SESSIONS, "ended"):
        if held <= most:
            break
        session = read.get(SESSIONS, key)
        if session is not None and session.id not in gone:
            held -= _bytes(read, session)
            more += 1
    return more


def busy_sessions(read: Read) -> frozenset[str]:
    """The ids of the sessions in which an episode is open."""
    return frozenset(head.session for head in open_heads(read))


def is_dear(read: Read, session: Session, pinned: frozenset[int], busy: Collection[str]) -> bool:
    """Whether an episode of a session is open, a person marked one, or one is evidence of what is pinned.

    ``pinned`` are the numbers of the ids of pinned patterns, ``busy`` is from :func:`busy_sessions`.
    """
    if session.id in busy:
        return True
    for episode in episodes_of(read, session.id):
        contribution = read.get(CONTRIBUTIONS, key_of(episode.id)) if pinned else None
        if mark_of(read, episode.id) or (contribution is not None and _feeds(read, contribution, pinned)):
            return True
    return any(mark_of(read, copy.id) for copy in copies_of(read, session.id))


def _feeds(read: Read, contribution: Contribution, pinned: frozenset[int]) -> bool:
    if any(number_of(share.owner) in pinned for share in contribution.shares):
        return True
    return any(parse_id(group.id) in pinned for group in groups_fed_by(read, contribution))


def _age(ground: Ground, session: Session) -> str:
    kept = plural((ground.config.keep_time or 0) // DAY, "day")
    return f"ended {plural(ground.days_since(session.ended), 'day')} ago, and {kept} are kept"


def _excess(held: int, most: int) -> str:
    return f"the sessions hold {size(held)} and {size(most)} are kept; the oldest go first"


def _bytes(read: Read, session: Session) -> int:
    told = (*episodes_of(read, session.id), *copies_of(read, session.id))
    return sum(step_bytes(step) for episode in told for step in read_steps(read, episode))
