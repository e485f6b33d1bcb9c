"""What the review needs of the episodes, read once: what each was like, and what candidates are called."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Container

from tacit.core.learn.records import Contribution
from tacit.core.learn.strata import OWN_JUDGEMENT, Counts, Likeness, likeness, rivals_of
from tacit.core.model import KINDS, Episode
from tacit.core.tables import CONTRIBUTIONS, EPISODES
from tacit.store.reading import Read

_OWN = frozenset(KINDS.index(kind) for kind in OWN_JUDGEMENT)


class Note:
    """One episode; small, for all of them are held at once.

    ``stratum`` is the number of its stratum, ``None`` where it is not judged or nothing is learned
    from it; ``success`` whether it succeeded.
    """

    __slots__ = ("ended", "files", "project", "steps", "stratum", "success")

    def __init__(self, episode: Episode, stratum: int | None, project: str) -> None:
        self.project = project
        self.ended = episode.ended
        self.stratum = stratum
        self.success = episode.outcome.label == "success"
        self.steps = array("L")
        self.files: tuple[str, ...] = ()

    def targets(self, first: int, last: int) -> set[str]:
        """The files that steps ``first`` to ``last`` worked on."""
        return set(self.files[bisect_left(self.steps, first) : bisect_right(self.steps, last)])


class Notes:
    """All live episodes by key, the strata they make up, and the keys of some candidates.

    Attributes:
        strata: judged episodes and successes by the number of a stratum.
        homes: the project of a stratum, by its number.
        keys: the canonical keys of the candidates that were wanted.
        rivals: judged uses and successes of all recoveries and facts that are compared with each other.
    """

    def __init__(self, read: Read, wanted: Container[int]) -> None:
        """Read every episode and contribution.

        Raises:
            Corrupt: a contribution is damaged.
        """
        self._notes: dict[int, Note] = {}
        self._words: dict[str, str] = {}
        self._numbers: dict[Likeness, int] = {}
        self.strata: dict[int, Counts] = {}
        self.homes: list[str] = []
        self.keys: dict[int, tuple[str, ...]] = {}
        self.rivals: dict[tuple[str, ...], Counts] = {}
        for key, episode in read.records(EPISODES):
            contribution = read.exact(CONTRIBUTIONS, key)
            note = self._note(episode, contribution)
            self._notes[int.from_bytes(key, "big")] = note
            if contribution is not None:
                self._take(note, contribution, wanted)

    def __getitem__(self, key: int) -> Note:
        note = self._notes.get(key)
        if note is None:
            raise LookupError(f"an event names an episode that is not stored: {key:x}")
        return note

    def _note(self, episode: Episode, contribution: Contribution | None) -> Note:
        """What one was like; one that still waits to be learned from is in no stratum."""
        alike = None if contribution is None else likeness(episode, contribution.open_steps)
        number = None
        if alike is not None:
            number = self._numbers.setdefault(alike, len(self._numbers))
            if number == len(self.homes):
                self.homes.append(episode.project)
            judged, successes = self.strata.get(number, (0, 0))
            self.strata[number] = judged + 1, successes + (episode.outcome.label == "success")
        return Note(episode, number, self._words.setdefault(episode.project, episode.project))

    def _take(self, note: Note, contribution: Contribution, wanted: Container[int]) -> None:
        known, words = self._words, contribution.words
        note.steps = array("L", (n for n, _ in contribution.targets))
        note.files = tuple(known.setdefault(words[word], words[word]) for _, word in contribution.targets)
        for share in contribution.shares:
            missing = share.owner in wanted and share.owner not in self.keys
            if missing or share.kind in _OWN:
                key = tuple(known.setdefault(words[part], words[part]) for part in share.parts)
                if missing:
                    self.keys[share.owner] = key
                rivals = rivals_of(KINDS[share.kind], key)
                if rivals is not None:
                    judged, successes = self.rivals.get(rivals, (0, 0))
                    self.rivals[rivals] = judged + share.counts[1], successes + share.counts[2]
