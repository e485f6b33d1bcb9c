"""``memory export``: the memory as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from tacit.app.commands.door import Command, door
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.exports.source import ExportReport


@click.command(cls=Command, short_help="Write the memory as files that other programs read.")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["json", "jsonl"]), default="json",
    help="A tree of JSON files, or one JSON Lines file; json if not said.",
)  # fmt: skip
@click.option("--query", metavar="QUERY", help="Only patterns that fit; as `memory patterns QUERY`.")
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Only this pattern or session; can be repeated."
)
@click.option("--shareable", is_flag=True, help="One file of patterns for other people, without transcripts.")
@click.option("--name", metavar="NAME", help="What others shall call this source; “unnamed” if not said.")
@click.option("--with-project", is_flag=True, help="Share what names a project or its files too.")
@click.option("--dry-run", is_flag=True, help="With --shareable: only tell what would be in it.")
def export(
    directory: str | None,
    form: Literal["json", "jsonl"],
    query: str | None,
    ids: tuple[str, ...],
    **more: Any,
) -> None:
    """Write everything, or a part, as JSON that can be read, compared and kept.

    \b
      memory export                            the mirror is brought up to date
      memory export DIR                        a tree that can be imported again
      memory export --shareable patterns.json --name alice
      memory export --shareable --query kind:recovery > recoveries.json

    Without DIR the mirror is brought up to date (`memory config show` tells where it lies). Files that
    did not change are not written.

    What is shareable holds patterns with their counts and the days of their use, and nothing that names a
    session, a person, a project or a place. `memory import --from FILE` takes it in elsewhere.
    """  # noqa: D301
    from tacit.app.commands.logfile import note

    if query is not None and ids:
        raise Usage("--query and --id cannot be joined.", "Use one of them.")
    if more["shareable"]:
        from tacit.app.commands.sharing import share

        share(directory, form, query, ids, **more)
        return
    if any(more.values()):
        raise Usage("--name, --with-project and --dry-run go with --shareable.", "Add --shareable.")
    with door().read() as memory:
        plan = None if query is None else memory.plan(query)
        report = memory.export(directory, format=form, plan=plan, ids=ids or None)
    _tell(report)
    note("export", "done", files=report.files, written=report.written)


def _tell(report: ExportReport) -> None:
    """The path is the answer and goes to stdout, the counts are talk."""
    from tacit.app.commands.output import say, write
    from tacit.core.present import count, plural
    from tacit.core.text import clean

    write([clean(str(report.path))])
    what = f"{plural(report.patterns, 'pattern')}, {plural(report.sessions, 'session')}"
    changes = (
        (report.written, "written"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
    )
    files = ", ".join(f"{count(number)} {name}" for number, name in changes if number)
    say(f"{what} in {plural(report.files, 'file')}{f': {files}' if files else ''}.")
