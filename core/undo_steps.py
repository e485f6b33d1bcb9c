"""The list of what can be taken back: one entry for each delete, each mark and each word of a person."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from tacit.core.loop.records import Feedback
from tacit.core.tables import STATE, UNDO
from tacit.core.tombstones import Role
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.transaction import Write

_LAST = b"last step"


class Removed(Struct, frozen=True, array_like=True):
    """One tombstone of an undo step."""

    table: str
    id: str
    role: Role


class Spoken(Struct, frozen=True, array_like=True):
    """What a step of undo said of an offer, which lies under pattern, time and number, and what stood before.

    ``said_before`` is when that was said, in milliseconds; ``person_before`` is whether a person said it.
    """

    pattern: str
    at: int
    number: int
    word: Feedback | None
    before: Feedback | None = None
    said_before: int = 0
    person_before: bool = False


class UndoStep(Struct, frozen=True):
    """One step that can be taken back. It holds ids only; what they were lies in the trash.

    ``number`` counts up; ``actor`` is who did it (``u`` and ``memory undo`` take back a person's).
    ``marked`` are the episodes it marked; what was said of them lies with the marks. ``decided`` are the
    patterns it decided something of, ``merged`` the projects it merged into others, each by the hash in hex
    that its alias lies under. ``said`` is what it said of offers.
    """

    number: int
    at: int
    actor: str
    op: str
    removed: tuple[Removed, ...]
    undone: bool = False
    marked: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    said: tuple[Spoken, ...] = ()


def undo_steps(read: Read) -> list[UndoStep]:
    """All steps, newest first."""
    steps = [msgspec.msgpack.decode(raw, type=UndoStep) for _, raw in read.items(UNDO)]
    return steps[::-1]


def standing(read: Read) -> list[Removed]:
    """What every step that is not undone removed, oldest step first."""
    return [one for step in reversed(undo_steps(read)) if not step.undone for one in step.removed]


def next_number(read: Read) -> int:
    """The number of the next step; no number is given twice, also when steps leave the list."""
    left = read.value(STATE, _LAST)
    gone = 0 if left is None else int.from_bytes(left, "big")
    return max([gone, *(step.number for step in undo_steps(read))]) + 1


def keep_number(write: Write, number: int) -> None:
    """Give no number up to this one to a step again."""
    write.set_value(STATE, _LAST, u64(max(number, next_number(write) - 1)))


def put_step(write: Write, step: UndoStep) -> None:
    """Add a step to the list, or replace it."""
    write.set_value(UNDO, u64(step.number), msgspec.msgpack.encode(step))


def strip_steps(write: Write, goes: Callable[[UndoStep, str], bool]) -> None:
    """Take ids out of the steps, where ``goes(step, id)``; a step that names none leaves the list."""
    write.set_value(STATE, _LAST, u64(next_number(write) - 1))
    for step in undo_steps(write):
        removed = tuple(one for one in step.removed if not goes(step, one.id))
        marked = tuple(one for one in step.marked if not goes(step, one))
        merged = tuple(one for one in step.merged if not goes(step, one))
        left = msgspec.structs.replace(step, removed=removed, marked=marked, merged=merged)
        if not removed and not marked and not step.decided and not merged and not step.said:
            write.delete_value(UNDO, u64(step.number))
        elif left != step:
            put_step(write, left)
