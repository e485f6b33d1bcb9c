"""What a shell command does, read with a grammar: the sequence of its parts.

Heredoc bodies, quoted text, commit messages and comments are no commands. Decided here:

- a pipeline is its first program; one that only feeds it (``echo x | …``, ``cat <<EOF | …``) gives way
  to the program fed;
- ``bash -c '…'`` is what stands in the quotes; a command substitution in an argument is nothing of its
  own, but ``X=$(command)`` is that command;
- the body of a function is nothing until it runs; bodies of loops and branches are parts that may not
  have run (``conditional``);
- ``set -e`` at the start joins what follows like ``&&``, and ``set -o pipefail`` lets a pipe's exit
  status through;
- what cannot be parsed is read up to the first error, a long script for its first 100 parts; how the
  last part of such a beginning ended is not known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from tacit.core.learn.grammar import Part as Part
from tacit.core.learn.grammar import read

_CACHED = 400


def parse(command: str) -> tuple[Part, ...]:
    """The parts of a shell command in order; empty where nothing can be read. Never raises."""
    return _parse_short(command) if len(command) <= _CACHED else _parse_any(command)


def _parse_any(command: str) -> tuple[Part, ...]:
    return tuple(_with_errexit(read(command)))


_parse_short = lru_cache(maxsize=2048)(_parse_any)


def _with_errexit(parts: list[Part]) -> list[Part]:
    """After a leading ``set -e`` every newline means "only if that went well"."""
    if not parts or parts[0].name != "set" or len(parts) < 2:
        return parts
    flags = " ".join(parts[0].words[1:])
    errexit = bool(re.search(r"(^|\s)-[a-z]*e", flags)) or "errexit" in flags
    pipefail = "pipefail" in flags
    out = []
    for part in parts[1:]:
        joined = "&&" if errexit and part.joined == ";" else part.joined
        piped = part.piped and (not pipefail or part.head is not None)
        out.append(replace(part, joined=joined, piped=piped))
    return out
