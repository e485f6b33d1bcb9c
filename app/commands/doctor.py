"""``memory doctor``: is the store sound?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option

if TYPE_CHECKING:
    from tacit.core.doctor import Finding

_LEVELS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "damage": ("✗", "red")}


@click.command(cls=Command, short_help="Check that the store is sound.")
@format_option
def doctor(form: str) -> int:
    """Check that every record is whole and every count and index equals the records.

    Ends with exit code 1 when something is damaged.
    """
    from tacit.app.commands.output import say, write, write_json, write_jsonl
    from tacit.core.jsonform import list_json

    with door().read() as memory:
        found = memory.doctor()
    damaged = sum(finding.level == "damage" for finding in found)
    if form == "table":
        write(_lines(found))
        say("The store is damaged." if damaged else "The store is sound.", "red" if damaged else "green")
    else:
        from msgspec import to_builtins

        forms = [to_builtins(finding) for finding in found]
        write_jsonl(forms) if form == "jsonl" else write_json(
            list_json("findings", forms, len(forms), truncated=False)
        )
    return 1 if damaged else 0


def _lines(found: tuple[Finding, ...]) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.core.present import count
    from tacit.core.text import one_line

    lines = []
    for finding in found:
        mark, style = _LEVELS[finding.level]
        lines.append(f"{paint(mark, style)} {one_line(finding.what)} ({count(finding.count)})")
        if finding.hint:
            lines.append(paint(f"    {one_line(finding.hint)}", "dim"))
    return lines
