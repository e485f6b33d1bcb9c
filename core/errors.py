"""Errors as the rooms above see them."""

from __future__ import annotations

from typing import ClassVar

from tacit.store.errors import BackupDamaged as BackupDamaged
from tacit.store.errors import Corrupt as Corrupt
from tacit.store.errors import SameId as SameId
from tacit.store.errors import StoreBusy as StoreBusy
from tacit.store.errors import StoreDamaged as StoreDamaged
from tacit.store.errors import StoreError as StoreError
from tacit.store.errors import StoreFull as StoreFull
from tacit.store.errors import StoreMissing as StoreMissing
from tacit.store.errors import StoreNewer as StoreNewer
from tacit.store.errors import StoreOlder as StoreOlder
from tacit.store.errors import StoreReadOnly as StoreReadOnly
from tacit.store.errors import StoreRemote as StoreRemote
from tacit.store.errors import TacitError as TacitError


class NotFound(TacitError):
    """No such thing; ``nearest`` are ids that look alike."""

    def __init__(self, message: str, hint: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.nearest = nearest


class NotAllRead(TacitError):
    """Nothing was found, but not everything could be looked into."""


class NothingUsable(TacitError):
    """The input holds nothing that could be used."""


class Stopped(TacitError):
    """Whoever asked for something no longer wants it. The message says what was done until then."""


class Usage(TacitError):
    """The words of a command, a query or a configuration do not fit together."""

    exit_code: ClassVar[int] = 2
