"""Which vector space answers, and how a new model takes over from an old one.

The *wanted* space is that of the provider the settings name. It answers once every record had its
vectors there; changes since are then caught up with as they come. Until that is so, another space that
was complete goes on answering, with the model that made it. Once the wanted one is complete the others
are dropped, in short transactions; where somebody was killed at it, the next call goes on. A space that
is filled for the first time does not answer half full: what lies in it would come before what does not
yet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.embedding.catching_up import embed_waiting, never, space_of, untold, waiting
from tacit.core.embedding.choice import provider_of, unready
from tacit.core.embedding.position import begin_anew, position, total
from tacit.core.embedding.provider import EmbeddingError
from tacit.store.vector_rows import Space, count, dropping, spaces

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.embedding.provider import Provider
    from tacit.store.reading import Read
    from tacit.store.store import Store

FEW = 64
"""Texts that a search may embed before it answers."""


class Answering(Struct, frozen=True):
    """The space that is asked, and who turns the question into a vector of it; close the provider.

    ``note`` says that it is not the wanted one; empty where it is.
    """

    space: Space
    provider: Provider
    note: str = ""


class Filled(Struct, frozen=True):
    """What filling the wanted space came to: its name, texts embedded now, records that still wait."""

    space: str
    done: int
    waiting: int


class Holding(Struct, frozen=True):
    """What a store holds of vectors.

    ``space`` is the wanted one, ``rows`` how many it has, ``waiting`` as in
    :func:`tacit.core.embedding.catching_up.waiting`, ``others`` name the spaces of other models that are
    still there. ``why`` says why nothing can be embedded; empty where it can.
    """

    space: str
    rows: int
    waiting: int
    others: tuple[str, ...] = ()
    why: str = ""


def answering(store: Store, config: Config) -> Answering | str:
    """Who answers questions by meaning now, or why nobody does, with the next step.

    A store in which few records wait is embedded for that; nothing else is, and no model is loaded.
    """
    why = unready(config)
    provider = None if why else provider_of(config)
    if provider is not None:
        found = _complete(store, provider)
        if found is not None:
            return Answering(found, provider)
    old = _old(store, provider)
    if old is not None:
        if provider is not None:
            provider.close()
        space, other = old
        instead = f"{provider.space} is not ready yet" if provider is not None else why
        return Answering(space, other, f"{space.name} answers: {instead}")
    if provider is None:
        return why
    try:
        return _first_time(store, provider)
    except EmbeddingError as error:
        provider.close()
        return f"{error.message} {error.hint}".strip()


def fill(
    store: Store,
    config: Config,
    progress: Callable[[int, int], None] = untold,
    cancelled: Callable[[], bool] = never,
) -> Filled:
    """Embed all that waits in the wanted space; when it is complete, drop the spaces it follows.

    Raises:
        EmbeddingError: there is no provider, or it fails; what was done before stays.
        StoreError: it cannot be written; what was done before stays.
    """
    provider = provider_of(config)
    try:
        return fill_with(store, provider, progress, cancelled)
    finally:
        provider.close()


def fill_with(
    store: Store,
    provider: Provider,
    progress: Callable[[int, int], None] = untold,
    cancelled: Callable[[], bool] = never,
) -> Filled:
    """As :func:`fill`, with this provider's space as the wanted one."""
    done = embed_waiting(store, provider, None, progress, cancelled)
    space = _complete(store, provider)
    if space is not None and not store.readonly and not cancelled():
        _drop_others(store, space)
        _index(store, space, cancelled)
    return Filled(provider.space, done.done, done.waiting)


def finish_drops(store: Store) -> None:
    """Take out what is left of spaces whose drop was cut short."""
    from tacit.store.vector_dropping import drop_strays

    with store.read() as read:
        going = dropping(read)
    if going:
        drop_strays(store)


def holding(read: Read, config: Config) -> Holding:
    """What a store holds of vectors, from counters."""
    why = unready(config)
    provider = None if why else provider_of(config)
    name = "" if provider is None else provider.space
    if provider is not None:
        provider.close()
    others = tuple(one.name for one in spaces(read) if one.name != name)
    space = space_of(read, name)
    rows = 0 if space is None else count(read, space)
    return Holding(name, rows, 0 if why else waiting(read, space), others, why)


def _complete(store: Store, provider: Provider) -> Space | None:
    """The space of a provider, if every record had its vectors there."""
    with store.read() as read:
        space = space_of(read, provider.space)
        at = None if space is None else position(read, space)
    return space if at is not None and at.complete else None


def _old(store: Store, wanted: Provider | None) -> tuple[Space, Provider] | None:
    """The newest other space that is complete and whose model is still there."""
    with store.read() as read:
        found = [
            space
            for space in reversed(spaces(read))
            if (wanted is None or space.name != wanted.space)
            and (at := position(read, space)) is not None
            and at.complete
        ]
    for space in found:
        provider = _maker(space.name)
        if provider is not None:
            return space, provider
    return None


def _maker(name: str) -> Provider | None:
    """The local model that made a space; a remote one is no longer set, and so not asked."""
    kind, _, rest = name.partition("/")
    if kind != "local":
        return None
    from tacit.core.embedding.local import LocalProvider
    from tacit.core.embedding.registry import built

    model = built(rest.rpartition("/")[0])
    return LocalProvider(model) if model is not None and model.space == name else None


def _first_time(store: Store, provider: Provider) -> Answering | str:
    """Embed the few records of a small store; of a large one say how far it is."""
    with store.read() as read:
        every = total(read)
    if every <= FEW:
        embed_waiting(store, provider, FEW)
        space = _complete(store, provider)
        if space is not None:
            return Answering(space, provider)
    with store.read() as read:
        left = waiting(read, space_of(read, provider.space))
    provider.close()
    if not every:
        return "Nothing is stored yet."
    return f"{left:,} of {every:,} patterns and episodes are not embedded yet; `memory import` does that."


def _index(store: Store, space: Space, cancelled: Callable[[], bool]) -> None:
    """Bring the files of the vector index up to it, where there are or should be any."""
    from tacit.store.vector_rebuilding import rebuild_vectors

    rebuild_vectors(store, space, cancelled=cancelled)


def _drop_others(store: Store, space: Space) -> None:
    from tacit.store.vector_dropping import drop_space

    finish_drops(store)
    with store.read() as read:
        others = [one for one in spaces(read) if one != space]
    for one in others:
        store.write(partial(begin_anew, space=one))
        drop_space(store, one)
