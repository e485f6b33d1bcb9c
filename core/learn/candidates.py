"""Candidates as the review sees them: which have support, and what their events say."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from tacit.core.clock import week_start
from tacit.core.ids import format_id
from tacit.core.model import Episode, Kind
from tacit.core.tables import (
    CANDIDATES,
    CONTRIBUTIONS,
    EPISODES,
    EVENT,
    EVENTS,
    LABELS,
    Contribution,
    kind_of,
)
from tacit.store.keys import u64
from tacit.store.reading import Read

FILES_SHOWN = 5
_SUCCESS = LABELS.index("success")
_JUDGED = {LABELS.index(label) for label in ("success", "partial", "failure")}
_ID_BITS = (1 << 60) - 1

Event = tuple[int, int, int, int, int, int, int]
"""episode, session, time, first step, last step, place in LABELS, place in SOURCES + 1."""


class Support:
    """The least a candidate of some kind needs to become a pattern."""

    __slots__ = ("episodes", "sessions", "successes")

    def __init__(self, episodes: int, sessions: int, successes: int) -> None:
        self.episodes = episodes
        self.sessions = sessions
        self.successes = successes


_OF_OUTCOME = Support(episodes=3, sessions=2, successes=0)
_OF_KIND: dict[Kind, Support] = {
    "heuristic": Support(episodes=2, sessions=1, successes=0),
    "error_recovery": Support(episodes=2, sessions=1, successes=2),
}


def support_of(kind: Kind) -> Support:
    """The support rule of a kind (see ``docs/learning.md``, promotion)."""
    return _OF_KIND.get(kind, _OF_OUTCOME)


class Candidate:
    """A candidate with enough support, and what its events say. Times are milliseconds."""

    __slots__ = (
        "counts",
        "digest",
        "episodes",
        "files",
        "first",
        "key",
        "kind",
        "last",
        "learned",
        "owner",
        "projects",
        "sessions",
        "weeks",
    )

    owner: int
    kind: Kind
    counts: tuple[int, ...]
    key: tuple[str, ...]
    episodes: int
    sessions: int
    projects: tuple[str, ...]
    files: tuple[str, ...]
    first: int
    last: int
    learned: int
    weeks: tuple[tuple[int, int, int, int], ...]
    digest: bytes

    @property
    def id(self) -> str:
        """The pattern id."""
        return format_id("p", self.owner & _ID_BITS)

    @property
    def uses(self) -> int:
        """All uses."""
        return self.counts[0]


class _Note:
    """What the review needs of one episode; small, for all of them are held at once."""

    __slots__ = ("ended", "files", "project", "steps")

    def __init__(self, episode: Episode, contribution: Contribution, known: dict[str, str]) -> None:
        words = contribution.words
        self.project = known.setdefault(episode.project, episode.project)
        self.ended = episode.ended
        self.steps = array("L", (n for n, _ in contribution.targets))
        self.files = tuple(known.setdefault(words[word], words[word]) for _, word in contribution.targets)

    def targets(self, first: int, last: int) -> set[str]:
        """The files that steps ``first`` to ``last`` worked on."""
        return set(self.files[bisect_left(self.steps, first) : bisect_right(self.steps, last)])


class Notes:
    """Episodes by key, each read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._kept: dict[int, _Note] = {}
        self._known: dict[str, str] = {}

    def __getitem__(self, key: int) -> _Note:
        note = self._kept.get(key)
        if note is None:
            episode = self._read.get(EPISODES, u64(key))
            if episode is None:
                raise LookupError(f"an event names an episode that is not stored: {key:x}")
            note = self._kept[key] = _Note(episode, self._contribution(key), self._known)
        return note

    def key(self, episode: int, owner: int) -> tuple[str, ...]:
        """The canonical key of a candidate that this episode fed."""
        contribution = self._contribution(episode)
        for share in contribution.shares:
            if share.owner == owner:
                return tuple(contribution.words[part] for part in share.parts)
        raise LookupError(f"no share of {owner:x}")

    def _contribution(self, key: int) -> Contribution:
        contribution = self._read.get(CONTRIBUTIONS, u64(key))
        if contribution is None:
            raise LookupError(f"an event names an episode that contributed nothing: {key:x}")
        return contribution


