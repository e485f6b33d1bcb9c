"""``memory audit``: the change log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import days, from_store, limit_of, limit_option

if TYPE_CHECKING:
    from tacit.core.auditing import Auditor, Change
    from tacit.memory import Memory


def _complete_actors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Who wrote lately and begins like this."""
    lately = from_store(lambda memory: [change.actor for change in memory.audit().newest(1_000)])
    return sorted({actor for actor in lately if actor.startswith(incomplete)})


@click.command(cls=Command, short_help="The change log: who did what to which record, and when.")
@click.option("--follow", "-f", is_flag=True, help="Go on as others write, until it is interrupted.")
@click.option("--since", metavar="SPAN", help="Only of the last 7d, 4w, 6m or 1y.")
@click.option("--actor", metavar="NAME", shell_complete=_complete_actors, help="Only what this one did.")
@limit_option
@click.option(
    "--format", "form", type=click.Choice(("jsonl", "json", "yaml", "table")), default="jsonl",
    help="How to print.",
)  # fmt: skip
def audit(follow: bool, since: str | None, actor: str | None, limit: int | None, form: str) -> None:
    """Print the change log, oldest first, one JSON document a line: ids and counts, never any text.

    ACTOR is `person` or an agent, COMMAND what was run, OP put, delete, trash, restore or purge of
    the record ID in TABLE, or what was done to the store as a whole. Lines older than 30 days are dropped
    from the log. What was refused changed nothing and stands in `memory logs`.

    \b
      memory audit --since 7d
      memory audit --limit 20 --format table
      memory audit --follow --actor agent
    """  # noqa: D301
    from tacit.app.commands.following import check_endless
    from tacit.core.clock import DAY

    check_endless(follow=follow, form=form)
    within = None if since is None else days(since)
    with door().read() as memory:
        start = 0 if within is None else memory.clock() - within * DAY
        auditor = memory.audit(since=start, actor=actor)
        most = limit_of(limit, form)
        if form in {"json", "yaml"} and not follow:
            _write_list(list(auditor.lines()), most, form)
            return
        shown = _write(auditor.lines() if most is None else auditor.newest(most), form)
        if limit is None and shown == most:
            from tacit.app.commands.output import say

            say(f"The newest {most} lines are shown; --limit 0 shows all.", "dim")
        if follow:
            _go_on(memory, auditor, form)


def _go_on(memory: Memory, auditor: Auditor, form: str) -> None:
    """Print what others write, until somebody interrupts or nobody reads any more."""
    from tacit.app.commands.following import wait
    from tacit.app.commands.output import say
    from tacit.core.present import plural

    seen = memory.sequence()
    while True:
        _write(auditor.lines(), form)
        if auditor.lost:
            lost, auditor.lost = auditor.lost, 0
            say(f"{plural(lost, 'line')} left the log before they could be shown.", "yellow")
        while memory.sequence() == seen:
            wait()
        seen = memory.sequence()


def _write(changes: Iterable[Change], form: str) -> int:
    """Print them; how many lines a table has got by that."""
    from tacit.app.commands.output import write, write_stream
    from tacit.core.auditing import change_json

    if form != "table":
        write_stream(form, map(change_json, changes))
        return 0
    rows = [_row(change) for change in changes]
    write(rows)
    return len(rows)


def _row(change: Change) -> str:
    """A line in columns that need not know the lines to come."""
    from tacit.core.auditing import id_of
    from tacit.core.clock import rfc3339
    from tacit.core.text import one_line

    fields = (
        (rfc3339(change.at // 1000 * 1000), 20),
        (change.actor or "–", 11),
        (change.command or "–", 9),
        (change.op, 7),
        (change.table, 8),
        (id_of(change) or "–", 14),
        (change.result, 0),
    )
    return "  ".join(one_line(text).ljust(width) for text, width in fields).rstrip()


def _write_list(changes: list[Change], most: int | None, form: str) -> None:
    from tacit.app.commands.output import write_rows
    from tacit.core.auditing import change_json

    shown = changes if most is None else changes[len(changes) - min(most, len(changes)) :]
    write_rows(form, "changes", list(map(change_json, shown)), len(changes))
