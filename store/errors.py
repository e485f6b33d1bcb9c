"""The one tree of errors. Each names the cause, the thing and the next step, and has an exit code."""

from __future__ import annotations

from typing import ClassVar


class TacitError(Exception):
    """Anything a person can be told about and act on.

    Attributes:
        message: what happened and to which thing, one sentence.
        hint: what to do next, one sentence, or empty.
        exit_code: what the command line ends with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class StoreError(TacitError):
    """The store cannot be used, or not in this way. Nothing was changed."""

    exit_code = 3


class StoreMissing(StoreError):
    """There is no store at this place."""


class StoreRemote(StoreError):
    """The store lies on a network file system, where locks and memory maps fail."""


class StoreBusy(StoreError):
    """Another process holds the write lock for longer than we are willing to wait."""


class SameId(StoreBusy):
    """A process of another container, which counts its own, uses the store under the id of this one."""


class StoreDamaged(StoreError):
    """The store's files are not what they were when they were written."""


class Corrupt(StoreDamaged):
    """One record does not match its checksum. ``table`` and ``key`` name it, ``why`` says how that shows."""

    def __init__(self, table: str, key: str, why: str) -> None:
        super().__init__(
            f"The record {key} in table {table} is damaged: {why}.",
            "`memory doctor` shows what else is, `memory doctor --repair` mends what can be mended.",
        )
        self.table = table
        self.key = key
        self.why = why


class BackupDamaged(TacitError):
    """A backup is not what was written, or no backup at all. ``path`` names the file."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"The backup {path} cannot be used: {why}.", "`memory backup list` shows what others there are."
        )
        self.path = path


class StoreOlder(StoreError):
    """The store was written by an older Tacit, or lacks an index, and has to be brought up to date."""


class StoreNewer(StoreError):
    """The store, or a record in it, was written by a newer Tacit."""


class StoreReadOnly(StoreError):
    """A write was asked of a store that was opened for reading, or that we may not write to."""


class StoreFull(StoreError):
    """No room: the disk or the map is full. The transaction was dropped whole."""
