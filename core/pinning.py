"""Pinning: a person's word that upkeep leaves a pattern as it is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tacit.core.decisions import Decision, decide, history, standing
from tacit.core.deletion import Receipt, label_of
from tacit.core.errors import NotFound
from tacit.core.learn.state import touch
from tacit.core.model import Pattern
from tacit.core.projects import OtherNames, former_ids, other_names
from tacit.core.tables import PATTERNS, key_of
from tacit.core.tombstones import is_buried
from tacit.core.undo_steps import UndoStep, next_number, put_step
from tacit.store.reading import Read
from tacit.store.transaction import Write


def pin(write: Write, patterns: Sequence[Pattern], at: int, actor: str, *, pinned: bool) -> Receipt:
    """Pin patterns or take their pins away, as one step of undo; those that are so already are left alone.

    Raises:
        NotFound: somebody deleted one of them a moment ago.
    """
    for one in patterns:
        if is_buried(write, one.id):
            raise NotFound(f"{one.id} was deleted.", "`memory undo --list` shows what can be taken back.")
    names = other_names(write)
    new = tuple(one.id for one in patterns if _is_pinned(write, one, names) != pinned)
    ids, label = tuple(one.id for one in patterns), label_of(patterns)
    if not new:
        return Receipt(0, ids, label)
    number = next_number(write)
    put_step(write, UndoStep(number, at, actor, "pin" if pinned else "unpin", (), decided=new))
    for pattern_id in new:
        decide(write, pattern_id, Decision(number, "pin" if pinned else "unpin"))
    show_pins(write, new)
    touch(write)
    count = len(new)
    return Receipt(number, ids, label, pinned=count * pinned, unpinned=count * (not pinned))


def show_pins(write: Write, ids: Sequence[str]) -> None:
    """Let the records of these patterns say at once whether they are pinned, as the next review would."""
    names = other_names(write)
    for pattern_id in ids:
        pattern = write.get(PATTERNS, key_of(pattern_id))
        if pattern is not None and pattern.pinned != (pinned := _is_pinned(write, pattern, names)):
            write.put(PATTERNS, key_of(pattern_id), replace(pattern, pinned=pinned))


def _is_pinned(read: Read, pattern: Pattern, names: OtherNames) -> bool:
    """Whether it is, under its own id or one it had before its project was merged."""
    ids = (*former_ids(pattern.kind, pattern.key, names), pattern.id)
    return standing(*(history(read, one) for one in ids)).pinned
