"""Forget: delete and purge at once, without undo.

What goes is chosen by session, by project, by time or by a text that it holds. Everything of it leaves
the store in one transaction: records, copies, trash, counts, patterns that rest on nothing then, notes
and steps of undo. Only ids stay, in tombstones and the change log. What lies outside the store follows
(see :mod:`tacit.core.chores`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.chores import Left, owe
from tacit.core.embedding.stale import drop_stale
from tacit.core.erasing import Eraser
from tacit.core.filenotes import hashed, is_hashed
from tacit.core.gone import keep_gone
from tacit.core.holders import Found
from tacit.core.learn.review import review_within
from tacit.core.learn.state import revision, touch
from tacit.core.loop.outcomes import blank
from tacit.core.loop.tell_outcome import settle
from tacit.core.loop.traces import drop_unknown, erase_traces
from tacit.core.marks import Said, history, keep, note_name
from tacit.core.merging import forget_merges
from tacit.core.selecting import Chosen
from tacit.core.tables import NOTES, PATTERNS, SCHEMA, STATE, key_of
from tacit.core.tellings import erase, remove_strays
from tacit.core.tombstones import bury
from tacit.core.undo_steps import strip_steps
from tacit.store.keys import u64
from tacit.store.mending import mend
from tacit.store.quarantine import empty
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_AT = b"forgotten"
_TRIES = 3
"""So often everything is looked through; the last time in the transaction, so that it comes to an end."""


class ForgetReceipt(Struct, frozen=True):
    """What was forgotten, or would be.

    ``patterns`` are those that rested on it alone, ``notes`` the words of marks and of what agents said,
    ``imported`` those that were moved in from other memories, ``others`` records of what passed between
    agents and the memory outside of these sessions, ``bytes`` the stored size of what went; ``transcripts``
    the agent's own files that tell it, which are not ours to
    remove; ``pending`` what is still to be done outside the store; ``unreached`` are files that may hold it
    and are not touched: known backups that are not there now, damaged stores that were moved aside, and
    backups whose own name holds it.
    """

    sessions: int
    episodes: int
    steps: int
    patterns: int
    notes: int
    bytes: int
    others: int = 0
    imported: int = 0
    transcripts: tuple[str, ...] = ()
    pending: tuple[Left, ...] = ()
    unreached: tuple[str, ...] = ()
    dry_run: bool = False


class _Overtaken(Exception):
    """Somebody stored, deleted or marked something since it was looked at."""


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, receipt: ForgetReceipt) -> None:
        super().__init__()
        self.receipt = receipt


def forget(store: Store, chosen: Chosen, at: int, *, dry_run: bool) -> ForgetReceipt:
    """Forget what was chosen, as far as the store goes; a dry run only counts.

    Raises:
        NotFound: nothing was chosen.
        NotAllRead: nothing was, as far as what is stored can be read.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _forgotten(store, chosen, at, last=left == 0, dry_run=dry_run)
        except _Overtaken:
            continue
    raise AssertionError("the last try is not overtaken")


def _forgotten(store: Store, chosen: Chosen, at: int, *, last: bool, dry_run: bool) -> ForgetReceipt:
    with store.read() as read:  # looking through everything here keeps nobody from writing
        seen, found = _state(read), chosen.find(read)

    def job(write: Write) -> ForgetReceipt:
        overtaken = _state(write) != seen
        if overtaken and not last:
            raise _Overtaken
        now = chosen.find(write) if overtaken else found
        receipt = _mended(write, now) if chosen.damaged else forget_within(write, now)
        owe(write)
        write.set_value(STATE, _AT, u64(at))
        if dry_run:
            write.flush()
            raise _RolledBack(replace(receipt, dry_run=True))
        return receipt

    try:
        return store.write(job, large=True)
    except _RolledBack as rolled:
        return rolled.receipt


def _state(read: Read) -> tuple[int, int]:
    """What differs when anything was stored, deleted or marked."""
    return read.sequence(), revision(read)


def _mended(write: Write, found: Found) -> ForgetReceipt:
    """Forget where something is damaged, which is set aside first, and goes for good with the rest."""
    notes = Eraser(write).notes()
    mend(write, SCHEMA)
    write.flush()
    remove_strays(write)
    return forget_within(write, found, notes)


