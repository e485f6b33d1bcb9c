"""Which sessions and episodes hold a text, in a store or in a backup of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.marks import history
from tacit.core.matching import Matcher
from tacit.core.model import Episode, Session, Step
from tacit.core.tables import COPIES, EPISODES, MARKS, SESSIONS, STEPS, body_of
from tacit.store.backup_reader import Backup
from tacit.store.codec import load
from tacit.store.reading import Read
from tacit.store.schema import TRASH, Table

_TABLES: tuple[Table[Any], ...] = (SESSIONS, EPISODES, COPIES, STEPS)

Record = tuple[bytes, Session | Episode | Step]
"""A record with its key; that of a step begins with where its episode's steps lie."""


class Found(Struct, frozen=True):
    """Whole sessions and single episodes."""

    sessions: frozenset[str] = frozenset()
    episodes: frozenset[str] = frozenset()

    def __or__(self, other: Found) -> Found:
        return Found(self.sessions | other.sessions, self.episodes | other.episodes)


def holding(records: Iterable[Record], matcher: Matcher) -> Found:
    """The episodes that hold a text, also in a step, and the sessions that hold it themselves.

    A session that holds it only in its title, and has such an episode, is none of these: it is titled
    anew when the episode goes.
    """
    tellings: list[tuple[int, str, str]] = []
    bodies: set[int] = set()
    sessions: set[str] = set()
    titles: set[str] = set()
    for key, record in records:
        if isinstance(record, Step):
            if matcher.record(record):
                bodies.add(int.from_bytes(key[:8], "big"))
        elif isinstance(record, Episode):
            body = body_of(record.id, record.session)
            tellings.append((body, record.id, record.session))
            if matcher.record(record):
                bodies.add(body)
        elif matcher.record(replace(record, title="")):
            sessions.add(record.id)
        elif matcher.text(record.title):
            titles.add(record.id)
    episodes = {episode for body, episode, _ in tellings if body in bodies}
    losing = {session for _, episode, session in tellings if episode in episodes}
    return Found(frozenset(sessions | (titles - losing)), frozenset(episodes))


def stored(read: Read) -> Iterator[Record]:
    """What a store holds, also in the trash."""
    for table in _TABLES:
        yield from read.records(table)
        for key in read.trash_keys(table):
            trashed = read.trashed(table, key)
            if trashed is not None:
                yield key, trashed


def noting(read: Read, matcher: Matcher) -> Iterator[str]:
    """The episodes of which somebody noted it when they marked them."""
    for key, _ in read.items(MARKS):
        said = history(read, key.decode())
        if any(one.mark is not None and matcher.text(one.mark.note) for one in said):
            yield key.decode()


def backed_up(backup: Backup) -> Iterator[Record]:
    """What a backup holds, also of the trash.

    Raises:
        BackupDamaged: it is not whole.
    """
    by_space = {table.space: table for table in _TABLES}
    by_name = {table.name.encode(): table for table in _TABLES}
    for space, place, sealed in backup.records():
        table, key = by_space.get(space), place
        if space == TRASH:
            name, _, key = place.partition(b"\0")
            table = by_name.get(name)
        if table is not None:
            yield key, load(table, key, sealed)
