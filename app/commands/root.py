"""The ``memory`` command: a table of commands, each loaded only when it is run."""

from __future__ import annotations

import sys
from typing import Any

import click

from tacit.app.commands.door import Door, common_options

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "See what was learned": {
        "patterns": ("patterns:patterns", "List patterns, what matters most first."),
        "show": ("show:show", "Show patterns, sessions, episodes or notes in full."),
        "sessions": ("history:sessions", "List sessions, the newest first."),
        "episodes": ("history:episodes", "List episodes: the single tasks of sessions."),
        "notes": ("notes:notes", "List notes that were moved in from other memories."),
        "search": ("search:search", "Find what fits a text best in all that is stored."),
        "recall": ("recall:recall", "What got past an error, here and elsewhere."),
        "facts": ("facts:facts", "Which commands go well in a project, and which do not."),
        "predict": ("predict:predict", "How a task will probably end, and how sure that is."),
        "context": ("context:context", "What is worth knowing, as Markdown for an agent's prompt."),
        "related": ("related:related", "What is used together with a pattern, or like an episode."),
        "files": ("files:files", "Which files go together, and what was used with one."),
        "trends": ("trends:trends", "What gets better, what gets worse, week by week."),
        "clusters": ("clusters:clusters", "Groups of patterns that mean nearly the same."),
        "stats": ("stats:stats", "Totals, outcomes, trend, tools, projects."),
    },
    "Learn and correct": {
        "import": ("importing:import_", "Learn from the transcripts that agents left."),
        "watch": ("watch:watch", "Learn from transcripts as they grow."),
        "learn": ("learn:learn", "Learn from what waits, or from everything anew."),
        "project": ("project:project", "List projects, and merge those that are one."),
        "mark": ("marking:mark", "Say how an episode really ended."),
        "feedback": ("feedback:feedback", "Say how a pattern served that an agent was given."),
        "delete": ("deleting:delete", "Delete patterns, sessions, episodes or notes. Can be undone."),
        "undo": ("deleting:undo", "Take back the newest step."),
        "trash": ("trash:trash", "Show or empty the trash."),
        "forget": ("forgetting:forget", "Remove sessions or a text for good, without undo."),
        "optimize": ("optimize:optimize", "Plan what to merge, archive, drop or let go; and do it."),
        "pin": ("pin:pin", "Keep upkeep away from patterns."),
        "unpin": ("pin:unpin", "Take pins away."),
    },
    "Agents at work": {
        "setup": ("setup:setup", "Connect an agent with the memory, and see what is connected."),
        "mcp": ("mcp:mcp", "Serve the memory to an agent, over the Model Context Protocol."),
        "hook": ("hook:hook", "What an agent runs at its events: tell what is known."),
    },
    "Take along": {
        "audit-store": ("audit_store:audit_store", "What is worth taking along of another memory's store."),
        "export": ("exporting:export", "Write the memory as files that other programs read."),
        "shared": ("sharing:shared", "List and remove what other people's memories told."),
    },
    "Look after it": {
        "models": ("models:models", "Build and choose the models that find by meaning."),
        "doctor": ("doctor:doctor", "Check that the store is sound, and mend it."),
        "compact": ("compact:compact", "Write the store's file anew, without unused room."),
        "backup": ("backup:backup", "Make, check and take back copies of the whole memory."),
        "audit": ("audit:audit", "The change log: who did what to which record, and when."),
        "logs": ("logs:logs", "What commands and agents did here, and what was refused."),
        "config": ("config:config", "Show and change the settings, and where everything lies."),
        "completion": ("completion:completion", "Print the completion script of a shell."),
    },
}
COMMANDS = {name: row for section in SECTIONS.values() for name, row in section.items()}


class Root(click.Group):
    """A group that knows the names and short helps of its commands without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command."""
        row = COMMANDS.get(cmd_name)
        if row is None:
            return None
        from importlib import import_module

        module, _, attribute = row[0].partition(":")
        command: click.Command = getattr(import_module(f"tacit.app.commands.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a mistyped one names its neighbour."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from tacit.core.errors import Usage
            from tacit.core.query import nearest

            near = nearest(args[0], COMMANDS, least=0.6)
            hint = f"Did you mean `memory {near}`?" if near else "`memory --help` lists the commands."
            raise Usage(f"There is no command “{args[0]}”.", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by what they are for."""
        widest = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), text) for name, (_, text) in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Command names with their help, or options."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        names = (name for name in COMMANDS if name.startswith(incomplete))
        return [CompletionItem(name, help=COMMANDS[name][1]) for name in names]


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from tacit import __version__

        click.echo(f"tacit {__version__}")
        ctx.exit()


def _start(ctx: click.Context) -> int:
    """Open the inspector, or say why it cannot be."""
    door = ctx.ensure_object(Door)
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        from tacit.app.commands.output import complain

        hint = "Try `memory patterns`, `memory show ID`, `memory stats`, or `memory --help`."
        complain("The inspector needs a terminal.", hint)
        return 2
    from pathlib import Path

    from tacit.app.inspector.launch import run

    door.check()
    path = None if door.store is None else Path(door.store)
    return run(path, door.readonly, door.demo, reset=door.reset)


def _make() -> Root:
    version = click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
        help="Show the version and exit.",
    )  # fmt: skip
    return Root(
        "memory",
        params=[*common_options(hidden=False), version],
        callback=click.pass_context(_entry),
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=(
            "What your coding agents learned, to see, correct and take along.\n\n"
            "Without a command the full-screen inspector opens. Everything it shows can be had as text."
        ),
        epilog="`memory COMMAND --help` tells more. Start with `memory import`, or look at `memory --demo`.",
    )


def _entry(ctx: click.Context) -> int | None:
    ctx.ensure_object(Door)
    return _start(ctx) if ctx.invoked_subcommand is None else None


memory = _make()
