"""How a command ended of which no exit code is told, as far as what it printed shows it: for readers.

All that a command printed has to be there. A run of tests, a linter, a type check or a commit ended as its
own verdict says, and nobody knows how where it gives none. Anything else, a build too, failed where a
verdict, the shell, the program or its traceback says so, and went well where nothing does: were only its
failures known, it would seem to fail always. A program that fails in silence is taken for one that did not.
"""

from __future__ import annotations

import re

from tacit.core.learn.commands import Part, parse
from tacit.core.learn.verdicts import verdict_of
from tacit.core.limits import Excerpt
from tacit.core.model import Status

_SHELL = re.compile(
    r"^(?:/\S+/)?(?:ba|z|da)?sh: (?:line \d+: |\d+: |-c: )?\S|^\S+: command not found$", re.MULTILINE
)
_RAISED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(?:$|: )")
_TRACEBACK = "Traceback (most recent call last):"
_USAGE = re.compile(r"(?:\S+ )?\S+: error: ")
_GIT = re.compile(r"^(?:fatal|error): ", re.MULTILINE)
_PIP = re.compile(r"^ERROR: ", re.MULTILINE)
_MAKE = re.compile(r"^g?make(?:\[\d+\])?: \*\*\* ", re.MULTILINE)
_SAID = (
    r"cannot|can't|No such|not found|invalid|unrecognized|illegal|missing|denied|[Ff]atal|failed|unterminated"
)
_QUOTING = re.compile(r"cat|head|tail|less|more|nl|[ef]?grep|rg|ag|sed|awk|echo|printf|diff|ls|find|strings")
"""Programs that print what stands in files: what looks like an error there is none of theirs."""

_TELLS = frozenset(("test", "lint", "check", "commit"))
"""What says of itself both that it failed and that it went well."""

_LINES = 6
_PATTERNS = {"git": _GIT, "pip": _PIP, "pip3": _PIP, "make": _MAKE}


def shown_status(command: str, printed: Excerpt) -> Status:
    """How a shell command ended.

    Args:
        command: as it was run.
        printed: its output and its errors, in one.

    Returns:
        ``error`` or ``ok``; ``unfinished`` of a run that tells its end itself and did not.
    """
    text = f"{printed.head}\n{printed.tail}" if printed.skipped else printed.head
    parts = parse(command)
    told = [(part.intent, verdict_of(part.intent, part.name, text)) for part in parts if part.intent]
    if any(verdict is False for _, verdict in told) or _SHELL.search(text):
        return "error"
    last = parts[-1] if parts else None
    if last is not None and last.joined != "||" and _complains(last, text):
        return "error"
    if told and told[-1][1] and all(part.joined == "&&" for part in parts[:-1]):
        return "ok"  # it came to the last one, so all before it went well
    return "unfinished" if any(verdict is None and intent in _TELLS for intent, verdict in told) else "ok"


def _complains(part: Part, text: str) -> bool:
    """Whether the program says that it failed."""
    program = (part.words[0] if part.words else part.name).rpartition("/")[2]
    found = _PATTERNS.get(program)
    if found is not None and found.search(text):
        return True
    if re.search(rf"^(?:\S*/)?{re.escape(program)}: (?!warning).*(?:{_SAID})", text, re.MULTILINE):
        return True
    return _QUOTING.fullmatch(program) is None and _ends_in_error(text)


def _ends_in_error(text: str) -> bool:
    """Whether the last thing that was printed is an exception that nobody caught, or a refused argument."""
    lines = [line for line in text[-4_000:].splitlines() if line.strip()][-_LINES:]
    if not lines:
        return False
    if _RAISED.match(lines[-1]) or _USAGE.match(lines[-1]):
        return True
    return _TRACEBACK in text and any(_RAISED.match(line) for line in lines)
