"""Looking at long work: the panel of jobs over what the inspector knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tacit.widgets.dialog import is_open
from tacit.widgets.jobs_panel import JobRow, JobsPanel

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.work.job import Job


def open_jobs(inspector: Inspector) -> None:
    """Show what runs, and what came of what ran."""
    if is_open(inspector, JobsPanel):
        return
    jobs = inspector.jobs

    def stop(key: int) -> None:
        for job in jobs.all:
            if id(job) == key:
                jobs.stop(job)

    def watch(look: Callable[[], None]) -> Callable[[], None]:
        jobs.watchers.append(look)
        return lambda: jobs.watchers.remove(look)

    inspector.push_screen(JobsPanel(lambda: [_row(job) for job in jobs.all], stop, watch))


def _row(job: Job) -> JobRow:
    able = job.can_stop and job.state == "running"
    far = job.far if job.state in {"running", "stopping"} else ""
    return JobRow(id(job), job.name, job.state, job.share, far, job.times, job.result, able)
