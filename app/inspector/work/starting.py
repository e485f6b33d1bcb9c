"""Work beside the event loop.

The coroutine is made when its worker starts, from a function and its arguments: one that is cancelled
before that would else complain that nobody awaited it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.dom import NoScreen

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

Work = Callable[..., Coroutine[Any, Any, None]]

_BESIDE = frozenset(["deeds", "completion"])
"""Groups of work that read nothing of what stands on the screen."""


def newest(node: DOMNode, group: str, work: Work, *args: object) -> None:
    """Run ``work(*args)``; older work of the group is cancelled, as it would answer an old question."""
    _start(node, group, work, args, exclusive=True)


def each(node: DOMNode, work: Work, *args: object) -> None:
    """Run ``work(*args)`` whatever else runs: a deed a person asked for is never dropped."""
    _start(node, "deeds", work, args, exclusive=False)


def at_work(node: DOMNode) -> bool:
    """Whether something of a screen is still being read for it."""
    return any(
        worker.node is node and worker.group not in _BESIDE and not worker.is_finished
        for worker in node.workers
    )


def _start(node: DOMNode, group: str, work: Work, args: tuple[object, ...], *, exclusive: bool) -> None:
    async def start() -> None:
        with suppress(NoScreen):  # where it would be shown was closed meanwhile
            await work(*args)

    _: Worker[None] = node.run_worker(start, group=group, exclusive=exclusive)
