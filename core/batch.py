"""Batches of an import: what waits to be stored, and storing it in one transaction.

A batch may have been overtaken since it was read: somebody deleted its session, or stored more of the
same transcript. That is looked at again inside the transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.filenotes import FileNote, Prints, keep_note, load_note, note_key
from tacit.core.holding import Rank, enter, judge_again, judge_told, recount, told_by
from tacit.core.learn.contribution import Draft, Exchange, Underivable, derive
from tacit.core.learn.derivers import note_first_derivers
from tacit.core.learn.state import touch
from tacit.core.live.replacing import forget_again, take_over
from tacit.core.live.succession import kept_out, told_elsewhere, word_of
from tacit.core.loop.outcomes import keep, told_in
from tacit.core.model import Episode, Session, Step
from tacit.core.projects import names_of
from tacit.core.reaching import newer, rank_of
from tacit.core.settling import rename_told, settled
from tacit.core.tables import EPISODES, FILES, SESSIONS, key_of
from tacit.core.tombstones import is_forgotten
from tacit.store.transaction import Write

_SUMS = ("steps", "errors", "subagent_steps", "subagent_errors", "rejected", "cancelled", "interrupted")


class Telling(Struct):
    """One session's telling of an episode, and what it would contribute; ``later`` where that failed."""

    episode: Episode
    steps: list[Step]
    draft: Draft | None
    later: bool = False


class Origin(Struct, frozen=True):
    """The transcript sessions are read from: its path, as it is now, and what was noted of it before.

    ``dropped`` gathers the sessions of which something was left out because they were deleted then.
    """

    name: bytes
    prints: Prints
    noted: bytes | None
    dropped: set[str] = set()


class Reach(Struct):
    """How far a transcript tells its session, against what is stored; one for all its tellings.

    ``grown``: it was read before and is larger now. ``forgotten``: something it tells was forgotten.
    ``rank`` is found at the first write.
    """

    grown: bool = False
    forgotten: bool = False
    rank: Rank | None = None


class Pending(Struct):
    """Some tellings of a session; ``last`` ends what its transcript tells of it.

    ``note`` is kept with those that end the whole transcript.
    """

    session: Session
    reach: Reach
    origin: Origin | None = None
    tellings: list[Telling] = []
    last: bool = False
    note: FileNote | None = None


class Stored(Struct, frozen=True):
    """What a batch added, what of it was left out and why, and whether anything changed."""

    counts: Counter[str]
    skipped: Counter[str]
    changed: bool


class RolledBack(Exception):
    """Ends the transaction of a dry run; ``stored`` is what it would have stored."""

    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self.stored = stored


def store_batch(
    write: Write, pending: Sequence[Pending], *, dry_run: bool, aliases: Mapping[str, str] | None = None
) -> Stored:
    """Store everything that waits, in the caller's transaction; ``aliases`` are those of the configuration.

    Raises:
        RolledBack: this is a dry run; it holds what would have been stored.
    """
    batch = _Batch(write, aliases or {}, dry_run=dry_run)
    if any(telling.draft is not None for one in pending for telling in one.tellings):
        note_first_derivers(write)
    for one in pending:
        batch.take(one)
    batch.finish(pending)
    if batch.changed:
        touch(write)
    stored = Stored(batch.counts, batch.skipped, batch.changed)
    if dry_run:
        raise RolledBack(stored)
    return stored


