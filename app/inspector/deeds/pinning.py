"""Pinning patterns, so that upkeep leaves them as they are, and taking the pins away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tacit.app.inspector.work.starting import each
from tacit.core.text import cut, one_line

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.deletion import Receipt


def pin_or_unpin(inspector: Inspector, ids: Sequence[str]) -> None:
    """Pin patterns, or unpin them where all are pinned by the time their turn comes; one step of undo."""
    memory = inspector.memory

    def do() -> Receipt:
        receipt = memory.pin(ids)
        return receipt if receipt.step else memory.unpin(ids)

    _begin(inspector, ids, do)


def pin(inspector: Inspector, ids: Sequence[str]) -> None:
    """Pin patterns; those that are pinned stay so."""
    _begin(inspector, ids, lambda: inspector.memory.pin(ids))


def unpin(inspector: Inspector, ids: Sequence[str]) -> None:
    """Take the pins of patterns away."""
    _begin(inspector, ids, lambda: inspector.memory.unpin(ids))


def _begin(inspector: Inspector, ids: Sequence[str], do: Callable[[], Receipt]) -> None:
    inspector.can_undo = True  # from now on, not only once it is counted
    each(inspector, _pin, inspector, tuple(ids), do)


async def _pin(inspector: Inspector, ids: Sequence[str], do: Callable[[], Receipt]) -> None:
    async with inspector.turn:
        receipt = await inspector.guarded(asyncio.to_thread(do))
    if receipt is None:
        return
    if not receipt.step:
        inspector.notify("Nothing to do: pinned already, or without a pin.")
        return
    inspector.changed()
    title = cut(one_line(receipt.label[:1000]), 60)
    told = f"Unpinned: {title}" if receipt.unpinned else f"Pinned: {title}. Upkeep leaves {_them(ids)}."
    inspector.notify(f"{told}{inspector.telling.way_back()}")


def _them(ids: Sequence[str]) -> str:
    return "it as it is" if len(ids) == 1 else "them as they are"
