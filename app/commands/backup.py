"""``memory backup``: copies of the whole memory, made, checked and taken back."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, Door, common_options, door
from tacit.app.commands.options import format_option
from tacit.core.errors import TacitError, Usage

if TYPE_CHECKING:
    from tacit.core.backup_files import BackupFile

EVERY = 2.0
"""Seconds between two lines about how far it is."""


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Make, check and take back copies of the whole memory.",
)
@click.pass_context
def backup(ctx: click.Context) -> None:
    """Make, check and take back copies of the whole memory: what was learned, deleted and can be undone.

    A backup is one compressed file that only you can read. It holds the store's secret, by which
    redacted secrets are told apart, so keep it as private as the store. Without a command the backups
    are listed.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


backup.params.extend(common_options(hidden=True))


@backup.command(cls=Command, short_help="Write a backup.")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
def create(file: str | None) -> int:
    """Write everything that cannot be derived into one file, and read it back to see that it is sound.

    Other programs may go on using the memory meanwhile. Without FILE it goes into the folder of backups.
    """
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import complain, say, write
    from tacit.core.backups import verify_backup
    from tacit.core.present import count, size
    from tacit.core.text import clean

    gate, told = _door("create"), _Told("written")
    with gate.read() if file is None or gate.readonly else gate.write() as memory:
        made = memory.create_backup(file, told=told)
    write([clean(str(made))])
    note("backup", "created", bytes=made.stat().st_size)
    try:
        header, checked = verify_backup(str(made))
    except TacitError as error:
        complain(error.message, "`memory doctor` tells what is wrong with the store it was made of.")
        return 1
    say(f"{_holds(header.counts)}, {count(checked.records)} records in {size(made.stat().st_size)}.")
    return 0


@backup.command("list", cls=Command, short_help="List the backups, the newest first.")
@format_option
def list_(form: str) -> None:
    """List the backups in the folder of backups, and those made elsewhere, the newest first."""
    from tacit.app.commands.output import say, write, write_rows
    from tacit.core.backup_files import backups

    rows = backups(_place())
    if form == "table":
        write(_table(rows))
        if not rows:
            say("There are no backups yet. `memory backup create` makes one.")
        return
    forms = [_form(row) for row in rows]
    write_rows(form, "backups", forms)


@backup.command(cls=Command, short_help="Check that backups are sound.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
def verify(files: tuple[str, ...]) -> int:
    """Read backups completely: every checksum, every record, as if they were taken back.

    FILE is a name of the list, a path, or `latest`; without one all are read. Ends with exit code 1 when
    one is not sound.
    """
    from tacit.app.commands.output import paint, say, write
    from tacit.core.backup_files import backup_paths, find
    from tacit.core.backups import verify_backup
    from tacit.core.places import short
    from tacit.core.present import count, size
    from tacit.core.text import one_line

    place, worst = _place(), 0
    paths = [find(place, name) for name in files] if files else backup_paths(place)
    for path in paths:
        try:
            header, checked = verify_backup(path, _Told("read"))
        except TacitError as error:
            worst = max(worst, 1)
            write([f"{paint('✗', 'red')} {one_line(error.message)}"])
            continue
        holds = f"{_holds(header.counts)}, {count(checked.records)} records, {size(checked.raw)} unpacked"
        write([f"{paint('✓', 'green')} {one_line(short(path))}: sound ({holds})"])
    if not paths:
        say("There are no backups yet. `memory backup create` makes one.")
    return worst


@backup.command(cls=Command, short_help="Take a backup back, in place of what is there.")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: str, yes: bool) -> None:
    """Make the memory what it was when a backup was made, all of it or nothing.

    FILE is a name of the list, a path, or `latest`. It is checked completely first. What is there now is
    kept as a backup of its own, which the output names. Other programs see the change at once. A damaged
    store is moved aside.
    """
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import say, write
    from tacit.core.backup_files import find, read_header
    from tacit.core.backup_restore import restore_backup
    from tacit.core.errors import StoreReadOnly
    from tacit.core.places import short
    from tacit.core.present import moment
    from tacit.core.text import one_line

    gate, place = _door("restore"), _place()
    if gate.readonly:
        raise StoreReadOnly("A restore changes the store, and --readonly forbids it.", "Leave it out.")
    path = find(place, file)
    header = read_header(path)
    what = f"{one_line(short(path))} of {moment(header.created)} ({_holds(header.counts)})"
    if not yes:
        _ask(f"Replace all that is in {one_line(short(place))} by {what}?")
    done = restore_backup(path, place, command=gate.command, told=_Told("read"))
    note("backup", "restored", records=done.checked.records)
    write([f"Restored {what}."])
    if done.before:
        name = one_line(done.before.rpartition("/")[2])
        say(f"What was there is kept: `memory backup restore {name}` brings it back.", "dim")
    if done.aside:
        say(f"The damaged store is now {one_line(short(done.aside))}.", "yellow")
    if done.undone:
        say(f"Not done yet: the patterns' review and the text index. {one_line(done.undone)}", "yellow")
        say("`memory import` does it when that is seen to.", "dim")
    if done.checked.skipped:
        say(f"{done.checked.skipped:,} records of a kind that is no longer kept were left out.", "yellow")


