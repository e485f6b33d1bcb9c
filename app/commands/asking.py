"""Asking before something that cannot be taken back."""

from __future__ import annotations

import sys

import click

from tacit.core.errors import Usage


def check_can_ask(*, yes: bool) -> None:
    """See that there is somebody to ask, before any work is done.

    Raises:
        Usage: there is no terminal, and nobody said yes beforehand.
    """
    if not yes and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise Usage("This cannot be undone, and there is no terminal to ask.", "Add --yes to do it unasked.")


def ask(question: str, *, yes: bool) -> None:
    """Go on only when a person says yes, now or beforehand.

    Raises:
        click.Abort: they did not.
    """
    check_can_ask(yes=yes)
    if not yes and not click.confirm(question, err=True):
        raise click.Abort
