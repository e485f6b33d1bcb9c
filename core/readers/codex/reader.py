"""The reader of Codex CLI: ``~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl``.

The form is that of ``codex-rs`` (``protocol``, ``history`` and ``rollout``; versions 0.2 to 0.14x): a line is
``{timestamp, type, payload}``, ``session_meta`` first; from May to September 2025 the first line was the
header itself (``{id, timestamp, instructions, git}``), and the others the bare items, without times. Before
that it was one object a file (:mod:`tacit.core.readers.codex.single`). Of a fork the file begins with all
that it was forked from; a sub-agent has a file of its own. ``thread_rolled_back`` says how many of the latest
prompts the person went back behind (``core/src/context_manager/history.rs``, ``drop_last_n_user_turns``),
``undo_completed`` that the files are again as the latest ``ghost_snapshot`` has them (``tasks/undo.rs``).
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

from tacit.core.drafts import SessionDraft
from tacit.core.readers import usual
from tacit.core.readers.base import HEAD, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.codex.records import (
    UUID,
    Git,
    Line,
    Meta,
    events,
    gits,
    items,
    lines,
    metas,
    objects,
)
from tacit.core.readers.codex.records import read as read_raw
from tacit.core.readers.codex.single import is_single, lines_of, read_single
from tacit.core.readers.codex.telling import Telling
from tacit.core.readers.codex.threads import Threads
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.loose import text_of as text
from tacit.core.readers.mapped import MappedFile, opened
from tacit.core.readers.records import heads, records
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_LOOKS_LIKE = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"timestamp"\s*:\s*"[^"]{0,40}"\s*,\s*(?:"ordinal"\s*:\s*\d+\s*,\s*)?'
    rb'"type"\s*:\s*"session_meta"\s*,\s*"payload"\s*:\s*\{'
)
"""How a transcript begins whose first line is longer than the head."""

_PLACED = ("session_meta", "turn_context", "compacted", "world_state")
_OWN = ("memory_consolidation", "compact", "other", "internal")
"""What starts threads in which nobody asks for anything."""


class CodexReader:
    """Reads the transcripts of Codex CLI."""

    name = "codex"

    def __init__(self) -> None:
        self._threads = Threads()

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether a line of the head is a record of Codex."""
        if is_single(head) or any(_is_record(line) for line in heads(head, lines)):
            return True
        return len(head) >= HEAD and _LOOKS_LIKE.match(head) is not None

    roots = staticmethod(usual.codex)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """The session of a sub-agent's transcript, wherever among the sessions it lies."""
        return self._threads.main_of(path, head)

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The transcripts of its sub-agents, and of theirs."""
        return self._threads.below(path)

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """Read one session; see :class:`tacit.core.readers.base.Reader`."""
        tally = ReadTally()
        conversation = Conversation(redact, tally)
        main = Telling(conversation, tally)
        file = MappedFile(source.path)
        tally.bytes = file.size
        written = 0
        if is_single(bytes(file.view[file.start : HEAD])):
            single = read_single(file, source.path, tally)
            written = moment(text(single.session.timestamp))
            told = lines_of(single, tally)
        else:
            told = records(file, lines, tally)
        for line in told:
            main.take(line)
        if main.meta is not None and _is_its_own(main.meta):
            raise Unreadable(source.path, "no session of a person")
        for _, other in opened(source.extra, tally):
            sub_agent = main.of_agent()
            for line in records(other, lines, tally):
                sub_agent.take(line)
        if conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        session = _session(main, file)
        otherwise = written or source.path.stat().st_mtime_ns // 1_000_000
        return conversation.transcript(session, otherwise=otherwise)


def _session(main: Telling, file: MappedFile) -> SessionDraft:
    """The session as its own lines tell it; its id, where it has none, is a hash of the first of them."""
    meta = main.meta or Meta()
    git = read_raw(meta.git, gits) or Git()
    native = text(meta.id)
    if not native:
        _, length, _ = next(file.spans())
        first = file.view[file.start : file.start + length]
        native = f"record-{blake2b(first, digest_size=16).hexdigest()}"
    return SessionDraft(
        agent=CodexReader.name,
        native=native,
        title=main.title,
        directory=main.directory,
        started=moment(text(meta.timestamp)),
        ended=0,
        repository=text(git.repository_url) or None,
        branch=text(git.branch) or None,
        model=main.model or None,
        version=text(meta.cli_version) or None,
    )


def _is_record(line: Line) -> bool:
    if not line.payload:
        return _is_header(line)
    if line.type == "session_meta":
        meta = read_raw(line.payload, metas)
        return meta is not None and bool(text(meta.id))
    if line.type == "response_item":
        item = read_raw(line.payload, items)
        return item is not None and bool(item.type)
    if line.type == "event_msg":
        event = read_raw(line.payload, events)
        return event is not None and bool(event.type)
    return line.type in _PLACED and bool(line.timestamp) and read_raw(line.payload, objects) is not None


def _is_header(line: Line) -> bool:
    """Whether this is the first line of the oldest form: an id, a time and what Codex was instructed with."""
    named = UUID.fullmatch(text(line.id)) is not None and bool(text(line.timestamp))
    return named and not line.type and bool(line.instructions) and not line.role


def _is_its_own(meta: Meta) -> bool:
    """Whether Codex started this by itself for itself."""
    source = read_raw(meta.source, objects) or {}
    kind = source.get("subagent") or source.get("internal")
    if kind is None:
        return False
    names = read_raw(kind, objects) or {text(kind): kind}
    return "internal" in source or any(name in _OWN for name in names)
