"""Short blocks for an agent at work: what a hook prints, by words and signatures, without any model.

A line that does not fit is passed over for one that does. Each costs a bounded number of reads.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice, zip_longest

from msgspec import Struct

from tacit.core.model import Pattern
from tacit.core.recall.block import WARNING, rendered
from tacit.core.recall.lines import Line, command_told, habit_told, recovery_told
from tacit.core.recall.quoting import quoted
from tacit.core.recall.tokens import tokens
from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read

_PROVEN, _RECOVERIES, _FACTS = b"\x00", b"\x01", b"\x02"
"""How the rank of such patterns begins (see :mod:`tacit.core.learn.place`)."""

_COMMANDS = 24
_RECOVERED = 8
_HABITS = 6


class Brief(Struct, frozen=True):
    """What to print, empty where there is nothing, and the ids of the patterns that it tells of."""

    text: str = ""
    patterns: tuple[str, ...] = ()


def at_start(read: Read, project: str, limit: int, note: str = "") -> Brief:
    """What is worth knowing of a project when a session begins in it.

    Args:
        read: the snapshot.
        project: its name; empty where nobody knows.
        limit: tokens it may take.
        note: a line to stand below, if it fits.
    """
    sections = (_commands(read, project), _recoveries(read, project), _habits(read, project))
    lines = [line for row in zip_longest(*sections) for line in row if line is not None]
    room = limit - tokens(note) - 2 if note else limit
    if note and room < 0:
        note, room = "", limit
    kept: list[Line] = []
    for line in lines if project else []:
        if tokens(rendered([*kept, line], project)) <= room:
            kept.append(line)
    below = f"\n{note}\n" if note and kept else f"{note}\n" if note else ""
    return Brief(rendered(kept, project) + below, _ids(kept))


def for_lines(head: str, lines: Sequence[Line], limit: int) -> Brief:
    """Lines under one sentence that says where they are from."""
    kept: list[Line] = []
    out = f"{head} {WARNING}\n"
    for line in lines:
        longer = f"{out}- {line.text}\n"
        if tokens(longer) <= limit:
            kept.append(line)
            out = longer
    return Brief(out, _ids(kept)) if kept else Brief()


def for_request(
    read: Read, project: str, request: str, *, errors: Sequence[Line], limit: int, told: Collection[str]
) -> Brief:
    """What has to do with a request.

    Args:
        read: the snapshot.
        project: where it was made; empty where nobody knows.
        request: its text.
        errors: what is known of errors that are quoted in it.
        limit: tokens it may take.
        told: ids of patterns that this session was given already.
    """
    from tacit.core.recall.brief_words import matching

    found = [line for line in errors if line.id not in told]
    seen = {*told, *(line.id for line in found if line.id is not None)}
    if project:
        found += [_line(here(one, project)) for one in matching(read, project, request, seen)]
    where = f" in {quoted(project)}" if project else ""
    return for_lines(f"Known from past sessions{where}.", found, limit)


def _ids(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.id for line in lines if line.id is not None))


def _commands(read: Read, project: str) -> list[Line]:
    """The surest command for each intent first, behind one that serves where it does not; then the others."""
    found = _ranked(read, project, _FACTS, _COMMANDS)
    surest: dict[tuple[str, ...], Pattern] = {}
    serving: dict[tuple[str, ...], Pattern] = {}
    for one in found:
        surest.setdefault(one.key[1:2], one)
        if not _fails(one):
            serving.setdefault(one.key[1:2], one)
    pairs = ((serving.get(intent, one), one) for intent, one in surest.items())
    first = list(dict.fromkeys(one.id for pair in pairs for one in pair))
    order = {public_id: place for place, public_id in enumerate(first)}
    return [_line(one) for one in sorted(found, key=lambda one: order.get(one.id, len(order)))]


def _recoveries(read: Read, project: str) -> list[Line]:
    return [_line(one) for one in _ranked(read, project, _RECOVERIES, _RECOVERED) if one.successes]


def _habits(read: Read, project: str) -> list[Line]:
    return [_line(one) for one in _ranked(read, project, _PROVEN, _HABITS)]


def _ranked(read: Read, project: str, prefix: bytes, most: int) -> list[Pattern]:
    """The first patterns of a project's list whose rank begins so, with its numbers there.

    What only other memories speak for is left out.
    """
    scan = read.scan(PATTERNS, "project", text(project) + prefix)
    found = (read.get(PATTERNS, key) for _, key in islice(scan, most))
    return [here(one, project) for one in found if one is not None and not one.borrowed]


def here(one: Pattern, project: str) -> Pattern:
    """The pattern with its numbers in a project."""
    if one.projects < 2:
        return one
    from tacit.core.narrowing import within

    return within(one, project)


def _line(one: Pattern) -> Line:
    if one.kind == "heuristic" and len(one.key) == 3:
        return Line("commands", command_told(one, one.key[1], one.key[2], badly=_fails(one)), one.id)
    if one.kind == "error_recovery" and len(one.key) == 4:
        return Line("errors", recovery_told(one, *one.key[1:]), one.id)
    return Line("habits", habit_told(one), one.id)


def _fails(one: Pattern) -> bool:
    return one.high is not None and one.high < 0.5
