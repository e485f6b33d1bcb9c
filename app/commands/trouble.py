"""What a person is told when a command does not end well, and the exit code for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from tacit.app.commands.output import advise, complain, say, width
from tacit.core.errors import NotFound, TacitError
from tacit.core.query import QueryError

INTERRUPTED = 130
_AROUND = 200  # characters of a query that are shown before and behind its mistake


def handle(error: BaseException, args: Sequence[str]) -> int:
    """Tell what happened and return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, BrokenPipeError):
        _forget_output()
        return 0
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        from tacit.app.commands.logfile import verb

        rest = "`memory undo --list` shows whether it is done, `memory learn` does the rest"
        goes_on = {
            "import": "the next import goes on",
            "learn": "`memory learn` goes on",
            "project": rest,
            "undo": rest,
            "models": "the same command goes on",
        }
        more = goes_on.get(verb(args))
        say(f"Interrupted. The store is whole; {more}." if more else "Interrupted.")
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, TacitError):
        return _known(error)
    return _unforeseen(error, args)


def _known(error: TacitError) -> int:
    hint = error.hint
    if isinstance(error, NotFound) and error.nearest and error.nearest[0] not in hint:
        hint = f"{hint} Nearest: {', '.join(error.nearest)}.".strip()
    complain(error.message, "" if isinstance(error, QueryError) else hint)
    if isinstance(error, QueryError):
        _point(error)
        advise("hint: ", hint, "cyan")
    return error.exit_code


def _point(error: QueryError) -> None:
    """The query with the wrong part underlined."""
    from tacit.core.text import cell_width, clean

    room = width(sys.stderr) - 2
    around = _AROUND if len(error.text) <= room else min(_AROUND, max(8, room // 3))
    first = max(0, error.start - around)
    before = clean(error.text[first : error.start])
    wrong = clean(error.text[error.start : min(error.end, error.start + around)])
    say(f"  {clean(error.text[first : error.start + 2 * around])}")
    say(f"  {' ' * cell_width(before)}{'^' * max(1, cell_width(wrong))}")


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "memory"
    complain(error.format_message(), f"`{path} --help` tells how.")
    return error.exit_code


def _unforeseen(error: BaseException, args: Sequence[str]) -> int:
    """Anything else: a line for the person, the details for the log."""
    from tacit.app.commands.logfile import log_path, note_error

    if "--verbose" in args:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)
    written = note_error(error, args)
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        complain(f"{what}.", "Check the disk, the path and its permissions.")
        return 1
    where = f"The details are in {log_path()}." if written else "`--verbose` shows the details."
    complain(f"Something unforeseen went wrong ({type(error).__name__}). This is a fault of Tacit.", where)
    return 1


def _forget_output() -> None:
    """The reader is gone: what is still buffered goes nowhere, without a complaint at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, AttributeError):
            os.dup2(nowhere, stream.fileno())
