"""``memory forget``: gone for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.asking import ask
from tacit.app.commands.door import Command, door
from tacit.app.commands.options import complete_ids, format_option
from tacit.app.commands.output import say, write, write_data
from tacit.core.selecting import Chosen

if TYPE_CHECKING:
    from tacit.core.chores import Left
    from tacit.core.forgetting import ForgetReceipt


@click.command(cls=Command, short_help="Remove sessions or a text for good, without undo.")
@click.option(
    "--session", "sessions", multiple=True, metavar="ID", shell_complete=complete_ids,
    help="This session. May be repeated.",
)  # fmt: skip
@click.option("--project", metavar="NAME", help="Every session of this project.")
@click.option("--before", metavar="WHEN", help="Sessions that ended before 2026-01-31, or 90d ago.")
@click.option("--matching", metavar="TEXT", help="Every task and note that holds this text, in any case.")
@click.option("--notes", metavar="SOURCE", help="All notes that came from this memory.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_option
def forget(dry_run: bool, yes: bool, form: str, **choice: Any) -> None:
    """Remove sessions, or everything that holds a text, for good: there is no undo.

    It leaves the store and its trash, the text index, the mirror and the known backups, with every
    pattern that rests on it alone. Ids stay, so that importing the same transcripts again does not bring
    it back. The transcripts themselves are the agent's, and other exports are yours: they are not touched.
    """
    before = choice["before"] and 0
    Chosen(choice["sessions"], choice["project"], before, choice["matching"], notes=choice["notes"])
    choice["before"] = _moment(choice["before"])
    with door().write() as memory:
        if dry_run or not yes:
            plan = memory.forget(**choice, dry_run=True)
            if dry_run:
                _tell(plan, form)
                return
            ask(f"Forget {_amount(plan)} for good? There is no undo", yes=yes)
        receipt = memory.forget(**choice)
        _sweep()
        _tell(receipt, form)
        memory.catch_up(lambda: False)
    from tacit.app.commands.logfile import note

    note("forget", "done", sessions=receipt.sessions, episodes=receipt.episodes, pending=len(receipt.pending))


def _sweep() -> None:
    """Remove copies for an editor that an inspector left behind when it was killed; any may hold it."""
    from tacit.app.inspector.handoff.copies import sweep

    sweep()


def tell_left(left: Sequence[Left]) -> None:
    """Say what is still to be done, and why."""
    from tacit.core.chores import WORDS

    for one in left:
        say(f"Not done yet: {WORDS[one.chore]} ({one.why.rstrip('.')}).", "yellow")
    if left:
        say("The next command that writes goes on with it; `memory doctor` tells until it is done.", "dim")


def left_json(left: Sequence[Left]) -> list[dict[str, str]]:
    """The JSON form of what is still to be done."""
    return [{"chore": one.chore, "why": one.why} for one in left]


def _moment(text: str | None) -> int | None:
    if text is None:
        return None
    from tacit.app.commands.importing import moment
    from tacit.core.clock import system_clock

    return moment(text, system_clock())


def _tell(receipt: ForgetReceipt, form: str) -> None:
    if form != "table":
        value = _form(receipt)
        write_data(form, value)
        return
    from tacit.core.places import short
    from tacit.core.text import one_line

    lines = [f"{'Would forget' if receipt.dry_run else 'Forgot'} {_amount(receipt)}."]
    if receipt.transcripts:
        lines.append("The agent's own transcripts tell it still; importing them does not bring it back:")
        lines += [f"  {one_line(short(path))}" for path in receipt.transcripts]
    if receipt.unreached:
        lines.append("Out of reach, and not touched; they may hold it still:")
        lines += [f"  {one_line(short(path))}" for path in receipt.unreached]
    write(lines)
    tell_left(receipt.pending)


def _amount(receipt: ForgetReceipt) -> str:
    """``2 sessions, 5 episodes with 120 steps, 3 patterns (1.2 MB)``."""
    from tacit.core.present import plural, size

    parts = [plural(receipt.sessions, "session")] if receipt.sessions else []
    if receipt.episodes or not receipt.imported:
        parts += [f"{plural(receipt.episodes, 'episode')} with {plural(receipt.steps, 'step')}"]
    parts += [plural(receipt.notes, "note")] if receipt.notes else []
    parts += [f"{plural(receipt.imported, 'note')} of other memories"] if receipt.imported else []
    parts += [plural(receipt.others, "record") + " of what agents were given"] if receipt.others else []
    parts += [plural(receipt.patterns, "pattern")] if receipt.patterns else []
    return f"{', '.join(parts)} ({size(receipt.bytes)})"


def _form(receipt: ForgetReceipt) -> dict[str, Any]:
    from tacit.core.jsonform import SCHEMA

    return {
        "schema": SCHEMA,
        "dry_run": receipt.dry_run,
        "sessions": receipt.sessions,
        "episodes": receipt.episodes,
        "steps": receipt.steps,
        "patterns": receipt.patterns,
        "notes": receipt.notes,
        "imported": receipt.imported,
        "others": receipt.others,
        "bytes": receipt.bytes,
        "pending": left_json(receipt.pending),
        "transcripts": list(receipt.transcripts),
        "unreached": list(receipt.unreached),
    }
