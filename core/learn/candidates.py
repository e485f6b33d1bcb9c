"""Candidates as the review sees them: which have support, and what their events say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from hashlib import blake2b

from tacit.core.ids import format_id
from tacit.core.learn.events import JUDGED, SUCCESS, Event
from tacit.core.learn.events import events_of as events_of
from tacit.core.learn.notes import Notes
from tacit.core.learn.parts import Weeks, parts_of_projects, weeks_of
from tacit.core.learn.significance import LEAST_USES, Comparison, Stratum, compare, expected_hits
from tacit.core.learn.strata import OWN_JUDGEMENT, counted, expected_among, rivals_of
from tacit.core.learn.support import learned_after
from tacit.core.learn.support import support_of as support_of
from tacit.core.learn.titles import is_of_nowhere
from tacit.core.model import Kind, Part, Tally
from tacit.core.tables import CANDIDATES, kind_of, number_of
from tacit.store.keys import u64
from tacit.store.reading import Read

FILES_SHOWN = 5
_LEAST_SESSIONS = 3
"""Sessions below which nothing is proven."""

Known = dict[bytes, tuple[float | None, Comparison | None]]
"""Outcomes -> what is expected, and the test."""


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
        "scale",
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
    weeks: Weeks
    digest: bytes
    expected: float | None
    test: Comparison | None
    scale: Scale

    @property
    def id(self) -> str:
        """The pattern id."""
        return format_id("p", number_of(self.owner))

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
    def parts(self) -> tuple[Part, ...]:
        """What its uses in each project say; none of what is in one only. They are read anew."""
        return self.scale.parts(self) if len(self.projects) > 1 else ()

    @property
    def since(self) -> Tally:
        """The uses after it was learned."""
        return _tally(self.ends[self.support :])


class Scale:
    """Weighs candidates against the episodes of one snapshot, which are read once."""

    def __init__(self, read: Read, wanted: Container[int]) -> None:
        """``wanted`` are the candidates whose keys will be asked for."""
        self._read = read
        self._notes = Notes(read, wanted)
        self._known: Known = {}

    def key(self, owner: int) -> tuple[str, ...]:
        """The canonical key of a wanted candidate.

        Raises:
            LookupError: no episode contributes to it.
        """
        key = self._notes.keys.get(owner)
        if key is None:
            raise LookupError(f"no share of {owner:x}")
        return key

    def weigh(
        self, owner: int, counts: tuple[int, ...], events: list[Event], key: tuple[str, ...] | None = None
    ) -> Candidate | str:
        """A candidate by its events, or why it has no support. ``key`` is looked up where not given."""
        notes, least = self._notes, support_of(kind_of(owner))
        sessions = {event[1] for event in events}
        if len(sessions) < least.sessions:
            return "one session"
        events = self._in_order(events)
        support = learned_after(events, least)
        if support is None:
            return "successes in one episode"
        one = Candidate()
        one.owner, one.kind, one.counts = owner, kind_of(owner), counts
        one.key = self.key(owner) if key is None else key
        one.episodes, one.sessions = counts[5], len(sessions)
        one.homes = tuple(notes[event[0]].project for event in events)
        one.projects = tuple(sorted(set(one.homes)))
        one.files = _files(events, notes)
        one.first = min(event[2] for event in events)
        one.last = max(event[2] for event in events)
        one.learned = notes[events[support - 1][0]].ended
        one.support = support
        one.ends = tuple(event[5] == SUCCESS if event[5] in JUDGED else None for event in events)
        one.weeks = weeks_of(events)
        one.digest = _digest(events)
        one.scale = self
        self._hold_against(one, events)
        return one

    def parts(self, one: Candidate) -> tuple[Part, ...]:
        """The shares of the projects of a counted candidate."""
        events = self._in_order(events_of(self._read, one.owner))
        if one.kind in OWN_JUDGEMENT:
            return parts_of_projects(events, one.homes, one.support, _spread_over(one))
        uses = self._judged(events)
        expected = {
            home: expected_hits(self._strata([use for use in uses if self._notes.homes[use[0]] == home]))
            for home in one.projects
        }
        return parts_of_projects(events, one.homes, one.support, expected)

    def _hold_against(self, one: Candidate, events: list[Event]) -> None:
        """What the others lead one to expect of it and, where it can have a verdict, its test."""
        one.test = None
        if one.kind in OWN_JUDGEMENT:
            rivals = rivals_of(one.kind, one.key)
            everything = (0, 0) if rivals is None else self._notes.rivals[rivals]
            one.expected = expected_among(one.kind, one.counts[1:3], everything)  # type: ignore[arg-type]
            return
        same = self._known.get(one.outcomes)
        if same is None:
            uses = self._judged(events)
            strata = self._strata(uses)
            able = len(uses) >= LEAST_USES and one.sessions >= _LEAST_SESSIONS
            same = self._known[one.outcomes] = expected_hits(strata), compare(strata) if able else None
        one.expected, one.test = same

    def _in_order(self, events: list[Event]) -> list[Event]:
        """Events by the end of their episodes, ties by id."""
        notes = self._notes
        return sorted(events, key=lambda event: (notes[event[0]].ended, event[0], event[3]))

    def _judged(self, events: list[Event]) -> list[tuple[int, bool]]:
        """(stratum, whether it succeeded) of each judged episode."""
        held = (self._notes[one] for one in {event[0]: None for event in events if event[5] in JUDGED})
        return [(note.stratum, note.success) for note in held if note.stratum is not None]

    def _strata(self, uses: list[tuple[int, bool]]) -> list[Stratum]:
        return [Stratum(*row) for row in counted(uses, self._notes.strata)]


def supported(read: Read, rejected: Counter[str]) -> tuple[Scale, list[Candidate]]:
    """Every counted candidate with enough support; the others are counted in ``rejected`` by reason."""
    wanted: dict[int, tuple[int, ...]] = {}
    for owner, counts in read.tallies(CANDIDATES):
        least = support_of(kind_of(owner))
        if counts[5] < least.episodes:
            rejected["too few episodes"] += 1
        elif counts[2] < least.successes:
            rejected["too few successes"] += 1
        else:
            wanted[owner] = counts
    scale = Scale(read, wanted)
    found = []
    for owner, counts in wanted.items():
        candidate = scale.weigh(owner, counts, events_of(read, owner))
        if isinstance(candidate, str):
            rejected[candidate] += 1
        elif is_of_nowhere(candidate.kind, candidate.key):
            rejected["of no known project"] += 1
        else:
            found.append(candidate)
    return scale, found


def _spread_over(one: Candidate) -> dict[str, float | None]:
    """What is expected of a recovery in each project: its error is left behind as often everywhere.

    So the parts add up; a project without a judged use has none.
    """
    judged = Counter(home for home, end in zip(one.homes, one.ends, strict=True) if end is not None)
    share = None if one.expected is None else one.expected / one.counts[1]
    return {
        home: share * judged[home] if share is not None and judged[home] else None for home in one.projects
    }


def _tally(ends: tuple[bool | None, ...]) -> Tally:
    judged = len(ends) - ends.count(None)
    successes = ends.count(True)
    return Tally(len(ends), judged, successes, successes / judged if judged else None)


def _files(events: list[Event], notes: Notes) -> tuple[str, ...]:
    """The five most frequent paths, one count a use; ties by path."""
    seen: Counter[str] = Counter()
    for event in events:
        seen.update(notes[event[0]].targets(event[3], event[4]))
    ordered = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    return tuple(path for path, _ in ordered[:FILES_SHOWN])


def _digest(events: list[Event]) -> bytes:
    """The same for candidates that occur in the same episodes."""
    digest = blake2b(digest_size=16)
    for episode in sorted({event[0] for event in events}):
        digest.update(u64(episode))
    return digest.digest()
