"""``memory hook``: what an agent runs at its events; ``app/hooks`` does it."""

from __future__ import annotations

import sys
from typing import Any, get_args

import click

from tacit.app.commands.door import Command, door
from tacit.app.hooks.options import EVENTS, FORMS
from tacit.core.model import Label


@click.command(cls=Command, short_help="What an agent runs at its events: tell what is known.")
@click.argument("event", type=click.Choice(EVENTS))
@click.option(
    "--agent", metavar="NAME", help="Who runs it: claude-code, codex, gemini. Default: told by the event."
)
@click.option(
    "--tokens", type=click.IntRange(0, 100_000), metavar="N",
    help="At most so many tokens. Default: 500 at the start, 200 for a prompt, 150 after a call.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(FORMS), help="How to print. Default: as the agent needs it."
)
@click.option("--outcome", type=click.Choice(get_args(Label)), help="With stop: how the task ended.")
@click.option("--note", metavar="TEXT", help="With --outcome: why.")
def hook(event: str, **said: Any) -> None:
    """Answer one event of an agent, which hands it over as JSON on standard input.

    It prints what past sessions of the project show, quickly and without a model, or nothing. It never
    fails the agent: on any trouble it prints nothing, ends with 0 and leaves a line in the log.

    \b
      echo '{"cwd": "'$PWD'"}' | memory hook session-start
      echo '{"prompt": "fix the tests"}' | memory hook prompt --agent claude-code
    """  # noqa: D301
    from tacit.app.hooks.run import main

    if sys.stdin is not None and sys.stdin.isatty():
        from tacit.core.errors import Usage

        raise Usage(
            "A hook reads an event from standard input.", "`memory hook --help` shows how to try one."
        )
    words = [event]
    for name, value in (*said.items(), ("store", door().store)):
        words += [f"--{'format' if name == 'form' else name}", str(value)] if value is not None else []
    main([*words, "--readonly"] if door().readonly else words)
