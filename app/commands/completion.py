"""``memory completion``: the script that teaches a shell to complete."""

from __future__ import annotations

import click

from tacit.app.commands.door import Command

VARIABLE = "_MEMORY_COMPLETE"
_SETUP = {
    "bash": 'eval "$(memory completion bash)"  in ~/.bashrc',
    "zsh": 'eval "$(memory completion zsh)"  in ~/.zshrc',
    "fish": "memory completion fish > ~/.config/fish/completions/memory.fish",
}


@click.command(cls=Command, short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(list(_SETUP)))
def completion(shell: str) -> None:
    """Print the script that completes commands, options, kinds and ids.

    \b
    bash:  eval "$(memory completion bash)"   in ~/.bashrc
    zsh:   eval "$(memory completion zsh)"    in ~/.zshrc
    fish:  memory completion fish > ~/.config/fish/completions/memory.fish
    """  # noqa: D301
    from click.shell_completion import get_completion_class

    from tacit.app.commands.output import write
    from tacit.app.commands.root import memory

    maker = get_completion_class(shell)
    if maker is not None:
        write([maker(memory, {}, "memory", VARIABLE).source()])
