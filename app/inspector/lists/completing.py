"""How the words of a query may go on, in the form that fields are told it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.app.inspector.application import Inspector
    from tacit.widgets.filter_bar import Suggestion


async def query_continuations(
    inspector: Inspector, text: str, cursor: int, table: str | None = None
) -> Sequence[Suggestion]:
    """Asked of the store in a thread, for a list or for a search; nothing where it fails, which is told."""
    asked = asyncio.to_thread(inspector.memory.complete, text, cursor, table)
    return [(one.start, one.end, one.replacement) for one in await inspector.guarded(asked) or ()]
