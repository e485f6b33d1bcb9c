"""One thing that upkeep could do, with its reason and its gain."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from tacit.core.model import Pattern, Session

Op = Literal["merge", "archive", "drop", "retain"]

OPS: tuple[Op, ...] = get_args(Op)


class Proposal(Struct, frozen=True):
    """What would be done, and why.

    ``merge`` puts the rows of ``drop`` behind ``keep``; ``archive`` puts a row away until it is used again;
    ``drop`` deletes a row; ``retain`` deletes a session. ``id`` is the same as long as the same is proposed
    of the same; ``seen`` is when what would be put away or deleted, or what stands behind it, was last used,
    in milliseconds.
    """

    op: Op
    keep: Pattern | None
    drop: tuple[Pattern | Session, ...]
    reason: str
    gain: str
    seen: int = 0

    @property
    def id(self) -> str:
        """Of the operation and the first thing it would take: ``archive:p-3f9k2m7q0xvb``."""
        return f"{self.op}:{self.drop[0].id}"
