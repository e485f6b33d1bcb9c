"""Searches of one memory, the recent ones remembered."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, get_args
from weakref import WeakKeyDictionary

from tacit.core.errors import Usage
from tacit.core.hits import Found
from tacit.core.query import Plan
from tacit.core.recall.cache import Cache
from tacit.core.recall.ranked import Mode, Type
from tacit.core.search import EVERYWHERE, Search
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.text_place import store_of
from tacit.store.vector_rows import last_row, spaces

if TYPE_CHECKING:
    from tacit.core.clock import Clock
    from tacit.core.config import Config

_caches: WeakKeyDictionary[Store, Cache[Found]] = WeakKeyDictionary()


class Asked:
    """One search with all that it depends on.

    Args:
        config: which model is in use.
        plan: what is looked for.
        said: see :class:`~tacit.core.search.Search`.
        types: what is meant; everything, if nothing is named.
        mode: by words, by meaning, or both.
        limit: at most so many hits.
        diverse: see :func:`~tacit.core.recall.hybrid.ranked`.

    Raises:
        Usage: there is no such type or mode, or a number lies outside of what it can be.
    """

    def __init__(
        self,
        config: Config,
        plan: Plan,
        said: str = "",
        *,
        types: Sequence[Type],
        mode: Mode,
        limit: int | None,
        diverse: float,
    ) -> None:
        self._config = config
        self._plan, self._said = plan, said
        self._types = tuple(dict.fromkeys(types)) or EVERYWHERE
        _usable(self._types, mode, limit, diverse)
        self._mode, self._limit, self._diverse = mode, limit, diverse

    def answer(self, store: Store, clock: Clock) -> Found:
        """The best hits, from memory where nothing changed.

        An answer that says what is missing is not kept: that may be there the next time.
        """
        cache = _caches.get(store)
        if cache is None:
            cache = _caches[store] = Cache(clock)
        with store.read() as read:
            found = cache.get(self._known_by(read))
        if found is not None:
            return found
        search = Search(store, self._config, self._plan, types=self._types, mode=self._mode, said=self._said)
        with store.read() as read:
            found = search.run(read, self._limit, clock(), self._diverse)
            known_by = self._known_by(read)
        if not found.note and not found.waiting:
            cache.put(known_by, found, _size(found))
        return found

    def _known_by(self, read: Read) -> Hashable:
        """What the answer depends on: what is asked, and the state of the store."""
        rows = tuple((one.token, last_row(read, one)) for one in spaces(read))
        asked = (self._plan, self._said, self._types, self._mode, self._limit, self._diverse)
        return asked, id(self._config), store_of(read.kv), read.sequence(), rows


def _usable(types: Sequence[str], mode: str, limit: int | None, diverse: float) -> None:
    """Refuse what a caller cannot have meant, before it becomes an empty answer."""
    for what, names, known in (("type", types, get_args(Type)), ("mode", (mode,), get_args(Mode))):
        for name in names:
            if name not in known:
                raise Usage(f"There is no {what} “{name}”.", f"One of {', '.join(known)}.")
    if limit is not None and limit < 0:
        raise Usage(f"There are no {limit} hits.", "Give a number from 0 on, or None for all.")
    if not 0 <= diverse <= 1:
        raise Usage(f"Difference cannot count {diverse} of 1.", "It lies between 0 and 1.")


def _size(found: Found) -> int:
    """About how many bytes an answer takes."""
    return 500 + sum(500 + 2 * (len(one.title) + len(one.excerpt)) for one in found.items)
