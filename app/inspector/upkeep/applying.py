"""Doing what upkeep proposes and the person ticked, after asking, as one step of undo."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.app.inspector.upkeep.rows import rows_of
from tacit.app.inspector.work.starting import each, newest
from tacit.core.errors import Stopped, TacitError
from tacit.core.present import plural
from tacit.core.proposals import OPS, Proposal
from tacit.widgets.confirm import Confirm, is_asking

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.core.deletion import Receipt

JOB = "upkeep"

_DEEDS = {"merge": "merge {}", "archive": "put {} away", "drop": "drop {}", "retain": "let {} go"}


def ask_and_apply(inspector: Inspector, proposals: Sequence[Proposal]) -> None:
    """Name the counts and ask; then do it in a worker."""
    if is_asking(inspector) or not proposals:
        return
    title = f"Apply {plural(len(proposals), 'ticked proposal')}?"
    deeds = [_deed(op, mine) for op in OPS if (mine := [one for one in proposals if one.op == op])]
    told = ", ".join(deeds)
    question = Confirm(title, f"{told[:1].upper()}{told[1:]}.", _back(inspector), "Apply")

    def answered(yes: bool | None) -> None:
        if yes:
            each(inspector, _apply, inspector, tuple(proposals))

    inspector.push_screen(question, answered)
    gone = [thing.id for one in proposals if one.op in {"drop", "retain"} for thing in one.drop]
    if gone:
        newest(inspector, "explain", _explain, inspector, question, gone)


def _deed(op: str, proposals: Sequence[Proposal]) -> str:
    return _DEEDS[op].format(rows_of(proposals))


async def _explain(inspector: Inspector, question: Confirm, ids: Sequence[str]) -> None:
    receipt = await inspector.guarded(asyncio.to_thread(inspector.memory.deletion, ids))
    if receipt is None:
        return
    parts = []
    if receipt.hidden:
        parts.append(f"{plural(receipt.hidden, 'pattern')} behind dropped rows")
    if receipt.episodes:
        parts.append(f"{plural(receipt.episodes, 'task')} and what only they taught")
    verb = "go" if receipt.episodes or receipt.hidden > 1 else "goes"
    told = f"With it {verb} {' and '.join(parts)}. " if parts else ""
    question.explain(f"{told}{_back(inspector)}")


async def _apply(inspector: Inspector, proposals: Sequence[Proposal]) -> None:
    """Do it; until it is stored it can be stopped, and nothing is changed then."""
    memory = inspector.memory

    async def work() -> Receipt:
        with inspector.jobs.running(JOB, total=2 * len(proposals), can_stop=True) as job:

            def told(done: int, total: int) -> None:
                if not job.goes_on(done, total):
                    raise Stopped("Nothing was applied: it was stopped before it was stored.")

            async with inspector.turn:
                receipt = await asyncio.to_thread(lambda: memory.apply(proposals, told=told))
            job.whole = True
            job.result = tuple(_told(inspector, receipt).split("\n"))
            return receipt

    try:
        receipt = await work()
    except Stopped as stopped:
        inspector.notify(stopped.message)
        return
    except TacitError as error:
        inspector.trouble(error)
        return
    inspector.can_undo = inspector.can_undo or receipt.step > 0
    inspector.changed()
    inspector.notify(_told(inspector, receipt))


def _back(inspector: Inspector) -> str:
    return f"One step: {inspector.telling.key('undo')} takes all of it back, now or later."


def _told(inspector: Inspector, receipt: Receipt) -> str:
    left = plural(len(receipt.left_out), "proposal")
    rest = f"\n{left} no longer fit and stayed undone" if receipt.left_out else ""
    done = f"Done: {what_was_done(receipt)}{rest}{inspector.telling.way_back()}"
    return done if receipt.step else f"Nothing was done.{rest}"


def what_was_done(receipt: Receipt) -> str:
    """``7 rows merged, 1 put away, 2 patterns deleted``."""
    parts = [
        (receipt.merged, f"{plural(receipt.merged, 'row')} merged"),
        (receipt.archived, f"{plural(receipt.archived, 'row')} put away"),
        (receipt.patterns, f"{plural(receipt.patterns, 'pattern')} deleted"),
        (receipt.sessions, f"{plural(receipt.sessions, 'session')} deleted"),
    ]
    return ", ".join(text for number, text in parts if number)
