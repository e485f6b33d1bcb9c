"""Transcripts that their agent removes soon: the line that tells of them, and their list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.core.expiring import Expiring
    from tacit.core.model import Session
    from tacit.memory import Memory

_STATES = {
    "imported": ("imported", "green"),
    "grown": ("grew since it was imported", "yellow"),
    "new": ("not imported", "yellow"),
}


def announce(memory: Memory, form: str = "table", *, walk: bool = False) -> None:
    """Say below a table that sessions expire within a week, if any do.

    Args:
        memory: the memory.
        form: how the output is printed: whoever reads JSON is told nothing.
        walk: look through the agent's folder too, which takes a moment where there is much in it.
    """
    if form != "table":
        return
    from tacit.app.commands.output import say
    from tacit.core.expiring import announced

    if text := announced(memory.expiring(walk=walk)):
        say(text, "dim")


def list_expiring(memory: Memory, within: str | None, limit: int | None, form: str) -> None:
    """Print the transcripts that go within a span of days, the next first.

    Raises:
        Usage: that is no span of time.
    """
    from tacit.app.commands.options import days, limit_of
    from tacit.app.commands.output import say, tell_cut, write, write_rows
    from tacit.core.clock import DAY
    from tacit.core.expiring import SOON, announced
    from tacit.core.present import plural

    span = days(within) if within else SOON // DAY
    found = memory.expiring(span * DAY)
    most = limit_of(limit, form)
    shown = found[:most]
    named = _sessions(memory, shown)
    if form == "table":
        write(_rows(shown, named, memory.clock()))
        tell_cut(len(shown), len(found), "transcripts")
        say(announced(found, span) or f"No transcript expires within {plural(span, 'day')}.", "dim")
        return
    rows = [_json(one, named) for one in shown]
    write_rows(form, "transcripts", rows, len(found))


def check_alone(query: Sequence[str], **others: Any) -> None:
    """See that nothing else was asked of the list.

    Raises:
        Usage: it was.
    """
    if query or any(others.values()):
        raise Usage("--expiring lists files, which no query narrows.", "Leave the query out, or --expiring.")


def _sessions(memory: Memory, found: Sequence[Expiring]) -> dict[str, Session]:
    """The stored sessions that the transcripts tell, by id."""
    from tacit.core.errors import NotFound
    from tacit.core.model import Session

    named = {}
    for one in found:
        for session in one.sessions:
            try:
                thing = memory.get(session)
            except NotFound:  # what it told was deleted
                continue
            if isinstance(thing, Session):
                named[session] = thing
    return named


def _rows(found: Sequence[Expiring], named: dict[str, Session], now: int) -> list[str]:
    from tacit.app.commands.rows import ID
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.expiry import until
    from tacit.core.places import short
    from tacit.core.present import NONE

    if not found:
        return []
    rows = []
    for one in found:
        session = next((named[name] for name in one.sessions if name in named), None)
        rows.append(
            (
                Cell(until(one.at, now), "yellow"),
                Cell(session.id[:ID] if session else NONE, "dim"),
                Cell(*_STATES[one.state]),
                session.title if session else short(one.path),
            )
        )
    return table((Column("expires"), Column("id"), Column("state"), Column("session")), rows)


def _json(one: Expiring, named: dict[str, Session]) -> dict[str, Any]:
    from tacit.core.clock import rfc3339
    from tacit.core.jsonform import without_hash

    told = [{"id": name, "title": without_hash(named[name].title)} for name in one.sessions if name in named]
    path = one.path.encode("utf-8", "backslashreplace").decode()  # a name need not be UTF-8
    return {"path": path, "expires": rfc3339(one.at), "state": one.state, "sessions": told}
