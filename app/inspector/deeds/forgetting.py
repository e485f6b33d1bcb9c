"""Forgetting sessions for good, after asking twice, as ``memory forget`` does it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.forget_dialog import ForgetDialog
from tacit.app.inspector.handoff.copies import sweep
from tacit.app.inspector.work.starting import each, newest
from tacit.core.errors import TacitError
from tacit.core.places import short
from tacit.core.present import count, plural, size
from tacit.core.text import cut, one_line
from tacit.widgets.confirm import is_asking

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.forgetting import ForgetReceipt

_FILES = 3  # paths that are named


def ask_and_forget(inspector: Inspector, ids: Sequence[str]) -> None:
    """Open the question at once; it can be answered when it is counted what goes."""
    if not ids or is_asking(inspector):
        return
    try:
        first = inspector.memory.get(ids[0])
    except TacitError as error:
        inspector.trouble(error)
        return
    name = cut(one_line(first.title[:1000]), 100) or "(no title)"
    name += f"  {first.id}" if len(ids) == 1 else f" and {count(len(ids) - 1)} more"
    what = "this session" if len(ids) == 1 else plural(len(ids), "session")
    question = ForgetDialog(f"Forget {what} for good?", name)

    def answered(yes: bool | None) -> None:
        if yes:
            each(inspector, _forget, inspector, tuple(ids))

    inspector.push_screen(question, answered)
    newest(inspector, "explain", _explain, inspector, question, tuple(ids))


async def _explain(inspector: Inspector, question: ForgetDialog, ids: Sequence[str]) -> None:
    memory = inspector.memory
    receipt = await inspector.guarded(asyncio.to_thread(memory.forget, sessions=ids, dry_run=True))
    if receipt is None:
        question.explain("What goes with it could not be counted, so nothing can be forgotten now.")
        return
    backups = "the index, the mirror and the backups that are known"
    told = f"{amount(receipt)} leave the store, {backups}. This cannot be undone."
    question.tell(told + _elsewhere(receipt))


async def _forget(inspector: Inspector, ids: Sequence[str]) -> None:
    memory = inspector.memory

    def do() -> ForgetReceipt:
        receipt = memory.forget(sessions=ids, compact=False)
        sweep()
        return receipt

    async def work() -> ForgetReceipt:
        with inspector.jobs.running("forget") as job:
            receipt = await asyncio.to_thread(do)
            job.result = (_told(receipt),)
            return receipt

    async with inspector.turn:
        receipt = await inspector.guarded(work())
    if receipt is None:
        return
    inspector.changed()
    inspector.notify(_told(receipt))
    from tacit.app.commands.logfile import note

    note("forget", "done", sessions=receipt.sessions, episodes=receipt.episodes, pending=len(receipt.pending))


def amount(receipt: ForgetReceipt) -> str:
    """``2 sessions, 5 tasks with 120 steps, 3 patterns that rest on them alone (1.2 MB)``."""
    parts = [plural(receipt.sessions, "session")]
    parts.append(f"{plural(receipt.episodes, 'task')} with {plural(receipt.steps, 'step')}")
    if receipt.notes:
        parts.append(plural(receipt.notes, "note"))
    if receipt.patterns:
        parts.append(f"{plural(receipt.patterns, 'pattern')} that rest on nothing else")
    return f"{', '.join(parts)} ({size(receipt.bytes)})"


def _told(receipt: ForgetReceipt) -> str:
    from tacit.core.chores import WORDS

    told = f"Forgot {amount(receipt)}."
    for one in receipt.pending:
        if one.chore == "compaction":
            told += "\nIts bytes leave the store's file when you quit."
        else:
            told += f"\nNot done yet: {WORDS[one.chore]} ({one.why.rstrip('.')})."
    return told + _elsewhere(receipt)


def _elsewhere(receipt: ForgetReceipt) -> str:
    """Files that hold it still and are not ours to change."""
    told = ""
    if receipt.transcripts:
        told += f"\nThe agent's own file keeps it: {_paths(receipt.transcripts)}"
    if receipt.unreached:
        told += f"\nOut of reach, may hold it still: {_paths(receipt.unreached)}"
    return told


def _paths(paths: Sequence[str]) -> str:
    named = ", ".join(one_line(short(path)) for path in paths[:_FILES])
    return named + (f" and {count(len(paths) - _FILES)} more" if len(paths) > _FILES else "")
