"""Pinning a pattern, so that upkeep leaves it as it is, and taking the pin away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tacit.app.inspector.work import each
from tacit.core.model import Pattern
from tacit.core.text import cut, one_line

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.deletion import Receipt


def pin_or_unpin(inspector: Inspector, pattern: Pattern) -> None:
    """Pin it, or unpin it where it is pinned by the time its turn comes."""
    inspector.can_undo = True  # from now on, not only once it is counted
    each(inspector, _pin, inspector, pattern.id)


async def _pin(inspector: Inspector, pattern_id: str) -> None:
    memory = inspector.memory

    def do() -> Receipt:
        pattern = memory.get(pattern_id)
        pinned = isinstance(pattern, Pattern) and pattern.pinned
        return memory.unpin([pattern_id]) if pinned else memory.pin([pattern_id])

    async with inspector.turn:
        receipt = await inspector.guarded(asyncio.to_thread(do))
    if receipt is None:
        return
    inspector.changed()
    title = cut(one_line(receipt.label[:1000]), 60)
    pinned = f"Pinned: {title}\nUpkeep leaves it as it is. u takes it back"
    inspector.notify(f"Unpinned: {title}\nu takes it back" if receipt.unpinned else pinned)
