"""Exporting this, what is marked, what the filter left, or everything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tacit.app.inspector.deeds.export_dialog import Choice, ExportDialog, Wish
from tacit.app.inspector.frame.room import Room, name_of
from tacit.app.inspector.lists.filtered import Filtered
from tacit.app.inspector.work.starting import each
from tacit.core.errors import TacitError, Usage
from tacit.core.model import Episode
from tacit.core.present import count, plural
from tacit.core.text import cut, one_line
from tacit.core.things import TABLES
from tacit.widgets.dialog import is_open

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.work.job import Job
    from tacit.core.query import Plan

_JOB = "export"
_WORDS = {"patterns": "pattern", "sessions": "session", "episodes": "task", "notes": "note"}


def ask_and_export(inspector: Inspector, room: Room) -> None:
    """Ask what and where to; then do it in a worker."""
    if is_open(inspector, ExportDialog):
        return

    def answered(wish: Wish | None) -> None:
        if wish is not None:
            start_export(inspector, wish)

    inspector.push_screen(ExportDialog(choices(room), inspector.place), answered)


def start_export(inspector: Inspector, wish: Wish) -> None:
    """Export in a worker, as a job that Esc ends; it says what was written and where."""
    each(inspector, _export, inspector, wish)


def choices(room: Room) -> list[Choice]:
    """What can be exported from here, the nearest first; marks come before the row they do not mean."""
    folder = room.inspector.place.name
    found = []
    marked, thing = room.marked, room.thing
    if marked:
        what = _told(TABLES[marked[0][0]].name, len(marked))
        found.append(Choice("marked", what, f"{folder}-marked", ids=marked, total=len(marked)))
    if thing is not None:
        name = cut(one_line(name_of(thing)[:1000]), 44)
        what = f"the session of: {name}" if isinstance(thing, Episode) else name
        found.append(Choice("this", what, f"{folder}-{thing.id}", ids=(thing.id,)))
    if isinstance(room, Filtered) and room.filter.text and room.window is not None:
        found.append(_filtered(room, folder))
    totals = room.inspector.totals
    total = 0 if totals is None else totals.patterns + totals.sessions
    found.append(Choice("all", "every pattern, session and note", folder, total=total))
    return found


def _filtered(room: Filtered[Any], folder: str) -> Choice:
    """What the filter left, be it nothing."""
    window = room.window
    total = window.count if window is not None else 0
    more = "" if window is None or window.exact else "+"
    what = f"{_told(room.table, total, more)}: {one_line(room.filter.text)}"
    exact = 0 if more else total
    return Choice("filtered", what, f"{folder}-filtered", plan=_plan(room), table=room.table, total=exact)


def _plan(room: Filtered[Any]) -> Plan | None:
    """What the words ask for, in the order that they say: `memory export --query` knows no other.

    Where they bound the list, which rows those are depends on the order that was chosen.
    """
    if room.plan is None or room.plan.limit is not None:
        return room.plan
    return replace(room.plan, sort="rank" if "sort:" not in room.filter.text else room.plan.sort)


def _told(table: str, number: int, more: str = "") -> str:
    """``3 patterns``; of tasks that their sessions leave."""
    sessions = ", their whole sessions" if table == "episodes" else ""
    return f"{count(number)}{more} {_WORDS[table]}{'' if number == 1 and not more else 's'}{sessions}"


async def _export(inspector: Inspector, wish: Wish) -> None:
    try:
        with inspector.jobs.running(_JOB, total=wish.choice.total, can_stop=True) as job:
            line = await asyncio.to_thread(_write, inspector, wish, job)
    except TacitError as error:
        inspector.trouble(error)
    else:
        inspector.notify(line)


def _write(inspector: Inspector, wish: Wish, job: Job) -> str:
    """Runs in a thread; says what was written."""
    choice, memory = wish.choice, inspector.memory

    def go_on(done: int) -> None:
        job.step(min(done, job.total) if job.total else done)
        if job.stopped():
            raise Usage("The export was broken off.", "What was written so far is whole.")

    plan, ids = choice.plan, choice.ids
    if plan is not None and choice.table != "patterns":
        ids = tuple(row.id for row in memory.page(choice.table, plan).items)
        plan = None
    directory = _directory(wish.directory)
    report = memory.export(directory, format=wish.form, plan=plan, ids=ids, progress=go_on)
    what = f"{plural(report.patterns, 'pattern')} and {plural(report.sessions, 'session')}"
    if report.notes:
        what = f"{what}, {plural(report.notes, 'note')}"
    return f"Exported {what}, {plural(report.files, 'file')}, to\n{report.path}"


def _directory(written: str) -> Path:
    """The directory as a person wrote it; ``~`` is a home."""
    try:
        return Path(written).expanduser().absolute()
    except (RuntimeError, ValueError) as error:
        raise Usage(f"{written} is no directory: {error}", "Write another path and export again.") from error
