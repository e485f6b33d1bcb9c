"""``memory files``: which files go together, and which patterns were used with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import days, format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.files_groups import FileGroup
    from tacit.core.recall.files_patterns import FilePattern


@click.command(cls=Command, short_help="Which files go together, and what was used with one.")
@click.argument("path", required=False)
@project_option()
@click.option("--used-within", metavar="SPAN", help="Of PATH: only what happened within 30d, 4w, 6m or 1y.")
@limit_option
@format_option
def files(
    path: str | None, project: str | None, used_within: str | None, limit: int | None, form: str
) -> None:
    """List files that are changed together more often than their popularity explains.

    With PATH, a path, whole parts of one or a glob: the files that were changed with it, those below support
    too, and the patterns used in the episodes that changed it. LIFT says how many times more often than by
    chance; SUCCESS is how the episodes ended that changed all of them.

    \b
      memory files
      memory files src/main.rs
      memory files src/main.rs --used-within 30d
      memory files 'tests/*.py' --project jdx/mise
    """  # noqa: D301
    within = None if used_within is None else days(used_within)
    with door().read() as memory:
        found = memory.files_together(path, project=project, used_within=within)
        now = memory.clock()
    most = limit_of(limit, form)
    if form != "table":
        from tacit.app.commands.output import write_rows
        from tacit.core.recall.relations_form import files_json, group_json

        rows = list(map(group_json, found.groups[:most]))
        write_rows(form, "files", rows, len(found.groups), more=files_json(found))
    elif path is None:
        _tell_groups(found, most)
    else:
        _tell_file(found, path, most, now)


def _tell_groups(found: FilesTogether, limit: int | None) -> None:
    from tacit.app.commands.output import say, tell_cut, write

    shown = found.groups[:limit]
    write(_group_rows(shown))
    tell_cut(len(shown), len(found.groups), "groups")
    if not shown:
        say("No files are known to go together. `memory files PATH` shows what was changed with one.")


def _tell_file(found: FilesTogether, path: str, limit: int | None, now: int) -> None:
    from tacit.app.commands.output import say, tell_cut, write
    from tacit.app.commands.page import heading
    from tacit.core.recall.worded import changed

    if not found.meant:
        say(f"No episode changed a file called {path}.")
        return
    shown, used = found.groups[:limit], found.patterns[:limit]
    write(heading("Changed together", changed(found))[1:])
    write(_group_rows(shown, "  ") or ["  nothing else"])
    tell_cut(len(shown), len(found.groups), "groups")
    write(heading("Patterns used in these episodes", "on file: in steps that worked on it"))
    write(_pattern_rows(used, now) or ["  none"])
    tell_cut(len(used), len(found.patterns), "patterns")


def _group_rows(groups: Sequence[FileGroup], indent: str = "") -> list[str]:
    from tacit.app.commands.rows import short_project
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import NONE, count
    from tacit.core.recall.worded import STANDING, chance, success

    if not groups:
        return []
    columns = (
        Column("together", right=True),
        Column("lift", right=True),
        Column("p", right=True, drop=3),
        Column(""),
        Column("success", drop=1),
        Column("project", drop=2),
        Column("files"),
    )
    rows = [
        (
            f"{count(one.together)} of {'/'.join(map(count, one.changed))}",
            NONE if one.standing == "few" else f"{one.lift:.1f}",
            Cell(NONE if one.standing == "few" else chance(one.p), "dim"),
            Cell(STANDING[one.standing], "green" if one.standing == "stands" else "dim"),
            success(one.rate, one.low, one.high, one.judged),
            Cell(short_project(one.project), "dim"),
            " + ".join(one.files),
        )
        for one in groups
    ]
    return table(columns, rows, indent=indent)


def _pattern_rows(patterns: Sequence[FilePattern], now: int) -> list[str]:
    from tacit.app.commands.rows import short_ids, verdict_cell
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import ago, count
    from tacit.core.recall.worded import success

    if not patterns:
        return []
    columns = (
        Column("id"),
        Column("uses", right=True),
        Column("on file", right=True),
        Column("verdict", drop=2),
        Column("success"),
        Column("used", right=True, drop=1),
        Column("pattern"),
    )
    rows = [
        (
            Cell(short, "dim"),
            count(one.uses),
            count(one.on_file),
            verdict_cell(one.pattern),
            success(one.rate, one.low, one.high, one.judged),
            Cell(ago(one.last_used, now), "dim"),
            one.pattern.title,
        )
        for short, one in zip(short_ids([one.pattern.id for one in patterns]), patterns, strict=True)
    ]
    return table(columns, rows, indent="  ")
