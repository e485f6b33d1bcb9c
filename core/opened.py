"""An open memory: how it is opened and closed, and what it knows of itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tacit.core.clock import Clock, system_clock
from tacit.core.errors import StoreOlder, StoreRemote
from tacit.core.tables import SCHEMA
from tacit.store.store import Store

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.upgrading import Upgraded


class Opened:
    """A memory while it is open (see :class:`tacit.core.view.View`)."""

    def __init__(
        self, store: Store, config: Config | None, clock: Clock, *, demo: bool = False, actor: str = "person"
    ) -> None:
        self._store = store
        self._config = config
        self.clock = clock
        self.demo = demo
        self.actor = actor
        self.background = True
        """Whether it may start threads that go on when an answer is given."""
        self.review_later = False
        """Whether a deed may leave a review that takes long due, for whoever learns next. What it took out or
        put back is out or back at once; numbers of other patterns follow with the review."""
        self.upgraded: Upgraded | None = None
        """What opening had to do to a store of an older version."""

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        *,
        readonly: bool = False,
        create: bool = True,
        config: Config | None = None,
        clock: Clock = system_clock,
        actor: str = "person",
        command: str = "",
        demo: bool = False,
        upgrade: bool | None = None,
        upgrading: Callable[[int], None] | None = None,
    ) -> Self:
        """Open the memory at ``path``, or at its usual place.

        Args:
            path: the folder of the store; ``None`` asks ``TACIT_STORE``, the configuration and the
                platform, in this order.
            readonly: refuse every write.
            create: make the store when there is none.
            config: settings; read from their place when they are needed and not given.
            clock: the source of time, in milliseconds.
            actor: who writes, for the change log and undo.
            command: what is being run, for the change log; a verb without arguments.
            demo: whether this is the demo store.
            upgrade: whether a store of an older version may be brought up to date, after a backup;
                ``None`` where it is not opened readonly. :attr:`upgraded` tells of it.
            upgrading: told now and then how many records that went through.

        Raises:
            StoreOlder: it would have to be brought up to date.
            StoreError: the store cannot be used; the message says why and what to do.
        """
        if path is None:
            from tacit.core.places import places

            path = places().store
        if not os.path.lexists(path):
            from tacit.core.replacing import finish_replacing

            finish_replacing(str(path))
        options: dict[str, Any] = {
            "readonly": readonly,
            "create": create and not readonly,
            "command": command,
            "actor": actor,
            "clock": clock,
        }
        done = None
        try:
            store = _opened(Path(path), config, options)
        except StoreOlder as older:
            if not (not readonly if upgrade is None else upgrade):
                raise
            from tacit.core.upgrading import open_upgraded

            store, done = open_upgraded(Path(path), older, upgrading, **options)
        if not store.readonly:
            from tacit.core.floor import floor

            store.floor = floor(store)
        view = cls(store, config, clock, demo=demo, actor=actor)
        view.upgraded = done
        return view

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def reviews_quickly(self) -> bool:
        """Whether weighing everything anew is over before a person would notice."""
        from tacit.core.learn.state import reviews_quickly

        with self._store.read() as read:
            return reviews_quickly(read)

    def _weigh(self) -> None:
        """Weigh everything anew after a deed, as far as that may not wait, and bring the words up to date."""
        from tacit.core.learn.review import review
        from tacit.core.texts import catch_up

        if not self.review_later or self.reviews_quickly():
            review(self._store)
        catch_up(self._store)

    def embed_soon(self) -> None:
        """Let what waits be embedded. Who only looks leaves that to others."""

    def _alone(self) -> AbstractContextManager[None]:
        """For a ``with`` block in which no thread of this memory's own uses the store."""
        return nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The folder of the store."""
        return self._store.path

    @property
    def readonly(self) -> bool:
        """Whether writes are refused."""
        return self._store.readonly

    @property
    def unlocked(self) -> bool:
        """Whether the store had to be opened without its lock, for want of permission."""
        return self._store.unlocked

    @property
    def config(self) -> Config:
        """The settings."""
        if self._config is None:
            from tacit.core.config import load

            self._config = load()
        return self._config


def _opened(path: Path, config: Config | None, options: dict[str, Any]) -> Store:
    """Open it; on a network file system only where the settings, not read otherwise, allow that."""
    try:
        return Store.open(path, SCHEMA, **options)
    except StoreRemote:
        from tacit.core.config import load

        if (config or load()).network != "allow":
            raise
        options["force"] = True
        return Store.open(path, SCHEMA, **options)
