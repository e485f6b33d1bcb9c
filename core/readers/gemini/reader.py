"""The reader of Gemini CLI: ``~/.gemini/tmp/<project>/chats/session-*.json``, newer ones ``.jsonl``.

The form is that of ``packages/core/src/services/chatRecordingService.ts`` and ``chatRecordingTypes.ts`` in
google-gemini/gemini-cli, as they stood in 2025 and 2026, and of four real sessions of 0.23. Sub-agents write
files of their own, newer ones in a folder named after the session. Qwen Code wrote the same form with
messages of type ``qwen``; those files are not Gemini's. ``logs.json`` and ``checkpoint-*.json`` of the
same folders are no transcripts.
"""

from __future__ import annotations

import re
from glob import escape
from pathlib import Path

import msgspec

from tacit.core.readers import usual
from tacit.core.readers.base import HEAD, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.gemini.log import GeminiLog, Header
from tacit.core.readers.gemini.place import MARKER, directory_of
from tacit.core.readers.gemini.telling import Telling
from tacit.core.readers.loose import text_of
from tacit.core.readers.records import heads
from tacit.core.redaction import Redactor

_VALUE = rb'(?:"(?:[^"\\]|\\.)*"|\[[^\[\]]*\]|\{[^{}]*\}|[\w.+-]+)'
_BEGUN = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*' + _VALUE + rb'\s*,\s*)*?"messages"\s*:\s*\[',
    re.DOTALL,
)
_QWEN = re.compile(rb'"type"\s*:\s*"qwen"')
_PATH = re.compile(rb"(?:/|[A-Za-z]:\\)[^\n]*\s*")
_ID = re.compile(r"[\w-][\w.-]{0,199}")
_OF_ID = 8
"""So much of a session's id stands in the name of its file."""

_headers = msgspec.json.Decoder(Header)


class GeminiReader:
    """Reads the sessions of Gemini CLI."""

    name = "gemini"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it opens a session, and no message in sight is Qwen Code's."""
        if path.name == MARKER:
            return _PATH.fullmatch(head) is not None
        return ".qwen" not in path.parts and not _QWEN.search(head) and _opening(head) is not None

    roots = staticmethod(usual.gemini)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """The session of a sub-agent's file, and of ``.project_root`` the first of its folder."""
        if path.name == MARKER:
            sessions = sorted(path.parent.glob("chats/session-*.json*"))
            return sessions[0] if sessions else path.parent / "chats" / "session"
        opening = _opening(head)
        if opening is None or text_of(opening.kind) != "subagent":
            return None
        nested = not path.name.startswith("session-")
        folder = path.parent.parent if nested else path.parent
        session = path.parent.name if nested else text_of(opening.session)
        found = (one for one in _files_of(folder, session) if not _is_subagent(one))
        return next(found, folder / f"session-{session[:_OF_ID]}.jsonl")

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The files of its sub-agents, and the one that tells the directory."""
        opening = _opening(_head_of(path))
        session = text_of(opening.session) if opening else ""
        found = {path.parent.parent / MARKER}
        if _ID.fullmatch(session):
            found.update((path.parent / session).glob("*.json*"))
            found.update(one for one in _files_of(path.parent, session) if one != path and _is_subagent(one))
        return tuple(sorted(one for one in found if one.is_file()))

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The session of one file; see :class:`tacit.core.readers.base.Reader`."""
        tally = ReadTally()
        log = GeminiLog(source.path, tally)
        telling = Telling(redact, tally)
        telling.tell(log)
        marker = ""
        for extra in source.extra:
            if extra.name == MARKER:
                marker = _head_of(extra).decode("utf-8", "replace").strip()
            else:
                telling.tell_subagent(extra)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return telling.transcript(log, directory_of(log, marker), source.path.stat().st_mtime_ns // 1_000_000)


def _opening(head: bytes) -> Header | None:
    """What the first bytes of a session say of it."""
    begun = _BEGUN.match(head)
    if begun is not None:
        told = heads(re.sub(rb"\s*\n\s*", b" ", begun[0]) + b"]}", _headers)
    else:
        told = heads(head, _headers)
    return next((one for one in told if text_of(one.session) and text_of(one.hash)), None)


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def _is_subagent(path: Path) -> bool:
    opening = _opening(_head_of(path))
    return opening is not None and text_of(opening.kind) == "subagent"


def _files_of(folder: Path, session: str) -> list[Path]:
    """The files of a session and, before they had a folder, of its sub-agents."""
    return sorted(folder.glob(f"session-*-{escape(session[:_OF_ID])}.json*")) if session else []
