"""Saying how a task ended, after asking; ``u`` takes it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.mark_dialog import CLEAR, MarkDialog, Said
from tacit.app.inspector.work.starting import each
from tacit.core.model import Episode
from tacit.core.text import cut, one_line
from tacit.widgets.dialog import is_open

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.marking import Marking


def ask_and_mark(inspector: Inspector, episode: Episode) -> None:
    """Open the question, with what was said before; then do it in a worker."""
    if is_open(inspector, MarkDialog):
        return

    def answered(said: Said | None) -> None:
        if said is not None:
            inspector.can_undo = True  # from now on, not only once it is counted
            each(inspector, _mark, inspector, episode.id, said)

    inspector.push_screen(MarkDialog(episode, inspector.memory.mark_of(episode.id)), answered)


async def _mark(inspector: Inspector, episode_id: str, said: Said) -> None:
    memory = inspector.memory

    def do() -> Marking:
        if said.label == CLEAR:
            return memory.unmark(episode_id)
        return memory.mark(episode_id, said.label, said.note)

    async with inspector.turn:
        marking = await inspector.guarded(asyncio.to_thread(do))
    if marking is None:
        return
    task = cut(one_line(marking.prompt[:1000]), 60)
    if not marking.step:
        inspector.notify(f"It is marked so already: {task}")
        return
    inspector.changed()
    did = "Cleared the mark, judged" if marking.mark is None else "Marked"
    inspector.notify(f"{did} {marking.after}, was {marking.before}: {task}{inspector.telling.way_back()}")
