"""Deleting one thing or all that is marked, after asking, and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tacit.app.inspector.frame.room import name_of
from tacit.app.inspector.upkeep.applying import what_was_done
from tacit.app.inspector.work.starting import each, newest
from tacit.core.errors import TacitError
from tacit.core.present import count, plural
from tacit.core.text import cut, one_line
from tacit.core.things import Thing
from tacit.widgets.confirm import Confirm, is_asking

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.deletion import Receipt

T = TypeVar("T")

_WORDS = {"p": "pattern", "s": "session", "e": "task", "n": "note"}
_SLOW = 0.4  # seconds from which on it is told as work


def ask_and_delete(inspector: Inspector, thing: Thing) -> None:
    """Open the question at once; what goes with the thing is told as soon as it is counted."""
    name = f"{one_line(name_of(thing)[:1000])}  {thing.id}"
    _ask(inspector, f"Delete this {_WORDS[thing.id[0]]}?", name, (thing.id,))


def ask_and_delete_all(inspector: Inspector, ids: Sequence[str]) -> None:
    """The same for all that is marked, as one step of undo; the question says how many."""
    try:
        first = inspector.memory.get(ids[0])
    except TacitError as error:
        inspector.trouble(error)
        return
    if len(ids) == 1:
        ask_and_delete(inspector, first)
        return
    name = f"{cut(one_line(name_of(first)[:1000]), 100)} and {count(len(ids) - 1)} more"
    _ask(inspector, f"Delete {plural(len(ids), _WORDS[first.id[0]])}?", name, ids)


def _ask(inspector: Inspector, title: str, name: str, ids: Sequence[str]) -> None:
    if is_asking(inspector):
        return
    question = Confirm(title, name, _back(inspector, len(ids)), "Delete")

    def answered(yes: bool | None) -> None:
        if yes:
            inspector.can_undo = True  # from now on, not only once it is counted
            each(inspector, _delete, inspector, ids)

    inspector.push_screen(question, answered)
    newest(inspector, "explain", _explain, inspector, question, ids)


def take_back(inspector: Inspector) -> None:
    """Undo the newest delete of a person, whenever it was."""
    each(inspector, _undo, inspector)


async def _explain(inspector: Inspector, question: Confirm, ids: Sequence[str]) -> None:
    receipt = await inspector.guarded(asyncio.to_thread(inspector.memory.deletion, ids))
    if receipt is not None:
        question.explain(f"{what_goes(receipt)}{_back(inspector, len(ids))}")


def _back(inspector: Inspector, number: int) -> str:
    key = inspector.telling.key("undo")
    if number == 1:
        return f"{key} brings it back, now or later."
    return f"One step: {key} brings all of it back, now or later."


def what_goes(receipt: Receipt) -> str:
    """What is deleted along with the thing that was named."""
    them, its = ("it", "its") if len(receipt.ids) == 1 else ("them", "their")
    parts = []
    verb = "goes" if receipt.hidden == 1 and not receipt.sessions and not receipt.episodes else "go"
    if receipt.hidden:
        parts.append(f"{plural(receipt.hidden, 'pattern')} behind {them} (variants and what was explained)")
    if receipt.sessions:
        parts.append(f"{its} {plural(receipt.episodes, 'task')} and what only they taught")
    elif receipt.episodes:
        parts.append(f"{its} steps and what only they taught")
    return f"With {them} {verb} {' and '.join(parts)}. " if parts else ""


async def _delete(inspector: Inspector, ids: Sequence[str]) -> None:
    work = partial(inspector.memory.delete, ids)
    async with inspector.turn:
        receipt = await inspector.guarded(_in_sight(inspector, f"delete {count(len(ids))}", work))
    if receipt is not None:
        inspector.changed()
        inspector.notify(f"Deleted: {_short(receipt)}{inspector.telling.way_back('brings it back')}")


async def _undo(inspector: Inspector) -> None:
    async with inspector.turn:
        receipt = await inspector.guarded(_in_sight(inspector, "undo", inspector.memory.undo))
    if receipt is not None:
        inspector.changed()
        inspector.telling.clear()  # whatever it said of a way back is gone
        inspector.notify(_taken_back(receipt))
    elif not inspector.readonly:
        inspector.notify("There is nothing to undo.")


async def _in_sight(inspector: Inspector, name: str, work: Callable[[], T]) -> T:
    """Run it in a thread; where it takes long, as a job, so that a person knows and quitting asks."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    done, _ = await asyncio.wait({task}, timeout=_SLOW)
    if done:
        return await task
    with inspector.jobs.running(name):
        return await task


def _taken_back(receipt: Receipt) -> str:
    if receipt.merged or receipt.archived:
        return f"Took back: {what_was_done(receipt)}"
    if receipt.unpinned:
        return f"Pinned again: {_short(receipt)}"
    if receipt.pinned:
        return f"Took back the pin of: {_short(receipt)}"
    did = "Took back what was said of" if receipt.marks or receipt.said else "Brought back"
    return f"{did}: {_short(receipt)}"


def _short(receipt: Receipt) -> str:
    them = "it" if len(receipt.ids) == 1 else "them"
    hidden = f", with {plural(receipt.hidden, 'pattern')} behind {them}" if receipt.hidden else ""
    return f"{cut(one_line(receipt.label[:1000] or ', '.join(receipt.ids[:3])), 60)}{hidden}"
