"""A session as one row of facts."""

from __future__ import annotations

from tacit.app.inspector.views.rows import outcome_counts, project_name
from tacit.core.model import Session, Source
from tacit.core.present import count, day, duration, moment, plural
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Line

_TIMES = 100  # cells from which on the time of the day stands beside the day
_TITLE = 30


def session_row(
    session: Session, width: int, judged: Source | None = None, expiry: str = "", *, badges: bool = False
) -> Line:
    """``2026-02-04 12:10  title  12 min  3 tasks  ✓2 ✗1  test  54k  expires in 3 days  project``.

    Args:
        session: the session.
        width: cells.
        judged: the strongest source that one of its tasks was judged by.
        expiry: what becomes of its transcript, if that is worth telling.
        badges: whether any row of the list tells of that, so that there is a column for it.
    """
    times = width >= _TIMES
    columns = _columns(times, badges)
    cells = {
        "when": Cell(moment(session.started) if times else day(session.started), "muted"),
        "title": Cell(one_line(session.title[:1000]) or "(no title)"),
        "agent": Cell(one_line(session.agent[:100]), "muted"),
        "spent": Cell(spent(session), "muted"),
        "tasks": Cell(plural(session.episodes, "task"), "muted"),
        "outcomes": Cell(outcome_counts(session)),
        "judged": Cell(judged or "", "muted"),
        "tokens": Cell(short_count(session.tokens) if session.tokens else "", "muted"),
        "expiry": Cell(expiry, "warn"),
        "project": Cell(project_name(session.project), "muted"),
    }
    return lay(columns, fit(columns, width), cells)


def spent(session: Session) -> str:
    """``12 min``: how long it took, in whole minutes from the first one on; empty where nobody knows."""
    seconds = max(session.ended - session.started, 0) / 1000
    return "" if not seconds else duration(seconds if seconds < 60 else round(seconds / 60) * 60)


def short_count(number: int) -> str:
    """``54k``, ``1.2M``: a large number in few cells."""
    if number < 1_000:
        return count(number)
    if number < 999_500:
        return f"{round(number / 1_000)}k"
    return f"{number / 1_000_000:.1f}M"


def _columns(times: bool, badges: bool) -> tuple[Column, ...]:
    """The columns from left to right; date, title and outcomes give way last."""
    return (
        Column("when", 16 if times else 10, 9),
        Column("title", _TITLE, 10, grows=3),
        *((Column("expiry", 17, 7),) if badges else ()),
        Column("spent", 9, 5, right=True),
        Column("tasks", 8, 6, right=True),
        Column("outcomes", 9, 8),
        Column("judged", 9, 4),
        Column("tokens", 5, 2, right=True),
        Column("agent", 11, 3),
        Column("project", 14, 1, grows=1),
    )
