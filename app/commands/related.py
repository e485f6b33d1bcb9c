"""``memory related``: what goes together with a pattern, and what is like an episode or session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import complete_ids, format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from tacit.core.recall.related import Relations, Together
    from tacit.core.recall.related_episodes import Alike, Similar


@click.command(cls=Command, short_help="What is used together with a pattern, or like an episode.")
@click.argument("id_", metavar="ID", shell_complete=complete_ids)
@project_option()
@limit_option
@format_option
def related(id_: str, project: str | None, limit: int | None, form: str) -> None:
    """Show which patterns are used together with one, more often than chance explains.

    TOGETHER counts episodes of both, of those of the other one. LIFT says how many times more often that is
    than chance leads to expect in the same projects; the correlation lies between -1 and 1, P is how often
    chance alone goes so far. ● stands although as many pairs are looked at as there are patterns; ○ may be
    chance.

    For an episode or session: those most like it.

    \b
      memory related p-3f9k2m
      memory related e-7q0x --project jdx/mise
    """  # noqa: D301
    from tacit.core.recall.related import Relations

    with door().ask() as memory:
        found = memory.related(id_, project=project)
    if isinstance(found, Relations):
        _tell_patterns(found, limit_of(limit, form), form)
    else:
        _tell_alike(found, limit_of(limit, form), form)


def _tell_patterns(found: Relations, limit: int | None, form: str) -> None:
    from tacit.app.commands.output import say, tell_cut, write, write_rows
    from tacit.core.present import count, plural

    shown = found.patterns[:limit]
    if form != "table":
        from tacit.core.recall.relations_form import relations_json, together_json

        write_rows(
            form, "related", list(map(together_json, shown)), len(found.patterns), more=relations_json(found)
        )
        return
    write(together_rows(shown))
    tell_cut(len(shown), len(found.patterns), "patterns")
    if not shown:
        say("No other pattern was used with it more than chance explains, in three episodes or more.")
    what = f"It was used in {count(found.uses)} of {plural(found.population, 'episode')} that teach something"
    if found.looked_at < found.uses:
        what += f"; what else was used is looked for in the newest {count(found.looked_at)}"
    say(f"{what}.", "dim")


def together_rows(patterns: Sequence[Together], *, indent: str = "") -> list[str]:
    """Patterns used together with one, as a table."""
    from tacit.app.commands.relations import stand
    from tacit.app.commands.rows import short_ids, verdict_cell
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import NONE, count
    from tacit.core.recall.worded import chance

    if not patterns:
        return []
    columns = (
        Column("id"),
        Column(""),
        Column("together", right=True),
        Column("lift", right=True),
        Column("correlation", right=True, drop=2),
        Column("p", right=True, drop=3),
        Column("verdict", drop=4),
        Column("both tell of", drop=5),
        Column("pattern"),
    )
    rows = [
        (
            Cell(short, "dim"),
            stand(stands=one.stands),
            f"{count(one.together)} of {count(one.alone)}",
            f"{one.lift:.1f}",
            f"{one.correlation:.2f}",
            Cell(chance(one.p), "dim"),
            verdict_cell(one.pattern),
            Cell(", ".join(one.shares) or NONE, "dim"),
            one.pattern.title,
        )
        for short, one in zip(short_ids([one.pattern.id for one in patterns]), patterns, strict=True)
    ]
    return table(columns, rows, indent=indent)


def _tell_alike(found: Similar, limit: int | None, form: str) -> None:
    from tacit.app.commands.output import say, tell_cut, write, write_rows

    shown = found.alike[:limit]
    if form != "table":
        from tacit.core.recall.relations_form import alike_json, similar_json

        write_rows(form, "related", list(map(alike_json, shown)), len(found.alike), more=similar_json(found))
        return
    write(_alike_rows(shown, found.by == "meaning"))
    tell_cut(len(shown), len(found.alike), "rows")
    if not shown:
        say("Nothing is like it.")
    elif found.by == "shared":
        say("Compared by the patterns and files they share, the rarer the weightier.", "dim")
    if found.note:
        say(found.note, "yellow")


def _alike_rows(alike: Sequence[Alike], meaning: bool) -> list[str]:
    from tacit.app.commands.rows import outcome_cell, short_ids, short_project, tally
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.model import Episode
    from tacit.core.present import day

    if not alike:
        return []
    columns = (
        Column("id"),
        Column("alike" if meaning else "shares", right=True),
        Column("day", drop=2),
        Column("outcome"),
        Column("project", drop=3),
        Column("in both", drop=1),
        Column("prompt" if isinstance(alike[0].thing, Episode) else "session"),
    )
    rows = []
    for short, one in zip(short_ids([one.thing.id for one in alike]), alike, strict=True):
        thing = one.thing
        rows.append(
            (
                Cell(short, "dim"),
                f"{one.likeness:.2f}" if meaning else f"{round(one.likeness * 100)} %",
                Cell(day(thing.started), "dim"),
                outcome_cell(thing.outcome.label) if isinstance(thing, Episode) else tally(thing),
                Cell(short_project(thing.project), "dim"),
                _shared(one),
                thing.prompt[:2000] if isinstance(thing, Episode) else thing.title,
            )
        )
    return table(columns, rows)


def _shared(one: Alike) -> str:
    """``2 patterns, 1 file``: what both have."""
    from tacit.core.present import NONE, plural

    parts = [
        plural(len(one.patterns), "pattern") if one.patterns else "",
        plural(len(one.files), "file") if one.files else "",
    ]
    return ", ".join(filter(None, parts)) or NONE
