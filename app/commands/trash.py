"""``memory trash``: what can still be brought back, and emptying it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.asking import ask, check_can_ask
from tacit.app.commands.door import Command, common_options, door
from tacit.app.commands.options import days, format_option
from tacit.app.commands.output import say, write, write_rows

if TYPE_CHECKING:
    from tacit.core.trash import Discarded


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Show or empty the trash.",
)
@click.pass_context
def trash(ctx: click.Context) -> None:
    """Show what was deleted and can be brought back, or empty the trash. Nothing empties it by itself."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


trash.params.extend(common_options(hidden=True))


@trash.command("list", cls=Command, short_help="List what can be brought back.")
@format_option
def list_(form: str) -> None:
    """List the deletes that can still be taken back, the newest first."""
    door().command = "trash list"
    with door().read() as memory:
        found, now = memory.trash_list(), memory.clock()
    if form == "table":
        if found:
            write(_rows(found, now))
            say("`memory undo` brings the newest back, `memory trash purge` empties the trash.", "dim")
        else:
            say("The trash is empty.")
        return

    forms = [_form(one) for one in found]
    write_rows(form, "steps", forms)


@trash.command(cls=Command, short_help="Empty the trash for good.")
@click.option("--older-than", metavar="SPAN", help="Only what was deleted longer ago than 30d, 4w, 6m or 1y.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(older_than: str | None, yes: bool) -> None:
    """Remove what was deleted for good. It stays deleted: importing it again does not bring it back."""
    from tacit.app.commands.forgetting import tell_left
    from tacit.app.commands.logfile import note
    from tacit.core.clock import DAY
    from tacit.core.present import plural, size

    door().command = "trash purge"
    check_can_ask(yes=yes)
    span = None if older_than is None else days(older_than) * DAY
    with door().write() as memory:
        before = None if span is None else memory.clock() - span
        steps = sum(1 for one in memory.trash_list() if before is None or one.at < before)
        if steps or before is None:
            of = f" of {plural(steps, 'delete')}" if steps else ""
            ask(f"Empty the trash{of} for good? There is no undo", yes=yes)
        purged = memory.purge_trash(before)
    if not purged.records and not purged.steps:
        say("There was nothing to remove.")
        return
    write(
        [f"Removed {plural(purged.records, 'record')} of {plural(steps, 'delete')} ({size(purged.bytes)})."]
    )
    tell_left(purged.pending)
    note("trash", "purged", steps=purged.steps, records=purged.records)


def _rows(found: tuple[Discarded, ...], now: int) -> list[str]:
    from tacit.app.commands.table import Column, table
    from tacit.core.present import ago

    columns = (Column("step", right=True), Column("when"), Column("by"), Column("holds"), Column("what"))
    return table(
        columns,
        [
            (str(one.step), ago(one.at, now), one.actor, _amount(one), one.label or one.ids[0])
            for one in found
        ],
    )


def _amount(one: Discarded) -> str:
    from tacit.core.present import plural

    counts = (
        (one.patterns, "pattern"),
        (one.sessions, "session"),
        (one.episodes, "episode"),
        (one.notes, "note"),
    )
    return ", ".join(plural(number, word) for number, word in counts if number)


def _form(one: Discarded) -> dict[str, Any]:
    from tacit.core.clock import rfc3339
    from tacit.core.jsonform import without_hash

    return {
        "step": one.step,
        "at": rfc3339(one.at),
        "actor": one.actor,
        "ids": list(one.ids),
        "label": without_hash(one.label),
        "patterns": one.patterns,
        "sessions": one.sessions,
        "episodes": one.episodes,
        "notes": one.notes,
    }
