"""``memory import``: learn from transcripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import days, format_option
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.core.funnel import Funnel
    from tacit.core.import_report import ImportReport
    from tacit.memory import Memory

_ELSEWHERE = "`memory import PATH` reads other places, --home the usual folders of a copy."
_AGAIN = "Nothing of it was stored. Import it again once it is whole and may be read."


@click.command("import", cls=Command, short_help="Learn from the transcripts that agents left.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(readable=False, allow_dash=True))
@click.option("--agent", metavar="NAME", help="Only transcripts of this agent, as claude-code.")
@click.option("--project", metavar="NAME", help="Name the project, whatever the transcripts say.")
@click.option("--since", metavar="WHEN", help="Only sessions that ended since 2026-01-31, or within 30d.")
@click.option("--dry-run", is_flag=True, help="Report what would be read; store nothing.")
@click.option("--home", metavar="DIR", help="The usual folders of all agents below this copy of a home.")
@click.option("--notes", is_flag=True, help="PATH holds notes of another memory, whatever it looks like.")
@click.option("--from", "shared", metavar="FILE", help="Take in patterns that somebody shared; - is stdin.")
@click.option("--name", metavar="NAME", help="What to call the source of notes, or of --from.")
@format_option
def import_(
    paths: tuple[str, ...], since: str | None, dry_run: bool, notes: bool, form: str, **names: str | None
) -> None:
    """Learn from transcripts: files, folders, archives, or an export of Tacit.

    \b
      memory import                              the usual folders of the known agents
      memory import ~/old/.codex transcripts.tar.gz
      memory import --home /mnt/laptop/home/me   those folders in a copy of another home
      ssh box 'tar cz .claude/projects' | memory import -
      memory import memory.jsonl ~/vault         notes of other memories (docs/moving-in.md)

    The agent of each file is told by its content. Secrets are replaced before anything is stored. Reading
    the same again changes nothing, and an interrupted import goes on where it was.

    With --from it takes in a file of `memory export --shareable`. What others saw counts in no number here:
    such patterns stand last, marked, until they are seen here too. `memory shared` lists and removes them.
    """  # noqa: D301
    if names["shared"] is not None or (names["name"] is not None and not paths):
        from tacit.app.commands.sharing import take

        others = [*paths, since, names["agent"], names["project"], names["home"]]
        take(names["shared"], names["name"], form, others=others, dry_run=dry_run)
        return
    from pathlib import Path

    from tacit.app.commands.expiring import announce
    from tacit.app.commands.learn import tell_outdated
    from tacit.app.commands.piped import ending_as_interrupted, piped
    from tacit.app.commands.progress import Progress

    stream = piped() if "-" in paths else None
    with ending_as_interrupted(), opened(dry_run=dry_run) as memory, Progress() as progress:
        report = memory.import_paths(
            [Path(path) for path in paths if path != "-"] or None,
            stream=stream,
            home=_home(names["home"], paths),
            agent=names["agent"],
            project=names["project"],
            since=None if since is None else moment(since, memory.clock()),
            dry_run=dry_run,
            progress=progress.show,
            notes=notes,
            name=names["name"] or "",
        )
        progress.done()
        if not dry_run:
            report = _embedded(memory, report)
        _tell(report, form, memory.stats().funnel if report.changed and not dry_run else None)
        tell_outdated(memory)
        if not dry_run:
            announce(memory, form, walk=True)
    _log(report)


def _home(home: str | None, paths: Sequence[str]) -> Path | None:
    """The copy of a home whose usual folders are read.

    Raises:
        Usage: it is no folder, or paths are named beside it.
    """
    from pathlib import Path

    if home is None:
        return None
    if paths:
        raise Usage("--home and PATH cannot be joined.", "Import one after the other.")
    if not Path(home).is_dir():
        raise Usage(f"{home} is no folder.", "Name the home directory that was copied.")
    return Path(home)


def _embedded(memory: Memory, report: ImportReport) -> ImportReport:
    """The report once every text has its vector, as far as a model is ready; it is no error that none is."""
    from msgspec.structs import replace

    from tacit.app.commands.embedding import Looked
    from tacit.core.embedding.choice import unready
    from tacit.core.embedding.provider import EmbeddingError
    from tacit.core.errors import StoreError

    if why := unready(memory.config):
        return replace(report, not_embedded=why)
    try:
        filled = memory.embed(Looked().at)
    except (EmbeddingError, StoreError) as error:
        return replace(report, embedded=0, not_embedded=f"{error.message} {error.hint}".strip())
    left = f"{filled.waiting:,} patterns and episodes wait to be embedded." if filled.waiting else ""
    return replace(report, embedded=filled.done, not_embedded=left)


@contextmanager
def opened(*, dry_run: bool) -> Iterator[Memory]:
    """The memory to import into; a dry run without a store gets one that is thrown away."""
    from tacit.core.errors import StoreMissing

    if not dry_run:
        with door().write(create=True) as memory:
            yield memory
        return
    try:
        memory = door().write()
    except StoreMissing:
        from tempfile import TemporaryDirectory

        from tacit.memory import Memory

        with TemporaryDirectory() as folder, Memory.open(f"{folder}/store", command="import") as memory:
            yield memory
        return
    with memory:
        yield memory


def moment(text: str, now: int) -> int:
    """The time that ``--since`` means: a date, a time, or a span before now.

    Raises:
        Usage: it is none of them.
    """
    from tacit.core.clock import DAY, parse_time

    try:
        return parse_time(text)
    except ValueError:
        pass
    try:
        return now - days(text) * DAY
    except Usage:
        raise Usage(f"“{text}” is no time.", "Write 2026-01-31, 2026-01-31T12:00:00Z or 30d.") from None


def _tell(report: ImportReport, form: str, funnel: Funnel | None) -> None:
    from tacit.app.commands.output import say, write, write_data

    if form == "table":
        from tacit.app.commands.imported import found_nothing, only_notes, report_lines

        notes = only_notes(report)
        write(report_lines(report, None if notes else funnel))
        if found_nothing(report):
            say(_ELSEWHERE if not report.left_out else _AGAIN, "dim")
        elif report.changed and not report.dry_run:
            where = "`memory notes`" if notes else "`memory patterns`"
            say(f"Next: {where}, or `memory` for the inspector.", "dim")
        if report.not_embedded and (report.changed or report.embedded is not None):
            say(f"Searches go by words for now: {report.not_embedded}", "dim")
        return
    from msgspec import to_builtins

    value = to_builtins(report)
    write_data(form, value)


def _log(report: ImportReport) -> None:
    from tacit.app.commands.logfile import note

    note(
        "import", "done", sessions=report.sessions, episodes=report.episodes, seconds=round(report.seconds, 1)
    )
