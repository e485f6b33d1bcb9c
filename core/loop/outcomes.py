"""What agents said of how their tasks ended, by session and time, kept apart from the episodes.

A word outlives the record of its episode, as marks do: of which episode it was follows from the times (see
:mod:`tacit.core.loop.spans`), so that it does not matter what was stored first. Beside the words lie the
ids of episodes that were recorded live and that a transcript tells now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from tacit.core.ids import parse_id
from tacit.core.loop.records import ToldOutcome
from tacit.core.model import Evidence
from tacit.core.record_keys import key_of
from tacit.core.tables import OUTCOMES
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.transaction import Write

_LIVE = b"e-"
"""What the keys of ids begin with; those of words begin with a number below 2**60, so with no letter."""

_KEY = 16


def keep(write: Write, told: ToldOutcome) -> ToldOutcome:
    """Keep a word, a moment later where another one of the same time lies; the word as it is kept."""
    while (raw := write.value(OUTCOMES, key := outcome_key(told))) is not None:
        if load(raw) == told:
            return told
        told = replace(told, at=told.at + 1)
    write.set_value(OUTCOMES, key, msgspec.msgpack.encode(told))
    if told.live:
        write.set_value(OUTCOMES, told.live.encode(), key)
    return told


def drop(write: Write, told: ToldOutcome) -> None:
    """Let go of a word, and of the live episode it was of."""
    key = outcome_key(told)
    write.delete_value(OUTCOMES, key)
    if told.live and write.value(OUTCOMES, told.live.encode()) == key:
        write.delete_value(OUTCOMES, told.live.encode())


def told_in(read: Read, session_id: str) -> list[ToldOutcome]:
    """All that was said in a session, oldest first."""
    return [load(raw) for _, raw in read.items(OUTCOMES, key_of(session_id))]


def all_told(read: Read) -> Iterator[ToldOutcome]:
    """All that was ever said, session by session."""
    return (load(raw) for key, raw in read.items(OUTCOMES) if not is_link(key))


def of_live(read: Read, live_id: str) -> ToldOutcome | None:
    """What stands in the place of an episode that was recorded live and that a transcript tells now."""
    key = read.value(OUTCOMES, live_id.encode())
    raw = None if key is None else read.value(OUTCOMES, key)
    return None if raw is None else load(raw)


def note_name(told: ToldOutcome) -> bytes:
    """What the note of a word is known by when it is gone: in which session it was said, and when."""
    return f"{told.session} {told.at}".encode()


def blank(write: Write, names: Iterable[bytes]) -> set[str]:
    """Take the notes of these names out of words; in which sessions there were some."""
    blanked = set()
    for name in names:
        session, _, at = name.decode().partition(" ")
        for told in told_in(write, session):
            if told.note and told.at == int(at):
                write.set_value(OUTCOMES, outcome_key(told), msgspec.msgpack.encode(replace(told, note="")))
                blanked.add(session)
    return blanked


def is_link(key: bytes) -> bool:
    """Whether the key of a live episode's id leads to a word, and no word lies there itself."""
    return key.startswith(_LIVE)


def outcome_key(told: ToldOutcome) -> bytes:
    """Where a word lies."""
    return key_of(told.session) + u64(told.at)


def load(raw: bytes) -> ToldOutcome:
    """A word as it is stored."""
    return msgspec.msgpack.decode(raw, type=ToldOutcome)


def sensible(key: bytes, raw: bytes) -> None:
    """See that what lies under a key can be read by those who look there.

    Raises:
        ValueError: it cannot.
    """
    if is_link(key):
        parse_id(key.decode())
        if len(raw) != _KEY:
            raise ValueError("an id leads to nothing")
        return
    told = load(raw)
    parse_id(told.session)
    if outcome_key(told) != key:
        raise ValueError("a word lies where another one should")


def evidence_of(told: ToldOutcome) -> Evidence | None:
    """What a word says of its episode."""
    if told.label is None:
        return None
    text = f"labelled {told.label}"
    return Evidence("label", told.label, f"{text}: {told.note}" if told.note else text, told=True)
