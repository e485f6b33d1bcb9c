"""``memory facts``: which commands go well in a project, and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.core.recall.facts import Fact

_STYLES = {"well": "green", "badly": "red", "unknown": "dim"}


def _complete_intents(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from tacit.core.recall.facts import AIMS

    return [aim for aim in AIMS if aim.startswith(incomplete)]


@click.command(cls=Command, short_help="Which commands go well in a project, and which do not.")
@project_option()
@click.option(
    "--intent",
    metavar="WORD",
    shell_complete=_complete_intents,
    help="Only for test, build, run, lint, format, install or check.",
)
@limit_option
@format_option
def facts(project: str | None, intent: str | None, limit: int | None, form: str) -> None:
    """List the commands that projects use, by what they are for, the best first.

    A command goes well or badly where its whole interval lies above or below one half. What was seen in
    too few episodes to be a pattern is marked with their number in place of an id:

    \b
      memory facts --project jdx/mise
      memory facts --intent test
    """  # noqa: D301
    from tacit.app.commands.output import say, tell_rest, write, write_list
    from tacit.core.recall.forms import fact_json

    with door().read() as memory:
        page = memory.facts(project, intent, limit_of(limit, form))
        if form == "table":
            write(_rows(page.items, memory.clock()))
        else:
            write_list(form, "facts", page, fact_json)
    tell_rest(page, "facts")
    if not page.total:
        say("No command is known for that. `memory facts` without options lists all.")


def _rows(items: Sequence[Fact], now: int) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.rows import ID, short_project
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core import present
    from tacit.core.recall.worded import GOES
    from tacit.core.text import one_line

    if not items:
        return []
    columns = (
        Column("for"), Column("goes"), Column("success"), Column("used", drop=1), Column("known as"),
        Column("command"),
    )  # fmt: skip
    rows = [
        (
            one.intent,
            Cell(GOES[one.goes], _STYLES.get(one.goes, "")),
            present.success(one.rate, one.low, one.high, one.judged, one.uses),
            Cell(present.ago(one.last_used, now), "dim"),
            Cell(one.pattern[:ID] if one.pattern else present.plural(one.episodes, "episode"), "dim"),
            one.command,
        )
        for one in items
    ]
    head, *lines = table(columns, rows, indent="  ")
    shown = [head]
    for place, (one, line) in enumerate(zip(items, lines, strict=True)):
        if not place or one.project != items[place - 1].project:
            shown.append(paint(one_line(short_project(one.project)), "bold"))
        shown.append(line)
    return shown
