"""``manifest.json``: how an export is known, how much it holds, what stays deleted, what people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tacit.core.clock import rfc3339
from tacit.core.decisions import Decided
from tacit.core.errors import TacitError
from tacit.core.ids import parse_id
from tacit.core.jsonform import SCHEMA, without_hash
from tacit.core.marks import NOTE_BYTES, Mark, MarkLabel
from tacit.core.untrusted import sound_time
from tacit.exports.files import open_regular
from tacit.exports.layout import MANIFEST

FORMAT = "tacit-export"
_MOST_BYTES = 64 << 20

NAME_BYTES = 10_000
"""The longest name of a project in a tree."""

Role = Literal["head", "with", "single", "forgotten"]


class Counts(Struct, frozen=True):
    """What lies in the tree."""

    patterns: int = 0
    sessions: int = 0
    episodes: int = 0
    steps: int = 0


class Tombstone(Struct, frozen=True):
    """The id of something deleted, and what its tombstone does (see ``core/tombstones.py``)."""

    id: str
    role: Role


class Marked(Struct, frozen=True):
    """What a person said of how an episode ended: ``at`` is RFC 3339."""

    id: str
    label: MarkLabel
    at: str
    note: str


class Alias(Struct, frozen=True):
    """Another name of a project."""

    name: str
    project: str


class Archived(Struct, frozen=True):
    """A pattern that was archived: ``seen`` is when it had last been used, as RFC 3339."""

    id: str
    seen: str


class Merge(Struct, frozen=True):
    """A pattern that was merged into another."""

    id: str
    into: str


class Manifest(Struct, frozen=True):
    """The manifest of a tree.

    ``complete`` is false while the first export into a directory has not come to its end, and where
    it never did. ``selection`` says that the tree holds a chosen part; such a tree lists no
    tombstones: they speak of the whole memory.
    """

    format: str
    schema: int
    complete: bool
    selection: bool
    counts: Counts = Counts()
    tombstones: tuple[Tombstone, ...] = ()
    pins: tuple[str, ...] = ()
    marks: tuple[Marked, ...] = ()
    aliases: tuple[Alias, ...] = ()
    archived: tuple[Archived, ...] = ()
    merges: tuple[Merge, ...] = ()

    def decided(self) -> dict[str, Decided]:
        """What was decided of patterns, by id.

        Raises:
            ValueError: an id or a time is none.
        """
        found = {one: Decided(pinned=True) for one in self.pins}
        for away in self.archived:
            found[away.id] = replace(found.get(away.id, Decided()), seen=sound_time(away.seen))
        for merge in self.merges:
            parse_id(merge.into)
            found[merge.id] = replace(found.get(merge.id, Decided()), into=merge.into)
        for public_id in found:
            parse_id(public_id)
        return found

    def merged(self) -> Iterator[tuple[str, str]]:
        """(other name, project) of the projects that go by several names, as they stand in the tree.

        Raises:
            ValueError: a name is empty or too long.
        """
        for one in self.aliases:
            sizes = [len(name.encode("utf-8", "replace")) for name in (one.name, one.project)]
            if not 0 < min(sizes) <= max(sizes) <= NAME_BYTES:
                raise ValueError("a name of a project is empty or too long")
            yield one.name, one.project

    def marked(self) -> Iterator[tuple[str, Mark]]:
        """The marks as the memory keeps them, their notes as they stand in the tree.

        Raises:
            ValueError: a time is none, or a note is too long.
        """
        for one in self.marks:
            parse_id(one.id)
            if len(one.note) > 2 * NOTE_BYTES:
                raise ValueError(f"the mark of {one.id} is none")
            yield one.id, Mark(one.label, sound_time(one.at), one.note)


def make_manifest(
    *,
    complete: bool,
    selection: bool,
    tombstones: Iterable[tuple[str, str]],
    counts: Counts | None = None,
    decided: Mapping[str, Decided] = {},
    marks: Iterable[tuple[str, Mark]] = (),
    aliases: Iterable[tuple[str, str]] = (),
) -> Manifest:
    """A manifest of this version, its lists in the order of the ids."""
    said = sorted(decided.items())
    return Manifest(
        format=FORMAT,
        schema=SCHEMA,
        complete=complete,
        selection=selection,
        counts=counts or Counts(),
        tombstones=tuple(Tombstone(id=one, role=cast(Role, role)) for one, role in sorted(tombstones)),
        pins=tuple(one for one, what in said if what.pinned),
        marks=tuple(
            Marked(id=one, label=mark.label, at=rfc3339(mark.at), note=without_hash(mark.note))
            for one, mark in sorted(marks)
        ),
        aliases=tuple(
            Alias(name=without_hash(name), project=without_hash(project)) for name, project in sorted(aliases)
        ),
        archived=tuple(Archived(one, rfc3339(what.seen)) for one, what in said if what.seen is not None),
        merges=tuple(Merge(one, what.into) for one, what in said if what.into),
    )


def manifest_json(manifest: Manifest) -> dict[str, Any]:
    """The form of a manifest."""
    form: dict[str, Any] = msgspec.to_builtins(manifest)
    return form


def is_export(directory: Path) -> bool:
    """Whether an export wrote this directory.

    Raises:
        TacitError: one did, of a newer Tacit.
    """
    return _is_ours(_content(directory))


def read_manifest(directory: Path) -> Manifest | None:
    """The manifest of a directory; ``None`` where there is none of ours.

    Raises:
        TacitError: there is one, but it is damaged or was written by a newer Tacit.
    """
    content = _content(directory)
    if not _is_ours(content):
        return None
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
        for tombstone in manifest.tombstones:
            parse_id(tombstone.id)
        manifest.decided()
        tuple(manifest.marked())
        tuple(manifest.merged())
    except (ValueError, RecursionError) as error:
        raise TacitError(
            f"The export in {directory} has a damaged {MANIFEST}: {error}.",
            "Restore that file, or export again.",
        ) from None
    return manifest


class _Mark(Struct):
    format: str
    schema: int


def _content(directory: Path) -> bytes:
    file = open_regular(directory / MANIFEST)
    if file is None:
        return b""
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        return file.read(size) if size <= _MOST_BYTES else b""


def _is_ours(content: bytes) -> bool:
    try:
        mark = msgspec.json.decode(content, type=_Mark)
    except (ValueError, RecursionError):
        return False
    if mark.format != FORMAT:
        return False
    if mark.schema > SCHEMA:
        raise TacitError(
            f"The export was written by a newer Tacit (form {mark.schema}, this one knows {SCHEMA}).",
            "Update Tacit, or choose another directory.",
        )
    return True
