"""Importing what agents left on this machine, in a process of its own, after saying what was found."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tacit.app.inspector.work.starting import each, newest
from tacit.core.places import short
from tacit.core.present import count, plural, size
from tacit.widgets.confirm import Confirm, is_asking

if TYPE_CHECKING:
    from tacit.app.apart.messages import End, Imported, Work
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.work.job import Job
    from tacit.core.surveying import Survey

JOB = "import"
_SHOWN = 3  # places that are named
_NOTHING = "There is nothing to import here; `:import PATH` reads other places."
_SAFE = "Secrets are replaced before anything is stored."


def ask_and_import(inspector: Inspector, paths: Sequence[str] | None = None) -> None:
    """Say what there is to import, then do it if the person wants that.

    Args:
        inspector: where.
        paths: files and folders; none for the usual folders of the agents.
    """
    if inspector.readonly:
        inspector.notify("The store is only read here: nothing can be imported.", severity="warning")
    elif JOB in inspector.jobs.names:
        inspector.notify(f"An import runs already; {inspector.telling.key('jobs')} shows how far it is.")
    elif not is_asking(inspector):
        _ask(inspector, tuple(os.path.abspath(os.path.expanduser(path)) for path in paths or ()))  # noqa: PTH100, PTH111


def _ask(inspector: Inspector, paths: tuple[str, ...]) -> None:
    question = Confirm("Import what your agents left?", _where(paths), "Looking for transcripts…", "Import")
    answered = Event()

    def answer(yes: bool | None) -> None:
        answered.set()
        if yes:
            each(inspector, _import, inspector, paths)

    inspector.push_screen(question, answer)
    newest(inspector, "explain", _explain, inspector, question, paths, answered)


async def _explain(inspector: Inspector, question: Confirm, paths: tuple[str, ...], answered: Event) -> None:
    told = await inspector.guarded(asyncio.to_thread(_found, inspector, paths, answered))
    if told is not None and not answered.is_set():
        question.explain(told[1], told[0])
        if told[1] == _NOTHING:
            question.withdraw()


def _found(inspector: Inspector, paths: tuple[str, ...], answered: Event) -> tuple[str, str]:
    """What there is and what would be done with it, in words; it runs in a thread."""
    from tacit.exports.manifest import is_export

    places = [Path(path) for path in paths]
    if places and all(path.is_dir() and is_export(path) for path in places):
        what = f"{plural(len(places), 'export')} of Tacit in {_where(paths)}"
        return what, "What the store does not have is added; nothing is taken away."
    return _told(inspector.memory.survey(places or None, answered.is_set), inspector.telling.key("back"))


def _told(found: Survey, key: str) -> tuple[str, str]:
    safe = f"{_SAFE} {key} stops it, and the next import goes on."
    where = _where(found.places)
    if found.archives or found.stores:
        return f"{_held(found)} in {where}", f"What was read before is left as it is. {safe}"
    if not found.files:
        looked = f"No transcripts in {where}." if found.places else "No folder of an agent is here."
        return looked, _NOTHING
    what = f"{plural(found.files, 'transcript')}, {size(found.bytes)}, in {where}"
    if not found.new:
        return what, f"All of them were read before, and none has changed. {safe}"
    news = f"{count(found.new)} of them, {size(found.new_bytes)}, are new or have changed."
    return what, f"{news} {safe}"


def _held(found: Survey) -> str:
    """``12 transcripts, 1 archive, 1 store of notes``, of what there is any."""
    stores = "1 store of notes" if found.stores == 1 else f"{count(found.stores)} stores of notes"
    parts = (
        plural(found.files, "transcript") if found.files else "",
        plural(found.archives, "archive") if found.archives else "",
        stores if found.stores else "",
    )
    return ", ".join(filter(None, parts))


def _where(paths: Sequence[str]) -> str:
    if not paths:
        return "the usual folders of the agents"
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(map(short, paths[:_SHOWN])) + more


async def _import(inspector: Inspector, paths: tuple[str, ...]) -> None:
    from tacit.app.apart.messages import Imported, Stopped

    async def work() -> End:
        with inspector.jobs.running(JOB, can_stop=True) as job, inspector.jobs.learns():
            end = await asyncio.to_thread(work_apart, inspector, "import", job, paths)
            job.whole = not isinstance(end, Stopped)
            job.result = _result(end)
            return end

    end = await inspector.guarded(work())
    inspector.changed()
    if end is None:
        return
    told = "\n".join(_result(end)[:1])
    if isinstance(end, Imported) and end.report.changed:
        told += f"{_rows(end)}\n{inspector.telling.key('jobs')} tells all of it"
    inspector.notify(told)


def work_apart(inspector: Inspector, work: Work, job: Job, paths: tuple[str, ...] = ()) -> End:
    """Have long work done by a process of its own, and listen to it; it runs in a thread.

    Raises:
        TacitError: it failed.
    """
    from tacit.app.apart.caller import have_done
    from tacit.app.apart.messages import Wish

    memory = inspector.memory
    wish = Wish(work, os.path.realpath(memory.path), memory.actor, memory.demo, paths)
    return have_done(wish, job)


def _rows(end: Imported) -> str:
    from tacit.app.commands.imported import only_notes

    report = end.report
    if only_notes(report):
        return ""
    new = f"{plural(report.patterns or 0, 'pattern')}, of which {count(report.new_patterns or 0)} new"
    return f" {new}."


def _result(end: End) -> tuple[str, ...]:
    """What the command says at its end, or how far it came."""
    from tacit.app.apart.messages import Imported, Stopped
    from tacit.app.commands.imported import facts_of, headline

    if isinstance(end, Stopped):
        far = f" after {end.far}" if end.far else ""
        return f"The import was stopped{far}.", "What was stored stays; the next import goes on."
    if not isinstance(end, Imported):
        return ()
    facts = (f"{name}  {value}" for name, value in facts_of(end.report) if value)
    return headline(end.report), *facts, *end.hints
