"""Which episodes or sessions are most like one: by what they mean, else by patterns and files they share.

What is shared weighs the more the rarer it is: the logarithm of how many times fewer episodes have it than
there are (K. Spärck Jones, "A statistical interpretation of term specificity", J. Doc. 28 (1972), 11-21).
The likeness is the weight of what is shared, of all that the one has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import islice
from math import log
from typing import Literal

from msgspec import Struct

from tacit.core.evidence import listed_by
from tacit.core.holding import episodes_of
from tacit.core.ids import parse_id
from tacit.core.learn.events import uses_of
from tacit.core.model import Episode, Pattern, Session
from tacit.core.query import project_matches
from tacit.core.recall.related_base import project_meant, worthy_episodes
from tacit.core.tables import CONTRIBUTIONS, EPISODES, SESSIONS, key_of
from tacit.store.keys import text, u64
from tacit.store.reading import Read

NEWEST = 200
"""Of each pattern and file so many episodes are looked at, the newest."""

MOST = 50
"""So many of the most alike are told."""

By = Literal["meaning", "shared"]


class Alike(Struct, frozen=True):
    """An episode or session that is like another one.

    ``likeness`` lies between 0 and 1: the cosine of what both mean, or the share of what marks the one that
    the other has too. ``patterns`` and ``files`` are what both have, the rarest first.
    """

    thing: Episode | Session
    likeness: float
    patterns: tuple[Pattern, ...] = ()
    files: tuple[str, ...] = ()


class Similar(Struct, frozen=True):
    """What is like an episode or session, the most alike first, and by what. ``note`` says why not better."""

    id: str
    by: By
    alike: tuple[Alike, ...]
    note: str = ""


class _Mark(Struct):
    """Something an episode has: how much it weighs, and who else has it (episode and session)."""

    weight: float
    others: set[tuple[int, int]]
    pattern: Pattern | None = None
    file: str = ""


def similar(read: Read, thing: Episode | Session, project: str | None = None, note: str = "") -> Similar:
    """The episodes like an episode, or the sessions like a session, by patterns and files they share."""
    wanted = project_meant(read, project)
    own = [thing] if isinstance(thing, Episode) else list(episodes_of(read, thing.id))
    marks = _marks(read, own)
    place = 0 if isinstance(thing, Episode) else 1
    having: dict[int, list[_Mark]] = {}
    for mark in marks:
        for other in {pair[place] for pair in mark.others}:
            having.setdefault(other, []).append(mark)
    having.pop(parse_id(thing.id), None)
    whole = sum(mark.weight for mark in marks)
    best = nsmallest(
        MOST if wanted is None else len(having),
        having,
        key=lambda one: (-sum(mark.weight for mark in having[one]), one),
    )
    found = []
    for one in best:
        like: Episode | Session | None = (
            read.get(EPISODES, u64(one)) if place == 0 else read.get(SESSIONS, u64(one))
        )
        if like is not None and (wanted is None or project_matches(wanted, like.project)):
            found.append(_alike(like, having[one], whole))
    return Similar(thing.id, "shared", tuple(found[:MOST]), note)


def _marks(read: Read, episodes: Iterable[Episode]) -> list[_Mark]:
    """All that some episodes have and not every other one does."""
    population = max(1, sum(worthy_episodes(read, None).values()))
    patterns: dict[str, Pattern] = {}
    files: set[tuple[str, str]] = set()
    for episode in episodes:
        listed = listed_by(read, read.get(CONTRIBUTIONS, key_of(episode.id)))
        patterns.update((pattern.id, pattern) for pattern in listed)
        files.update((episode.project, name) for name in episode.files)
    marks = []
    for pattern in patterns.values():
        newest = sorted(uses_of(read, pattern), key=lambda use: (-use[2], use[0]))[: NEWEST * 2]
        weight = log(max(population, pattern.episodes) / pattern.episodes)
        marks.append(_Mark(weight, {(use[0], use[1]) for use in newest}, pattern))
    for home, name in sorted(files):
        changed = max(1, read.count(EPISODES, "changed", text(home) + text(name)))
        others = _changing(read, home, name)
        marks.append(_Mark(log(max(population, changed) / changed), others, file=name))
    return [mark for mark in marks if mark.weight > 0]


def _changing(read: Read, project: str, file: str) -> set[tuple[int, int]]:
    """The newest episodes that changed a file."""
    found = set()
    for _, key in islice(read.scan(EPISODES, "file", text(project) + text(file)), NEWEST):
        episode = read.get(EPISODES, key)
        if episode is not None:
            found.add((int.from_bytes(key, "big"), parse_id(episode.session)))
    return found


def _alike(thing: Episode | Session, marks: Sequence[_Mark], whole: float) -> Alike:
    """One of those that share something."""
    rarest = sorted(marks, key=lambda mark: -mark.weight)
    return Alike(
        thing=thing,
        likeness=sum(mark.weight for mark in marks) / whole,
        patterns=tuple(mark.pattern for mark in rarest if mark.pattern is not None),
        files=tuple(mark.file for mark in rarest if mark.file),
    )
