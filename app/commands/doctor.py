"""``memory doctor``: is the store sound, and what can be mended?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.core.doctor import Finding
    from tacit.core.repair import Repair

_LEVELS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "damage": ("✗", "red")}

EVERY = 2.0
"""Seconds between two lines of progress."""


@click.command(cls=Command, short_help="Check that the store is sound, and mend it.")
@click.option("--repair", is_flag=True, help="Mend what can be mended from what is sound.")
@format_option
def doctor(form: str, repair: bool) -> int:
    """Check that every record is whole and every count and index equals the records.

    With --repair damaged records are set aside, and indexes, counts and what was learned are made anew
    from the others; `memory import` then brings back what the transcripts still tell.

    Ends with exit code 1 when something is damaged, or still is after the repair.
    """
    found, done = _looked(repair=repair)
    damaged = any(finding.level == "damage" for finding in found)
    if form == "table":
        _tell(found, done, damaged=damaged)
    else:
        _write(form, found, done)
    return 1 if damaged else 0


def _looked(*, repair: bool) -> tuple[tuple[Finding, ...], Repair | None]:
    """What was found, and what a repair did. Pages come first: broken ones would end the process."""
    from tacit.core.doctor import examine_file, examine_open
    from tacit.core.errors import StoreDamaged

    place = door()
    if repair:
        place.changes()
    found = () if place.demo else tuple(examine_file(place.place()))
    if found:
        return found, None
    step = _Step().take
    try:
        if repair:
            with place.write() as memory:
                done = memory.repair(step)
            return done.findings, done
        with place.read() as memory:
            return memory.doctor(step), None
    except StoreDamaged as error:
        return (examine_open(error),), None


class _Step:
    """Says now and then how far it is; nothing of a store that takes a moment."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def take(self, records: int) -> None:
        """So many records were looked at."""
        if time.monotonic() - self._told >= EVERY:
            from tacit.app.commands.output import say
            from tacit.core.present import count

            self._told = time.monotonic()
            say(f"{count(records)} records looked at.", "dim")


def _tell(found: Sequence[Finding], done: Repair | None, *, damaged: bool) -> None:
    from tacit.app.commands.output import say, write

    write(_lines(found))
    if done is not None:
        say(_told(done))
    if damaged:
        say("The store is damaged." if done is None else "The store is still damaged.", "red")
    else:
        say("The store is sound.", "green")


def _told(done: Repair) -> str:
    """What a repair did, in numbers."""
    from tacit.core.present import plural

    if not done.done:
        return "Nothing to repair."
    parts = []
    if done.aside:
        number = sum(done.aside.values())
        what = ", ".join(f"{count:,} of {name}" for name, count in sorted(done.aside.items()))
        parts.append(f"{plural(number, 'damaged record')} set aside ({what})")
    if done.rebuilt:
        parts.append(f"made to agree with the rest: {', '.join(done.rebuilt)}")
    if done.episodes:
        parts.append(f"what {plural(done.episodes, 'episode')} taught derived anew")
    if done.sessions:
        parts.append(f"{plural(done.sessions, 'session')} recounted")
    if done.text:
        parts.append("text index built anew")
    if done.vectors:
        parts.append("vectors dropped and made anew")
    return f"Repaired: {'; '.join(parts)}."


def _write(form: str, found: Sequence[Finding], done: Repair | None) -> None:
    from msgspec import to_builtins

    from tacit.app.commands.output import write_rows

    more: dict[str, Any] = {}
    if done is not None:
        more["repair"] = {
            "aside": done.aside,
            "rebuilt": list(done.rebuilt),
            "episodes": done.episodes,
            "sessions": done.sessions,
            "text": done.text,
            "vectors": done.vectors,
        }
    write_rows(form, "findings", [to_builtins(finding) for finding in found], more=more)


def _lines(found: Sequence[Finding]) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.core.present import count
    from tacit.core.text import one_line

    lines = []
    for place, finding in enumerate(found, 1):
        following = found[place].hint if place < len(found) else ""
        mark, style = _LEVELS[finding.level]
        lines.append(f"{paint(mark, style)} {one_line(finding.what)} ({count(finding.count)})")
        if finding.hint and finding.hint != following:  # once, below all that share it
            lines.append(paint(f"    {one_line(finding.hint)}", "dim"))
    return lines
