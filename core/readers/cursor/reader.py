"""The reader of Cursor: the databases of its editor and its command line, and the transcripts of its agent.

Cursor is closed; its forms are as open programs read them, two or more of them in the same way.

The database ``User/globalStorage/state.vscdb`` tells calls with what they gave back. Its form is that of
specstoryai/getspecstory (``pkg/providers/cursoride``), S2thend/cursor-history, DavidBerdik/cursor-view,
michaeldhood/chatrxiv (``docs/cursor/storage-reference.md``) and readers that name the versions they were
checked with (Cursor 2.3 to 3.21, ``_v`` 10 to 18); the fields of results are those of the messages
``aiserver.v1`` of Cursor's own bundle.

The transcripts are ``~/.cursor/projects/<folder>/agent-transcripts/<uuid>/<uuid>.jsonl``, of older versions
``<uuid>.jsonl`` beside the others; what a sub-agent did lies in ``subagents/<uuid>.jsonl``. They tell no
result of a call, but in drifted files: such a call is ``unfinished``, which counts in no rate. The only times
are those before a prompt, to the minute. A sub-agent's file names no call: its first prompt is the one that a
call gave it. The folder's name is the directory with every other character as ``-``, so it says which of the
paths that tools were given is the root, and stands for the project where none is.

A conversation has one id in both, and its tasks are known by their places in it. The database names the
version of its form, the transcript none: so what the database tells stands, in whatever order they are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path, PurePath

from msgspec import Struct

from tacit.core.drafts import SessionDraft
from tacit.core.learn.actions import tool_of
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers import usual
from tacit.core.readers.base import ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.cursor import chats, lines
from tacit.core.readers.cursor.database import TABLE, sessions_in
from tacit.core.readers.made_names import slug
from tacit.core.readers.mapped import MappedFile, opened
from tacit.core.readers.records import heads, records
from tacit.core.readers.sqlite_file import some_of
from tacit.core.readers.sqlite_schema import LOG, LOG_MAGIC, MAGIC, database_of, log_of, tables_in
from tacit.core.redaction import Redactor

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_BEGIN = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"role"\s*:\s*"(?:user|assistant)"\s*,\s*"message"\s*:\s*\{\s*"content"\s*:\s*\['
)
_FAILED = re.compile(r"\s*(?:Error: )?Exit code:? [1-9]")
_STOPPED = re.compile(r"abort|cancel|interrupt", re.IGNORECASE)
_STATUSES: dict[str, Status] = {
    "error": "error",
    "failed": "error",
    "failure": "error",
    "rejected": "rejected",
    "cancelled": "cancelled",
    "aborted": "cancelled",
}
_MOST_LOOKED_AT = 1_000
"""So many calls are looked at for a path that tells the root."""

_FOLDER = "agent-transcripts"
_CHILDREN = "subagents"


class CursorReader:
    """Reads Cursor's database and its agent transcripts."""

    name = "cursor"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it is a database with Cursor's tables, or begins as only Cursor's transcripts do."""
        if head.startswith((MAGIC, *LOG_MAGIC)):
            tables = tables_in(path, head)
            return TABLE in tables or _is_chat(tables)
        for line in heads(head, lines.record):
            if lines.is_message(line):
                return True
            if lines.word(line.type) != "turn_ended":
                return False
        return _BEGIN.match(head) is not None

    roots = staticmethod(usual.cursor)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """For a log its database; for a sub-agent's transcript the one in the folder above."""
        if head.startswith(LOG_MAGIC):
            return database_of(path)
        if path.parent.name != _CHILDREN:
            return None
        folder = path.parent.parent
        beside = (folder / f"{folder.name}.jsonl", folder.parent / f"{folder.name}.jsonl")
        alone = sorted(folder.glob("*.jsonl"))
        return next((one for one in (*beside, *alone[:1]) if one.is_file()), beside[0])

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The log of a database; what the sub-agents of a session did."""
        folders = {path.parent / _CHILDREN, path.with_suffix("") / _CHILDREN}
        found = sorted(child for folder in folders for child in folder.glob("*.jsonl"))
        children = tuple(child for child in found if self.main_of(child, b"") == path)
        return children or (() if path.name.endswith(LOG) else log_of(path))

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """The session of a transcript, or those of a database; see the base."""
        with source.path.open("rb") as file:
            is_database = file.read(len(MAGIC)) == MAGIC
        return _from_database(source, redact) if is_database else self._from_lines(source, redact)

    def _from_lines(self, source: Source, redact: Redactor) -> Transcript:
        tally = ReadTally()
        file = MappedFile(source.path)
        session = _Session(Conversation(redact, tally), tally, _folder_of(source))
        session.take(file)
        tally.bytes = file.size
        for child, other in opened(source.extra, tally):
            session.take(other, agent=child.stem)
        if session.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        head = SessionDraft(
            agent=self.name,
            native=_native(source, file),
            title="",
            directory=session.directory,
            started=0,
            ended=0,
            model=session.model,
        )
        written = source.path.stat().st_mtime_ns // 1_000_000
        return session.conversation.transcript(head, otherwise=written)


def _is_chat(tables: Mapping[str, bytes]) -> bool:
    return tables.keys() == chats.TABLES.keys() and all(
        sign in tables[table] for table, sign in chats.TABLES.items()
    )


def _from_database(source: Source, redact: Redactor) -> Iterable[Transcript]:
    """The session of a database of the command line, or those of the editor's."""
    tally, status = ReadTally(), source.path.stat()
    tally.bytes = status.st_size + sum(path.stat().st_size for path in source.extra)
    written = status.st_mtime_ns // 1_000_000
    if _is_chat(tables_in(source.path, MAGIC)):
        return chats.session_in(source.path, redact, tally, written)
    told = sessions_in(source.path, redact, tally, written, source.before)
    return some_of(source.path, tally, told)


