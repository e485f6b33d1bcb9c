"""One event of an agent, from what it handed over to what is printed and noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast, get_args

from tacit.app.hooks.options import Options
from tacit.app.hooks.payload import Payload
from tacit.app.hooks.streams import write_all
from tacit.app.own_id import under_own_id
from tacit.core.config import load
from tacit.core.hook_memory import Hooked
from tacit.core.places import Places
from tacit.core.recall.brief import Brief

if TYPE_CHECKING:
    from tacit.core.model import Label


def happen(options: Options, payload: Payload, forked: Callable[[], object]) -> None:
    """Print what is known, then note that it was given.

    Args:
        options: what stands on the command line.
        payload: what the agent handed over.
        forked: begins the threads of this process anew, where a child has to go on in its place.

    Raises:
        TacitError: the store or the settings cannot be used, or nothing could be noted.
        OSError: nobody reads what is printed.
    """
    from tacit.app.hooks.forms import form_of, printed

    agent = payload.agent(options.agent)
    places = Places(store=options.store)
    config = load(places)
    path = places.given_store or config.store_path or places.store

    def opened() -> Hooked:
        return Hooked.open(path, config, agent, payload.session, readonly=options.readonly)

    with under_own_id(opened, forked) as memory:
        brief = _brief(memory, options, payload)
        form = options.form or form_of(options.event, agent)
        write_all(printed(brief.text, form, payload.event_name(options.event, agent)))
        if options.readonly:
            return
        if options.event == "stop":
            _tell(memory, options, payload)
        memory.note(options.event, brief.patterns)


def _brief(memory: Hooked, options: Options, payload: Payload) -> Brief:
    where = payload.directories
    if options.event == "session-start":
        return memory.at_start(where, options.tokens)
    if options.event == "prompt":
        return memory.for_request(where, payload.text("prompt"), options.tokens)
    if options.event == "tool-result":
        from tacit.app.hooks.calls import call_of

        call = call_of(payload)
        if call is not None:
            return memory.after_call(
                where, call.text, call.tool, call.command, options.tokens, failed=call.failed
            )
    return Brief()


def _tell(memory: Hooked, options: Options, payload: Payload) -> None:
    """Say how the task ended, if anybody said so."""
    from tacit.core.model import Label

    told = options.outcome or payload.text("outcome")
    if told in get_args(Label) and payload.session:
        note = options.note if options.outcome else payload.text("note")
        memory.tell_outcome(cast("Label", told), note)
