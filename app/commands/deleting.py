"""``memory delete`` and ``memory undo``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, from_store, ids_argument
from tacit.app.commands.output import say, write, write_data, write_rows

if TYPE_CHECKING:
    from tacit.core.deletion import Receipt
    from tacit.core.undo_steps import UndoStep
    from tacit.memory import Memory


@click.command(cls=Command, short_help="Delete patterns, sessions, episodes or notes. Can be undone.")
@ids_argument
@click.option("--single", is_flag=True, help="Only the pattern itself, not its variants and parts.")
@format_option
def delete(ids: tuple[str, ...], single: bool, form: str) -> None:
    """Delete patterns, sessions, episodes or notes as one step. It can be undone, so it asks nothing.

    A pattern goes with the habit it stands for: its variants and the shorter sequences it explained.
    Importing the same transcripts again does not bring it back; `memory undo` does. Until the trash is
    emptied it is still stored: `memory forget` removes sessions, projects and texts for good.
    """
    with door().deed() as memory:
        receipt = memory.delete(ids, single=single)
        tell_receipt("Deleted", receipt, form)
        say("`memory undo` brings it back.", "dim")
        _log("delete", receipt)


def _actors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Whose steps stand."""
    actors = from_store(lambda memory: sorted({one.actor for one in memory.undo_list() if not one.undone}))
    return [actor for actor in actors if actor.startswith(incomplete)]


@click.command(cls=Command, short_help="Take back the newest step.")
@click.option("--list", "listed", is_flag=True, help="Show the steps that can be taken back.")
@click.option("--of", "actor", metavar="ACTOR", shell_complete=_actors, help="That of agents instead: agent.")
@format_option
def undo(listed: bool, actor: str | None, form: str) -> None:
    """Take back the newest step that a person made, also after a restart.

    What agents did is theirs; a person takes it back by the name that --list shows:

    \b
      memory undo --list
      memory undo --of agent
    """  # noqa: D301
    if listed:
        with door().read() as memory:
            _list(memory.undo_list(), memory.merges(), memory.clock(), form)
        return
    with door().deed() as memory:
        receipt = memory.undo(actor)
        _tell_forgotten(memory, receipt)
        if receipt is None:
            say(f"There is nothing of {actor} to take back." if actor else "There is nothing to take back.")
            others = sorted({one.actor for one in memory.undo_list() if not one.undone})
            if others:
                say(f"Steps of others stand: `memory undo --of {others[0]}`.", "dim")
            if form != "table":
                tell_receipt("", _nothing(), form)
            return
        tell_receipt(_verb(receipt), receipt, form)
        _log("undo", receipt)


def _nothing() -> Receipt:
    """The receipt of an undo that had nothing to take back."""
    from tacit.core.deletion import Receipt

    return Receipt(step=0, ids=(), label="")


def _verb(receipt: Receipt) -> str:
    """What an undo did."""
    from tacit.core.receipts import decided

    if decided(receipt):
        return "Took back:"
    return "Took back" if receipt.marks or receipt.said or receipt.projects else "Brought back"


def _tell_forgotten(memory: Memory, receipt: Receipt | None) -> None:
    """Whoever forgot something last may expect that back."""
    at = memory.last_forget()
    steps = {step.number: step.at for step in memory.undo_list()}
    if at is not None and (receipt is None or steps.get(receipt.step, at) < at):
        say("What was forgotten is gone for good" + ("; this is what was done before." if receipt else "."))


def tell_receipt(verb: str, receipt: Receipt, form: str) -> None:
    """What a step did, with the first of the ids."""
    if form != "table":
        value = receipt_form(receipt)
        write_data(form, value)
        return
    from tacit.core.text import cut, one_line

    named = f" ({_some(receipt.ids)})" if receipt.ids else ""
    label = f": {cut(one_line(receipt.label), 100)}" if receipt.label else ""
    write([f"{verb} {_amount(receipt)}{label}{named}"])


def _some(ids: Sequence[str]) -> str:
    """The first five of them."""
    return ", ".join(ids[:5]) + (f", … ({len(ids):,} in all)" if len(ids) > 5 else "")


def _amount(receipt: Receipt) -> str:
    """``1 pattern and 2 behind it``, ``2 sessions, 5 episodes``, ``merged 3 rows``."""
    from tacit.core.present import plural
    from tacit.core.receipts import behind, decided, upkeep

    if decided(receipt):
        return upkeep(receipt)
    parts = []
    if receipt.patterns:
        parts.append(plural(receipt.patterns - receipt.hidden, "pattern") + behind(receipt))
    parts += [plural(receipt.sessions, "session")] if receipt.sessions else []
    parts += [plural(receipt.episodes, "episode")] if receipt.episodes else []
    parts += [plural(receipt.notes, "note")] if receipt.notes else []
    parts += [f"what was said of {plural(receipt.marks, 'episode')}"] if receipt.marks else []
    parts += [f"what was said of {plural(receipt.said, 'pattern')}"] if receipt.said else []
    whole = ", ".join(parts) or "nothing"
    return f"the merge of {whole}" if receipt.projects else whole


def receipt_form(receipt: Receipt) -> dict[str, Any]:
    """The JSON form of what a step did; ``step`` is ``null`` where there was nothing to do."""
    from tacit.core.jsonform import SCHEMA, without_hash

    return {
        "schema": SCHEMA,
        "step": receipt.step or None,
        "ids": list(receipt.ids),
        "label": without_hash(receipt.label),
        "patterns": receipt.patterns,
        "sessions": receipt.sessions,
        "episodes": receipt.episodes,
        "notes": receipt.notes,
        "marks": receipt.marks,
        "said": receipt.said,
        "projects": receipt.projects,
        "merged": receipt.merged,
        "archived": receipt.archived,
        "pinned": receipt.pinned,
        "unpinned": receipt.unpinned,
    }


def _list(steps: tuple[UndoStep, ...], merges: dict[int, str], now: int, form: str) -> None:
    if form == "table":
        if steps:
            write(_rows(steps, merges, now))
        else:
            say("There is nothing to take back yet.")
        return

    forms = [_step_form(step) for step in steps]
    write_rows(form, "steps", forms)


def _step_form(step: UndoStep) -> dict[str, Any]:
    from tacit.core.clock import rfc3339

    return {
        "step": step.number,
        "at": rfc3339(step.at),
        "actor": step.actor,
        "op": step.op,
        "ids": _ids(step),
        "undone": step.undone,
    }


def _ids(step: UndoStep) -> list[str]:
    """What a person named, without what went along."""
    named = (one.id for one in step.removed if one.role != "with")
    return [*named, *step.marked, *step.decided, *(one.pattern for one in step.said)]


def _rows(steps: tuple[UndoStep, ...], merges: dict[int, str], now: int) -> list[str]:
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import ago

    columns = (Column("step", right=True), Column("when"), Column("by"), Column("state"), Column("what"))
    rows = []
    for step in steps:
        state = Cell("undone", "dim") if step.undone else Cell("done")
        what = f"{step.op} {merges.get(step.number) or _unnamed(step)}"
        rows.append((str(step.number), ago(step.at, now), step.actor, state, what))
    return table(columns, rows)


def _unnamed(step: UndoStep) -> str:
    """What a step was about; the names of projects go with their merge."""
    return "(taken back)" if step.merged and step.undone else _some(_ids(step))


def _log(command: str, receipt: Receipt) -> None:
    from tacit.app.commands.logfile import note

    note(command, "done", patterns=receipt.patterns, sessions=receipt.sessions, episodes=receipt.episodes)
