"""``memory logs``: the log of what was done and refused here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import click

from tacit.app.commands.door import Command
from tacit.app.commands.logtail import Tail
from tacit.app.commands.options import format_option, limit_of, limit_option

_LINE = re.compile(r"(\S+Z) (\d+) (\S+) (.*)", re.DOTALL)


@click.command(cls=Command, short_help="What commands and agents did here, and what was refused.")
@click.option("--follow", "-f", is_flag=True, help="Go on as lines are added, until it is interrupted.")
@limit_option
@format_option
def logs(follow: bool, limit: int | None, form: str) -> None:
    """Print the log, oldest line first: time, process, command, what came of it.

    It names commands by their verb and errors by their type, and never holds text of records. What was
    refused at a door (an unknown tool, a wrong token) is a line with `refused`. A log of 1 MB is moved to
    tacit.log.1, which is shown before it.

    \b
      memory logs
      memory logs --limit 0 | grep refused
      memory logs --follow
    """  # noqa: D301
    from tacit.app.commands.following import check_endless
    from tacit.app.commands.logfile import log_path
    from tacit.app.commands.output import say, tell_cut

    check_endless(follow=follow, form=form)
    with closing(Tail(log_path())) as tail:
        lines = [*tail.older(), *tail.new()]
        most = limit_of(limit, form)
        shown = lines if most is None else lines[len(lines) - min(most, len(lines)) :]
        _write(shown, form, None if follow else len(lines))
        if form == "table":
            tell_cut(len(shown), len(lines), "lines")
            if not lines:
                say("Nothing is logged yet.")
        if follow:
            _write_on(tail, form)


def _write_on(tail: Tail, form: str) -> None:
    """Print what is added, until somebody interrupts or nobody reads any more."""
    from tacit.app.commands.following import wait

    while True:
        wait()
        _write(tail.new(), form)


def _write(lines: Iterable[str], form: str, total: int | None = None) -> None:
    """Print them; without a total they are a part of what has no end."""
    from tacit.app.commands.output import write, write_rows, write_stream

    if form == "table":
        write(_cleaned(lines))
    elif total is None:
        write_stream(form, map(line_json, lines))
    else:
        write_rows(form, "lines", list(map(line_json, lines)), total)


def _cleaned(lines: Iterable[str]) -> Iterator[str]:
    from tacit.core.text import clean

    return map(clean, lines)


def line_json(line: str) -> dict[str, Any]:
    """A line in its JSON form; of one that belongs to the error before it there is the text alone."""
    found = _LINE.fullmatch(line)
    if found is None:
        return {"at": None, "process": None, "command": None, "text": line.strip()}
    at, process, command, text = found.groups()
    return {
        "at": at,
        "process": int(process),
        "command": None if command == "-" else command,
        "text": text,
    }
