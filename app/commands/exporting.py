"""``memory export``: the memory as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import project_option
from tacit.core.errors import Usage
from tacit.exports.formats import FORMS

if TYPE_CHECKING:
    from tacit.exports.formats import Format
    from tacit.exports.source import ExportReport


_AGENTS = "agents"
_WHAT: dict[str, str] = {name: form.what for name, form in FORMS.items()} | {
    _AGENTS: "a block for an AGENTS.md"
}
_OF_AGENTS = ("project", "tokens", "remove", "dry_run")
_OF_SHARED = ("shareable", "name", "with_project", "dry_run")


@click.command(cls=Command, short_help="Write the memory as files that other programs read.")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice([*FORMS, _AGENTS]), default="json",
    help=f"{'; '.join(f'{name}: {what}' for name, what in _WHAT.items())}. json if not said.",
)  # fmt: skip
@click.option("--query", metavar="QUERY", help="Only patterns that fit; as `memory patterns QUERY`.")
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Only this pattern or session; can be repeated."
)
@click.option("--shareable", is_flag=True, help="One file of patterns for other people, without transcripts.")
@click.option("--name", metavar="NAME", help="What others shall call this source; “unnamed” if not said.")
@click.option("--with-project", is_flag=True, help="Share what names a project or its files too.")
@project_option("With agents: of this one, else of the one that the file or the working directory is in.")
@click.option("--tokens", type=click.IntRange(min=0), metavar="N", help="With agents: at most so many; 1200.")
@click.option("--remove", is_flag=True, help="With agents: take the block out of the file again.")
@click.option("--dry-run", is_flag=True, help="With agents or --shareable: only tell what would be done.")
def export(
    directory: str | None,
    form: Format | Literal["agents"],
    query: str | None,
    ids: tuple[str, ...],
    **more: Any,
) -> None:
    """Write everything, or a part, as files that can be read, compared and kept.

    \b
      memory export                            the mirror is brought up to date
      memory export DIR                        a tree that can be imported again
      memory export DIR --format csv           tables for a spreadsheet; msgpack: a stream for programs
      memory export DIR --format markdown      a page a pattern, and an index
      memory export --format agents AGENTS.md  what is known of a project, as a block in its file
      memory export --format agents AGENTS.md --remove
      memory export --shareable patterns.json --name alice
      memory export --shareable --query kind:recovery > recoveries.json

    Without DIR the mirror is brought up to date (`memory config show` tells where it lies); only json and
    jsonl have one. Files that did not change are not written.

    What is shareable holds patterns with their counts and the days of their use, and nothing that names a
    session, a person, a project or a place. `memory import --from FILE` takes it in elsewhere.
    """  # noqa: D301
    from tacit.app.commands.logfile import note

    if query is not None and ids:
        raise Usage("--query and --id cannot be joined.", "Use one of them.")
    if more["shareable"]:
        from tacit.app.commands.sharing import share

        _only(more, _OF_SHARED, "--project, --tokens and --remove go with --format agents.")
        share(directory, form, query, ids, **{name: more[name] for name in _OF_SHARED})
        return
    if form == "agents":
        from tacit.app.commands.agents_block import agents

        if query is not None or ids:
            raise Usage("A block for agents takes no --query and no --id.", "Leave them out.")
        _only(more, _OF_AGENTS, "--name and --with-project go with --shareable.")
        agents(directory, **{name: more[name] for name in _OF_AGENTS})
        return
    _only(
        more,
        (),
        "--name and --with-project go with --shareable, --project, --tokens and --remove with agents.",
    )
    with door().read() as memory:
        plan = None if query is None else memory.plan(query)
        report = memory.export(directory, format=form, plan=plan, ids=ids or None)
    _tell(report)
    note("export", "done", files=report.files, written=report.written)


def _only(more: dict[str, Any], those: tuple[str, ...], why: str) -> None:
    """See that no option is given that does not go with what is asked for.

    Raises:
        Usage: one is.
    """
    if any(more[name] is not None and more[name] is not False for name in more if name not in those):
        raise Usage(why, "`memory export --help` tells which options go together.")


def _tell(report: ExportReport) -> None:
    """The path is the answer and goes to stdout, the counts are talk."""
    from tacit.app.commands.output import say, write
    from tacit.core.present import count, plural
    from tacit.core.text import clean

    write([clean(str(report.path))])
    what = f"{plural(report.patterns, 'pattern')}, {plural(report.sessions, 'session')}"
    if report.notes:
        what = f"{what}, {plural(report.notes, 'note')}"
    changes = (
        (report.written, "written"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
    )
    files = ", ".join(f"{count(number)} {name}" for number, name in changes if number)
    say(f"{what} in {plural(report.files, 'file')}{f': {files}' if files else ''}.")
