"""Asking a person before something is done."""

from __future__ import annotations

import sys

import click

from tacit.core.errors import Usage


def check_can_ask(*, yes: bool, what: str = "This cannot be undone") -> None:
    """See that there is somebody to ask, before any work is done; ``what`` says why that is needed.

    Raises:
        Usage: there is no terminal, and nobody said yes beforehand.
    """
    if not yes and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise Usage(f"{what}, and there is no terminal to ask.", "Add --yes to do it unasked.")


def ask(question: str, *, yes: bool) -> None:
    """Go on with what cannot be taken back only when a person says yes, now or beforehand.

    Raises:
        click.Abort: they did not.
    """
    check_can_ask(yes=yes)
    if not yes and not click.confirm(question, err=True):
        raise click.Abort


def consents(question: str, *, yes: bool) -> bool:
    """Whether a person says yes, now or beforehand, to changes of files that they were shown.

    Raises:
        Usage: there is no terminal, and nobody said yes beforehand.
    """
    check_can_ask(yes=yes, what="Nothing was written yet")
    if yes or click.confirm(question, err=True):
        return True
    from tacit.app.commands.output import say

    say("Nothing was changed.")
    return False
