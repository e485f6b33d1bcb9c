"""What became of files that a watcher found changed; apart, so that the watcher loads nothing else."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.import_report import ImportReport


class Taken(Struct, frozen=True):
    """What became of files that had changed.

    ``files`` of them were read, ``first`` before all others. ``left`` were not looked at, as there were too
    many; nothing could be made of those in ``refused``.
    """

    report: ImportReport
    files: int = 0
    first: str = ""
    left: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
