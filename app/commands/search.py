"""``memory search``: a text, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option

if TYPE_CHECKING:
    from tacit.core.listing import Page
    from tacit.core.search import Hit


@click.command(cls=Command, short_help="Find a text in all that is stored.")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option("--project", metavar="NAME", help="Only of this project: its name or whole parts of it.")
@limit_option
@format_option
def search(text: tuple[str, ...], project: str | None, limit: int | None, form: str) -> None:
    """Find words in patterns, session titles, prompts and steps. All of them must stand there.

    A word is found where a word begins with it; '"a quoted text"' anywhere.
    """
    from tacit.app.commands.output import say, tell_rest, write, write_list

    with door().read() as memory:
        page = memory.search(" ".join(text), limit_of(limit, form), project=project)
        if form == "table":
            write(_rows(page))
        else:
            write_list(form, "results", page, _form)
    tell_rest(page, "results")
    if not page.total:
        say("Nothing found. Fewer or shorter words find more.")


def _rows(page: Page[Any]) -> list[str]:
    from tacit.app.commands.rows import short_ids
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import day

    if not page.items:
        return []
    columns = (Column("id"), Column("where"), Column("day", drop=1), Column("text"))
    rows = [
        (
            Cell(short, "dim"),
            hit.type if hit.step is None else f"step {hit.step}",
            Cell(day(hit.at), "dim"),
            hit.excerpt,
        )
        for short, hit in zip(short_ids([hit.id for hit in page.items]), page.items, strict=True)
    ]
    return table(columns, rows)


def _form(hit: Hit) -> dict[str, Any]:
    from tacit.core.clock import rfc3339
    from tacit.core.jsonform import without_hash

    return {
        "id": hit.id,
        "type": hit.type,
        "step": hit.step,
        "title": without_hash(hit.title),
        "excerpt": without_hash(hit.excerpt),
        "at": rfc3339(hit.at),
    }
