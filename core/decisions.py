"""What was decided of patterns: pinned, put away, merged into another; kept apart from the patterns.

A decision outlives the record of its pattern, which every review makes anew: a pattern that stands is a
pure function of its evidence and of what was decided. Each entry belongs to a step of undo, which takes
it out again. Of each group (pinned or not, put away, merged) the entry said last stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from tacit.core.tables import DECISIONS
from tacit.store.reading import Read
from tacit.store.transaction import Write

What = Literal["pin", "unpin", "archive", "merge"]


class Decision(Struct, frozen=True, array_like=True):
    """What one step of undo decided of a pattern.

    ``step`` is 0 for what came with an export: nothing takes that back. ``into`` is the id of the pattern
    it was merged into. ``seen`` is when what was put away had last been used, in milliseconds.
    """

    step: int
    what: What
    into: str = ""
    seen: int = 0


class Decided(Struct, frozen=True):
    """What stands of a pattern.

    ``seen``: put away, until it is used after this time (milliseconds); ``None`` for never put away.
    """

    pinned: bool = False
    seen: int | None = None
    into: str = ""


NOTHING = Decided()


def history(read: Read, pattern_id: str) -> tuple[Decision, ...]:
    """What was decided of a pattern and not taken back, oldest first."""
    raw = read.value(DECISIONS, pattern_id.encode())
    return () if raw is None else msgspec.msgpack.decode(raw, type=tuple[Decision, ...])


def decisions(read: Read) -> dict[str, tuple[Decision, ...]]:
    """The histories of all patterns of which anything was decided, by id."""
    return {
        key.decode(): msgspec.msgpack.decode(raw, type=tuple[Decision, ...])
        for key, raw in read.items(DECISIONS)
    }


def standing(*histories: Iterable[Decision]) -> Decided:
    """What stands after all this was said, of one pattern or of the ids it went by before.

    The histories are read as one, step by step; of one step the later history speaks last.
    """
    decided = NOTHING
    for one in sorted((one for history in histories for one in history), key=lambda one: one.step):
        if one.what == "archive":
            decided = msgspec.structs.replace(decided, seen=one.seen)
        elif one.what == "merge":
            decided = msgspec.structs.replace(decided, into=one.into)
        else:
            decided = msgspec.structs.replace(decided, pinned=one.what == "pin")
    return decided


def all_standing(read: Read) -> dict[str, Decided]:
    """What stands of every pattern of which anything was decided, by id."""
    return {one: standing(said) for one, said in decisions(read).items()}


def decide(write: Write, pattern_id: str, decision: Decision) -> None:
    """Add a decision; its step must name the pattern in :attr:`UndoStep.decided`."""
    _keep(write, pattern_id, (*history(write, pattern_id), decision))


def take_back(write: Write, step: int, ids: Sequence[str]) -> tuple[Decision, ...]:
    """Take out what a step decided of these patterns, and say what that was."""
    gone: list[Decision] = []
    for pattern_id in ids:
        said = history(write, pattern_id)
        gone += (one for one in said if one.step == step)
        _keep(write, pattern_id, tuple(one for one in said if one.step != step))
    return tuple(gone)


def adopt(write: Write, told: Mapping[str, Decided]) -> int:
    """Take over what stands in an export, group by group, where nothing was said of it here; of how many."""
    new = 0
    for pattern_id, other in told.items():
        said = history(write, pattern_id)
        groups = {_group(one.what) for one in said}
        wanted = [one for one in _entries(other) if _group(one.what) not in groups]
        if wanted:
            _keep(write, pattern_id, (*wanted, *said))
            new += 1
    return new


def _entries(decided: Decided) -> list[Decision]:
    """The fewest decisions that leave this standing."""
    found = [Decision(0, "pin")] if decided.pinned else []
    found += [] if decided.seen is None else [Decision(0, "archive", seen=decided.seen)]
    return found + ([Decision(0, "merge", into=decided.into)] if decided.into else [])


def _group(what: What) -> str:
    return "pin" if what == "unpin" else what


def _keep(write: Write, pattern_id: str, said: tuple[Decision, ...]) -> None:
    if said:
        write.set_value(DECISIONS, pattern_id.encode(), msgspec.msgpack.encode(said))
    else:
        write.delete_value(DECISIONS, pattern_id.encode())
