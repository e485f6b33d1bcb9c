"""``memory compact``: give back the room of what was removed."""

from __future__ import annotations

import click

from tacit.app.commands.door import Command, door


@click.command(cls=Command, short_help="Write the store's file anew, without unused room.")
def compact() -> int:
    """Write the store's file anew, without the room of what was removed and what stood in it.

    Nobody else may have the store open. Ends with exit code 1 when it could not be done.
    """
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import say, write
    from tacit.core.present import size

    with door().write() as memory:
        memory.finish_chores(compact=False)
        result = memory.compact()
    if result.done:
        write([f"Compacted: {size(result.before)} before, {size(result.after)} now."])
        note("compact", "done", before=result.before, after=result.after)
        return 0
    who = f": process {', '.join(map(str, result.processes))}" if result.processes else ""
    say(f"Not compacted: {result.why}{who}. Its file has {size(result.before)}.", "yellow")
    say("Close them and try again. Where it is due, the next one that is alone does it.", "dim")
    return 1
