"""What a reader is: one file of an agent's transcript in, its session, or several, with their episodes out.

A reader recognises its format by content, never fails on a bad line, streams, and hands everything
through redaction and the limits before anybody else sees it. Readers are found through the
``tacit.readers`` entry points (see :mod:`tacit.core.readers.registry`).
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.errors import NothingUsable
from tacit.core.ids import session_id
from tacit.core.redaction import Redactor

HEAD = 65_536
"""How many bytes of a file a reader gets to recognise it by."""


_HOUR = 3_600_000
_MOST_DRIFT = 50
"""So many kinds of drift are told apart in one file; a hostile one may hold any number."""

_PLAIN = re.compile(r"[A-Za-z_][\w./:-]{0,39}", re.ASCII)


class Before(Struct, frozen=True):
    """What was read of a source the last time: the public ids of its ``sessions``, ``upto`` a moment."""

    upto: int
    sessions: frozenset[str]

    def has(self, agent: str, native: str, changed: int) -> bool:
        """Whether a session was read as it is, by when anything of it changed last.

        What changed in the hour before is read again: a clock may have been set, and a program may write
        down later what it timed before.
        """
        return 0 < changed < self.upto - _HOUR and session_id(agent, native) in self.sessions


class Source(Struct, frozen=True):
    """One transcript on disk: the main file and the files that belong to it, sorted.

    ``name`` is what it is remembered by where its path says nothing, as for a file out of an archive.
    ``before`` is there where sessions that were read as they are may be told as :func:`unchanged`.
    """

    path: Path
    extra: tuple[Path, ...] = ()
    name: str = ""
    before: Before | None = None


class ReadTally(Struct):
    """What happened to the lines. Complete once the episodes have been read to the end.

    ``lines`` counts lines that hold anything; ``skipped`` those nothing could be made of, by reason;
    ``drift`` what a reader met that its format did not have when it was written, by kind: such a record may
    say more than was read of it. ``recovered`` the records saved from torn or glued lines; ``cut`` what was
    shortened to a limit (``prompt``, ``observation``, ``parameters``, ``episode``, ``steps``). ``bytes`` is
    the size of all files, and ``read_to`` where the whole lines of the main transcript end: a half-written
    last line is left for next time. ``upto`` is when, by the source itself, anything in it changed last; 0
    where it does not say. Sessions of one file share one tally.
    """

    lines: int = 0
    bytes: int = 0
    read_to: int = 0
    upto: int = 0
    recovered: int = 0
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    cut: dict[str, int] = msgspec.field(default_factory=dict)
    drift: dict[str, int] = msgspec.field(default_factory=dict)

    def skip(self, reason: str) -> None:
        """Count one line that could not be read."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def drifted(self, what: str, name: str = "") -> None:
        """Count something the format did not have: ``drifted("unknown record type", "world_state")``.

        Args:
            what: ``unknown record type``, ``unknown part``, ``missing field`` or another such word.
            name: what the file calls it; left out where it is no plain name, or looks like a secret.
        """
        told = f"{what} {name}" if _is_plain(name) else what
        if told not in self.drift and len(self.drift) >= _MOST_DRIFT:
            told = what
        self.drift[told] = self.drift.get(told, 0) + 1

    def add(self, more: ReadTally) -> None:
        """Count what was counted apart: of another file of the source, or of what may be read twice."""
        self.lines += more.lines
        self.bytes += more.bytes
        self.recovered += more.recovered
        for counts, others in ((self.skipped, more.skipped), (self.cut, more.cut), (self.drift, more.drift)):
            for name, times in others.items():
                counts[name] = counts.get(name, 0) + times

    def shorten(self, what: str, times: int = 1) -> None:
        """Count something that was cut to its limit."""
        if times:
            self.cut[what] = self.cut.get(what, 0) + times


@lru_cache(256)
def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and Redactor(b"")(name) == name


class Transcript:
    """One session: its head at once, its episodes one at a time.

    A reader of a file that holds one session returns it as it is: it is all the sessions there are.
    """

    def __init__(
        self,
        session: SessionDraft,
        tally: ReadTally,
        episodes: Callable[[], Iterator[EpisodeDraft]],
        *,
        unchanged: bool = False,
    ) -> None:
        self.session = session
        self.tally = tally
        self.unchanged = unchanged
        self._episodes = episodes

    def __iter__(self) -> Iterator[Transcript]:
        yield self

    def episodes(self) -> Iterator[EpisodeDraft]:
        """The episodes in the order of the transcript. Only one is held in memory; read them once."""
        return self._episodes()


def unchanged(agent: str, native: str, tally: ReadTally) -> Transcript:
    """A session of which all was read before: nothing of it is told again."""
    session = SessionDraft(agent, native, "", "", 0, 0)
    return Transcript(session, tally, lambda: iter(()), unchanged=True)


NO_ROOM = "no room on the disk"


def reason_of(error: OSError) -> str:
    """The word the report counts a file under that cannot be opened or read."""
    reasons = {
        errno.ENOENT: "no such file",
        errno.ELOOP: "loop of links",
        errno.EINVAL: "not a regular file",
        errno.ENOSPC: NO_ROOM,
        errno.EDQUOT: NO_ROOM,
    }
    return reasons.get(error.errno or 0, "unreadable")


class Unreadable(NothingUsable):
    """Nothing can be read from this file; ``reason`` is the word the report counts it under.

    ``drift`` is what of it was not known: where that is all there was, the format has changed.
    """

    def __init__(self, path: Path, reason: str, tally: ReadTally | None = None) -> None:
        super().__init__(f"{path} was skipped: {reason}.")
        self.reason = reason
        self.drift = {} if tally is None else tally.drift


@runtime_checkable
class Reader(Protocol):
    """One agent's transcript format."""

    @property
    def name(self) -> str:
        """The agent's name, as ``claude-code``."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file is of this format, judged by its first bytes (at most :data:`HEAD`)."""
        ...

    def roots(self, home: Path, environ: Mapping[str, str]) -> list[Path]:
        """The folders where this agent usually leaves transcripts; they need not exist."""
        ...

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """For a sub-agent's own file the transcript it belongs to, which need not exist; else ``None``."""
        ...

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The sub-agent files that belong to this main transcript, sorted."""
        ...

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """Read the sessions of one file; each is read to its end before the next is asked for.

        Raises:
            Unreadable: nothing in the file can be used; at once, or while the sessions are asked for.
        """
        ...


class FileReader:
    """What a reader has to say of files that stand alone and that no agent leaves in a usual folder."""

    def roots(self, home: Path, environ: Mapping[str, str]) -> list[Path]:  # noqa: ARG002
        """None: such files lie where somebody put them."""
        return []

    def main_of(self, path: Path, head: bytes) -> Path | None:  # noqa: ARG002
        """Every file is one of its own."""
        return None

    def companions(self, path: Path) -> tuple[Path, ...]:  # noqa: ARG002
        """No other file belongs to it."""
        return ()
