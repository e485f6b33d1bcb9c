"""Forget: delete and purge at once, without undo.

What goes is chosen by session, by project, by time or by a text that it holds. Everything of it leaves
the store in one transaction: records, copies, trash, counts, patterns that rest on nothing then, notes
and steps of undo. Only ids stay, in tombstones and the change log. What lies outside the store follows
(see :mod:`tacit.core.chores`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from tacit.core.chores import Left, owe
from tacit.core.erasing import Eraser
from tacit.core.filenotes import is_hashed
from tacit.core.holders import Found, noting
from tacit.core.learn.review import review_within
from tacit.core.learn.state import revision, touch
from tacit.core.marks import Said, history, keep
from tacit.core.matching import Matcher
from tacit.core.selecting import Chosen
from tacit.core.tables import PATTERNS, STATE
from tacit.core.undo_steps import strip_steps
from tacit.store.keys import u64
from tacit.store.quarantine import empty
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_AT = b"forgotten"


class ForgetReceipt(Struct, frozen=True):
    """What was forgotten, or would be.

    ``patterns`` are those that rested on it alone, ``notes`` the words of marks, ``bytes`` the stored size
    of what went; ``transcripts`` the agent's own files that tell it, which are not ours to remove;
    ``pending`` what is still to be done outside the store.
    """

    sessions: int
    episodes: int
    steps: int
    patterns: int
    notes: int
    bytes: int
    transcripts: tuple[str, ...] = ()
    pending: tuple[Left, ...] = ()
    dry_run: bool = False


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, receipt: ForgetReceipt) -> None:
        super().__init__()
        self.receipt = receipt


def forget(store: Store, chosen: Chosen, at: int, *, dry_run: bool) -> ForgetReceipt:
    """Forget what was chosen, as far as the store goes; a dry run only counts.

    Raises:
        NotFound: nothing was chosen.
    """
    with store.read() as read:  # looking through everything keeps nobody from writing
        seen, found = _state(read), chosen.find(read)

    def job(write: Write) -> ForgetReceipt:
        still = found if _state(write) == seen else chosen.find(write)
        receipt = forget_within(write, still, chosen.matcher)
        owe(write)
        write.set_value(STATE, _AT, u64(at))
        if dry_run:
            write.flush()
            raise _RolledBack(msgspec.structs.replace(receipt, dry_run=True))
        return receipt

    try:
        return store.write(job, large=True)
    except _RolledBack as rolled:
        return rolled.receipt


def _state(read: Read) -> tuple[int, int]:
    """What differs when anything was stored, deleted or marked."""
    return read.sequence(), revision(read)


def forget_within(write: Write, found: Found, matcher: Matcher | None) -> ForgetReceipt:
    """Forget in the caller's transaction; ids that are not there are forgotten beforehand."""
    eraser = Eraser(write)
    files = eraser.notes()
    eraser.erase(found.sessions, found.episodes)
    eraser.finish()
    paths = [key for session in eraser.touched for key in files.get(session, ())]
    eraser.hide_notes(_hidden(files, eraser.sessions, matcher))
    notes = 0 if matcher is None else _blank_marks(write, matcher)
    gone = set(found.sessions) | set(found.episodes)
    strip_steps(write, lambda step, one: one in gone or (one in step.marked and one in eraser.episodes))
    clear_aside(write)
    touch(write)
    patterns = review_within(write).removed
    counts = f"{len(eraser.sessions)} sessions, {len(eraser.episodes)} episodes"
    write.note("forget", "store", (), counts)
    return ForgetReceipt(
        sessions=len(eraser.sessions),
        episodes=len(eraser.episodes),
        steps=eraser.spent.steps,
        patterns=patterns,
        notes=notes,
        bytes=eraser.spent.size,
        transcripts=_there(paths),
    )


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


def _hidden(notes: dict[str, list[bytes]], gone: set[str], matcher: Matcher | None) -> Iterable[bytes]:
    """Which notes may not keep their path: those of sessions that went, and where the text stands in it."""
    for session, keys in notes.items():
        for key in keys:
            if session in gone or (matcher is not None and matcher.text(os.fsdecode(key))):
                yield key


def _blank_marks(write: Write, matcher: Matcher) -> int:
    """Take the words out of marks that hold the text; how the episode ended stands. Of how many episodes."""
    noted = list(noting(write, matcher))
    for episode_id in noted:
        said = history(write, episode_id)
        keep(write, episode_id, tuple(_blanked(one, matcher) for one in said))
    return len(noted)


def _blanked(said: Said, matcher: Matcher) -> Said:
    if said.mark is None or not matcher.text(said.mark.note):
        return said
    return msgspec.structs.replace(said, mark=msgspec.structs.replace(said.mark, note=""))


def _there(keys: Iterable[bytes]) -> tuple[str, ...]:
    """The transcripts that still lie where they were read."""
    paths = sorted({os.fsdecode(key) for key in keys if not is_hashed(key)})
    return tuple(path for path in paths if os.path.exists(path))  # noqa: PTH110
