"""Which stores of notes lie under the paths that somebody named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tacit.core.errors import NothingUsable, Usage
from tacit.core.import_report import Options
from tacit.core.notes.markdown import ENDINGS, files_in
from tacit.core.notes.stores import is_graph_file, recognised, source_of
from tacit.core.notes.taking import StoreAt
from tacit.core.readers.discovery import Found
from tacit.core.unpacking import Given

_STREAM = "stdin"
"""The one file of what came in a stream and is no archive."""


def note_stores(given: Given, options: Options, found: Sequence[Found]) -> list[StoreAt]:
    """The stores of notes under what was named for an import.

    Args:
        given: what was named; in the usual folders of agents nothing is meant.
        options: whether it was said that they are notes, or only transcripts of one agent are wanted.
        found: what was found there in search of transcripts.

    Raises:
        NothingUsable: it was said that they are notes, and a path holds none.
        Usage: it was said, but no path was named.
    """
    if options.notes and not given.paths:
        raise Usage("Nothing is named that could hold notes.", "Name their folder or file.")
    paths = [_one_file(path) if path in given.names else path for path in given.paths]
    if options.notes:
        return told_stores(paths, given)
    if options.agent is not None or not given.paths:
        return []
    known = {one.path for one in found if one.source is not None}
    named = [StoreAt(path, kind, _source(path, given)) for path in paths
             if path not in known and (kind := recognised(path)) is not None]  # fmt: skip
    taken = {*known, *(one.path for one in named)}
    graphs = [one.path for one in found if one.path not in taken and is_graph_file(one.path)]
    return [*named, *(StoreAt(path, "mcp-memory", _source(path, given)) for path in graphs)]


def told_stores(paths: Sequence[Path], given: Given | None = None) -> list[StoreAt]:
    """The stores of notes at paths of which somebody says that they are some.

    Raises:
        NothingUsable: a path holds none.
    """
    found: list[StoreAt] = []
    for path in paths:
        here = [StoreAt(one.path, one.store, _source(one.path, given)) for one in _told(path)]
        if not path.exists():
            raise NothingUsable(f"There is no {path}.", "Name the file or folder that holds notes.")
        if not here:
            raise NothingUsable(
                f"There are no notes in {path if given is None else given.told(path)}.",
                "Notes are a folder of Markdown, the memory.jsonl of an MCP memory server, or a JSON list.",
            )
        found += here
    return found


def without_notes(found: Sequence[Found], stores: Collection[StoreAt]) -> list[Found]:
    """What was found, but for the files that are notes and the folders that hold nothing else."""
    files = {one.path for one in stores}
    folders = [one.path for one in stores if one.store == "markdown" and one.path.is_dir()]
    above = {folder for path in files for folder in path.parents}
    return [
        one for one in found if one.source is not None or not _is_note(one, files, folders, above)
    ]  # fmt: skip


def _is_note(one: Found, files: Collection[Path], folders: Sequence[Path], above: Collection[Path]) -> bool:
    if one.path in files or (one.path in above and one.path.is_dir()):
        return True
    if not one.path.name.lower().endswith(ENDINGS):
        return False
    return any(one.path.is_relative_to(folder) for folder in folders)


def _told(path: Path) -> Iterator[StoreAt]:
    kind = recognised(path, told=True)
    if kind is not None:
        yield StoreAt(path, kind, "")
    if path.is_dir():
        for inside, _ in files_in(path):
            one = path / inside
            if one.suffix in {".json", ".jsonl"} and (kind := recognised(one)) is not None:
                yield StoreAt(one, kind, "")


def _one_file(folder: Path) -> Path:
    """What came in a stream as the file that it is, where it is one."""
    stream = folder / _STREAM
    return stream if stream.is_file() else folder


def _source(path: Path, given: Given | None) -> str:
    """What a store is called; of one out of an archive the folder made for it says nothing."""
    for folder, name in (given.names if given is not None else {}).items():
        base = _STREAM if name.startswith("-:") else Path(name).name.partition(".")[0]
        if path in {folder, folder / _STREAM}:
            return base
        if path.parent == folder:
            return base if path.is_file() and path.suffix in ENDINGS else f"{base}/{path.name}"
    return source_of(path)