class _Batch:
    """What is being stored together."""

    def __init__(self, write: Write, aliases: Mapping[str, str], *, dry_run: bool) -> None:
        self.exchange = Exchange(write)
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.changed = False
        self._write = write
        self._names = names_of(write, aliases)
        self._dry_run = dry_run

    def take(self, one: Pending) -> None:
        """Store some tellings of a session, unless they were overtaken since they were read."""
        write = self._write
        if _overtaken(write, one, self.skipped):
            return
        if (other := told_elsewhere(write, one.session.agent, one.session.native)) is not None:
            self._give(one, other)
            return
        known = write.get(SESSIONS, key_of(one.session.id))
        if known is None and one.reach.rank is not None and not self._dry_run:
            one.reach.forgotten = True  # between two batches; its title may be of what went
        told = _kept(write, one)
        if told or known is not None or not one.reach.forgotten:
            self._store(one, told, known)
            self._settle(one)
        if one.origin is not None and one.note is not None:
            keep_note(write, one.origin.name, one.note, one.origin.dropped)

    def finish(self, pending: Sequence[Pending]) -> None:
        """Settle the counts, and let go of what comes back although it was forgotten."""
        self.exchange.settle()
        for one in pending:
            if one.last:
                self.changed = forget_again(self._write, one.session) or self.changed

    def _store(self, one: Pending, told: Sequence[Telling], known: Session | None) -> None:
        self.counts["sessions"] += known is None
        head = settled(newer(known, one.session, retitled=one.reach.forgotten), self._names)
        told = [_of_project(telling, head.project) for telling in told]
        touched = _enter_all(self._write, self.exchange, one, told, known, counts=self.counts)
        self.changed = self.changed or touched or known is None
        recount(self._write, one.session.id, head)
        if known is not None and known.project != head.project:
            self.changed = _rename_rest(self._write, self.exchange, head) or self.changed

    def _settle(self, one: Pending) -> None:
        """Let go of what was recorded live beside it, and let it stand as agents said it ended."""
        if one.last:
            self.changed = take_over(self._write, self.exchange, one.session) or self.changed
        self._judge(one.session.id)

    def _give(self, one: Pending, session: str) -> None:
        """Keep of what was recorded live, and is told by a transcript that is stored, what was said of it."""
        self.skipped["told by a transcript"] += one.last
        for telling in one.tellings:
            keep(self._write, word_of(telling.episode, session))
        self._judge(session)

    def _judge(self, session: str) -> None:
        if told_in(self._write, session):
            ids = [episode.id for episode in told_by(self._write, session)]
            self.changed = bool(judge_told(self._write, self.exchange, ids)) or self.changed


def telling_of(episode: Episode, steps: list[Step]) -> Telling:
    """A telling with what it would contribute; one of which that cannot be derived is for later."""
    try:
        return Telling(episode, steps, derive(episode, steps))
    except Underivable:
        return Telling(episode, steps, None, later=True)


def _kept(write: Write, one: Pending) -> list[Telling]:
    """The tellings of episodes that nobody forgot since they were read."""
    told = [telling for telling in one.tellings if not is_forgotten(write, telling.episode.id)]
    one.reach.forgotten = one.reach.forgotten or len(told) < len(one.tellings)
    return told


def _of_project(telling: Telling, project: str) -> Telling:
    """The telling for the project its session is of by now."""
    if telling.episode.project == project:
        return telling
    episode = replace(telling.episode, project=project)
    return telling_of(episode, telling.steps)


def _rename_rest(write: Write, exchange: Exchange, session: Session) -> bool:
    """Let what a session told before be of its new project too; whether there was anything."""
    rest = rename_told(write, session)
    for episode_id in rest:
        judge_again(write, exchange, episode_id)
    return bool(rest)


def _enter_all(
    write: Write,
    exchange: Exchange,
    one: Pending,
    told: Sequence[Telling],
    known: Session | None,
    *,
    counts: Counter[str],
) -> bool:
    """Store the tellings of a session; whether anything changed."""
    touched = False
    if one.reach.rank is None:
        one.reach.rank = rank_of(known, one.session, one.reach.grown)
    for telling in told:
        key = key_of(telling.episode.id)
        before = write.get(EPISODES, key)
        rank, later = one.reach.rank, telling.later
        if enter(write, exchange, telling.episode, telling.steps, telling.draft, rank=rank, later=later):
            touched = True
            _count(counts, before, write.get(EPISODES, key))
    return touched


def _overtaken(write: Write, one: Pending, skipped: Counter[str]) -> bool:
    """Whether, since it was read, somebody deleted the session or stored more of its transcript."""
    if gone := kept_out(write, one.session.agent, one.session.native):
        skipped["deleted"] += one.last
        if one.origin is not None:
            one.origin.dropped.add(gone)
        return True
    if one.origin is None:
        return False
    raw = write.value(FILES, note_key(write, one.origin.name))
    if raw is None or raw == one.origin.noted:
        return False
    later = _age(load_note(raw).prints) > _age(one.origin.prints)
    skipped["unchanged"] += later and one.last
    return later


def _age(prints: Prints) -> tuple[int, int]:
    """When a transcript was last written to, and its size then."""
    return max((changed, size) for size, changed in prints)


def _count(counts: Counter[str], before: Episode | None, after: Episode | None) -> None:
    """Add what the held telling of an episode gained."""
    counts["episodes"] += (after is not None) - (before is not None)
    for name in _SUMS:
        counts[name] += getattr(after, name, 0) - getattr(before, name, 0)
