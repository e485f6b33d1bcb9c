"""``memory pin`` and ``memory unpin``: what upkeep leaves as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, ids_argument
from tacit.app.commands.output import say

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt


@click.command(cls=Command, short_help="Keep upkeep away from patterns.")
@ids_argument
@format_option
def pin(ids: tuple[str, ...], form: str) -> None:
    """Pin patterns: `memory optimize` never touches them, nor the sessions they were learned from.

    An archived pattern that is pinned comes back into the list. `memory patterns pinned:yes` lists what is
    pinned. All of it is one step of undo.
    """
    with door().deed() as memory:
        receipt = memory.pin(ids)
        _tell(receipt, form, "Pinned", "pinned already")


@click.command(cls=Command, short_help="Take pins away.")
@ids_argument
@format_option
def unpin(ids: tuple[str, ...], form: str) -> None:
    """Take the pins of patterns away, as one step of undo."""
    with door().deed() as memory:
        receipt = memory.unpin(ids)
        _tell(receipt, form, "Unpinned", "not pinned")


def _tell(receipt: Receipt, form: str, verb: str, already: str) -> None:
    from tacit.app.commands.deleting import receipt_form
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import write, write_data
    from tacit.core.present import plural
    from tacit.core.text import cut, one_line

    changed = receipt.pinned + receipt.unpinned
    what = f"{cut(one_line(receipt.label), 100)} ({', '.join(receipt.ids)})"
    if form != "table":
        value = receipt_form(receipt)
        write_data(form, value)
    elif changed:
        write([f"{verb} {plural(changed, 'pattern')}: {what}"])
    if not changed:
        say(f"Nothing to change, {already}: {what}")
    elif left := len(receipt.ids) - changed:
        say(f"{plural(left, 'pattern was', 'patterns were')} {already}.")
    if changed:
        say("`memory undo` takes it back.", "dim")
    note("pin" if verb == "Pinned" else "unpin", "done", patterns=changed)
