"""``memory feedback``: a word on how a pattern that was given to an agent served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import complete_ids, format_option
from tacit.core.errors import NotFound, Usage
from tacit.core.model import Pattern, Session

if TYPE_CHECKING:
    from tacit.core.loop.records import Feedback, Offer
    from tacit.memory import Memory


def _complete_words(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The words that begin like this."""
    from tacit.core.loop.records import FEEDBACK

    return [word for word in FEEDBACK if word.startswith(incomplete)]


def _complete_sessions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Sessions alone."""
    return complete_ids(ctx, param, incomplete) if incomplete.startswith("s-") else []


@click.command(cls=Command, short_help="Say how a pattern served that an agent was given.")
@click.argument("id_", metavar="ID", shell_complete=complete_ids)
@click.argument("said", metavar="helped|hindered|no-effect", shell_complete=_complete_words)
@click.option(
    "--session", metavar="ID", shell_complete=_complete_sessions, help="The session it was given in."
)
@format_option
def feedback(id_: str, said: str, session: str | None, form: str) -> None:
    """Say of a pattern whether it helped where it was given to an agent. It overrules what was observed.

    It is said of the newest time it was given in that session; without --session of the newest time in the
    last seven days of which nobody said anything yet. Where it was not given to anybody it counts as a use
    that nobody saw; said otherwise within a day, it is still one. `memory undo` takes it back.

    \b
      memory feedback p-3f9k helped
      memory feedback p-3f9k hindered --session s-7q0x
    """  # noqa: D301 - \b keeps click from folding the examples
    from tacit.app.commands.logfile import note

    with door().deed() as memory:
        pattern = memory.get(id_)
        if not isinstance(pattern, Pattern):
            raise Usage(f"{pattern.id} is no pattern.", "Only patterns are given to agents.")
        there = _session(memory, pattern, session) if session else ""
        before = memory.offers(pattern.id)
        offer = memory.feedback(pattern.id, cast("Feedback", said), session=there)
        _tell(pattern, offer, memory.clock(), form, known=offer in before)
        note("feedback", "done", patterns=int(offer not in before))


def _session(memory: Memory, pattern: Pattern, asked: str) -> str:
    """The id of a session that is stored, or that the pattern was given in."""
    near = {one.session for one in memory.offers(pattern.id) if one.session.startswith(asked.lower())}
    if len(near) == 1:
        return near.pop()
    try:
        thing = memory.get(asked)
    except NotFound as missing:
        hint = f"`memory show {pattern.id}` tells where it was given."
        raise NotFound(missing.message, hint, missing.nearest) from None
    if not isinstance(thing, Session):
        raise Usage(f"{thing.id} is no session.", "`memory sessions` lists those.")
    return thing.id


def _tell(pattern: Pattern, offer: Offer, now: int, form: str, *, known: bool) -> None:
    from tacit.app.commands.output import say, write, write_data
    from tacit.core.text import cut, one_line

    what = f"{cut(one_line(pattern.title), 100)} ({pattern.id})"
    if form != "table":
        value = _form(pattern, offer)
        write_data(form, value)
    elif not known:
        write([f"Noted “{offer.feedback}”: {what}"])
    if known:
        say(f"Nothing to change, “{offer.feedback}” was said of it already: {what}")
        return
    say(_of(offer, now))
    say("`memory undo` takes it back.", "dim")


def _of(offer: Offer, now: int) -> str:
    """Of which time that it was given something was said."""
    from tacit.core.loop.wording import given
    from tacit.core.present import ago

    if not offer.given:
        return "It was not given to any agent there of late, so the word stands by itself."
    return f"Said of when it was given {given(offer)}, {ago(offer.at, now)}."


def _form(pattern: Pattern, offer: Offer) -> dict[str, Any]:
    from tacit.core.jsonform import SCHEMA, without_hash
    from tacit.core.loop.forms import offer_json

    return {
        "schema": SCHEMA,
        "id": pattern.id,
        "title": without_hash(pattern.title),
        "offer": offer_json(offer),
    }
