"""The files of OpenCode before 1.2: which of them belong to which session, and what is in them.

Below ``storage`` lie ``session/<project>/<session>.json``, ``message/<session>/<message>.json`` and
``part/<message>/<part>.json``. Before 0.6 each project had its own place, ``project/<name>/storage/session``,
with ``info/<session>.json``, ``message/<session>/<message>.json``, ``part/<session>/<message>/<part>.json``;
``MIGRATIONS`` in ``storage/storage.ts`` copied them, under the same ids. A sub-agent is a session with a
``parentID``; all its files belong to the session at the top. The sessions are read once, however many files
are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.loose import text_of
from tacit.core.readers.opencode.records import Head, Message, head_of, message_of, part_of, parts, sessions
from tacit.core.readers.opencode.telling import Branch
from tacit.core.readers.records import value

FOLDERS = ("session", "message", "part")
_OLDEST = "session"
"""What the place is called that all of a project lies in before 0.6."""

_LARGEST = 200_000_000


def place_of(path: Path) -> tuple[str, Path] | None:
    """What a file is by where it lies (``session``, ``message`` or ``part``), and the storage it lies in."""
    above = path.parents
    if path.suffix != ".json" or len(above) < 4:
        return None
    if above[0].name == "info" and above[1].name == _OLDEST:
        return "session", above[1]
    if above[2].name == "part" and above[3].name == _OLDEST:
        return "part", above[3]
    if above[1].name in FOLDERS:
        return above[1].name, above[2]
    return ("part", above[1]) if above[0].name == "part" else None


def is_oldest(root: Path) -> bool:
    """Whether a storage is that of one project, as before 0.6."""
    return root.name == _OLDEST


class Storage:
    """One storage. What was found in it holds as long as no session came or went."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._sessions: dict[str, tuple[Path, str]] = {}
        self._named: dict[Path, str] = {}
        self._families: dict[str, list[str]] = {}
        self._ids: dict[str, str] | None = None
        self._loose: dict[str, list[Path]] | None = None

    def main_of(self, session: str) -> Path | None:
        """The file of the session at the top; ``None`` where it is not there."""
        self._look()
        top = self._top(session)
        return self._sessions[top][0] if top else None

    def named(self, path: Path) -> str:
        """The session of a session's file."""
        self._look()
        return self._named.get(path, "")

    def session_of(self, message: str) -> str:
        """The session of a message whose parts do not name it."""
        if self._ids is None:
            self._ids = {one: path.parent.name for path, one in self._messages()}
        return self._ids.get(message, "")

    def companions(self, path: Path) -> tuple[Path, ...]:
        """All other files of the session that is at the top in this file."""
        top = self.named(path)
        if not top or self._top(top) != top:
            return ()
        found: list[Path] = []
        for session in self._families[top]:
            if session != top:
                found.append(self._sessions[session][0])
            for file in _json_files(self._root / "message" / session):
                found += [file, *self._parts(file)]
        return tuple(sorted(found))

    def _look(self) -> None:
        """Read the sessions, if any came or went since."""
        above = self._root if is_oldest(self._root) else self._root / "session"
        folders = [entry for entry in _entries(above) if entry.is_dir()]
        if is_oldest(self._root):
            folders = [entry for entry in folders if entry.name == "info"]
        stamp = tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in folders))
        if stamp == self._stamp:
            return
        self._stamp, self._ids, self._loose = stamp, None, None
        self._sessions = {}
        for folder in folders:
            for path in _json_files(above / folder.name):
                head = read_head(path, ReadTally())
                if head is not None:
                    self._sessions.setdefault(head.id, (path, head.parent))
        self._named = {path: session for session, (path, _) in self._sessions.items()}
        self._families = {}
        for session in self._sessions:
            self._families.setdefault(self._top(session), []).append(session)

    def _top(self, session: str) -> str:
        """The session that started it all; empty where one on the way is not there, or they go round."""
        seen = set()
        while session in self._sessions and session not in seen:
            seen.add(session)
            parent = self._sessions[session][1]
            if not parent:
                return session
            session = parent
        return ""

    def _messages(self) -> Iterable[tuple[Path, str]]:
        for folder in _entries(self._root / "message"):
            for path in _json_files(self._root / "message" / folder.name):
                yield path, message_id(path)

    def _parts(self, message: Path) -> list[Path]:
        """The parts of a message: in its folder, or beside all others in very old storages."""
        folder = self._root / "part"
        if is_oldest(self._root):
            folder /= message.parent.name
        found = _json_files(folder / message.stem)
        if found:
            return found
        native = message_id(message)
        return _json_files(folder / native) or self._lying_about().get(native, [])

    def _lying_about(self) -> dict[str, list[Path]]:
        if self._loose is None:
            self._loose = {}
            for path in _json_files(self._root / "part"):
                self._loose.setdefault(part_message(path), []).append(path)
        return self._loose


