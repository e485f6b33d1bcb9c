"""The trash: what deletes can still be taken back, and emptying it.

Emptying is for ever: the tombstones stay, the records go, also those that came in again since and were
kept for an undo, and the steps leave the list of undo.
"""

from __future__ import annotations

from msgspec import Struct

from tacit.core.chores import Left, owe
from tacit.core.embedding.stale import drop_stale
from tacit.core.erasing import Eraser
from tacit.core.forgetting import clear_aside
from tacit.core.learn.state import touch
from tacit.core.loop.traces import drop_unknown
from tacit.core.tables import NOTES, PATTERNS, SESSIONS, key_of
from tacit.core.tellings import erase, trashed_tellings
from tacit.core.tombstones import lives, tombstones
from tacit.core.undo_steps import UndoStep, strip_steps, undo_steps
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Discarded(Struct, frozen=True):
    """A step of undo whose records lie in the trash; ``label`` is the title of the first of them."""

    step: int
    at: int
    actor: str
    ids: tuple[str, ...]
    label: str
    patterns: int
    sessions: int
    episodes: int
    notes: int = 0


class Purged(Struct, frozen=True):
    """What left the trash for good; ``bytes`` as they were stored."""

    steps: int
    records: int
    bytes: int
    pending: tuple[Left, ...] = ()


def trash_list(read: Read) -> tuple[Discarded, ...]:
    """The deletes that can be taken back, newest first."""
    return tuple(_discarded(read, step) for step in undo_steps(read) if step.removed and not step.undone)


def purge(write: Write, before: int | None = None) -> Purged:
    """Empty the trash, or only of what was deleted before some time, in milliseconds.

    What a later delete took as well stays for its undo.
    """
    steps = undo_steps(write)
    gone = {step.number for step in steps if step.removed and _is_older(step, before)}
    standing = [step for step in steps if not step.undone]
    kept = {one.id for step in standing if step.number not in gone for one in step.removed}
    ids = {one.id for step in standing if step.number in gone for one in step.removed} - kept
    if before is None:  # also what no step can bring back: it was deleted in an export that came here
        ids |= {one for one, _ in tombstones(write)}
    ids = {one for one in ids if not lives(write, one)}
    eraser = Eraser(write)
    eraser.erase((one for one in ids if one[0] == "s"), (one for one in ids if one[0] == "e"))
    eraser.finish()
    patterns = [key_of(one) for one in ids if one[0] == "p"]
    for key in patterns:
        erase(write, PATTERNS, key, eraser.spent)
    for one in ids:
        if one[0] == "n":
            erase(write, NOTES, key_of(one), eraser.spent)
    drop_unknown(write, patterns, eraser.spent)
    strip_steps(write, lambda step, one: _goes(step, one, gone, eraser.episodes))
    spent = eraser.spent
    damaged = clear_aside(write) if before is None else 0
    if gone or damaged or spent.records:
        touch(write)
        drop_stale(write)
        owe(write, indexes_only=True)
        write.note("purge", "store", (), f"{len(gone)} steps, {spent.records} records")
    return Purged(len(gone), spent.records + damaged, spent.size)


def _goes(step: UndoStep, one: str, gone: set[int], episodes: set[str]) -> bool:
    """Whether a step has to give up an id: its records left, or a mark of what nobody tells any more."""
    return (bool(step.removed) and step.number in gone) or (one in step.marked and one in episodes)


def _is_older(step: UndoStep, before: int | None) -> bool:
    return before is None or step.at < before


def _discarded(read: Read, step: UndoStep) -> Discarded:
    tables = [one.table for one in step.removed]
    shown = tuple(one.id for one in step.removed if one.role != "with")
    label = next(filter(None, (_label(read, one) for one in shown)), "")
    return Discarded(
        step=step.number,
        at=step.at,
        actor=step.actor,
        ids=shown,
        label=label,
        patterns=tables.count("patterns"),
        sessions=tables.count("sessions"),
        episodes=tables.count("episodes"),
        notes=tables.count("notes"),
    )


def _label(read: Read, public_id: str) -> str:
    """What a person knows a trashed thing by; empty when it is not there."""
    if public_id[0] == "p":
        pattern = read.trashed(PATTERNS, key_of(public_id))
        return "" if pattern is None else pattern.title
    if public_id[0] == "s":
        session = read.trashed(SESSIONS, key_of(public_id))
        return "" if session is None else session.title
    if public_id[0] == "n":
        note = read.trashed(NOTES, key_of(public_id))
        return "" if note is None else note.title
    return next((one.title for _, one in trashed_tellings(read) if one.id == public_id), "")