def supported(read: Read, rejected: Counter[str]) -> Iterator[Candidate]:
    """Every candidate with enough support; the others are counted in ``rejected`` by reason."""
    notes = Notes(read)
    for owner, counts in read.tallies(CANDIDATES):
        kind = kind_of(owner)
        least = support_of(kind)
        if counts[5] < least.episodes:
            rejected["too few episodes"] += 1
        elif counts[2] < least.successes:
            rejected["too few successes"] += 1
        else:
            candidate, why = _weigh(read, notes, owner, counts)
            if candidate is None:
                rejected[why] += 1
            else:
                yield candidate


def events_of(read: Read, owner: int) -> list[Event]:
    """The event rows of a candidate, in no particular order."""
    return list(EVENT.iter_unpack(read.rows(EVENTS, owner)))


def _weigh(read: Read, notes: Notes, owner: int, counts: tuple[int, ...]) -> tuple[Candidate | None, str]:
    kind = kind_of(owner)
    least = support_of(kind)
    events = events_of(read, owner)
    sessions = {event[1] for event in events}
    if len(sessions) < least.sessions:
        return None, "one session"
    events.sort(key=lambda event: (notes[event[0]].ended, event[0], event[3]))
    learned = _learned(events, least, notes)
    if learned is None:
        return None, "successes in one episode"
    candidate = Candidate()
    candidate.owner, candidate.kind, candidate.counts = owner, kind, counts
    candidate.key = notes.key(events[0][0], owner)
    candidate.episodes, candidate.sessions = counts[5], len(sessions)
    candidate.projects = tuple(sorted({notes[event[0]].project for event in events}))
    candidate.files = _files(events, notes)
    candidate.first = min(event[2] for event in events)
    candidate.last = max(event[2] for event in events)
    candidate.learned = learned
    candidate.weeks = _weeks(events)
    candidate.digest = _digest(events)
    return candidate, ""


def _learned(events: list[Event], least: Support, notes: Notes) -> int | None:
    """When the support rule was first met, in the time of the episodes; ``None`` if it is not."""
    episodes: set[int] = set()
    sessions: set[int] = set()
    successes: list[int] = []
    for event in events:
        episodes.add(event[0])
        sessions.add(event[1])
        if event[5] == _SUCCESS:
            successes.append(event[0])
        enough = len(episodes) >= least.episodes and len(sessions) >= least.sessions
        if enough and _spread(successes, least):
            return notes[event[0]].ended
    return None


def _spread(successes: list[int], least: Support) -> bool:
    if not least.successes:
        return True
    return len(successes) >= least.successes and len(set(successes)) >= least.episodes


def _files(events: list[Event], notes: Notes) -> tuple[str, ...]:
    """The five most frequent paths, one count a use; ties by path."""
    seen: Counter[str] = Counter()
    for event in events:
        seen.update(notes[event[0]].targets(event[3], event[4]))
    ordered = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    return tuple(path for path, _ in ordered[:FILES_SHOWN])


def _weeks(events: list[Event]) -> tuple[tuple[int, int, int, int], ...]:
    weeks: dict[int, list[int]] = {}
    for event in events:
        row = weeks.setdefault(week_start(event[2]), [0, 0, 0])
        row[0] += 1
        row[1] += event[5] in _JUDGED
        row[2] += event[5] == _SUCCESS
    return tuple((week, *weeks[week]) for week in sorted(weeks))  # type: ignore[misc]


def _digest(events: list[Event]) -> bytes:
    """The same for candidates that occur in the same episodes."""
    digest = blake2b(digest_size=16)
    for episode in sorted({event[0] for event in events}):
        digest.update(u64(episode))
    return digest.digest()
