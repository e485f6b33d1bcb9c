"""``memory sessions`` and ``memory episodes``: what the patterns were learned from."""

from __future__ import annotations

from typing import Any

import click

from tacit.app.commands.door import door
from tacit.app.commands.explaining import explain_option, tell
from tacit.app.commands.options import (
    QueryCommand,
    format_option,
    limit_of,
    limit_option,
    plan_of,
    project_option,
    query_argument,
)
from tacit.app.commands.output import say, tell_rest, write, write_list
from tacit.core.query import Plan


def _within(function: Any) -> Any:
    return click.option("--used-within", metavar="SPAN", help="Only ended within 30d, 4w, 6m or 1y.")(
        function
    )


@click.command(cls=QueryCommand, short_help="List sessions, the newest first.")
@query_argument
@project_option()
@_within
@click.option("--expiring", is_flag=True, help="Instead: transcripts that their agent deletes soon.")
@click.option("--within", metavar="SPAN", help="With --expiring: how soon, as 7d (if not said), 4w or 6m.")
@limit_option
@explain_option
@format_option
def sessions(query: tuple[str, ...], limit: int | None, explain: bool, form: str, **filters: Any) -> None:
    """List sessions, the newest first.

    QUERY is words of the title and field:value pairs, as `memory patterns --help` tells:

    \b
      memory sessions parser project:jdx/mise 'started:>2026-01'
      memory sessions outcome:failure agent:claude 'errors:>=10'
      memory sessions --expiring --within 14d

    \b
    Fields: project outcome agent model branch, episodes steps errors tokens
    (numbers), started ended used (times; used is ended), limit.
    """  # noqa: D301
    from tacit.app.commands.expiring import announce, check_alone, list_expiring

    expiring, within = filters.pop("expiring"), filters.pop("within")
    if expiring or within:
        check_alone(query, explain=explain, **filters)
        with door().read() as memory:
            list_expiring(memory, within, limit, form)
        return
    plan = plan_of(query, "sessions", **filters)
    with door().read() as memory:
        if explain:
            tell(memory.explain("sessions", plan, limit_of(limit, form, plan)), form)
            return
        page = memory.page("sessions", plan, limit_of(limit, form, plan))
        if form == "table":
            from tacit.app.commands.rows import session_rows

            write(session_rows(page.items))
        else:
            from tacit.core.jsonform import session_json

            write_list(form, "sessions", page, session_json)
        tell_rest(page, "sessions", plan)
        _tell_empty(page.total, plan, "session")
        announce(memory, form)


@click.command(cls=QueryCommand, short_help="List episodes: the single tasks of sessions.")
@query_argument
@project_option()
@click.option("--file", metavar="PATH", help="Only those that wrote to this file.")
@_within
@limit_option
@explain_option
@format_option
def episodes(query: tuple[str, ...], limit: int | None, explain: bool, form: str, **filters: Any) -> None:
    """List episodes, the newest first: one is a prompt and all that was done for it.

    QUERY is words of the prompt and field:value pairs, as `memory patterns --help` tells:

    \b
      memory episodes outcome:failure task:debugging lang:rust
      memory episodes 'file:*.go -tool:shell (errors:>5 OR steps:>50)'
      memory episodes '~"flaky test" used:<90d'

    \b
    Fields: project file lang outcome task complexity tool agent, steps errors
    tokens (numbers), started ended used (times; used is ended), limit.
    """  # noqa: D301
    plan = plan_of(query, "episodes", **filters)
    with door().read() as memory:
        if explain:
            tell(memory.explain("episodes", plan, limit_of(limit, form, plan)), form)
            return
        page = memory.page("episodes", plan, limit_of(limit, form, plan))
        if form == "table":
            from tacit.app.commands.rows import episode_rows

            write(episode_rows(page.items))
        else:
            from tacit.core.jsonform import episode_json

            write_list(form, "episodes", page, episode_json)
        tell_rest(page, "episodes", plan)
        _tell_empty(page.total, plan, "episode")


def _tell_empty(total: int, plan: Plan, noun: str) -> None:
    if not total and plan.is_everything:
        say(f"No {noun} yet. `memory import` reads the transcripts that agents left.")
    elif not total:
        say(f"Nothing fits. `memory {noun}s` without a query lists all.")