class _Told:
    """Says now and then how far a large backup is."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < EVERY:
            return
        self._last = now
        from tacit.app.commands.output import say
        from tacit.core.present import size

        say(f"{size(done)} of {size(total)} {self._verb}" if total else f"{size(done)} {self._verb}", "dim")


def _door(verb: str) -> Door:
    """The door, under a name that says what is done."""
    found = door()
    found.command = f"backup {verb}"
    return found


def _place() -> str:
    """The folder of the store, which need not be there."""
    found = door()
    found.check()
    if found.demo:
        with found.read() as memory:
            return str(memory.path)
    from tacit.core.places import Places

    return Places(store=found.store).store


def _ask(question: str) -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise Usage("A restore replaces everything that is in the store.", "Add --yes to do it unasked.")
    click.confirm(question, abort=True, err=True)


def _holds(counts: dict[str, int]) -> str:
    """``4 sessions, 12 patterns``."""
    from tacit.core.present import plural

    told = [plural(counts[name], name[:-1]) for name in ("sessions", "patterns") if name in counts]
    return ", ".join(told) or "nothing counted"


def _table(rows: list[BackupFile]) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import NONE, count, moment, size

    if not rows:
        return []
    columns = (
        Column("backup"),
        Column("made"),
        Column("reason", drop=4),
        Column("size", right=True),
        Column("sessions", right=True, drop=2),
        Column("patterns", right=True, drop=3),
    )
    cells: list[list[Cell | str]] = []
    for row in rows:
        numbers = [
            count(row.counts[name]) if name in row.counts else NONE for name in ("sessions", "patterns")
        ]
        style = "red" if row.problem else ""
        reason = Cell("unusable" if row.problem else row.reason, style)
        cells.append([Cell(_called(row), style), moment(row.created), reason, size(row.size), *numbers])
    return table(columns, cells)


def _called(row: BackupFile) -> str:
    """Its name, or its path where that is not in the folder of backups."""
    from tacit.core.backup_files import backups_of
    from tacit.core.places import short

    return row.name if row.path.rpartition("/")[0] == backups_of(_place()) else short(row.path)


def _form(row: BackupFile) -> dict[str, Any]:
    from tacit.core.clock import rfc3339

    numbers = {name: row.counts.get(name) for name in ("sessions", "episodes", "patterns")}
    return {
        "name": row.name,
        "path": row.path,
        "created": rfc3339(row.created),
        "reason": row.reason or None,
        "bytes": row.size,
        **numbers,
        "problem": row.problem or None,
    }
