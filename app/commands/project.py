"""``memory project``: which projects there are, and merging those that are one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, common_options, door
from tacit.app.commands.options import complete_projects, format_option
from tacit.app.commands.output import say, write, write_data, write_rows

if TYPE_CHECKING:
    from tacit.core.merging import Merged
    from tacit.core.project_likeness import Likeness
    from tacit.core.project_list import Project

EVERY = 2.0
"""Seconds between two lines that tell how far it is."""


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="List projects, and merge those that are one.",
)
@click.pass_context
def project(ctx: click.Context) -> None:
    """List projects and merge those that are one: checkouts at several places, or one that was renamed."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


project.params.extend(common_options(hidden=True))


@project.command("list", cls=Command, short_help="List projects, their names and what looks alike.")
@format_option
def list_(form: str) -> None:
    """List projects, those with most sessions first, and what looks like a part of another.

    A project goes by the address of its repository where a transcript tells that, else by its folder. Two
    of them look like one when most of the folders or files that were changed in them are the same.
    """
    door().command = "project list"
    with door().read() as memory:
        found, now = memory.projects(), memory.clock()
        due = memory.aliases_due()
    if due:
        say("projects.aliases has changed: `memory learn` gives the projects their names.", "yellow")
    if form == "table":
        if found:
            write([*_rows(found, now), *_notes(found)])
        else:
            say("No project yet. `memory import` reads the transcripts that agents left.")
        return
    from tacit.core.project_form import project_json

    forms = [project_json(one) for one in found]
    write_rows(form, "projects", forms)


@project.command(cls=Command, short_help="Merge a project into another. Can be undone.")
@click.argument("source", shell_complete=complete_projects)
@click.argument("target", shell_complete=complete_projects)
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@format_option
def merge(source: str, target: str, dry_run: bool, form: str) -> None:
    """Make SOURCE a part of TARGET. It can be undone, so it asks nothing.

    What was learned is derived again under the new name; what is imported later under the old one comes
    there too. Deleted and pinned patterns stay so. The old name still finds it.
    """
    door().command = "project merge"
    told = _Told()
    with door().read() if dry_run else door().write() as memory:
        merged = memory.merge_projects(source, target, dry_run=dry_run, progress=told)
    _tell(merged, form)
    if dry_run:
        return
    say("`memory undo` takes it back.", "dim")
    from tacit.app.commands.logfile import note

    note("project", "merged", sessions=merged.sessions, episodes=merged.episodes)


class _Told:
    """Says now and then how far the learning is."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._last >= EVERY:
            from tacit.core.present import count, plural

            self._last = time.monotonic()
            say(f"{count(done)} of {plural(total, 'episode')} learned from again")


def _tell(merged: Merged, form: str) -> None:
    if form != "table":
        from tacit.core.project_form import merged_json

        value = merged_json(merged)
        write_data(form, value)
        return
    from tacit.core.present import plural
    from tacit.core.text import one_line

    verb = "Would merge" if merged.dry_run else "Merged"
    amount = f"{plural(merged.sessions, 'session')}, {plural(merged.episodes, 'episode')}"
    if merged.patterns:
        amount += f"; {plural(merged.patterns, 'pattern')} under a new id"
    write([f"{verb} {one_line(merged.source)} into {one_line(merged.target)}: {amount}."])


def _rows(found: tuple[Project, ...], now: int) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import ago, count, percent

    heads = ("sessions", "episodes", "patterns", "success")
    columns = (*(Column(head, right=True) for head in heads), Column("used"), Column("project"))
    rows = [
        (
            count(one.sessions),
            count(one.episodes),
            count(one.patterns),
            percent(one.outcomes.rate),
            Cell("" if one.last_used is None else ago(one.last_used, now), "dim"),
            one.name,
        )
        for one in found
    ]
    return table(columns, rows)


def _notes(found: tuple[Project, ...]) -> list[str]:
    """Other names, and what looks like one project, with the command that makes it one."""
    from shlex import quote

    from tacit.app.commands.page import heading
    from tacit.core.text import one_line

    lines = []
    others = [one for one in found if one.others]
    if others:
        lines += heading("Other names")
        lines += [f"  {one_line(one.name)}: {one_line(', '.join(one.others))}" for one in others]
    alike = [(one.name, one.like) for one in found if one.like is not None]
    if alike:
        lines += heading("Looks like one project")
        for name, like in alike:
            lines.append(f"  {one_line(name)}: {one_line(_like(like))}")
            lines.append(f"    memory project merge {one_line(quote(name))} {one_line(quote(like.project))}")
    return lines


def _like(like: Likeness) -> str:
    """``3 of 4 folders are those of Work/app, such as cmd/app/cli``."""
    return f"{like.same} of {like.of} {like.what} are those of {like.project}, such as {like.example}"
