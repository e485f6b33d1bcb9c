"""What passed between the memory and others, as far as a word of it may have to be forgotten.

A trace is known by a hash of what is alike in it and by a time: what is forgotten is all with that hash
until then, so that what comes later of the same agent in the same project stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from tacit.core.loop.outcomes import drop, is_link, load, told_in
from tacit.core.loop.records import Contact, Offer, Shared, ToldOutcome
from tacit.core.loop.spans import Spans
from tacit.core.tables import CONTACTS, OFFERS, OUTCOMES, SESSIONS, SHARED, key_of
from tacit.core.tellings import Spent, erase
from tacit.store.keys import successor, u64
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.transaction import Write

_TABLES: tuple[Table[Any], ...] = (OFFERS, SHARED)
_HASH = 8


class Trace(Struct, frozen=True):
    """One record: by what it is known, when it came, its words, and whose it is as far as that is known."""

    known: bytes
    at: int
    words: tuple[str, ...] = ()
    session: str = ""
    project: str = ""

    @property
    def name(self) -> bytes:
        """What it is forgotten by: all that is known as this, until its time."""
        return self.known + u64(self.at)


def trace_of(record: Offer | Shared | ToldOutcome) -> Trace:
    """The trace that a record is."""
    if isinstance(record, Offer):
        words: tuple[str, ...] = (record.agent, record.how, record.project)
        known = _hash("offer", record.door, record.session, *words)
        return Trace(known, record.at, words, record.session, record.project)
    if isinstance(record, Shared):
        words = (record.source, *record.key)
        return Trace(_hash("shared", record.id, record.source), record.taken_at, words)
    return Trace(_hash("outcome", record.session), record.at, (), record.session)


def trace_of_contact(key: bytes, raw: bytes) -> Trace:
    """The trace of when an agent last came."""
    contact = msgspec.msgpack.decode(raw, type=Contact)
    agent = key.partition(b"\0")[0].decode("utf-8", "replace")
    return Trace(_hash("contact", key.hex(), contact.what), contact.at, (agent, contact.what))


def traces(read: Read) -> Iterator[tuple[Callable[[Write, Spent], None], Trace]]:
    """Every trace, and what lets go of it."""
    for table in _TABLES:
        for key, record in list(read.records(table)):
            yield _eraser(table, key), trace_of(record)
    for key, raw in list(read.items(OUTCOMES)):
        if not is_link(key):
            told = load(raw)
            yield lambda write, _, told=told: drop(write, told), trace_of(told)  # type: ignore[misc]
    for key, raw in list(read.items(CONTACTS)):
        yield _unnoted(key), trace_of_contact(key, raw)


def erase_traces(write: Write, names: Iterable[bytes], spent: Spent) -> int:
    """Let go of all that is known by these names, until their times; how many records there were."""
    until = newest(names)
    found = 0
    for let_go, trace in traces(write) if until else ():
        if is_among(trace, until):
            let_go(write, spent)
            found += 1
    return found


def newest(names: Iterable[bytes]) -> dict[bytes, int]:
    """Names as they are known -> the latest time there is of each."""
    found: dict[bytes, int] = {}
    for name in names:
        known, at = name[:_HASH], int.from_bytes(name[_HASH:], "big")
        found[known] = max(at, found.get(known, at))
    return found


def merged(names: Iterable[bytes]) -> frozenset[bytes]:
    """The names that say as much as all of these."""
    return frozenset(known + u64(at) for known, at in newest(names).items())


def is_among(trace: Trace, until: Mapping[bytes, int]) -> bool:
    """Whether a trace is forgotten by names, as :func:`newest` has them."""
    return trace.at <= until.get(trace.known, -1)


def before(read: Read, at: int) -> frozenset[bytes]:
    """The names of what was given and said before a time in sessions that nothing else is known of."""
    known = {one.id for _, one in read.records(SESSIONS)}
    known |= {one.id for key in read.trash_keys(SESSIONS) if (one := read.trashed(SESSIONS, key)) is not None}
    old = (one for _, one in traces(read) if one.at < at and one.session and one.session not in known)
    return merged(one.name for one in old)


def drop_session(write: Write, session_id: str, spent: Spent) -> None:
    """Let go of all that was given and said in a session."""
    for told in told_in(write, session_id):
        drop(write, told)
    for _, key in list(write.scan(OFFERS, "session", key_of(session_id))):
        erase(write, OFFERS, key, spent)


def drop_episode(write: Write, episode_id: str, session_id: str, spans: Spans, spent: Spent) -> None:
    """Let go of what was given and said in one episode of a session."""
    for told in told_in(write, session_id):
        if spans.at(told.at) == episode_id:
            drop(write, told)
    for _, key in list(write.scan(OFFERS, "session", key_of(session_id))):
        offer = write.get(OFFERS, key)
        if offer is not None and episode_id == (offer.episode or spans.at(offer.at)):
            erase(write, OFFERS, key, spent)


def drop_unknown(write: Write, patterns: Iterable[bytes], spent: Spent) -> None:
    """Let go of all that is known of patterns being given that are gone, by their keys."""
    for stem in patterns:
        for key in list(write.keys(OFFERS, stem, successor(stem))):
            erase(write, OFFERS, key, spent)


def _eraser(table: Table[Any], key: bytes) -> Callable[[Write, Spent], None]:
    return lambda write, spent: erase(write, table, key, spent)


def _unnoted(key: bytes) -> Callable[[Write, Spent], None]:
    def let_go(write: Write, _spent: Spent) -> None:
        write.delete_value(CONTACTS, key)

    return let_go


def _hash(*parts: str) -> bytes:
    sized = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(sized.encode("utf-8", "surrogatepass"), digest_size=_HASH).digest()
