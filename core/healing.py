"""What follows from damage: whatever rests on bytes that went into the quarantine is made right again.

The store calls this in the transaction that lost something, so no count and no list ever rests on a
record that is gone. What transcripts still tell comes back with the next import: their notes are
dropped, and an episode that lost steps is no longer the telling it was.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from tacit.core.chores import owe
from tacit.core.embedding.position import begin_anew
from tacit.core.filenotes import UNREAD, FileNote, is_hashed, load_note
from tacit.core.gone import BLANKED, UNMERGED, UNNAMED, UNTRACED
from tacit.core.holding import elect, judge_again, judge_told, recount, told_by
from tacit.core.ids import format_id
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.rederive import rederive
from tacit.core.learn.state import set_revision, touch
from tacit.core.live.heads import remove_stray_chunks
from tacit.core.loop.outcomes import is_link
from tacit.core.merging import APART, attach
from tacit.core.model import Episode
from tacit.core.tables import (
    ALIASES,
    CANDIDATES,
    CONTRIBUTIONS,
    COPIES,
    EPISODES,
    EVENTS,
    FILES,
    MARKS,
    OPEN,
    OUTCOMES,
    PENDING,
    SESSIONS,
    STATE,
    STEPS,
    TOMBSTONES,
    UNDO,
    VECTORS,
    body_of,
    key_of,
)
from tacit.core.tellings import remove_strays
from tacit.core.tombstones import bury, table_of, worst_role
from tacit.core.undo_steps import keep_number, standing
from tacit.store.keys import u64
from tacit.store.schema import TRASH, Lost
from tacit.store.transaction import Write

_TOLD = {SESSIONS.name, EPISODES.name, COPIES.name, STEPS.name, TRASH}
"""What transcripts tell again."""

_TELLINGS = {EPISODES.name, COPIES.name, TRASH}
"""What owns steps."""

EVIDENCE = {EPISODES.name, COPIES.name, STEPS.name, CONTRIBUTIONS.name, CANDIDATES.name, EVENTS.name}
"""What contributions, tallies and events rest on, and they themselves."""


def heal(write: Write, lost: Lost) -> None:
    """Make right what rests on what was lost."""
    keys: dict[str, set[bytes]] = {}
    for name, key in lost:
        keys.setdefault(name, set()).add(key)
    _state(write, keys.get(STATE.name, set()))
    _undo(write, keys.get(UNDO.name, set()))
    _bury_again(write, keys.get(TOMBSTONES.name, set()))
    if ALIASES.name in keys:
        attach(write, keys[ALIASES.name])
    _spoil(write, keys)
    for key in filter(is_hashed, keys.get(FILES.name, ())):
        write.set_value(FILES, key, msgspec.msgpack.encode(FileNote("", UNREAD)))
    if keys.keys() & _TOLD:
        read_again(write)
    exchange = Exchange(write)
    for key in keys.get(PENDING.name, ()):
        judge_again(write, exchange, format_id("e", int.from_bytes(key, "big")))
    for key in keys.get(EPISODES.name, ()):
        elect(write, exchange, format_id("e", int.from_bytes(key, "big")))
    for key in keys.get(MARKS.name, ()):
        judge_again(write, exchange, key.decode(errors="replace"))
    for key in keys.get(OUTCOMES.name, ()):
        _judge_told(write, exchange, key)
    exchange.settle()
    if keys.keys() & _TELLINGS:
        remove_strays(write)
    if OPEN.name in keys:
        remove_stray_chunks(write)
    if VECTORS.name in keys:
        begin_anew(write)
    if keys.keys() & EVIDENCE:
        rederive(write)
        recount_all(write)
    touch(write)


def _judge_told(write: Write, exchange: Exchange, key: bytes) -> None:
    """Judge what a session tells without a word of its agent that is gone."""
    if not is_link(key):
        session = format_id("s", int.from_bytes(key[:8], "big"))
        judge_told(write, exchange, [one.id for one in told_by(write, session)])


def recount_all(write: Write) -> int:
    """Make the counts of all sessions the sums over their episodes; how many sessions there are."""
    ids = [session.id for _, session in write.records(SESSIONS)]
    for one in ids:
        recount(write, one)
    return len(ids)


def read_again(write: Write) -> None:
    """Forget what was read of transcripts, so that the next import opens them all."""
    for key, raw in list(write.items(FILES)):
        if is_hashed(key):  # without it the path would be kept, of something that was forgotten
            note = replace(load_note(raw), prints=UNREAD)
            write.set_value(FILES, key, msgspec.msgpack.encode(note))
        else:
            write.delete_value(FILES, key)


def _spoil(write: Write, keys: dict[str, set[bytes]]) -> None:
    """Let tellings that lost steps differ from what their transcripts tell."""
    bodies = {key[:8] for key in keys.get(STEPS.name, ())}
    for _, episode in list(write.records(EPISODES)) if bodies else ():
        if u64(body_of(episode.id, episode.session)) in bodies:
            write.put(EPISODES, key_of(episode.id), _spoiled(episode))
    for body in bodies:
        copy = write.get(COPIES, body)
        if copy is not None:
            write.put(COPIES, body, _spoiled(copy))
    stem = f"{STEPS.name}\0".encode()
    for body in {key[len(stem) :][:8] for key in keys.get(TRASH, ()) if key.startswith(stem)}:
        trashed = write.trashed(COPIES, body)
        if trashed is not None:
            write.put_trashed(COPIES, body, _spoiled(trashed))


def _spoiled(episode: Episode) -> Episode:
    return msgspec.structs.replace(episode, digest="")


def _state(write: Write, keys: set[bytes]) -> None:
    """Small facts that are gone get a value that is safe to go on with."""
    if b"revision" in keys:
        set_revision(write, write.sequence())  # every change of evidence wrote a line or more
    if b"chores" in keys:
        owe(write)
    if b"last step" in keys:
        keep_number(write, write.sequence())
    for key in keys:
        if key.startswith((APART, BLANKED, UNMERGED, UNNAMED, UNTRACED)):
            write.set_value(STATE, key, b"")


def _undo(write: Write, keys: set[bytes]) -> None:
    """The number of a step that is gone is not given again."""
    if keys:
        keep_number(write, max(int.from_bytes(key, "big") for key in keys))


def _bury_again(write: Write, keys: set[bytes]) -> None:
    """What was deleted stays deleted, in the role that hides most where no step tells which it was."""
    roles = {one.id: one.role for one in standing(write)} if keys else {}
    for key in keys:
        public_id = key.decode(errors="replace")
        try:
            table = table_of(public_id)
        except ValueError:
            continue
        bury(write, table, public_id, roles.get(public_id, worst_role(public_id)))
