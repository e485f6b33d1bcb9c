"""The first pass over Tacit's own JSON Lines: which lines belong to which task, and when it was.

Programs may write several sessions and tasks into one file at the same time. A line says which it
belongs to, or belongs to the one that was opened last.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from tacit.core.model import Label
from tacit.core.readers.base import ReadTally
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.tacit_jsonl.records import (
    EndLine,
    EpisodeLine,
    Line,
    Refused,
    SessionLine,
    StepLine,
    read_line,
    time_of,
)

Place = tuple[int, int, int]
"""Where a step's line begins, its length, and its time."""


class EpisodeIndex(Struct):
    """One task. ``place`` and ``length`` say where its own line lies."""

    id: str
    place: int
    length: int
    started: int
    ended: int
    steps: list[Place] = []
    label: Label | None = None
    closed: bool = False


class SessionIndex(Struct):
    """One session. ``at`` is the time of its latest line."""

    head: SessionLine
    at: int
    episodes: dict[str, EpisodeIndex] = {}


class Index:
    """Collects the sessions of a file while its lines pass by."""

    def __init__(self, tally: ReadTally) -> None:
        self.sessions: dict[tuple[str, str], SessionIndex] = {}
        self._tally = tally
        self._named: dict[str, SessionIndex] = {}
        self._session: SessionIndex | None = None
        self._latest: dict[int, EpisodeIndex] = {}

    def take(self, line: Line, place: int, length: int) -> None:
        """Look at one line."""
        if isinstance(line, SessionLine):
            self._open(line)
            return
        session = self._session if line.session is None else self._named.get(line.session)
        if session is None:
            self._tally.skip("without its session")
            return
        self._session = session
        if isinstance(line, EpisodeLine):
            self._begin(session, line, place, length)
        else:
            self._go_on(session, line, place, length)

    def _open(self, line: SessionLine) -> None:
        session = self.sessions.setdefault((line.agent, line.id), SessionIndex(line, 0))
        session.at = time_of(line.at) or session.at
        self._session = self._named[line.id] = session

    def _begin(self, session: SessionIndex, line: EpisodeLine, place: int, length: int) -> None:
        at = time_of(line.at) or session.at
        if line.id in session.episodes:
            self._tally.skip("repeated episode")
        elif not at:
            self._tally.skip("without a time")
        else:
            session.at = at
            episode = EpisodeIndex(line.id, place, length, at, at)
            session.episodes[line.id] = self._latest[id(session)] = episode

    def _go_on(self, session: SessionIndex, line: StepLine | EndLine, place: int, length: int) -> None:
        latest = self._latest.get(id(session))
        episode = latest if line.episode is None else session.episodes.get(line.episode)
        if episode is None:
            self._tally.skip("without its episode")
            return
        if isinstance(line, StepLine) and episode.closed:
            self._tally.skip("step after its end")
            return
        session.at = time_of(line.at) or session.at
        episode.ended = max(episode.ended, session.at)
        if isinstance(line, StepLine):
            episode.steps.append((place, length, session.at))
        else:
            episode.closed, episode.label = True, line.outcome


def index_of(file: MappedFile, tally: ReadTally) -> Index:
    """All lines of a file, each counted; a half-written last one is left for next time."""
    index = Index(tally)
    for place, length, ended in file.spans():
        raw = file.view[place : place + length]
        if not bytes(raw[:64]).strip() and not bytes(raw).strip():
            tally.read_to = place + length + ended
            continue
        try:
            line, unknown = read_line(raw)
        except Refused as refused:
            tally.skip(str(refused))
        except msgspec.DecodeError:
            if not ended:
                return index
            tally.skip("not JSON")
        else:
            for _ in range(unknown):
                tally.skip("unknown field")
            index.take(line, place, length)
        tally.lines += 1
        tally.read_to = place + length + ended
    return index


def heads_of(head: bytes) -> Iterator[SessionLine]:
    """The session lines among the first bytes of a file."""
    for raw in head.removeprefix(b"\xef\xbb\xbf").splitlines():
        try:
            line, _ = read_line(memoryview(raw))
        except (Refused, msgspec.DecodeError):
            continue
        if isinstance(line, SessionLine):
            yield line
