"""``memory predict``: how a task will probably end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, project_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.core.recall.alike import Alike
    from tacit.core.recall.predict import Prediction


@click.command(cls=Command, short_help="How a task will probably end, and how sure that is.")
@click.argument("task", nargs=-1, required=True, metavar="TASK...")
@project_option("Only going by this project: its name or parts of it.")
@format_option
def predict(task: tuple[str, ...], project: str | None, form: str) -> None:
    """Tell how tasks like this one ended, and what was used in them.

    It predicts only where they tell more than the base rate, which is how often any task of their
    projects succeeds; else it says so:

    \b
      memory predict "fix the failing test of the parser"
      memory predict "add a flag" --project jdx/mise --format json
    """  # noqa: D301
    from tacit.app.commands.output import say, write, write_data
    from tacit.core.recall.forms import prediction_json

    with door().ask() as memory:
        found, now = memory.predict(" ".join(task), project=project), memory.clock()
    if form == "table":
        write(_page(found, now))
    else:
        told = prediction_json(found)
        write_data(form, told)
    if found.note:
        say(found.note, "dim")


def _page(found: Prediction, now: int) -> Iterator[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.page import facts, heading
    from tacit.app.commands.rows import pattern_rows
    from tacit.core.present import plural
    from tacit.core.recall.worded import numbers, verdict

    yield paint(verdict(found), "bold")
    yield from facts(numbers(found))
    if found.alike:
        yield from heading("Tasks like this", "the same task first, then the most alike")
        yield from _tasks(found.alike)
    if found.used:
        yield from heading("What they used", f"in {plural(len(found.alike), 'task')}")
        yield from pattern_rows([one.pattern for one in found.used], now, indent="  ")


def _tasks(alike: Sequence[Alike]) -> list[str]:
    from tacit.app.commands.rows import outcome_cell, short_ids, short_project
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import day

    columns = (
        Column("id"), Column("alike", right=True), Column("ended"), Column("day", drop=1),
        Column("project", drop=2), Column("task"),
    )  # fmt: skip
    ids = short_ids([one.episode for one in alike])
    rows = [
        (
            Cell(short, "dim"),
            "same" if one.same else f"{one.likeness:.2f}",
            outcome_cell(one.label),
            Cell(day(one.at), "dim"),
            short_project(one.project),
            one.title,
        )
        for short, one in zip(ids, alike, strict=True)
    ]
    return table(columns, rows, indent="  ")
