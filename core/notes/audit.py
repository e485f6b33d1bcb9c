"""What of another memory is worth taking along: copies, what is old, what looks secret, what leads nowhere.

Nothing is written and nothing imported. The same store gives the same report on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from tacit.core.limits import size

if TYPE_CHECKING:
    from tacit.core.notes.audit_checks import Spotted
    from tacit.core.notes.records import NoteStore

Name = Literal["exact", "near", "repeated", "stale", "undated", "dangling", "secret", "empty", "long"]
NAMES: tuple[Name, ...] = get_args(Name)

LEAVING: frozenset[Name] = frozenset(["exact", "near", "stale", "empty"])
"""What is worth leaving behind. Of other findings a note is worth a look, and stays."""

_BEFORE = 40
_LINE = 160
_LOOKED_AT = 100_000
"""Characters of a text in which the line to show is looked for."""


class Told(Struct, frozen=True):
    """A note as it is read of another memory: without secrets, and cut to what an import keeps.

    ``parts`` are the single statements that its text is made of, where it is made of such. ``missing`` are
    the names of notes that it leads to and that are not there, ``kinds`` the kinds of secrets that stood in
    it, and ``cut`` says that its text was longer. Times are milliseconds.
    """

    native: str
    title: str
    text: str
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    cut: bool = False
    created: int | None = None
    changed: int | None = None

    @property
    def dated(self) -> int | None:
        """When it was last changed, as far as its store says."""
        return self.created if self.changed is None else self.changed


class Place(Struct, frozen=True):
    """Which note: its number in the order of its store, from 1; its own id there; its title."""

    number: int
    native: str
    title: str


class Example(Struct, frozen=True):
    """One note of a finding. ``text`` is a line of it.

    ``other`` is the note it is a copy of. Where two statements of one note are alike, or it leads to a note
    that is not there, ``more`` is the other statement, or the name. ``likeness`` is of 1.
    """

    note: Place
    text: str
    other: Place | None = None
    more: str = ""
    likeness: float | None = None
    dated: int | None = None


class Finding(Struct, frozen=True):
    """What is to be said of some notes, ``share`` of all; ``left`` is how many there are without them.

    ``kinds`` counts notes by the kind of secret that they hold; one may hold several.
    """

    name: Name
    notes: int
    share: float
    left: int
    examples: tuple[Example, ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()


class StoreAudit(Struct, frozen=True):
    """What was found of a store, in the order of :data:`NAMES`; what was not found is left out.

    ``bytes`` is the size of all texts, ``largest`` that of the largest, as an import would keep them.
    ``unreadable`` counts parts that cannot be read, by reason. ``left`` is how many notes there would be
    without what is worth leaving behind.
    """

    store: NoteStore
    source: str
    notes: int
    bytes: int
    largest: int
    stale_before: int
    left: int
    findings: tuple[Finding, ...] = ()
    unreadable: tuple[tuple[str, int], ...] = ()


def audit(
    store: NoteStore,
    source: str,
    told: Sequence[Told],
    *,
    stale_before: int,
    examples: int | None = 1,
    unreadable: Iterable[tuple[str, int]] = (),
) -> StoreAudit:
    """Look at all notes of a store.

    Args:
        store: what kind of store it is.
        source: what it is called.
        told: its notes, in the order of the store.
        stale_before: milliseconds; what was last changed before is stale.
        examples: at most so many of each finding; ``None`` for all.
        unreadable: parts that cannot be read, by reason.
    """
    from tacit.core.notes.audit_checks import Spotting

    spotting = Spotting(told, stale_before)
    spotted = {name: spotting.of(name) for name in NAMES}
    leaving = {one.place for name in LEAVING for one in spotted[name]}
    sizes = [size(one.text) for one in told]
    return StoreAudit(
        store=store,
        source=source,
        notes=len(told),
        bytes=sum(sizes),
        largest=max(sizes, default=0),
        stale_before=stale_before,
        left=len(told) - len(leaving),
        findings=tuple(_finding(name, found, told, examples) for name, found in spotted.items() if found),
        unreadable=tuple(sorted(unreadable, key=lambda one: (-one[1], one[0]))),
    )


def _finding(name: Name, found: Sequence[Spotted], told: Sequence[Told], examples: int | None) -> Finding:
    kinds: dict[str, int] = {}
    for one in found if name == "secret" else ():
        for kind in told[one.place].kinds:
            kinds[kind] = kinds.get(kind, 0) + 1
    number = len({one.place for one in found})
    return Finding(
        name,
        number,
        share=number / len(told),
        left=len(told) - number,
        examples=tuple(_example(name, one, told) for one in found[:examples]),
        kinds=tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
    )


def _example(name: Name, one: Spotted, told: Sequence[Told]) -> Example:
    note = told[one.place]
    return Example(
        _place(one.place, note),
        _line(one.text or note.text),
        None if one.other is None else _place(one.other, told[one.other]),
        _line(one.more),
        None if one.likeness is None else round(one.likeness, 4),
        note.dated if name == "stale" else None,
    )


def _place(place: int, note: Told) -> Place:
    return Place(place + 1, _line(note.native), _line(note.title))


def _line(text: str) -> str:
    """One line of a text, from shortly before the first secret that stood there."""
    from tacit.core.jsonform import without_hash
    from tacit.core.text import one_line

    clean = one_line(without_hash(text[:_LOOKED_AT]))
    start = max(clean.find("[REDACTED:") - _BEFORE, 0)
    shown = clean[start : start + _LINE]
    return f"{'…' if start else ''}{shown}{'…' if start + _LINE < len(clean) else ''}"
