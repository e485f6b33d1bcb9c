"""The reader of aider's chat histories: ``.aider.chat.history.md`` in a repository, with many sessions.

The form is that of aider 0.86 (its ``io.py``, ``commands.py``, ``coders/base_coder.py``) and, where it
differs, 0.50. A session is known by when it began and a hash of its lines up to the first that was typed.
Times are local and of no zone: they are read as UTC, and all of a session happened when it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path, PurePath

from tacit.core.drafts import SessionDraft
from tacit.core.readers import usual
from tacit.core.readers.aider.chat import Chat
from tacit.core.readers.aider.marks import STARTED, History, Part
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.mapped import MappedFile
from tacit.core.redaction import Redactor

USUAL = ".aider.chat.history.md"
"""The file's name where nobody chose another: it lies in the root of the repository."""

_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?=# aider chat)")
_PIECE = 1 << 20


class AiderReader(FileReader):
    """Reads aider's chat histories."""

    name = "aider"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it begins as aider begins a session: a page about aider only quotes that."""
        begin = _BEGIN.match(head)
        return begin is not None and STARTED.match(head, begin.end()) is not None

    roots = staticmethod(usual.aider)

    def read(self, source: Source, redact: Redactor) -> Iterator[Transcript]:
        """Every session of the history; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        history = History(file.view, file.start)
        tally.bytes, tally.read_to = file.size, history.end
        tally.lines = _lines(file.view, history.end)
        otherwise = source.path.stat().st_mtime_ns // 1_000_000
        seen: set[str] = set()
        for part in history.parts():
            chat = Chat(history, part, Conversation(redact, tally))
            chat.tell()
            native = _native(history, part, chat.first)
            if chat.conversation.empty:
                continue
            if native in seen:
                tally.skip("repeated session")
                continue
            seen.add(native)
            head = SessionDraft(
                agent=self.name,
                native=native,
                title="",
                directory=_directory(source),
                started=part.at,
                ended=part.at,
                model=chat.model,
                version=chat.version,
            )
            yield chat.conversation.transcript(head, otherwise=part.at or otherwise)
        if not seen:
            raise Unreadable(source.path, "no prompt or call in it")


def _native(history: History, part: Part, first: int) -> str:
    """When it began, and a hash of all it began with: two repositories may begin in one second."""
    began = bytes(history.view[part.start : first]).replace(b"\r", b"")
    return f"{part.at // 1000}-{blake2b(began, digest_size=8).hexdigest()}"


def _directory(source: Source) -> str:
    """The folder it lies in, also in an archive, for a history of the usual name; nobody knows of another."""
    if source.path.name != USUAL:
        return ""
    inside = PurePath(source.name.partition("!")[2] or source.path.absolute())
    return "" if inside.parent == PurePath() else str(inside.parent)


def _lines(view: memoryview, end: int) -> int:
    return sum(bytes(view[at : min(at + _PIECE, end)]).count(b"\n") for at in range(0, end, _PIECE))
