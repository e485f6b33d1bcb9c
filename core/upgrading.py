"""Opening a store that an older Tacit wrote: it is brought up to date first, after a backup."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tacit.core.backups import before_upgrade
from tacit.core.clock import Clock
from tacit.core.errors import StoreBusy, StoreOlder
from tacit.core.tables import SCHEMA
from tacit.store.store import Store
from tacit.store.upgrading import Upgraded, upgrade
from tacit.store.versions import writable

PATIENCE = 10.0
"""Seconds to wait for the others to leave a store that has to be brought up to date."""


def open_upgraded(
    path: Path,
    why: StoreOlder,
    step: Callable[[int], None] | None = None,
    *,
    clock: Clock,
    actor: str = "person",
    command: str = "",
    patience: float = PATIENCE,
    **options: Any,
) -> tuple[Store, Upgraded | None]:
    """The store at ``path``, up to date, and what had to be done here for that.

    Args:
        path: the folder of the store.
        why: the error that opening it ended with.
        step: told now and then how many records were gone through.
        clock: the source of time, in milliseconds.
        actor: who does it, for the change log.
        command: what is being run, for the change log.
        patience: seconds to wait while others have it open.
        **options: as for :meth:`tacit.store.store.Store.open`.

    Raises:
        StoreOlder: the folder may not be written to.
        StoreBusy: others have had it open for all the time.
        StoreError: the backup or the upgrade failed; the store is as it was.
    """
    if not writable(str(path)):
        raise why
    deadline = time.monotonic() + patience
    while True:
        done = upgrade(
            path, SCHEMA, before_upgrade(path), clock=clock, actor=actor, command=command, step=step
        )
        try:
            return Store.open(path, SCHEMA, clock=clock, actor=actor, command=command, **options), done
        except StoreOlder:
            if time.monotonic() >= deadline:
                raise StoreBusy(
                    f"The store {path} has to be brought up to date, and another program has it open.",
                    "Close it there first (an inspector, a running import), then try again.",
                ) from None
        time.sleep(0.05)


def told(done: Upgraded) -> str:
    """What was done, in a sentence."""
    from tacit.core.places import short

    versions = f" (version {done.before} → {done.after})" if done.before != done.after else ""
    damaged = (
        f" {done.damaged} damaged records stayed as they are: run `memory doctor`." if done.damaged else ""
    )
    return f"Brought the store up to date{versions}; backup: {short(str(done.backup))}.{damaged}"
