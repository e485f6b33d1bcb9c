"""Candidates as the review sees them: which have support, and what their events say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from tacit.core.clock import week_start
from tacit.core.ids import format_id
from tacit.core.learn.notes import Notes
from tacit.core.learn.significance import LEAST_USES, Comparison, Stratum, compare, expected_hits
from tacit.core.learn.strata import OWN_JUDGEMENT, counted, expected_among, rivals_of
from tacit.core.model import Kind, Tally
from tacit.core.tables import CANDIDATES, EVENT, EVENTS, LABELS, kind_of
from tacit.store.keys import u64
from tacit.store.reading import Read

FILES_SHOWN = 5
_SUCCESS = LABELS.index("success")
_JUDGED = {LABELS.index(label) for label in ("success", "partial", "failure")}
_ID_BITS = (1 << 60) - 1
_LEAST_SESSIONS = 3
"""Sessions below which nothing is proven."""

Event = tuple[int, int, int, int, int, int, int]
"""episode, session, time, first step, last step, place in LABELS, place in SOURCES + 1."""


Known = dict[bytes, tuple[float | None, Comparison | None]]
"""Outcomes -> what is expected, and the test."""


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
    """A candidate with enough support, and what its events say. Times are milliseconds.

    ``ends`` tells use by use, in the order of the episodes, whether it succeeded (``None``: not
    judged), ``homes`` the project of each; ``support`` is how many stand up to and including the one it
    was learned at. ``test`` is ``None`` for what cannot have a verdict.
    """

    __slots__ = (
        "counts",
        "digest",
        "ends",
        "episodes",
        "expected",
        "files",
        "first",
        "homes",
        "key",
        "kind",
        "last",
        "learned",
        "owner",
        "projects",
        "sessions",
        "support",
        "test",
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
    support: int
    ends: tuple[bool | None, ...]
    homes: tuple[str, ...]
    weeks: tuple[tuple[int, int, int, int], ...]
    digest: bytes
    expected: float | None
    test: Comparison | None

    @property
    def id(self) -> str:
        """The pattern id."""
        return format_id("p", self.owner & _ID_BITS)

    @property
    def outcomes(self) -> bytes:
        """The same for candidates with the same outcomes, which are those of the same episodes.

        Not of every use of a ``custom`` pattern is the outcome taken, so each of these is apart.
        """
        return self.digest + u64(self.owner) if self.kind == "custom" else self.digest

    @property
    def uses(self) -> int:
        """All uses."""
        return self.counts[0]

    @property
    def claim(self) -> Tally:
        """The uses up to and including the one it was learned at."""
        return _tally(self.ends[: self.support])

    @property
    def since(self) -> Tally:
        """The uses after it was learned."""
        return _tally(self.ends[self.support :])


def supported(read: Read, rejected: Counter[str]) -> Iterator[Candidate]:
    """Every candidate with enough support; the others are counted in ``rejected`` by reason."""
    wanted: dict[int, tuple[int, ...]] = {}
    for owner, counts in read.tallies(CANDIDATES):
        least = support_of(kind_of(owner))
        if counts[5] < least.episodes:
            rejected["too few episodes"] += 1
        elif counts[2] < least.successes:
            rejected["too few successes"] += 1
        else:
            wanted[owner] = counts
    notes = Notes(read, wanted)
    known: Known = {}
    for owner, counts in wanted.items():
        candidate, why = _weigh(read, notes, owner, counts, known)
        if candidate is None:
            rejected[why] += 1
        else:
            yield candidate


def events_of(read: Read, owner: int) -> list[Event]:
    """The event rows of a candidate, in no particular order."""
    return list(EVENT.iter_unpack(read.rows(EVENTS, owner)))


def _weigh(
    read: Read, notes: Notes, owner: int, counts: tuple[int, ...], known: Known
) -> tuple[Candidate | None, str]:
    kind = kind_of(owner)
    least = support_of(kind)
    events = events_of(read, owner)
    sessions = {event[1] for event in events}
    if len(sessions) < least.sessions:
        return None, "one session"
    events.sort(key=lambda event: (notes[event[0]].ended, event[0], event[3]))
    support = _learned(events, least)
    if support is None:
        return None, "successes in one episode"
    key = notes.keys.get(owner)
    if key is None:
        raise LookupError(f"no share of {owner:x}")
    candidate = Candidate()
    candidate.owner, candidate.kind, candidate.counts, candidate.key = owner, kind, counts, key
    candidate.episodes, candidate.sessions = counts[5], len(sessions)
    candidate.homes = tuple(notes[event[0]].project for event in events)
    candidate.projects = tuple(sorted(set(candidate.homes)))
    candidate.files = _files(events, notes)
    candidate.first = min(event[2] for event in events)
    candidate.last = max(event[2] for event in events)
    candidate.learned = notes[events[support - 1][0]].ended
    candidate.support = support
    candidate.ends = tuple(event[5] == _SUCCESS if event[5] in _JUDGED else None for event in events)
    candidate.weeks = _weeks(events)
    candidate.digest = _digest(events)
    _hold_against(candidate, events, notes, known)
    return candidate, ""


def _hold_against(candidate: Candidate, events: list[Event], notes: Notes, known: Known) -> None:
    """What the others lead one to expect of it and, where it can have a verdict, its test."""
    candidate.test = None
    if candidate.kind in OWN_JUDGEMENT:
        rivals = rivals_of(candidate.kind, candidate.key)
        everything = (0, 0) if rivals is None else notes.rivals[rivals]
        candidate.expected = expected_among(candidate.kind, candidate.counts[1:3], everything)  # type: ignore[arg-type]
        return
    same = known.get(candidate.outcomes)
    if same is None:
        held = (notes[episode] for episode in {event[0]: None for event in events if event[5] in _JUDGED})
        uses = [(note.stratum, note.success) for note in held if note.stratum is not None]
        strata = [Stratum(*row) for row in counted(uses, notes.strata)]
        able = len(uses) >= LEAST_USES and candidate.sessions >= _LEAST_SESSIONS
        same = known[candidate.outcomes] = expected_hits(strata), compare(strata) if able else None
    candidate.expected, candidate.test = same


def _tally(ends: tuple[bool | None, ...]) -> Tally:
    judged = len(ends) - ends.count(None)
    successes = ends.count(True)
    return Tally(len(ends), judged, successes, successes / judged if judged else None)


def _learned(events: list[Event], least: Support) -> int | None:
    """How many events it took to meet the support rule; ``None`` if it is not met."""
    episodes: set[int] = set()
    sessions: set[int] = set()
    successes: list[int] = []
    for number, event in enumerate(events, 1):
        episodes.add(event[0])
        sessions.add(event[1])
        if event[5] == _SUCCESS:
            successes.append(event[0])
        enough = len(episodes) >= least.episodes and len(sessions) >= least.sessions
        if enough and _spread(successes, least):
            return number
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
