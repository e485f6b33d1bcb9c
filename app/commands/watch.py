"""``memory watch``: learn from transcripts as they grow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.app.watching.unit import Service

_USUAL = "30s"
_DEEDS = ("once", "status", "install", "uninstall")


@click.command(cls=Command, short_help="Learn from transcripts as they grow.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(readable=False))
@click.option("--once", is_flag=True, help="Import what has changed, and end.")
@click.option("--interval", metavar="SPAN", help=f"Time between two looks, {_USUAL} if not said.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what goes wrong.")
@click.option("--status", is_flag=True, help="Tell whether a watcher runs, and what it did.")
@click.option("--install", is_flag=True, help="Have systemd or launchd start it when you log in.")
@click.option("--start", is_flag=True, help="With --install: start it at once.")
@click.option("--uninstall", is_flag=True, help="Take that away.")
@click.option("--print", "shown", is_flag=True, help="Only print what --install would write.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_option
def watch(paths: tuple[str, ...], interval: str | None, form: str, **asked: bool) -> int:
    """Learn from transcripts as they grow: files and folders, or the usual folders of the known agents.

    A file is imported once nobody has written to it for two seconds, or after fifteen. One watcher is
    enough for all agents and projects, and there is never more than one. Ctrl-C ends it; nothing is lost
    by that.

    \b
      memory watch
      memory watch --once ~/transcripts
      memory watch --status --format json
      memory watch --install --start
    """  # noqa: D301 - \b keeps click from folding the examples
    _check(asked, form)
    if asked["status"]:
        from tacit.app.watching.status import tell_status

        tell_status(form)
        return 0
    places, often = tuple(map(os.path.abspath, paths)), seconds(interval or _USUAL)
    if not (asked["install"] or asked["uninstall"] or asked["shown"]):
        door().changes()
        return _watch(places, often, once=asked["once"], quiet=asked["quiet"])
    return _install(_service(places, interval), asked)


def seconds(text: str) -> float:
    """``30s``, ``0.5s``, ``5m``, ``1h`` as seconds.

    Raises:
        Usage: it is no span of time, or none that makes sense.
    """
    try:
        found = float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1:]]
    except (ValueError, KeyError):
        found = 0.0
    if not 0.05 <= found <= 86_400:
        raise Usage(f"“{text}” is no time between two looks.", "Write 30s, 5m or 1h.")
    return found


def _check(asked: dict[str, bool], form: str) -> None:
    """See that the options go together.

    Raises:
        Usage: they do not.
    """
    if sum(asked[one] for one in _DEEDS) > 1:
        raise Usage("--once, --status, --install and --uninstall do not go together.", "Take one.")
    if asked["start"] and not asked["install"]:
        raise Usage("--start goes with --install.", "`memory watch` starts it here and now.")
    if form != "table" and not asked["status"]:
        raise Usage("Only --status prints data for programs.", "Leave --format out.")


def _watch(paths: tuple[str, ...], interval: float, *, once: bool, quiet: bool) -> int:
    from tacit.app.watching.loop import Course, Watcher
    from tacit.app.watching.narration import Telling
    from tacit.app.watching.record import Record
    from tacit.app.watching.signals import Signals
    from tacit.app.watching.turn import Turns
    from tacit.core.watching import Hold

    gate = door()
    given = gate.place() if gate.demo or gate.store else None
    hold, signals = Hold(), Signals()
    signals.mind()
    course = Course(lambda: _store(given), paths, interval, once)
    turns = Turns("watcher", gate.demo, signals)
    return Watcher(course, turns, Record(hold, Telling(quiet=quiet, once=once)), signals).run()


def _store(given: str | None) -> str:
    """The folder of the store, as the settings have it now.

    Raises:
        Usage: the settings are wrong.
    """
    from tacit.core.config import load
    from tacit.core.places import Places

    load(Places())
    return given or Places().store


def _service(paths: tuple[str, ...], interval: str | None) -> Service:
    from tacit.app.watching.unit import service

    gate = door()
    if gate.demo:
        raise Usage("The demo store is nothing to learn into.", "Leave --demo out.")
    return service(gate.store, paths, interval or "")


def _install(wanted: Service, asked: dict[str, bool]) -> int:
    from tacit.app.watching.installing import install, uninstall

    if asked["shown"]:
        from tacit.app.commands.output import write
        from tacit.core.text import clean

        write([clean(wanted.text, newlines=True).rstrip("\n")])
        return 0
    if asked["uninstall"]:
        return uninstall(wanted, yes=asked["yes"])
    return install(wanted, yes=asked["yes"], start=asked["start"])
