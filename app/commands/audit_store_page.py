"""What was found of another memory's store, for a person."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tacit.app.commands.output import paint
from tacit.app.commands.page import INDENT, folded
from tacit.app.commands.table import Cell, Column, table
from tacit.core.limits import NOTE_BYTES
from tacit.core.notes.audit import Example, Finding, Name, Place, StoreAudit
from tacit.core.notes.worded import STORES
from tacit.core.present import count, day, percent, plural, size
from tacit.core.text import clean

_CALLED: dict[Name, str] = {
    "exact": "exact duplicate",
    "near": "near duplicate",
    "repeated": "says a thing twice",
    "stale": "stale",
    "undated": "no date",
    "dangling": "leads nowhere",
    "secret": "secret-looking",
    "empty": "empty",
    "long": "over-long",
}
_HASH = re.compile("[0-9a-f]{32}")


def store_page(found: StoreAudit) -> list[str]:
    """The store in a line, its findings, what would stay, and an example of each."""
    sizes = f"{plural(found.notes, 'note')}, {size(found.bytes)}, the largest {size(found.largest)}"
    lines = [f"{paint(clean(found.source), 'bold')}, {STORES[found.store]}: {sizes}. Nothing was imported."]
    for reason, number in found.unreadable:
        lines.append(paint(f"{INDENT}unreadable: {count(number)} {clean(reason)}", "yellow"))
    if not found.findings:
        return [*lines, "Nothing is to be said against any of them."]
    lines += ["", *_rows(found)]
    for one in found.findings:
        lines += ["", paint(_heading(one, found), "bold"), *_examples(one)]
    return lines


def rest(found: StoreAudit) -> str:
    """What would stay, in a sentence."""
    if found.left == found.notes:
        return "All notes are worth taking along."
    return (
        f"Without copies, the stale and the empty {count(found.left)} of {plural(found.notes, 'note')} stay "
        f"({percent(found.left / found.notes)})."
    )


def _rows(found: StoreAudit) -> list[str]:
    columns = (
        Column("notes", right=True),
        Column("share", right=True),
        Column("would stay", right=True),
        Column("finding"),
    )
    rows = [
        (count(one.notes), percent(one.share), Cell(count(one.left), "dim"), _called(one))
        for one in found.findings
    ]
    return table(columns, rows, indent=INDENT)


def _called(one: Finding) -> str:
    kinds = ", ".join(f"{count(number)} {kind}" for kind, number in one.kinds)
    return f"{_CALLED[one.name]}: {kinds}" if kinds else _CALLED[one.name]


def _heading(one: Finding, found: StoreAudit) -> str:
    said = {
        "exact": "the same text but for blanks and case",
        "near": "0.7 or more of the runs of three words in both",
        "stale": f"last changed before {day(found.stale_before)}",
        "undated": "its store does not say when; it may be stale",
        "dangling": "it links to a note that is not there",
        "secret": "an import replaces it",
        "long": f"more than {size(NOTE_BYTES)}; an import keeps head and tail",
    }.get(one.name, "")
    name = _CALLED[one.name]
    head = name[0].upper() + name[1:]
    return f"{head} ({said})" if said else head


def _examples(one: Finding) -> list[str]:
    lines = []
    for example in one.examples:
        for at, text in enumerate(_told(example)):
            indent = INDENT * (1 if at == 0 else 2)
            lines += [indent + line for line in folded(text, len(indent))]
    return lines


def _told(one: Example) -> list[str]:
    """The note, what it is like, and a line of it."""
    shown = one.text and one.text.startswith(one.note.title)
    told = [_named(replace(one.note, title="") if shown else one.note)]
    if one.dated is not None:
        told[0] += f", {day(one.dated)}"
    if one.other is not None:
        alike = "" if one.likeness in (None, 1.0) else f" ({one.likeness:.2f})"
        told.append(f"like {_named(one.other)}{alike}")
    if one.more and one.likeness is None:
        told.append(f"to {one.more}")
    if one.text:
        told.append(f"“{one.text}”")
    if one.more and one.likeness is not None:
        told.append(f"“{one.more}”")
    return told


def _named(place: Place) -> str:
    """``no. 12, coffee.md (Coffee)``; a hash in place of an id tells a person nothing."""
    names = dict.fromkeys(one for one in (place.native, place.title) if one and not _HASH.fullmatch(one))
    native, *title = names or [""]
    named = f"no. {count(place.number)}" + (f", {native}" if native else "")
    return f"{named} ({title[0]})" if title else named
