"""``memory notes``: what was moved in from other memories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import door
from tacit.app.commands.explaining import explain_option, tell
from tacit.app.commands.options import (
    QueryCommand,
    format_option,
    from_store,
    limit_of,
    limit_option,
    plan_of,
    query_argument,
)

if TYPE_CHECKING:
    from tacit.core.notes.records import Note
    from tacit.core.query import Plan

_TITLE = 200


def _sources(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The sources of notes that begin like this."""
    found = from_store(lambda memory: list(memory.note_sources()))
    return [name for name in found if name.startswith(incomplete)]


@click.command(cls=QueryCommand, short_help="List notes that were moved in from other memories.")
@query_argument
@click.option("--source", metavar="NAME", shell_complete=_sources, help="Only of this source, by its name.")
@limit_option
@explain_option
@format_option
def notes(query: tuple[str, ...], source: str | None, limit: int | None, explain: bool, form: str) -> None:
    """List what was moved in from other memories, the newest first. Nobody here saw it prove right.

    QUERY is words of the title and the text and field:value pairs, as `memory patterns --help` tells:

    \b
      memory notes deploy
      memory notes source:memory.jsonl tag:person
      memory notes --source notes 'changed:<1y'

    \b
    Fields: source tag, created changed (times), limit.
    """  # noqa: D301
    from tacit.app.commands.output import tell_rest, write, write_list
    from tacit.core.notes.form import note_json

    named = () if source is None else (f'from:"={source}"',)
    plan = plan_of((*query, *named), "notes")
    with door().read() as memory:
        if explain:
            tell(memory.explain("notes", plan, limit_of(limit, form, plan)), form)
            return
        page = memory.page("notes", plan, limit_of(limit, form, plan))
        if form == "table":
            write(_rows(page.items, memory.clock()))
        else:
            write_list(form, "notes", page, note_json)
        tell_rest(page, "notes", plan)
        _tell_empty(page.total, plan)


def _rows(items: Sequence[Note], now: int) -> list[str]:
    """A list of notes."""
    from tacit.app.commands.rows import short_ids
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import ago

    if not items:
        return []
    columns = (
        Column("id"),
        Column("source", drop=1),
        Column("changed"),
        Column("tags", drop=2),
        Column("note"),
    )
    rows: list[tuple[Any, ...]] = [
        (
            Cell(short, "dim"),
            Cell(note.source, "dim"),
            Cell("no date" if note.told_at is None else ago(note.told_at, now), "dim"),
            Cell(", ".join(note.tags[:3]), "dim"),
            (note.title or note.text)[:_TITLE],
        )
        for short, note in zip(short_ids([one.id for one in items]), items, strict=True)
    ]
    return table(columns, rows)


def _tell_empty(total: int, plan: Plan) -> None:
    from tacit.app.commands.output import say

    if not total and plan.is_everything:
        say("No note yet. `memory import PATH` takes them in, `memory audit-store PATH` looks at them first.")
    elif not total:
        say("Nothing fits. `memory notes` without a query lists all.")
