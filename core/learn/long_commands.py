"""Long shell commands, cut to what is parsed of them."""

from __future__ import annotations

import re

LONGEST = 20_000
"""Characters of a command that are parsed: the parser takes time by the square of marks in a row."""

_BEGUN = re.compile(r"<<-?\s*[\"']?(\w+)")


def shortened(command: str) -> str:
    """A command; a long one without what its here-documents hold, and no more of it than is parsed."""
    if len(command) <= LONGEST:
        return command
    kept: list[str] = []
    end = ""
    for line in command.split("\n"):
        if end and line.strip() != end:
            continue
        begun = None if end else _BEGUN.search(line)
        end = begun[1] if begun else ""
        kept.append(line)
    return "\n".join(kept)[:LONGEST]
