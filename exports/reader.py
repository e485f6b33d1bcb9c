"""The way back: an export tree as sessions, episodes and steps again.

A tree is untrusted: anyone may have written it. Only regular files directly inside ``sessions/`` are
opened, never a link; each must hold one session of the published form, with ids that follow from its
native ids. A file that does not is counted under ``rejected`` and left out whole. Patterns are not
read: they are derived again from the episodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, overload

import msgspec
from msgspec import Raw, Struct

from tacit.core.errors import NothingUsable
from tacit.core.ids import episode_id, session_id
from tacit.core.jsonback import episode_from, session_from, step_from
from tacit.core.model import Episode, Session, Step
from tacit.core.readers.base import reason_of
from tacit.core.readers.mapped import held
from tacit.exports.files import is_folder, open_regular
from tacit.exports.layout import SESSIONS
from tacit.exports.manifest import Manifest, is_export, read_manifest
from tacit.exports.redacted import redacted_episode, redacted_session, redacted_step
from tacit.exports.refusals import NO_FILE, FormError, Reason, check_version, form_errors

if TYPE_CHECKING:
    from mmap import mmap

MOST_BYTES = 256 << 20
"""A session's file above this is rejected."""

MOST_STEPS = 10_000
"""An episode with more is rejected; a stored one has a thousand, and its sub-agents' steps."""

PROBLEMS = 100
"""So many rejected files are named; all are counted."""

Redact = Callable[[str], str]


class Rejected(Struct, frozen=True):
    """A file that was left out. Name and words come from the tree: clean them before a terminal."""

    file: str
    reason: Reason
    why: str


def recognises(directory: Path) -> bool:
    """Whether a directory is an export tree.

    Raises:
        TacitError: it is one of a newer Tacit.
    """
    return directory.is_dir() and is_export(directory)


def read_tree(directory: Path, redact: Redact | None = None) -> Tree:
    """Open an export tree.

    Args:
        directory: the tree.
        redact: applied to every text that a person or a tool wrote, for a tree may be made by hand.

    Raises:
        NothingUsable: the directory is no export.
        TacitError: its manifest is damaged, or a newer Tacit wrote it.
    """
    manifest = read_manifest(directory)
    if manifest is None:
        raise NothingUsable(f"{directory} is no export of Tacit.", "An export has a manifest.json.")
    return Tree(directory, manifest, redact)


class Tree:
    """An export tree that is being read.

    Attributes:
        manifest: what the tree says of itself, tombstones and pins among it.
        rejected: how many files were left out, by reason; complete when ``sessions`` is exhausted.
        problems: the first hundred of them.
    """

    def __init__(self, directory: Path, manifest: Manifest, redact: Redact | None) -> None:
        self.directory = directory
        self.manifest = manifest
        self.rejected: dict[str, int] = {}
        self.problems: list[Rejected] = []
        self._redact = redact

    def sessions(self) -> Iterator[tuple[Session, Episodes]]:
        """Every session whose file is sound, in the order of the names, checked from end to end."""
        self.rejected.clear()
        self.problems.clear()
        seen: set[str] = set()
        for path in self._files():
            try:
                session, episodes = read_session(path)
                if session.id in seen:
                    raise FormError("twice", f"{session.id} is in another file too")
            except FormError as bad:
                self._reject(path, bad)
                continue
            seen.add(session.id)
            if self._redact is not None:
                session = redacted_session(session, self._redact)
                episodes.redact = self._redact
            yield session, episodes

    def _files(self) -> list[Path]:
        folder = self.directory / SESSIONS
        if not is_folder(folder):
            return []
        return sorted(path for path in folder.iterdir() if path.suffix == ".json" and path.name[0] != ".")

    def _reject(self, path: Path, bad: FormError) -> None:
        self.rejected[bad.reason] = self.rejected.get(bad.reason, 0) + 1
        if len(self.problems) < PROBLEMS:
            self.problems.append(Rejected(f"{SESSIONS}/{path.name}", bad.reason, bad.why))


class Episodes(Sequence[tuple[Episode, list[Step]]]):
    """The episodes of one file, copies last, with their steps; each is made when it is asked for."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._entries = entries
        self.redact: Redact | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> tuple[Episode, list[Step]]: ...

    @overload
    def __getitem__(self, place: slice) -> list[tuple[Episode, list[Step]]]: ...

    def __getitem__(self, place: int | slice) -> object:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        entry = self._entries[place]
        at = f"$.episodes[{place}]"
        if len(entry.steps) > MOST_STEPS:
            raise ValueError(f"{at}.steps: more than {MOST_STEPS}")
        episode = episode_from(msgspec.json.decode(entry.episode), f"{at}.episode")
        steps = [
            step_from(msgspec.json.decode(raw), f"{at}.steps[{number}]")
            for number, raw in enumerate(entry.steps)
        ]
        if self.redact is not None:
            redact = self.redact
            return redacted_episode(episode, redact), [redacted_step(step, redact) for step in steps]
        return episode, steps


def read_session(path: Path) -> tuple[Session, Episodes]:
    """The session in a file, every episode and step of it checked.

    Raises:
        FormError: the file holds no sound session.
    """
    content = _content(path)
    with form_errors():
        check_version(content)
        msgspec.json.decode(content, type=_Shape)
        file = msgspec.json.decode(content, type=_File)
        session = session_from(msgspec.json.decode(file.session), "$.session")
        episodes = Episodes([*file.episodes, *file.copies])
        _check(session, episodes)
    return session, episodes


def _check(session: Session, episodes: Episodes) -> None:
    """Ids follow from native ids, episodes belong to the session, steps stand in order."""
    if session.id != session_id(session.agent, session.native):
        raise FormError("wrong id", "$.session.id")
    seen: set[str] = set()
    for place, (episode, steps) in enumerate(episodes):
        at = f"$.episodes[{place}]"
        if episode.id != episode_id(episode.agent, episode.native) or episode.id in seen:
            raise FormError("wrong id", f"{at}.episode.id")
        if episode.session != session.id or episode.agent != session.agent:
            raise FormError("wrong id", f"{at}.episode.session")
        seen.add(episode.id)
        if any(one.n >= other.n for one, other in pairwise(steps)):
            raise FormError("wrong form", f"{at}.steps: not in order")


def _content(path: Path) -> bytes | mmap:
    """The bytes of a regular file, little of a large one in memory, whatever becomes of it meanwhile."""
    file = open_regular(path)
    if file is None:
        raise FormError("unreadable", NO_FILE)
    with file:
        if file.seek(0, 2) > MOST_BYTES:
            raise FormError("too large", f"more than {MOST_BYTES} bytes")
        file.seek(0)
        try:
            content = held(file)
        except OSError as error:
            raise FormError("unreadable", reason_of(error)) from error
    if not content:
        raise FormError("not JSON", "empty")
    return content


class _SomeStep(Struct):
    n: int
    at: str
    call: str
    kind: str
    status: str


class _SomeEpisode(Struct):
    id: str
    session: str
    native: str
    started: str
    ended: str


class _SomeEntry(Struct):
    episode: _SomeEpisode
    steps: list[_SomeStep]


class _Shape(Struct):
    """The outline, read first: it fails at once on a file that is a hundred million of something else."""

    episodes: list[_SomeEntry]
    copies: list[_SomeEntry] = []


class _Entry(Struct):
    episode: Raw
    steps: list[Raw]


class _File(Struct):
    """Views into the file's bytes; nothing is copied."""

    session: Raw
    episodes: list[_Entry]
    copies: list[_Entry] = []
