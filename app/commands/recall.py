"""``memory recall``: what got past an error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, limit_of, limit_option, project_option

if TYPE_CHECKING:
    from tacit.core.recall.error_recall import Recovery
    from tacit.core.recall.recalling import Recalled
    from tacit.core.recall.seen import Seen

_MOST_READ = 1_000_000


@click.command(cls=Command, short_help="What got past an error, here and elsewhere.")
@click.option("--error", required=True, metavar="TEXT", help="What was printed; - reads it from stdin.")
@click.option("--tool", default="", metavar="NAME", help="The tool that failed, as Edit.")
@click.option("--command", default="", metavar="TEXT", help="The shell command that failed.")
@project_option("What counts as here: a project's name or parts of it.")
@limit_option
@format_option
def recall(error: str, limit: int | None, form: str, **failed: str) -> None:
    """Tell what got past an error: the same one, one of its class, one that reads alike.

    The text may be one line or a whole log; what matters in it is found as in transcripts, and secrets
    are taken out first. Without --tool and --command it is looked for whatever failed:

    \b
      memory recall --error "File has not been read yet."
      memory recall --error "1 failed, 3 passed" --command "pytest -q" --project jdx/mise
      cargo test 2>&1 | memory recall --error - --command "cargo test"
    """  # noqa: D301
    from tacit.app.commands.output import say, tell_cut, write, write_data
    from tacit.core.recall.forms import recalled_json, recovery_json

    told = _stdin() if error == "-" else error
    most = limit_of(limit, form)
    with door().ask() as memory:
        found = memory.recall_error(told, **failed)
    if form == "table":
        write(_page(found, most))
    else:
        write_data(form, recalled_json(found, most), map(recovery_json, found.recoveries[:most]))
    if not found.recoveries:
        say("Nothing is known of this error, nor of one like it.")
    tell_cut(len(found.recoveries[:most]), len(found.recoveries), "recoveries")
    if found.note:
        say(found.note, "dim")


def _stdin() -> str:
    """What is piped in, as far as it can matter: its beginning and its end."""
    if sys.stdin is None:
        return ""
    head, tail = sys.stdin.buffer.read(_MOST_READ), b""
    while more := sys.stdin.buffer.read(_MOST_READ):
        tail = (tail + more)[-_MOST_READ:]
    return (head + tail).decode("utf-8", "replace")


def _page(found: Recalled, limit: int | None) -> list[str]:
    from tacit.app.commands.page import facts, heading
    from tacit.core.recall.worded import WHERE

    if not found.recoveries:
        return []
    lines = facts([("known as", found.signature), ("class", ", ".join(found.families))])
    last: tuple[str, str] | None = None
    for one in found.recoveries[:limit]:
        about = (one.where, one.signature)
        if about != last:
            note = "" if one.where in {"same", "here", "elsewhere"} else one.signature
            lines += heading(WHERE[one.where], _note(note))
            last = about
        lines += _recovery(one)
    return lines


def _note(text: str) -> str:
    from tacit.core.text import cut, one_line

    return cut(one_line(text), 80)


def _recovery(one: Recovery) -> list[str]:
    """What came first and what then succeeds, its numbers, and the steps."""
    from tacit.app.commands.output import paint
    from tacit.app.commands.rows import ID
    from tacit.core import present
    from tacit.core.recall.worded import chain

    support = present.success(one.rate, one.low, one.high, one.judged, one.uses)
    mark = one.pattern[:ID] if one.pattern else present.plural(one.episodes, "episode")
    expected = "" if one.expected is None else f"expected {one.expected:.1f}"
    if one.where == "shared":
        return _elsewhere(one, mark)
    facts = "  ".join(part for part in (support, expected, mark, present.day(one.last_used)) if part)
    lines = [f"  {paint(chain(one), 'bold')}  {facts}"]
    for seen in one.seen:
        lines += _occurrence(seen)
    return lines


def _elsewhere(one: Recovery, mark: str) -> list[str]:
    """What other memories told of a recovery that was not seen here."""
    from tacit.app.commands.output import paint
    from tacit.core.elsewhere import told
    from tacit.core.recall.worded import chain
    from tacit.core.text import one_line

    lines = [f"  {paint(chain(one), 'bold')}  {mark}"]
    return lines + [f"      {one_line(told(other))}" for other in one.elsewhere]


def _occurrence(one: Seen) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.rows import OUTCOMES, short_project
    from tacit.core.present import day
    from tacit.core.recall.worded import span, step
    from tacit.core.text import one_line

    cell = OUTCOMES[one.result]
    where = one_line(f"{one.episode} · {span(one)} · {short_project(one.project)} · {day(one.at)}")
    return [
        f"      {paint(cell.text, cell.style)}  {where}",
        *(f"        {step(taken)}" for taken in one.steps),
    ]
