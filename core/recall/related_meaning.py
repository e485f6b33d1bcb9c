"""Which episodes are most like one by what they mean, where a model is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tacit.core.model import Episode, Session
from tacit.core.query import project_matches
from tacit.core.recall.related_base import project_meant
from tacit.core.recall.related_episodes import MOST, Alike, Similar, similar
from tacit.core.tables import EPISODES, key_of

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.reading import Read
    from tacit.store.store import Store
    from tacit.store.vector_rows import Space

FLOOR = 0.4
"""The least cosine of two prompts that are told to be alike."""


def most_like(store: Store, config: Config, thing: Episode | Session, project: str | None = None) -> Similar:
    """The episodes most like an episode by meaning, else by what they share; sessions always by that."""
    if isinstance(thing, Session):
        with store.read() as read:
            return similar(read, thing, project)
    from tacit.core.embedding.spaces import answering

    who = answering(store, config)
    if not isinstance(who, str):
        who.provider.close()
    with store.read() as read:
        shared = similar(read, thing, project, who if isinstance(who, str) else who.note)
        if isinstance(who, str):
            return shared
        near = _near(store, read, who.space, thing, project)
    if near is None:
        return replace(shared, note="This episode is not embedded yet: `memory import` goes on with it.")
    known = {one.thing.id: one for one in shared.alike}
    alike = [replace(known.get(one.thing.id, one), likeness=one.likeness) for one in near]
    return Similar(thing.id, "meaning", tuple(alike), who.note)


def _near(
    store: Store, read: Read, space: Space, episode: Episode, project: str | None
) -> list[Alike] | None:
    """The nearest episodes; ``None`` where this one has no vector of its text as it is."""
    from tacit.core.embedding.texts import episode_text, sum_of
    from tacit.store.vector_look import vector_look
    from tacit.store.vector_rows import sums_of

    key = key_of(episode.id)
    if sums_of(read, space, EPISODES.name, key).get(0) != sum_of(episode_text(episode)):
        return None
    look = vector_look(store, space)
    vector = look.vector(read, EPISODES.name, key)
    if vector is None:
        return None
    wanted = project_meant(read, project)
    found = []
    for near in look.nearest(read, vector, 4 * MOST, (EPISODES.name,), parts=False):
        other = read.get(EPISODES, near.key) if near.key != key and near.score >= FLOOR else None
        if other is None or (wanted is not None and not project_matches(wanted, other.project)):
            continue
        if sum_of(episode_text(other)) == near.sum:
            found.append(Alike(other, near.score))
    return found[:MOST]
