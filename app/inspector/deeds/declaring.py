"""Declaring a pattern, and looking for it in everything that was imported before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.declare_dialog import DeclareDialog
from tacit.app.inspector.deeds.relearning import learned_anew
from tacit.app.inspector.work.starting import each
from tacit.core.model import Pattern
from tacit.core.patterns_file import Declared
from tacit.core.places import places, short
from tacit.core.present import plural
from tacit.core.things import Thing
from tacit.widgets.dialog import is_open

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector


def ask_and_declare(inspector: Inspector, thing: Thing | None) -> None:
    """Ask for the fields, a sequence gives its actions to begin with; then look for it in a worker."""
    if is_open(inspector, DeclareDialog):
        return
    sequence = isinstance(thing, Pattern) and thing.kind == "tool_sequence"
    actions = thing.key if sequence and isinstance(thing, Pattern) else ()
    memory = inspector.memory

    def answered(saved: Declared | None) -> None:
        if saved is not None:
            each(inspector, _look_for, inspector, saved.name)

    dialog = DeclareDialog(memory.declaration, memory.declare, actions, short(places().patterns))
    inspector.push_screen(dialog, answered)


async def _look_for(inspector: Inspector, name: str) -> None:
    memory = inspector.memory
    learned = await learned_anew(inspector)
    if learned is None:
        return
    uses = await inspector.guarded(asyncio.to_thread(memory.declared_uses, name))
    if uses is None:
        return
    found = f"“{name}”: {plural(uses, 'use')} found"
    if learned.waiting:
        rest = f"{plural(learned.waiting, 'task')} wait to be looked through: memory learn goes on"
        inspector.notify(f"{found} so far.\n{rest}")
    elif uses:
        inspector.notify(f"{found} in {plural(learned.episodes, 'task')}.")
    else:
        inspector.notify(
            f"{found} in {plural(learned.episodes, 'task')}.\nIt is looked for in what comes, too."
        )
