"""Deleting one thing, after asking, and taking it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.applying import what_was_done
from tacit.app.inspector.room import Thing, name_of
from tacit.app.inspector.work import each, newest
from tacit.core.model import Episode, Session
from tacit.core.present import plural
from tacit.core.text import cut, one_line
from tacit.widgets.confirm import Confirm, is_asking

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.deletion import Receipt


def ask_and_delete(inspector: Inspector, thing: Thing) -> None:
    """Open the question at once; what goes with the thing is told as soon as it is counted."""
    if is_asking(inspector):
        return
    word = "task" if isinstance(thing, Episode) else "session" if isinstance(thing, Session) else "pattern"
    name = f"{one_line(name_of(thing)[:1000])}  {thing.id}"
    question = Confirm(f"Delete this {word}?", name, "u brings it back.", "Delete")

    def answered(yes: bool | None) -> None:
        if yes:
            inspector.can_undo = True  # from now on, not only once it is counted
            each(inspector, _delete, inspector, thing)

    inspector.push_screen(question, answered)
    newest(inspector, "explain", _explain, inspector, question, thing)


def take_back(inspector: Inspector) -> None:
    """Undo the newest delete of a person, whenever it was."""
    each(inspector, _undo, inspector)


async def _explain(inspector: Inspector, question: Confirm, thing: Thing) -> None:
    receipt = await inspector.guarded(asyncio.to_thread(inspector.memory.deletion, [thing.id]))
    if receipt is not None:
        question.explain(f"{what_goes(receipt)}u brings it back, now or later.")


def what_goes(receipt: Receipt) -> str:
    """What is deleted along with the thing that was named."""
    parts = []
    if receipt.hidden:
        parts.append(f"{plural(receipt.hidden, 'pattern')} behind it (variants and what it explained)")
    if receipt.sessions:
        parts.append(f"its {plural(receipt.episodes, 'task')} and what only they taught")
    elif receipt.episodes:
        parts.append("its steps and what only they taught")
    return f"With it go {' and '.join(parts)}. " if parts else ""


async def _delete(inspector: Inspector, thing: Thing) -> None:
    async with inspector.turn:
        receipt = await inspector.guarded(asyncio.to_thread(inspector.memory.delete, [thing.id]))
    if receipt is not None:
        inspector.changed()
        inspector.notify(f"Deleted: {_short(receipt)}\nu brings it back")


async def _undo(inspector: Inspector) -> None:
    async with inspector.turn:
        receipt = await inspector.guarded(asyncio.to_thread(inspector.memory.undo))
    if receipt is not None:
        inspector.changed()
        inspector.notify(_taken_back(receipt))
    elif not inspector.memory.readonly:
        inspector.notify("There is nothing to undo.")


def _taken_back(receipt: Receipt) -> str:
    if receipt.merged or receipt.archived:
        return f"Took back: {what_was_done(receipt)}"
    if receipt.unpinned:
        return f"Pinned again: {_short(receipt)}"
    if receipt.pinned:
        return f"Took back the pin of: {_short(receipt)}"
    did = "Took back what was said of" if receipt.marks else "Brought back"
    return f"{did}: {_short(receipt)}"


def _short(receipt: Receipt) -> str:
    hidden = f" and {plural(receipt.hidden, 'pattern')} behind it" if receipt.hidden else ""
    return f"{cut(one_line(receipt.label[:1000] or ', '.join(receipt.ids[:3])), 60)}{hidden}"
