"""Groups of patterns that mean nearly the same, found by how densely their vectors lie.

Without a ready model the groups are those of common words, and say so. Which cosine makes two neighbours was
measured; see :data:`LEAST`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.core.learn.events import uses_of
from tacit.core.model import JUDGED_LABELS, Label, Pattern
from tacit.core.narrowing import narrowed_to
from tacit.core.query import project_matches
from tacit.core.recall.clusters_dbscan import NOISE, dbscan, pairs_above
from tacit.core.recall.clusters_words import labels_of, word_vectors
from tacit.core.recall.near_errors import NEAR
from tacit.core.recall.rated import Rated
from tacit.core.recall.related_base import project_meant
from tacit.core.tables import EPISODES, PATTERNS, key_of
from tacit.store.keys import u64
from tacit.store.reading import Read

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.config import Config
    from tacit.store.store import Store
    from tacit.store.vector_rows import Space

By = Literal["meaning", "words"]

LEAST: dict[By, float] = {"meaning": 0.7, "words": 0.6}
"""The cosine from which two patterns are neighbours.

Measured on the patterns of the demo, of sample transcripts and of the labelled pairs: at 0.6 two thirds and
more of what has a group are in one, at 0.65 four in ten; at 0.75 half of all are in none. Words: at 0.5 half
are in one group.
"""

MEMBERS = 3
"""So many near patterns, itself included, make a core of a group."""

MOST = 5_000
"""So many patterns are compared with each other, the first of the list."""


class Cluster(Rated, frozen=True):
    """Patterns that mean nearly the same, in the order of the list.

    Judged and successes are of the episodes that any of them was used in, each counted once by how it ended.
    """

    label: str
    patterns: tuple[Pattern, ...]


class NearPair(Struct, frozen=True):
    """Two patterns of one kind that say nearly the same."""

    one: Pattern
    other: Pattern
    cosine: float


class Clusters(Struct, frozen=True):
    """The groups, the largest first; ``noise`` counts patterns in none.

    ``by`` is what they were compared by, ``note`` why not by meaning; ``waiting`` counts patterns without a
    vector of theirs yet, which are in no group. ``looked_at`` were compared; ``cut``: there are more.
    """

    by: By
    clusters: tuple[Cluster, ...]
    noise: int
    near: tuple[NearPair, ...]
    looked_at: int
    cut: bool
    waiting: int = 0
    note: str = ""


def clusters(store: Store, config: Config, project: str | None = None) -> Clusters:
    """The groups of the listed patterns, over all projects or in one."""
    from tacit.core.embedding.spaces import answering

    who = answering(store, config)
    if isinstance(who, str):
        with store.read() as read:
            patterns = _patterns(read, project)
            vectors = word_vectors([one.title for one in patterns])
            return _grouped(patterns, vectors, "words", ends=_Ends(read, project), note=who)
    who.provider.close()
    with store.read() as read:
        patterns = _patterns(read, project)
        found, vectors = _vectors(store, read, who.space, patterns)
        waiting = len(patterns) - len(found)
        ends = _Ends(read, project)
        return _grouped(found, vectors, "meaning", ends=ends, waiting=waiting, note=who.note)


def _patterns(read: Read, project: str | None) -> list[Pattern]:
    """The first of the list, with the numbers of a project where one is asked for."""
    wanted = project_meant(read, project)
    found: list[Pattern] = []
    for _, key in read.scan(PATTERNS, "rank"):
        pattern = read.get(PATTERNS, key)
        if pattern is None or pattern.borrowed:
            continue
        if wanted is None:
            found.append(pattern)
        elif any(project_matches(wanted, name) for name in pattern.project_names):
            found.append(narrowed_to(pattern, wanted))
        if len(found) >= MOST:
            break
    return found


def _vectors(
    store: Store, read: Read, space: Space, patterns: Sequence[Pattern]
) -> tuple[list[Pattern], NDArray[float32]]:
    """The patterns whose vector stands for their text as it is now, and those vectors."""
    import numpy as np

    from tacit.core.embedding.texts import pattern_text, sum_of
    from tacit.store.vector_look import vector_look

    named, matrix = vector_look(store, space).matrix(read, (PATTERNS.name,), parts=False)
    rows = {key: (place, total) for place, (_, key, _, total) in enumerate(named)}
    found, places = [], []
    for pattern in patterns:
        place, total = rows.get(key_of(pattern.id), (0, b""))
        if total == sum_of(pattern_text(pattern)):
            found.append(pattern)
            places.append(place)
    return found, matrix[np.array(places, int)]


def _grouped(
    patterns: Sequence[Pattern],
    vectors: NDArray[float32],
    by: By,
    *,
    ends: _Ends,
    waiting: int = 0,
    note: str = "",
) -> Clusters:
    members: dict[int, list[Pattern]] = {}
    for pattern, number in zip(patterns, dbscan(vectors, LEAST[by], MEMBERS), strict=True):
        members.setdefault(number, []).append(pattern)
    noise = len(members.pop(NOISE, ()))
    groups = sorted(members.values(), key=lambda group: (-len(group), group[0].rank))
    labels = labels_of([[one.title for one in group] for group in groups])
    pairs = pairs_above(vectors, NEAR) if by == "meaning" else []
    near = [NearPair(patterns[one], patterns[other], cosine) for cosine, one, other in pairs]
    return Clusters(
        by=by,
        clusters=tuple(_cluster(label, group, ends) for label, group in zip(labels, groups, strict=True)),
        noise=noise,
        near=tuple(pair for pair in near if pair.one.kind == pair.other.kind),
        looked_at=len(patterns),
        cut=len(patterns) + waiting >= MOST,
        waiting=waiting,
        note=note,
    )


class _Ends:
    """How episodes ended, those of a project or all; looked up once."""

    def __init__(self, read: Read, project: str | None) -> None:
        self._read = read
        self._project = project_meant(read, project)
        self._known: dict[int, Label] = {}

    def of(self, group: Sequence[Pattern]) -> list[Label]:
        """The ends of the episodes in which any of these was used, each once."""
        keys = {use[0] for pattern in group for use in uses_of(self._read, pattern)}
        return [self._end(key) for key in keys]

    def _end(self, number: int) -> Label:
        if number not in self._known:
            episode = self._read.get(EPISODES, u64(number))
            here = episode is not None and (
                self._project is None or project_matches(self._project, episode.project)
            )
            self._known[number] = episode.outcome.label if episode is not None and here else "unknown"
        return self._known[number]


def _cluster(label: str, group: Sequence[Pattern], ends: _Ends) -> Cluster:
    found = ends.of(group)
    return Cluster(
        judged=sum(one in JUDGED_LABELS for one in found),
        successes=found.count("success"),
        label=label,
        patterns=tuple(group),
    )
