"""Calls that are refused at the door, in the log: the tool and the class of the reason, never any text."""

from __future__ import annotations


def refused(tool: str, reason: str) -> None:
    """Add a line to the log.

    Args:
        tool: the name of a tool of ours, ``resource``, ``prompt``, or ``-`` where none was meant.
        reason: a class of errors.
    """
    from tacit.app.commands.logfile import refuse

    refuse("mcp", reason, tool=tool)
