"""``memory show``: one thing in full, whatever its id says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option, ids_argument
from tacit.core.model import Pattern, Session
from tacit.core.notes.records import Note

if TYPE_CHECKING:
    from tacit.core.things import Thing
    from tacit.memory import Memory

USES = 10
"""Uses of a pattern that a page shows if ``--limit`` says nothing; steps of an episode ten times that."""


@click.command(cls=Command, short_help="Show patterns, sessions, episodes or notes in full.")
@ids_argument
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help=f"Evidence shown; 0 for all. {USES} if not said."
)
@format_option
def show(ids: tuple[str, ...], limit: int | None, form: str) -> None:
    """Show patterns, sessions, episodes or notes in full.

    Four characters of an id are enough if no other has them. A pattern is shown with its numbers, its trend
    by week and the very steps it was learned from; a session with its episodes; an episode with its outcome
    and why, its reward, what went well and what to do better, its steps, and what it taught; a note with
    where it came from.
    """
    with door().read() as memory:
        things = [memory.get(one) for one in ids]
        if form == "table":
            _pages(memory, things, USES if limit is None else limit or None)
        else:
            _forms(memory, things, limit or None, form)


def _pages(memory: Memory, things: list[Thing], limit: int | None) -> None:
    from tacit.app.commands.output import write

    for number, thing in enumerate(things):
        if number:
            write([""])
        if isinstance(thing, Pattern):
            from tacit.app.commands.show_pattern import page

            write(page(memory, thing, limit))
        elif isinstance(thing, Session):
            from tacit.app.commands.show_history import session_page

            write(session_page(memory, thing))
        elif isinstance(thing, Note):
            from tacit.app.commands.show_note import note_page

            write(note_page(thing, whole=limit is None))
        else:
            from tacit.app.commands.show_history import episode_page

            write(episode_page(memory, thing, limit))


def _forms(memory: Memory, things: list[Thing], limit: int | None, form: str) -> None:
    from tacit.app.commands.output import write_rows

    write_rows(form, "results", [_form(memory, thing, limit) for thing in things])


def _form(memory: Memory, thing: Thing, limit: int | None) -> dict[str, Any]:
    """A thing with what belongs to it; ``type`` says what it is."""
    from tacit.core import jsonform
    from tacit.core.clock import rfc3339

    if isinstance(thing, Pattern):
        weeks = [
            {"week": rfc3339(at), "uses": uses, "judged": judged, "successes": successes}
            for at, uses, judged, successes in thing.weeks
        ]
        uses = [jsonform.evidenced_json(use) for use in memory.evidence(thing.id, limit)]
        more = {"weeks": weeks, "variants": list(thing.variant_ids), **_given(memory, thing)}
        return {"type": "pattern", "pattern": jsonform.pattern_json(thing), **more, "evidence": uses}
    if isinstance(thing, Session):
        episodes = [jsonform.episode_json(episode) for episode in memory.episodes_of(thing.id)]
        return {"type": "session", "session": jsonform.session_json(thing), "episodes": episodes}
    if isinstance(thing, Note):
        from tacit.core.notes.form import note_json

        return {"type": "note", "note": note_json(thing)}
    from tacit.app.commands.marking import mark_json
    from tacit.core.lookform import lookback_json

    more = {
        "mark": mark_json(memory.mark_of(thing.id)),
        **lookback_json(memory.look_back(thing.id)),
        "steps": [jsonform.step_json(step) for step in memory.steps(thing.id, 1, limit)],
        "patterns": [pattern.id for pattern in memory.patterns_of(thing.id)],
    }
    return {"type": "episode", "episode": jsonform.episode_json(thing), **more}


def _given(memory: Memory, pattern: Pattern) -> dict[str, Any]:
    """How often it was given to agents, and what came of the newest times."""
    from tacit.core.loop.forms import answered_json

    given = memory.given(pattern.id)
    return {"given": given.times, "offers": [answered_json(*one) for one in given.newest]}
