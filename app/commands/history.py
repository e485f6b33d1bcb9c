"""``memory sessions`` and ``memory episodes``: what the patterns were learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option, plan_of, query_argument
from tacit.app.commands.output import say, tell_rest, write, write_list
from tacit.core.errors import Usage
from tacit.core.query import Plan


def _within(function: Any) -> Any:
    return click.option("--used-within", metavar="SPAN", help="Only ended within 30d, 4w, 6m or 1y.")(
        function
    )


@click.command(cls=Command, short_help="List sessions, the newest first.")
@query_argument
@click.option("--project", metavar="NAME", help="Only of this project: its name or whole parts of it.")
@_within
@limit_option
@format_option
def sessions(query: tuple[str, ...], limit: int | None, form: str, **filters: Any) -> None:
    """List sessions, the newest first. QUERY is words of the title and project: pairs."""
    plan = _plan(query, ("kind", "verdict", "file", "pinned", "archived"), "sessions", filters)
    with door().read() as memory:
        page = memory.page("sessions", plan, limit_of(limit, form))
        if form == "table":
            from tacit.app.commands.rows import session_rows

            write(session_rows(page.items))
        else:
            from tacit.core.jsonform import session_json

            write_list(form, "sessions", page, session_json)
        tell_rest(page, "sessions")
        _tell_empty(page.total, plan, "session")


@click.command(cls=Command, short_help="List episodes: the single tasks of sessions.")
@query_argument
@click.option("--project", metavar="NAME", help="Only of this project: its name or whole parts of it.")
@click.option("--file", metavar="PATH", help="Only those that wrote to this file.")
@_within
@limit_option
@format_option
def episodes(query: tuple[str, ...], limit: int | None, form: str, **filters: Any) -> None:
    """List episodes, the newest first: one is a prompt and all that was done for it.

    QUERY is words of the prompt and project: file: pairs.
    """
    plan = _plan(query, ("kind", "verdict", "pinned", "archived"), "episodes", filters)
    with door().read() as memory:
        page = memory.page("episodes", plan, limit_of(limit, form))
        if form == "table":
            from tacit.app.commands.rows import episode_rows

            write(episode_rows(page.items))
        else:
            from tacit.core.jsonform import episode_json

            write_list(form, "episodes", page, episode_json)
        tell_rest(page, "episodes")
        _tell_empty(page.total, plan, "episode")


def _plan(query: Sequence[str], foreign: tuple[str, ...], what: str, filters: dict[str, Any]) -> Plan:
    """The plan, refusing pairs that only patterns have."""
    plan = plan_of(query, **filters)
    for field in foreign:
        if getattr(plan, field) is not None:
            raise Usage(f"{field}: says nothing about {what}.", f"`memory patterns {field}:…` knows it.")
    return plan


def _tell_empty(total: int, plan: Plan, noun: str) -> None:
    if not total and plan.is_everything:
        say(f"No {noun} yet. `memory import` reads the transcripts that agents left.")
    elif not total:
        say(f"Nothing fits. `memory {noun}s` without a query lists all.")
