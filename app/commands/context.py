"""``memory context``: what is worth knowing before a task, for an agent's prompt."""

from __future__ import annotations

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import FORMATS, project_option


@click.command(cls=Command, short_help="What is worth knowing, as Markdown for an agent's prompt.")
@click.argument("task", nargs=-1, required=True, metavar="TASK...")
@click.option(
    "--tokens",
    type=click.IntRange(min=0),
    default=800,
    show_default=True,
    metavar="N",
    help="At most so many tokens.",
)
@project_option("The project it is done in: its name or parts of it.")
@click.option(
    "--format", "form", type=click.Choice(("markdown", *FORMATS[1:])), default="markdown",
    help="How to print.",
)  # fmt: skip
def context(task: tuple[str, ...], tokens: int, project: str | None, form: str) -> None:
    """Print a block of Markdown that tells an agent what past sessions show: commands, errors, habits, tasks.

    Every line has its support and its date. Text of past sessions is quoted. Tokens are counted so that no
    common tokeniser finds more; a budget too small for a single line gives nothing:

    \b
      memory context "add a flag to the status command" --tokens 400 --project jdx/mise
    """  # noqa: D301
    from tacit.app.commands.output import say, write, write_data
    from tacit.core.present import plural
    from tacit.core.recall.forms import block_json

    with door().ask() as memory:
        block = memory.context(" ".join(task), tokens=tokens, project=project)
    if form == "markdown":
        write(block.text.splitlines())
    else:
        write_data(form, block_json(block))
    if block.left_out:
        more = plural(block.left_out, "more line", "more lines")
        say(f"{more} had no room in {plural(tokens, 'token')}.", "dim")
    elif not block.lines:
        say("Nothing is known that would help with this task.")
    if block.note:
        say(block.note, "dim")
