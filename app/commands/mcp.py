"""``memory mcp``: the server that agents ask while they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, Door, door

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held, Opener
    from tacit.memory import Memory


@click.command(cls=Command, short_help="Serve the memory to an agent, over the Model Context Protocol.")
@click.option("--http", is_flag=True, help="Serve several clients over HTTP, until Ctrl-C.")
@click.option("--host", metavar="ADDRESS", help="With --http: where to listen; 127.0.0.1 if not said.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="With --http: 8765 if not said.")
@click.option("--tls-cert", type=click.Path(), metavar="FILE", help="With --http: a certificate (PEM).")
@click.option("--tls-key", type=click.Path(), metavar="FILE", help="With --http: the key that belongs to it.")
@click.option("--new-token", is_flag=True, help="With --http: make a new token; the old one opens nothing.")
def mcp(http: bool, **chosen: Any) -> int:
    """Serve the memory to an agent, over the Model Context Protocol.

    An agent starts this by itself and speaks to it over stdin and stdout; nobody types here. It can ask
    what got past an error, how tests are run, what is worth knowing for a task; and tell what it does
    and what helped. The memory is opened when the first call needs it.

    \b
      claude mcp add tacit -- memory mcp
      codex mcp add tacit -- memory mcp

    With --http it serves several clients of this machine at an address; they send the token that lies in
    a file only you can read. Other machines are let in where a certificate is given, never without.

    \b
      memory mcp --http
      memory mcp --http --port 0 --new-token
    """  # noqa: D301 - \b keeps click from folding the examples
    from tacit.app.mcp.arena import share_one
    from tacit.app.mcp.open_memory import Held
    from tacit.app.mcp.stdio import serve

    door().check()
    share_one()
    if http:
        return _serve_http(**chosen)
    if given := [name for name, value in chosen.items() if value not in {None, False}]:
        from tacit.core.errors import Usage

        raise Usage(f"--{given[0].replace('_', '-')} is about HTTP.", "Add --http.")
    return serve(_under_own_id(Held(opener(door()), directory=_directory())))


def _serve_http(
    host: str | None, port: int | None, tls_cert: str | None, tls_key: str | None, new_token: bool
) -> int:
    from tacit.app.mcp.http import serve
    from tacit.app.mcp.http_limits import PORT
    from tacit.app.mcp.open_memory import Held
    from tacit.core.errors import Usage
    from tacit.core.places import Places

    if (tls_cert is None) != (tls_key is None):
        raise Usage("A certificate and its key go together.", "Give --tls-cert and --tls-key.")
    return serve(
        _under_own_id(Held(opener(door()), door="http", alone=False)),
        host=host or "127.0.0.1",
        port=PORT if port is None else port,
        tls=(tls_cert, tls_key) if tls_cert and tls_key else None,
        token=Places().token,
        anew=new_token,
    )


def _under_own_id(held: Held) -> Held:
    """In a container open the memory at once, as a server with threads cannot go on under another id."""
    from tacit.app.own_id import is_contained, under_own_id

    if is_contained():
        from contextlib import suppress

        from tacit.core.errors import TacitError

        with suppress(TacitError):  # whoever calls is told
            under_own_id(held.memory)
    return held


def _directory() -> str:
    """Where the client works, as it starts its servers there; empty where that is gone."""
    from pathlib import Path

    try:
        return str(Path.cwd())
    except OSError:
        return ""


def opener(chosen: Door) -> Opener:
    """What opens the memory that the common options name, for agents."""
    store, readonly, demo, reset = chosen.store, chosen.readonly, chosen.demo, chosen.reset

    def open_(create: bool) -> Memory:
        from tacit.memory import Memory

        if demo:
            memory = Memory.open_demo(reset=reset, command="mcp", actor="agent")
        else:
            memory = Memory.open(
                store,
                readonly=readonly,
                create=create,
                command="mcp",
                actor="agent",
                upgrade=not readonly,
            )
        memory.review_later = True
        return memory

    return open_
