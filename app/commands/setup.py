"""``memory setup``: connect an agent with the memory, and see what is connected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.app.setup.registry import NAMES
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.app.setup.agent import Agent, Scene
    from tacit.app.setup.entry import Entry
    from tacit.app.setup.launch import Launch
    from tacit.app.setup.plan import Plan


@click.command(cls=Command, short_help="Connect an agent with the memory, and see what is connected.")
@click.argument("agent", required=False, type=click.Choice(NAMES), metavar="[AGENT]")
@click.option("--undo", is_flag=True, help="Take it back out.")
@click.option("--print", "shown", is_flag=True, help="Only print what belongs where.")
@click.option("--check", is_flag=True, help="What is connected, and when it last spoke.")
@click.option("--project", is_flag=True, help="The settings of the project you are in, instead of yours.")
@click.option("--no-mcp", is_flag=True, help="Leave the server out.")
@click.option("--no-hooks", is_flag=True, help="Leave the hooks out.")
@click.option("--force", is_flag=True, help="Also for an agent that does not seem to be installed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_option
def setup(agent: str | None, yes: bool, form: str, **asked: bool) -> int | None:
    """Connect an agent with the memory: its settings get a server (MCP) and, where it has them, hooks.

    The exact change is shown first, and you are asked. The file is copied beside itself before it is
    written to, and all else in it stays as it is. AGENT is claude-code, codex, gemini, cursor, copilot or
    opencode.

    \b
      memory setup claude-code
      memory setup codex --no-hooks --yes
      memory setup gemini --undo
      memory setup cursor --print
      memory setup --check
    """  # noqa: D301
    if asked["check"]:
        _only("check", agent, asked)
        from tacit.app.commands.setup_check import check

        check(form)
        return None
    if form != "table":
        raise Usage("Only --check prints data for programs.", "Leave --format out.")
    if asked["no_mcp"] and asked["no_hooks"]:
        raise Usage("--no-mcp and --no-hooks leave nothing.", "Leave one out.")
    if agent is None:
        _anybody(shown=asked["shown"])
        return None
    return _settle(agent, asked, yes=yes)


def _settle(name: str, asked: dict[str, bool], *, yes: bool) -> int | None:
    """Do with an agent what is asked."""
    from tacit.app.setup.registry import agent_of

    agent, scene = agent_of(name), scene_here(project=asked["project"])
    entries = [one for one in agent.entries(scene) if not asked[f"no_{one.part}"]]
    if not entries:
        raise Usage(f"No hooks are known of {agent.title}.", "Leave --no-mcp out.")
    if asked["shown"]:
        from tacit.app.commands.setup_page import print_entries

        print_entries(agent, entries, _launch())
        return None
    if asked["undo"]:
        return _undo(agent, entries, yes=yes)
    if not (asked["force"] or asked["project"] or agent.is_installed(scene)):
        _missing(agent, scene)
    return _connect(agent, entries, yes=yes, project=asked["project"])


def scene_here(*, project: bool) -> Scene:
    """Whose settings are meant: the person's, or those of the project of the working directory."""
    import os
    from pathlib import Path

    from tacit.app.setup.agent import Scene

    return Scene(str(Path.home()), os.environ, _project() if project else None)


def _project() -> str:
    """The repository the working directory is in, else that directory."""
    from pathlib import Path

    here = Path.cwd()
    return str(next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here))


def _only(name: str, agent: str | None, asked: dict[str, bool]) -> None:
    others = [other for other, value in asked.items() if value and other != name]
    if agent is not None or others:
        raise Usage(f"--{name} looks at every agent.", f"Give `memory setup --{name}` nothing else.")


def _anybody(*, shown: bool) -> None:
    """What to do without the name of an agent.

    Raises:
        Usage: one is needed.
    """
    if not shown:
        raise Usage("Which agent?", f"One of {', '.join(NAMES)}; --print tells what others need.")
    from tacit.app.commands.setup_page import print_any

    print_any(_launch())


def _launch() -> Launch:
    from tacit.app.setup.launch import this_launch

    if door().demo:
        raise Usage("The demo store is nothing to connect an agent with.", "Leave --demo out.")
    return this_launch(door().store)


def _missing(agent: Agent, scene: Scene) -> None:
    from tacit.app.editing.files import EditError
    from tacit.core.places import short

    raise EditError(
        f"{agent.title} does not seem to be installed: there is no {short(agent.folder(scene))}.",
        "Start it once, or write its settings beforehand with --force.",
    )


def _connect(agent: Agent, entries: Sequence[Entry], *, yes: bool, project: bool) -> int | None:
    from tacit.app.commands.output import say
    from tacit.app.setup.plan import connecting

    launch = _launch()
    plan = connecting(entries, launch)
    for place in plan.edited:
        say(f"You changed {place} by hand; it stays as it is.", "yellow")
    if not plan.changes:
        say(f"{agent.title} is already connected.")
        return None
    if code := _carry_out(plan, f"Connect {agent.title}?", yes=yes):
        return code
    say(f"{agent.title} is connected. `memory setup {agent.name} --undo` takes it back.")
    say(agent.after, "dim")
    if project:
        say("The project's files name this machine's path of `memory`: others set up their own.", "dim")
    return None


def _undo(agent: Agent, entries: Sequence[Entry], *, yes: bool) -> int | None:
    from tacit.app.commands.output import say
    from tacit.app.setup.plan import disconnecting

    plan = disconnecting(entries, also_edited=yes)
    if not plan.changes and not plan.edited:
        say(f"{agent.title} is not connected; there is nothing to take back.")
        return None
    if plan.changes:
        if code := _carry_out(plan, f"Disconnect {agent.title}?", yes=yes):
            return code
        say(f"{agent.title} is disconnected." if not plan.edited else "The rest is taken out.")
    for place in plan.edited:
        say(f"You changed {place} by hand; it was left. --yes takes it out too.", "yellow")
    return 1 if plan.edited else None


def _carry_out(plan: Plan, question: str, *, yes: bool) -> int:
    """Show the changes, ask, and make them; 0 once they are made, 1 where a person says no."""
    from tacit.app.commands.asking import consents
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import say
    from tacit.app.commands.setup_page import print_changes
    from tacit.core.places import short

    print_changes(plan.changes)
    if not consents(question, yes=yes):
        return 1
    for change in plan.changes:
        backup = change.make()
        verb = "Removed" if change.after is None else "Wrote"
        kept = f" (backup: {short(backup)})" if backup else " (as it was before)" if change.exact else ""
        say(f"{verb} {short(change.held.path)}{kept if change.after is not None else ''}", "dim")
    note("setup", "done", files=len(plan.changes))
    return 0
