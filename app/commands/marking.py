"""``memory mark``: a person's word on how an episode ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.app.commands.output import say, write, write_data
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.core.marking import Marking
    from tacit.core.marks import Mark


@click.command(cls=Command, short_help="Say how an episode really ended.")
@click.argument("episode", metavar="EPISODE")
@click.argument("label", metavar="success|partial|failure|unknown", required=False)
@click.option("--note", metavar="TEXT", default="", help="Why; shown with the episode.")
@click.option("--clear", is_flag=True, help="Take the mark away: the episode stands as it was judged.")
@format_option
def mark(episode: str, label: str | None, note: str, clear: bool, form: str) -> None:
    """Say how an episode really ended. It overrules tests, commits and all other evidence.

    unknown says that nobody could know: the episode then counts in no rate. The mark stays when its
    transcript grows or is imported again; `memory undo` takes it back.
    """
    if clear and (label or note):
        raise Usage(
            "--clear takes the mark away, so there is nothing to say.", "Leave the label and --note out."
        )
    if not clear and label is None:
        raise Usage("How did it end?", "One of success, partial, failure, unknown; or --clear.")
    from tacit.app.commands.logfile import note as log

    with door().deed() as memory:
        marking = memory.mark(episode, label, note) if label is not None else memory.unmark(episode)
        _tell(marking, form)
        log("mark", "done", episodes=int(marking.step > 0))


def mark_json(mark: Mark | None) -> dict[str, Any] | None:
    """The JSON form of a mark."""
    if mark is None:
        return None
    from tacit.core.clock import rfc3339
    from tacit.core.jsonform import without_hash

    return {"label": mark.label, "at": rfc3339(mark.at), "note": without_hash(mark.note)}


def _tell(marking: Marking, form: str) -> None:
    if form != "table":
        value = _form(marking)
        write_data(form, value)
        return
    from tacit.core.text import cut, one_line

    task = f"{cut(one_line(marking.prompt), 100)} ({marking.id})"
    if not marking.step:
        say(f"Nothing to change: {'it is marked so' if marking.mark else 'it has no mark'}. {task}")
        return
    if marking.mark is None:
        write([f"Cleared the mark; judged {marking.after}, was {marking.before}: {task}"])
    else:
        write([f"Marked {marking.after}, was {marking.before}: {task}"])
    say("`memory undo` takes it back.", "dim")


def _form(marking: Marking) -> dict[str, Any]:
    from tacit.core.jsonform import SCHEMA

    return {
        "schema": SCHEMA,
        "step": marking.step or None,
        "id": marking.id,
        "before": marking.before,
        "after": marking.after,
        "mark": mark_json(marking.mark),
    }