def forget_within(write: Write, found: Found, notes: dict[str, list[bytes]] | None = None) -> ForgetReceipt:
    """Forget in the caller's transaction; what is not there is forgotten beforehand.

    ``notes`` are those of transcripts by their sessions, if they were others before.
    """
    eraser = Eraser(write)
    files = eraser.notes() if notes is None else notes
    eraser.erase(found.sessions, found.episodes)
    eraser.finish()
    paths = [key for session in eraser.touched for key in files.get(session, ())]
    eraser.hide_notes(_hidden(files, eraser.sessions, found.paths))
    blanked = _blank_marks(write, found.notes) + _blank_words(write, found.notes)
    others = erase_traces(write, found.traces, eraser.spent)
    imported = _erase_notes(write, found.imported, eraser)
    unnamed = forget_merges(write, found.merges)
    keep_gone(write, found)
    gone = set(found.sessions) | set(found.episodes) | set(found.imported) | unnamed
    strip_steps(write, lambda step, one: one in gone or (one in step.marked and one in eraser.episodes))
    clear_aside(write)
    touch(write)
    known = set(write.keys(PATTERNS))
    patterns = review_within(write).removed
    drop_unknown(write, known.difference(write.keys(PATTERNS)), eraser.spent)
    drop_stale(write)
    counts = f"{len(eraser.sessions)} sessions, {len(eraser.episodes)} episodes"
    write.note("forget", "store", (), counts)
    return ForgetReceipt(
        sessions=len(eraser.sessions),
        episodes=len(eraser.episodes),
        steps=eraser.spent.steps,
        patterns=patterns,
        notes=blanked,
        others=others,
        imported=imported,
        bytes=eraser.spent.size,
        transcripts=_there(paths),
    )


def _erase_notes(write: Write, notes: Iterable[str], eraser: Eraser) -> int:
    """Remove notes of other memories for good, also from the trash; how many there were."""
    before = eraser.spent.records
    for one in sorted(notes):
        bury(write, "notes", one, "forgotten")
        erase(write, NOTES, key_of(one), eraser.spent)
    return eraser.spent.records - before


def last_forget(read: Read) -> int | None:
    """When something was last forgotten, in milliseconds; ``None`` for never."""
    raw = read.value(STATE, _AT)
    return None if raw is None else int.from_bytes(raw, "big")


def clear_aside(write: Write) -> int:
    """Remove damaged records and trashed patterns, which are derived again when their tombstones are lifted.

    Returns:
        How many records there were.
    """
    keys = list(write.trash_keys(PATTERNS))
    for key in keys:
        write.purge(PATTERNS, key)
    return len(keys) + empty(write.kv)


def _hidden(notes: dict[str, list[bytes]], gone: set[str], paths: frozenset[bytes]) -> Iterable[bytes]:
    """Which notes may not keep their path: those of sessions that went, and those whose path is to go."""
    for session, keys in notes.items():
        for key in keys:
            if session in gone or hashed(key) in paths:
                yield key


def _blank_marks(write: Write, notes: frozenset[bytes]) -> int:
    """Take the words out of marks by the names of their notes. Of how many episodes.

    How the episode ended stands.
    """
    blanked = 0
    for episode_id in {name.split()[0].decode() for name in notes if name.startswith(b"e-")}:
        said = history(write, episode_id)
        kept = tuple(_blanked(one) if note_name(episode_id, one) in notes else one for one in said)
        if kept != said:
            keep(write, episode_id, kept)
            blanked += 1
    return blanked


def _blank_words(write: Write, notes: frozenset[bytes]) -> int:
    """Take the notes out of what agents said of how tasks ended, which stands. In how many sessions."""
    blanked = blank(write, (name for name in notes if name.startswith(b"s-")))
    for session in blanked:
        settle(write, session)
    return len(blanked)


def _blanked(said: Said) -> Said:
    return said if said.mark is None else replace(said, mark=replace(said.mark, note=""))


def _there(keys: Iterable[bytes]) -> tuple[str, ...]:
    """The transcripts that still lie where they were read."""
    paths = sorted({os.fsdecode(key) for key in keys if not is_hashed(key)})
    return tuple(path for path in paths if os.path.exists(path))  # noqa: PTH110
