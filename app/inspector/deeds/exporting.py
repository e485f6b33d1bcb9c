"""Exporting this, what the filter left, or everything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from tacit.app.inspector.deeds.export_dialog import Choice, ExportDialog, Wish
from tacit.app.inspector.filtered import Filtered
from tacit.app.inspector.room import Room, name_of
from tacit.app.inspector.work import each
from tacit.core.errors import TacitError, Usage
from tacit.core.present import count, plural
from tacit.core.text import cut, one_line

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.jobs import Job

_JOB = "export"


def ask_and_export(inspector: Inspector, room: Room) -> None:
    """Ask what and where to; then do it in a worker."""
    if any(isinstance(screen, ExportDialog) for screen in inspector.screen_stack):
        return

    def answered(wish: Wish | None) -> None:
        if wish is not None:
            each(inspector, _export, inspector, wish)

    inspector.push_screen(ExportDialog(choices(room), inspector.place), answered)


def choices(room: Room) -> list[Choice]:
    """What can be exported from here, the nearest first."""
    found = []
    thing = room.thing
    if thing is not None:
        found.append(Choice("this", cut(one_line(name_of(thing)[:1000]), 44), ids=(thing.id,)))
    if isinstance(room, Filtered) and room.filter.text and room.window is not None:
        window = room.window
        what = plural(window.total, room.table.removesuffix("s"))
        if room.table == "patterns":
            found.append(Choice("filtered", f"{what}: {room.filter.text}", plan=room.plan))
        else:
            found.append(Choice("filtered", f"{what}: {room.filter.text}", window=window))
    found.append(Choice("all", "every pattern and session"))
    return found


async def _export(inspector: Inspector, wish: Wish) -> None:
    try:
        with inspector.jobs.running(_JOB, can_stop=True) as job:
            line = await asyncio.to_thread(_write, inspector, wish, job)
    except TacitError as error:
        inspector.trouble(error)
    except OSError as error:
        inspector.notify(f"Nothing was exported: {error.strerror}: {wish.directory}", severity="error")
    else:
        inspector.notify(line)


def _write(inspector: Inspector, wish: Wish, job: Job) -> str:
    """Runs in a thread; says what was written."""
    choice = wish.choice
    ids = choice.ids
    if choice.window is not None:
        ids = tuple(row.id for row in choice.window.rows(0, choice.window.total))
    directory = Path(wish.directory).expanduser()

    def go_on(done: int) -> None:
        job.step(done)
        if job.stopped():
            raise Usage("The export was broken off.", "What was written so far is whole.")

    report = inspector.memory.export(directory, plan=choice.plan, ids=ids, progress=go_on)
    what = f"{plural(report.patterns, 'pattern')} and {plural(report.sessions, 'session')}"
    return f"Exported {what}, {count(report.files)} files, to\n{report.path}"