class _Run(Struct):
    """One file as it passes by; ``waiting`` are the calls of the turn that no result was told of."""

    agent: str | None = None
    parent: str | None = None
    at: int = 0
    begun: bool = False
    waiting: list[tuple[str, str]] = []


class _Session:
    """Tells the lines of a session's files to a conversation."""

    def __init__(self, conversation: Conversation, tally: ReadTally, folder: str) -> None:
        self.conversation = conversation
        self.directory = lines.known_folder(folder)
        self.model: str | None = None
        self._tally = tally
        self._folder = slug(self.directory)
        self._made = 0
        self._given: dict[str, list[str]] = {}

    def take(self, file: MappedFile, agent: str | None = None) -> None:
        """Every line of a file; ``agent`` is the id of the sub-agent whose it is."""
        run = _Run(agent)
        for line in records(file, lines.record, self._tally):
            role = lines.word(line.role)
            if role in {"user", "assistant"}:
                self._message(line, role, run)
            elif lines.word(line.type) == "turn_ended":
                self._turn_ended(line, run)
            else:
                self._tally.drifted("unknown record type", role or lines.word(line.type))

    def _turn_ended(self, line: lines.Line, run: _Run) -> None:
        run.waiting.clear()
        if run.agent is not None:
            return
        if _STOPPED.search(lines.word(line.status) + lines.text_of(line.error).head[:200]):
            self.conversation.interruption()
        else:
            self.conversation.said()

    def _message(self, line: lines.Line, role: str, run: _Run) -> None:
        self.model = self.model or lines.word(line.model)[:200] or None
        blocks = lines.blocks_of(line, self._tally)
        said = [lines.text_of(block.text) for block in blocks if lines.word(block.type) == "text"]
        if role == "user" and any(one.head.strip() for one in said):
            self._prompt(said, run)
        elif said and run.agent is None:
            self.conversation.said()
        for block in blocks:
            kind = lines.word(block.type).replace("-", "_")
            if kind in {"tool_use", "tool_call"}:
                self._call(block, run)
            elif kind == "tool_result":
                self._result(block, line, run)
            elif kind not in lines.SILENT:
                self._tally.drifted("unknown part", lines.word(block.type))

    def _prompt(self, said: list[Excerpt], run: _Run) -> None:
        prompt, at = lines.typed(said)
        run.at = at or run.at
        run.waiting.clear()
        if run.agent is None:
            self.conversation.prompt(prompt, at=at)
        elif not run.begun:
            keys = self._given.get(prompt.head.strip())
            run.parent = keys.pop(0) if keys else None
        run.begun = True

    def _call(self, block: lines.Block, run: _Run) -> None:
        name = lines.word(block.name)
        if not name:
            self._tally.drifted("missing field", "name")
            return
        name, parameters = lines.call_of(name, block.input)
        self._made += 1
        key = lines.word(block.id) or f"call-{self._made}"
        self.conversation.call(key, name, parameters, at=run.at, agent=run.agent, parent=run.parent)
        run.waiting.append((key, name))
        if run.agent is None and tool_of(name) == "agent":
            self._given.setdefault(lines.prompt_in(parameters), []).append(key)
        if (
            self._folder
            and self._made <= _MOST_LOOKED_AT
            and (root := lines.root_in(parameters, self._folder))
        ):
            self.directory, self._folder = root, ""

    def _result(self, block: lines.Block, line: lines.Line, run: _Run) -> None:
        key = self._called(lines.word(block.tool_use_id), lines.word(block.name), run)
        told = "error" if bytes(memoryview(block.is_error)) == b"true" else lines.status_in(line.metadata)

        def answer() -> Answer:
            text = lines.text_of(block.content)
            failed = _FAILED.match(text.head) is not None
            return Answer(text, _STATUSES.get(told, "error" if failed else "ok"))

        self.conversation.answer(key, answer)

    def _called(self, told: str, name: str, run: _Run) -> str:
        """The key of the call that a result is of: as it tells, else the first that waits for one."""
        waiting = next((one for one in run.waiting if one[0] == told), None)
        if waiting is None and name:
            waiting = next((one for one in run.waiting if one[1] == name), None)
        if waiting is None and not name:
            waiting = next(iter(run.waiting), None)
        if waiting is None:
            return told
        run.waiting.remove(waiting)
        return waiting[0]


def _folder_of(source: Source) -> str:
    """The name of the project's folder, empty where the transcript does not lie in one."""
    parts = PurePath(source.name.partition("!")[2] or source.path).parts
    places = [at for at, part in enumerate(parts) if part == _FOLDER and at > 0]
    return parts[places[-1] - 1] if places else ""


def _native(source: Source, file: MappedFile) -> str:
    """Its file's name where that is an id, else a hash of its first line."""
    if _UUID.fullmatch(source.path.stem):
        return source.path.stem.lower()
    spans = ((at, length) for at, length, _ in file.spans() if bytes(file.view[at : at + 64]).strip())
    at, length = next(spans, (0, 0))
    return blake2b(file.view[at : at + length], digest_size=16).hexdigest()