def read_head(path: Path, tally: ReadTally) -> Head | None:
    """A session's file; ``None`` where nothing can be made of it."""
    raw = _bytes(path, tally)
    record = None if raw is None else value(raw, sessions, tally)
    return None if record is None else head_of(record, path.stem)


def branches(main: Path, extra: Iterable[Path], tally: ReadTally) -> tuple[Branch, list[Branch]]:
    """A session with its messages, and those of its sub-agents, out of their files.

    Raises:
        Unreadable: the session's own file says nothing.
    """
    head = read_head(main, tally)
    if head is None:
        raise Unreadable(main, next(iter(tally.skipped)) if tally.bytes else "empty file")
    found = {head.id: Branch(head, [])}
    messages: dict[str, Message] = {}
    pieces: list[Path] = []
    for path in sorted(extra):
        kind = (place_of(path) or ("",))[0]
        if kind == "part":
            pieces.append(path)
        elif kind == "session":
            other = read_head(path, tally)
            if other is not None:
                found.setdefault(other.id, Branch(other, []))
        elif kind == "message":
            raw = _bytes(path, tally)
            message = None if raw is None else message_of(raw, path.stem, tally)
            if message is not None:
                messages[message.id] = message
                found.setdefault(path.parent.name, Branch(Head(path.parent.name), [])).messages.append(
                    message
                )
    _fill(messages, pieces, tally)
    for branch in found.values():
        in_order(branch.messages)
    return found.pop(head.id), list(found.values())


def in_order(messages: list[Message]) -> None:
    """Put messages in the order they were written in; one without a time came after the one before it."""
    now = 0
    times = {}
    for message in messages:
        now = times[message.id] = message.created or now
    messages.sort(key=lambda message: times[message.id])


def message_id(path: Path) -> str:
    """What a message calls itself."""
    raw = _bytes(path, ReadTally())
    message = None if raw is None else message_of(raw, path.stem, ReadTally())
    return path.stem if message is None else message.id


def part_message(path: Path) -> str:
    """The message that a part names."""
    raw = _bytes(path, ReadTally())
    record = None if raw is None else value(raw, parts, ReadTally())
    return "" if record is None else text_of(record.message)


def _fill(messages: dict[str, Message], pieces: Iterable[Path], tally: ReadTally) -> None:
    for path in pieces:
        raw = _bytes(path, tally)
        part = None if raw is None else part_of(raw, path.stem, tally)
        if raw is None or part is None:
            continue
        folder = path.parent.name
        message = messages.get(folder if folder in messages else part_message(path))
        if message is None:
            tally.skip("part without its message")
        else:
            message.parts.append(part)


def _bytes(path: Path, tally: ReadTally) -> bytes | None:
    try:
        if path.stat().st_size <= _LARGEST:
            raw = path.read_bytes()
            tally.bytes += len(raw)
            return raw.removeprefix(b"\xef\xbb\xbf")
        tally.skip("too large")
    except OSError:
        tally.skip("unreadable")
    return None


def _json_files(folder: Path) -> list[Path]:
    return sorted(folder / entry.name for entry in _entries(folder) if entry.name.endswith(".json"))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
