"""Keys that are typed while no screen can take them: held back, then obeyed in their order."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.events import Key


@runtime_checkable
class Dozing(Protocol):
    """A screen that cannot take keys at all times; they are held back until it is ``awake``."""

    awake: bool

    @property
    def typing(self) -> bool:
        """Whether something is typed in it now."""
        ...

    @property
    def closing_keys(self) -> frozenset[str]:
        """The keys that end that: they are obeyed behind the letters before them."""
        ...


class EarlyKeys:
    """The keys that wait, so that none is lost or misunderstood."""

    def __init__(self) -> None:
        self._waiting: list[Key] = []

    def hold(self, key: Key, screen: object | None) -> bool:
        """Whether a key has to wait for ``screen``, or for one to be there at all.

        One that closes a field is obeyed behind the letters before it; the next keys wait for that.
        """
        if key.is_forwarded:
            return False
        if screen is None or (isinstance(screen, Dozing) and not screen.awake):
            self._waiting.append(key)
            return True
        if isinstance(screen, Dozing) and screen.typing and key.key in screen.closing_keys:
            screen.awake = False
        return False

    def take(self) -> list[Key]:
        """Those that waited, the oldest first; none waits any more."""
        waiting, self._waiting = self._waiting, []
        return waiting
