"""``memory optimize``: a plan of what to tidy up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.core.optimize import Proposal


@click.command(cls=Command, short_help="Plan what to merge or drop.")
@click.option("--dry-run", is_flag=True, help="Show the plan. Nothing else can be done in this version.")
@format_option
def optimize(dry_run: bool, form: str) -> None:
    """Show what could be merged or dropped, with the reason and the gain of each. Nothing is changed."""
    from tacit.app.commands.output import say, write, write_json, write_jsonl
    from tacit.core.jsonform import list_json

    if not dry_run:
        raise Usage(
            "This version makes plans and applies none.", "`memory optimize --dry-run` shows the plan."
        )
    with door().read() as memory:
        found = memory.optimize()
    if form == "jsonl":
        write_jsonl(map(_form, found))
    elif form == "json":
        write_json(list_json("proposals", map(_form, found), len(found), truncated=False))
    elif found:
        write(_page(found))
    else:
        say("Nothing to tidy up: no two patterns say nearly the same.")


def _form(proposal: Proposal) -> dict[str, Any]:
    from tacit.core.jsonform import without_hash

    def named(pattern: Any) -> dict[str, Any]:
        return {"id": pattern.id, "title": without_hash(pattern.title), "uses": pattern.uses}

    return {
        "op": proposal.op,
        "keep": named(proposal.keep),
        "drop": [named(pattern) for pattern in proposal.drop],
        "reason": proposal.reason,
        "gain": proposal.gain,
    }


def _page(found: tuple[Proposal, ...]) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import plural
    from tacit.core.text import one_line

    lines: list[str] = []
    columns = (Column(""), Column(""), Column("", right=True), Column(""))
    for proposal in found:
        kept = ("keep", Cell(proposal.keep.id, "dim"), plural(proposal.keep.uses, "use"), proposal.keep.title)
        rows = [
            kept,
            *(
                (proposal.op, Cell(one.id, "dim"), plural(one.uses, "use"), one.title)
                for one in proposal.drop
            ),
        ]
        why = f"{proposal.op.capitalize()}: {one_line(proposal.reason)} · {one_line(proposal.gain)}"
        lines += [paint(why, "bold"), *table(columns, rows, indent="  "), ""]
    return [*lines, f"{plural(len(found), 'proposal')}. Nothing was changed."]
