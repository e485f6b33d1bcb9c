"""``memory learn``: learn from the episodes that wait, or from everything anew."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.core.learned import Learned
    from tacit.memory import Memory

EVERY = 2.0
"""Seconds between two lines of progress."""


@click.command(cls=Command, short_help="Learn from what waits, or from everything anew.")
@click.option("--pending", is_flag=True, help="Learn from the episodes that wait. So it is without it, too.")
@click.option("--rebuild", is_flag=True, help="Learn from every stored episode anew.")
@format_option
def learn(pending: bool, rebuild: bool, form: str) -> None:
    """Learn from the episodes that programs recorded and that still wait, then review what was learned.

    With --rebuild every stored episode is learned from anew, by the extractors and the declared
    patterns as they are now. Others may go on using the store. A run that is cut short has kept what it
    did: `memory learn` goes on with the rest.
    """
    if pending and rebuild:
        raise Usage("--rebuild learns from what waits, too.", "Leave --pending out.")
    with door().write() as memory:
        total = memory.stats().episodes if rebuild else memory.waiting()
        with _Progress(total) as progress:
            done = memory.learn(rebuild=rebuild, progress=progress.show)
        _tell(done, form, rebuild=rebuild)
        tell_outdated(memory)
    _log(done)


def tell_outdated(memory: Memory) -> None:
    """Say so when part of what was learned goes by other extractors or declared patterns than now."""
    if not memory.outdated():
        return
    from tacit.app.commands.output import say

    if memory.learned_by_older():
        older = "What is stored was learned by an older Tacit: `memory learn --rebuild` learns from it anew."
        say(older, "yellow")
    else:
        say("The declared patterns or extractors have changed since something was learned.", "yellow")
        say("`memory learn --rebuild` applies them to all that was imported before.", "dim")


class _Progress:
    """Says on stderr how far it is: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._told = time.monotonic()
        self._drawn = False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: int) -> None:
        """So many episodes are done."""
        from tacit.app.commands.output import coloured, say

        if coloured(sys.stderr):
            self._drawn = True
            sys.stderr.write(f"\r\x1b[K{self._line(done)}")
            sys.stderr.flush()
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            say(self._line(done))

    def _line(self, done: int) -> str:
        from tacit.core.present import count

        return f"{count(done)} of {count(max(done, self._total))} episodes learned from"


def _tell(done: Learned, form: str, *, rebuild: bool) -> None:
    from tacit.app.commands.output import write, write_data

    if form == "table":
        write(_lines(done, rebuild=rebuild))
        return
    from msgspec import to_builtins

    value = to_builtins(done)
    write_data(form, value)


def _lines(done: Learned, *, rebuild: bool) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.page import facts
    from tacit.core.present import count, duration, plural
    from tacit.core.text import clean

    if done.episodes:
        again = " anew" if rebuild else ""
        head = f"Learned{again} from {plural(done.episodes, 'episode')} in {duration(done.seconds)}."
    else:
        head = "No episode was learned from." if done.failed else "No episode waited to be learned from."
    skipped = ", ".join(f"{count(number)} {clean(why)}" for why, number in done.skipped.items())
    failed = ", ".join(f"{count(number)} {clean(why)}" for why, number in done.failed.items())
    rows = (
        ("skipped", skipped),
        ("failed", failed),
        ("waiting", plural(done.waiting, "episode") if done.waiting else ""),
        ("patterns", f"{count(done.patterns)}, of which {count(done.new_patterns)} new"),
    )
    return [paint(head, "bold"), *facts(rows)]


def _log(done: Learned) -> None:
    from tacit.app.commands.logfile import note

    note("learn", "done", episodes=done.episodes, seconds=round(done.seconds, 1))
