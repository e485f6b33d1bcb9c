"""Learning from everything anew, in a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.importing import work_apart
from tacit.app.inspector.work.starting import each
from tacit.core.present import count, duration, plural
from tacit.widgets.confirm import Confirm, is_asking

if TYPE_CHECKING:
    from tacit.app.apart.messages import End
    from tacit.app.inspector.application import Inspector
    from tacit.core.learned import Learned

JOB = "learning again"
WEIGH = "weighing anew"


def ask_and_rebuild(inspector: Inspector) -> None:
    """Say what it does, then learn from every stored task anew if the person wants that."""
    if inspector.readonly:
        inspector.notify("The store is only read here: nothing can be learned.", severity="warning")
    elif JOB in inspector.jobs.names:
        inspector.notify(f"It learns again already; {inspector.telling.key('jobs')} shows how far it is.")
    elif not is_asking(inspector):
        question = Confirm(
            "Learn from everything anew?",
            _tasks(inspector),
            "By the extractors and declared patterns as they are now. What was learned stands until its "
            f"successor takes its place. {inspector.telling.key('back')} stops it, and `memory learn` goes "
            f"on. {inspector.telling.key('undo')} does not take it back.",
            "Learn",
        )
        inspector.push_screen(question, lambda yes: each(inspector, relearn, inspector) if yes else None)


async def relearn(inspector: Inspector) -> None:
    """Learn from everything anew and tell what came of it."""
    learned = await learned_anew(inspector)
    if learned is None:
        return
    done = f"Learned anew from {plural(learned.episodes, 'task')}"
    if learned.waiting:
        rest = f"{plural(learned.waiting, 'task')} wait: `memory learn` goes on"
        inspector.notify(f"{done} so far.\n{rest}")
    else:
        rows = f"{plural(learned.patterns, 'pattern')}, of which {count(learned.new_patterns)} new"
        inspector.notify(f"{done} in {duration(learned.seconds)}: {rows}.")


async def learn_apart(inspector: Inspector) -> None:
    """Learn from what waits and weigh everything anew, in a large memory; nobody asked for it."""
    jobs = inspector.jobs

    async def work() -> End:
        with jobs.running(WEIGH, asked=False) as job, jobs.learns():
            return await asyncio.to_thread(work_apart, inspector, "learn", job)

    if await inspector.guarded(work()) is not None:  # else it is tried again with the next change
        inspector.changed()


async def learned_anew(inspector: Inspector) -> Learned | None:
    """The job of it; ``None`` where it failed, which was told."""
    jobs = inspector.jobs
    total = 0 if inspector.totals is None else inspector.totals.episodes

    from tacit.app.apart.messages import Relearned

    async def work() -> End:
        with jobs.running(JOB, total=total, can_stop=True) as job, jobs.learns():
            end = await asyncio.to_thread(work_apart, inspector, "rebuild", job)
            job.whole = not isinstance(end, Relearned) or not end.learned.waiting
            job.result = _result(end)
            jobs.resting = job.stopped()
            return end

    end = await inspector.guarded(work())
    inspector.changed()
    return end.learned if isinstance(end, Relearned) else None


def _tasks(inspector: Inspector) -> str:
    totals = inspector.totals
    return "Every stored task" if totals is None else f"All {plural(totals.episodes, 'stored task')}"


def _result(end: End) -> tuple[str, ...]:
    from tacit.app.apart.messages import Relearned

    if not isinstance(end, Relearned):
        return ()
    learned = end.learned
    lines = [f"Learned anew from {plural(learned.episodes, 'task')} in {duration(learned.seconds)}."]
    lines += [f"failed  {count(number)} {why}" for why, number in learned.failed.items()]
    lines += [f"skipped  {count(number)} {why}" for why, number in learned.skipped.items()]
    if learned.waiting:
        lines.append(f"{plural(learned.waiting, 'task')} wait: `memory learn` goes on")
    lines.append(f"{plural(learned.patterns, 'pattern')}, of which {count(learned.new_patterns)} new")
    return tuple(lines)
