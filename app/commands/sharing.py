"""Patterns for and from other people: the shareable export, taking one in, and ``memory shared``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, from_store
from tacit.app.commands.output import say, write, write_data, write_rows
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, BinaryIO

    from tacit.core.sharing import Source, Taken
    from tacit.exports.shareable import Shareable

_STREAM = "-"


def share(
    file: str | None, form: str, query: str | None, ids: tuple[str, ...], *, dry_run: bool, **more: Any
) -> None:
    """Write a shareable file, or print it; what is in it and what is not goes to stderr."""
    from tacit.app.commands.logfile import note
    from tacit.core.text import clean

    if form != "json":
        raise Usage("A shareable file is JSON.", "Leave --format out.")
    stream = file is None or file == _STREAM
    with door().read() as memory:
        made = memory.share(
            None if stream or dry_run else file,
            plan=None if query is None else memory.plan(query),
            ids=ids or None,
            name=more["name"],
            with_project=more["with_project"],
        )
    if not dry_run and stream:
        sys.stdout.buffer.write(made.content)
        sys.stdout.buffer.flush()
    elif not dry_run and file is not None:
        write([clean(file)])
    _tell_made(made, dry_run=dry_run)
    note("export", "shared", patterns=sum(made.kinds.values()))


def _tell_made(made: Shareable, *, dry_run: bool) -> None:
    from tacit.core.present import count, kind_word, plural

    kinds = ", ".join(f"{count(number)} {kind_word(kind)}" for kind, number in made.kinds.items())
    total = plural(sum(made.kinds.values()), "pattern")
    verb = "Would share" if dry_run else "Shared"
    say(f"{verb} {total} as “{made.source}”{f': {kinds}' if kinds else ''}.")
    for why, number in made.left_out.items():
        say(f"{plural(number, 'pattern')} left out: {why}.", "dim")


def take(file: str | None, name: str | None, form: str, *, others: Sequence[object], dry_run: bool) -> None:
    """Take in what somebody shared, and say what came of it."""
    if file is None:
        raise Usage(
            "--name goes with --from.", "For example memory import --from patterns.json --name alice."
        )
    if any(one is not None for one in others):
        raise Usage("--from takes one file and nothing else.", "Import transcripts in a call of their own.")
    from tacit.app.commands.importing import opened
    from tacit.app.commands.logfile import note

    with opened(dry_run=dry_run) as memory:
        taken = memory.import_shared(_named(file), name=name or "", dry_run=dry_run)
    if form == "table":
        write(_lines(taken))
        if not taken.dry_run and (taken.new or taken.changed):
            say("Next: `memory patterns verdict:shared`; `memory shared` lists the sources.", "dim")
    else:
        from tacit.core.sharing_form import taken_json

        value = taken_json(taken)
        write_data(form, value)
    note("import", "shared", patterns=taken.patterns, new=taken.new)


def _named(file: str) -> Path | BinaryIO:
    from pathlib import Path

    from tacit.app.commands.piped import piped

    return piped() if file == _STREAM else Path(file)


def _lines(taken: Taken) -> list[str]:
    """What changed, and what was left out."""
    from tacit.app.commands.page import facts
    from tacit.core.present import count, day, plural
    from tacit.core.text import one_line

    source = one_line(taken.source)
    if taken.older:
        return [f"Nothing was changed: a newer file of “{source}” is here, of {day(taken.shared_at)}."]
    changes = [
        f"{count(number)} {word}"
        for number, word in ((taken.new, "new"), (taken.changed, "changed"), (taken.gone, "shared no longer"))
        if number
    ]
    total = plural(taken.patterns, "pattern")
    if not changes:
        head = f"Nothing new: {total} of “{source}” {'is' if taken.patterns == 1 else 'are'} known already."
    else:
        verb = "Would take in" if taken.dry_run else "Took in"
        head = f"{verb} {total} of “{source}”: {', '.join(changes)}."
    skipped = ", ".join(f"{count(number)} {why}" for why, number in taken.skipped.items())
    deleted = f"{count(taken.deleted)}, which stay so" if taken.deleted else ""
    return [head, *facts((("left out", skipped), ("deleted here", deleted)))]


def _complete_sources(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The sources that begin like this."""
    found = from_store(lambda memory: [one.source for one in memory.shared()])
    return [one for one in found if one.startswith(incomplete)]


@click.command(cls=Command, short_help="List and remove what other people's memories told.")
@click.option("--remove", metavar="SOURCE", shell_complete=_complete_sources, help="Take out all it shared.")
@format_option
def shared(remove: str | None, form: str) -> None:
    """List the memories that patterns came from, or take out what one of them shared.

    \b
      memory shared
      memory shared --remove alice
      memory patterns from:alice        what came from there
      memory patterns verdict:shared    what was not seen here often enough yet

    What others saw counts in no number of this memory, so taking it out changes none.
    """  # noqa: D301 - \b keeps click from folding the examples
    if remove is not None:
        _remove(remove, form)
        return
    with door().read() as memory:
        found, now = memory.shared(), memory.clock()
    if form == "table":
        if found:
            write(_rows(found, now))
        else:
            say("Nothing came from elsewhere. `memory import --from FILE` takes in what somebody shared.")
        return
    from tacit.core.sharing_form import source_json

    forms = [source_json(one) for one in found]
    write_rows(form, "sources", forms)


def _remove(source: str, form: str) -> None:
    from tacit.app.commands.logfile import note
    from tacit.core.jsonform import SCHEMA
    from tacit.core.present import plural
    from tacit.core.text import one_line

    with door().deed() as memory:
        removed = memory.unshare(source)
    if form == "table":
        write([f"Removed {plural(removed, 'pattern')} of “{one_line(source)}”."])
    else:
        value = {"schema": SCHEMA, "source": source, "removed": removed}
        write_data(form, value)
    note("shared", "removed", patterns=removed)


def _rows(found: Sequence[Source], now: int) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import ago, count, day

    columns = (
        *(Column(head, right=True) for head in ("patterns", "not seen", "seen here")),
        Column("shared"),
        Column("taken", drop=1),
        Column("source"),
    )
    rows = [
        (
            count(one.patterns),
            count(one.shown),
            count(one.seen),
            day(one.shared_at),
            Cell(ago(one.taken_at, now), "dim"),
            one.source,
        )
        for one in found
    ]
    return table(columns, rows)
