"""``memory optimize``: what to tidy up, and doing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, cast

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option
from tacit.app.commands.output import say, write, write_data, write_rows
from tacit.core.errors import NotFound, Usage

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.proposals import Op, Proposal
    from tacit.memory import Memory


@click.command(cls=Command, short_help="Plan what to merge, archive, drop or let go; and do it.")
@click.option("--dry-run", is_flag=True, help="Show the plan, as without any option.")
@click.option("--apply", "doing", is_flag=True, help="Do what the plan says, as one step of undo.")
@click.option("--auto", is_flag=True, help="Do what optimize.auto of the configuration allows.")
@click.option("--only", metavar="OPS", help="Only these of merge, archive, drop, retain: merge,archive.")
@click.option("--id", "ids", metavar="ID", multiple=True, help="Only this proposal: its id or its pattern's.")
@limit_option
@format_option
def optimize(only: str | None, ids: tuple[str, ...], limit: int | None, form: str, **how: bool) -> None:
    """Show what could be tidied up, with the reason and the gain of each; --apply does it.

    \b
      merge    rows that say nearly the same stand behind one of them
      archive  what was not used for long, with nothing proven, leaves the list until it is used
      drop     what did worse than expected, too seldom to ever prove anything, is deleted
      retain   the oldest sessions go, once optimize.keep_time or optimize.keep_size is set

    What is pinned (`memory pin ID`) is never touched. It ends with 0, also when there is nothing to do; with
    1 when --id names no proposal; with 2 when the options do not go together.
    """  # noqa: D301
    ops = _ops(only)
    doing, auto = how["doing"], how["auto"]
    if sum(how.values()) > 1:
        raise Usage("--dry-run, --apply and --auto say different things.", "Give one of them.")
    if auto and (ops is not None or ids):
        raise Usage(
            "--auto does what the configuration allows.", "Leave --only and --id out, or give --apply."
        )
    with door().write() if doing or auto else door().read() as memory:
        if memory.waiting() or memory.review_due():
            _catch_up(memory, doing=doing or auto)
        if auto:
            _auto(memory, form)
            return
        found = chosen(memory.optimize(ops), ids)
        if doing:
            _done(memory.apply(found), form)
        else:
            _show(found, limit_of(limit, form), form)
            if not ids and (ops is None or "retain" in ops):
                _tell_over(memory, found)


def _catch_up(memory: Memory, *, doing: bool) -> None:
    """Nothing is done on numbers that are not the newest; a plan that rests on such is told."""
    if doing:
        memory.learn_pending()
    else:
        say("Evidence has changed since the last review: this plan is not the newest.", "yellow")


def chosen(found: Sequence[Proposal], ids: Sequence[str]) -> Sequence[Proposal]:
    """The proposals whose ids, or those of what they are about, begin so; all where none is named.

    Raises:
        NotFound: nothing does.
        Usage: several do.
    """
    if not ids:
        return found
    picked = {_chosen(found, wanted).id for wanted in ids}
    return [one for one in found if one.id in picked]


def _chosen(found: Sequence[Proposal], wanted: str) -> Proposal:
    fits = [one for one in found if wanted and _begins(one, wanted)]
    if not fits:
        raise NotFound(f"There is no proposal “{wanted}”.", "`memory optimize` shows them with their ids.")
    if len(fits) > 1:
        some = ", ".join(one.id for one in fits[:6])
        raise Usage(
            f"“{wanted}” begins several proposals.", f"One of {some}? `--only archive` does all of a kind."
        )
    return fits[0]


def _begins(proposal: Proposal, wanted: str) -> bool:
    things = (proposal.keep, *proposal.drop)
    ids = (proposal.id, *(thing.id for thing in things if thing is not None))
    return any(one.startswith(wanted) for one in ids)


def _ops(only: str | None) -> Collection[Op] | None:
    from tacit.core.proposals import OPS

    if only is None:
        return None
    ops = [one.strip() for one in only.split(",")]
    for one in ops:
        if one not in OPS:
            raise Usage(f"“{one}” is nothing that upkeep does.", f"One or several of {', '.join(OPS)}.")
    return cast("Collection[Op]", ops)


def _auto(memory: Memory, form: str) -> None:
    allowed = cast("Collection[Op]", memory.config.optimize_auto)
    if not allowed:
        say('Nothing may be done by itself: optimize.auto is empty; `auto = ["merge", "archive"]` under')
        say("[optimize] in the configuration allows some of merge, archive, drop, retain.")
        if form == "table":
            return
    _done(memory.apply(memory.optimize(allowed)), form)


def _done(receipt: Receipt, form: str) -> None:
    """What was done, in one line."""
    from tacit.app.commands.deleting import receipt_form
    from tacit.app.commands.logfile import note
    from tacit.core.present import plural
    from tacit.core.receipts import upkeep

    if form != "table":
        value = receipt_form(receipt) | {"left_out": list(receipt.left_out)}
        write_data(form, value)
    elif receipt.step:
        told = upkeep(receipt)
        write([f"{told[0].upper()}{told[1:]}."])
    else:
        write(["Nothing to tidy up."])
    if receipt.left_out:
        what = plural(len(receipt.left_out), "proposal")
        say(f"{what} no longer held, and nothing was done there.", "yellow")
    if receipt.step:
        say("`memory undo` takes it back.", "dim")
    note("optimize", "done", merged=receipt.merged, archived=receipt.archived, patterns=receipt.patterns,
         sessions=receipt.sessions)  # fmt: skip


def _show(found: Sequence[Proposal], limit: int | None, form: str) -> None:
    if form != "table":
        write_rows(form, "proposals", list(map(proposal_form, found[:limit])), len(found))
    elif found:
        from tacit.app.commands.optimize_page import page

        write(page(found, limit))
        say(
            "Nothing was changed. `memory optimize --apply` does all of it; --only archive or --id ID a part."
        )
    else:
        say("Nothing to tidy up.")


def _tell_over(memory: Memory, plan: Sequence[Proposal]) -> None:
    """What keeps the sessions from being as small as they should be."""
    from tacit.core.present import plural, size

    more = memory.still_over(plan)
    if more:
        kept, them = size(memory.config.keep_size or 0), "it is" if more == 1 else "they are"
        what = plural(more, "session")
        say(f"{what} more would have to go to keep {kept}; {them} pinned, marked or in use.", "yellow")


def proposal_form(proposal: Proposal) -> dict[str, Any]:
    """The JSON form of a proposal; ``keep`` is ``null`` where nothing takes the place of what goes."""
    return {
        "id": proposal.id,
        "op": proposal.op,
        "keep": None if proposal.keep is None else _thing(proposal.keep),
        "drop": [_thing(one) for one in proposal.drop],
        "reason": proposal.reason,
        "gain": proposal.gain,
    }


def _thing(thing: Any) -> dict[str, Any]:
    from tacit.core.jsonform import without_hash
    from tacit.core.model import Pattern

    size = {"uses": thing.uses} if isinstance(thing, Pattern) else {"episodes": thing.episodes}
    return {"id": thing.id, "title": without_hash(thing.title)} | size
