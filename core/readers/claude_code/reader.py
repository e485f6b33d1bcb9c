"""The reader of Claude Code: ``~/.claude/projects/<directory>/<session id>.jsonl``.

Two passes over a map of the file. The first notes for every record where it lies and what it is to
the conversation (:mod:`~tacit.core.readers.claude_code.index`); then the tree is known, and the second
decodes the calls of one episode at a time (:mod:`~tacit.core.readers.claude_code.steps`).
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tacit.core.readers import usual
from tacit.core.readers.base import HEAD, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.claude_code.episodes import EpisodeReader
from tacit.core.readers.claude_code.head import UUID, Head
from tacit.core.readers.claude_code.index import NONE, Index
from tacit.core.readers.claude_code.lines import records
from tacit.core.readers.claude_code.records import Line, lines
from tacit.core.readers.claude_code.steps import StepReader
from tacit.core.readers.mapped import MappedFile, opened
from tacit.core.redaction import Redactor

_FIRST_RECORD = 8_192
_AGENT_FILE = re.compile(r"agent-[\w-]+\.jsonl")
_MESSAGES = ("user", "assistant")
_UNPLACED = frozenset(
    {"file-history-snapshot", "queue-operation", "permission-mode", "ai-title", "custom-title"}
)
_LOOKS_LIKE = re.compile(
    rb'\{\s*"(?:parentUuid|isSidechain)"\s*:'
    rb'|(?=.*"type"\s*:\s*"(?:user|assistant)")(?=.*"(?:uuid|sessionId|parentUuid)"\s*:)\{'
)
"""How a record begins whose line is longer than the head."""


class ClaudeCodeReader:
    """Reads the transcripts of Claude Code."""

    name = "claude-code"

    def __init__(self) -> None:
        self._beside: dict[Path, tuple[int, dict[str, list[Path]]]] = {}

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether a line of the head is a record of Claude Code."""
        whole = head.removeprefix(b"\xef\xbb\xbf").splitlines()
        likely = foreign = False
        for raw in whole:
            try:
                line = lines.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            if line.type in _MESSAGES:
                if line.uuid and line.session and line.message and memoryview(line.message.content):
                    return True
                foreign = True  # unless a later message has what this one lacks
            likely = likely or _is_likely(line)
        if foreign:
            return False
        return likely or (len(head) >= HEAD and _LOOKS_LIKE.match(whole[-1][:400]) is not None)

    roots = staticmethod(usual.claude_code)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """The session of an ``agent-*.jsonl``, named by its folder or by its first record."""
        if not _AGENT_FILE.fullmatch(path.name):
            return None
        for folder in path.parents:
            if folder.name == "subagents":
                return folder.parent.with_suffix(".jsonl")
        session = _first_session(head) or ""
        return path.with_name(f"{session if UUID.fullmatch(session) else 'unknown'}.jsonl")

    def companions(self, path: Path) -> tuple[Path, ...]:
        """Agent files under ``<session id>/subagents`` and those beside it that name this session."""
        own = path.with_suffix("") / "subagents"
        found = set(own.rglob("agent-*.jsonl")) if own.is_dir() else set()
        return tuple(sorted(found.union(self._agents_beside(path.parent).get(path.stem, ()))))

    def _agents_beside(self, folder: Path) -> dict[str, list[Path]]:
        """The agent files of a folder by the session they name; looked up once while it stays the same."""
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return {}
        known = self._beside.get(folder)
        if known is not None and known[0] == changed:
            return known[1]
        named: dict[str, list[Path]] = {}
        for path in folder.glob("agent-*.jsonl"):
            named.setdefault(_session_of(path), []).append(path)
        if "" not in named:
            self._beside[folder] = (changed, named)
        return named

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """Read one session; see :class:`tacit.core.readers.base.Reader`."""
        tally, index, head = ReadTally(), Index(), Head()
        files = [MappedFile(source.path)]
        for offset, length, line in records(files[0], tally):
            row = index.add(0, offset, length, line)
            at = index.rows.at[row] if row != NONE else 0
            head.take(line, files[0].view[offset : offset + length], at)
        tally.bytes = files[0].size
        for place, (_, file) in enumerate(opened(source.extra, tally), 1):
            files.append(file)
            for offset, length, line in records(file, tally):
                index.add(place, offset, length, line)
        steps = StepReader(files, index, redact, tally)
        for call, row in index.starter_results():
            index.name_starter(call, steps.line(row, result=True)[0].toolUseResult)
        episodes = EpisodeReader(index, steps, redact, tally)
        if episodes.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        title = redact.silent()(head.title(index.row_of, episodes.first_prompt()))
        session = head.draft(self.name, source.path, title, redact.silent())
        return Transcript(session, tally, episodes.__iter__)


def _is_likely(line: Line) -> bool:
    """Whether a record that is no message is one of Claude Code."""
    if line.type == "summary":
        return line.leafUuid is not None
    return line.type in _UNPLACED or bool(line.uuid and line.session and line.sidechain is not None)


def _session_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _first_session(file.read(_FIRST_RECORD)) or ""
    except OSError:
        return ""


def _first_session(head: bytes) -> str | None:
    """The session that the first record of a head names, whole or cut."""
    found = re.search(rb'"sessionId"\s*:\s*"([^"\\]{1,100})"', head)
    return found[1].decode("utf-8", "replace") if found else None
