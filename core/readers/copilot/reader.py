"""The reader of GitHub Copilot CLI: ``~/.copilot/session-state/<id>/events.jsonl``, once ``<id>.jsonl``.

The program is closed; its events are those of ``nodejs/src/generated/session-events.ts`` in
github/copilot-sdk as it stood in 2026, and of sessions of 0.0.3x to 1.0.7x that others described. A line is
an event ``{type, data, id, timestamp, parentId, agentId}``. Versions before 0.0.342 kept one JSON object:
:mod:`tacit.core.readers.copilot.older`.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt
from tacit.core.readers import usual
from tacit.core.readers.base import HEAD, FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.copilot.answers import answer_of
from tacit.core.readers.copilot.events import is_quiet
from tacit.core.readers.copilot.older import is_older, read_older
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import (
    Fields,
    count_of,
    fields_of,
    is_text,
    is_true,
    items_of,
    parameters_of,
    text_of,
)
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import heads, records
from tacit.core.readers.times import believed, moment
from tacit.core.redaction import Redactor


class _Event(Struct, frozen=True):
    """One line. It has both a type and data: so no piece of a torn line is taken for one."""

    type: Raw
    data: Raw
    id: Raw = Raw()
    timestamp: Raw = Raw()
    agent: Raw = msgspec.field(default=Raw(), name="agentId")


_PICTURE = "[image]"
_UNIQUE = 16
"""An id of so many characters is no other session's."""

_TRUSTED = re.compile(r"Folder (.+) has been added to trusted folders")
_OWN_FAULT = re.compile(r"fail|error|limit|timeout", re.IGNORECASE)
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_HOSTS = {"": "github.com", "github": "github.com", "cli": "github.com"}
_events = msgspec.json.Decoder(_Event)


class CopilotReader(FileReader):
    """Reads the sessions of Copilot CLI."""

    name = "copilot"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether a session of Copilot's is started in the head, or told in the older form."""
        if is_older(head):
            return True
        if b'"session.start"' not in head:
            return False
        started = (
            fields_of(one.data) for one in heads(head, _events) if text_of(one.type) == "session.start"
        )
        return any(
            text_of(one.get("sessionId"))
            and (text_of(one.get("producer")) == "copilot-agent" or text_of(one.get("copilotVersion")))
            for one in started
        )

    roots = staticmethod(usual.copilot)

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The session of one file; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        if is_older(bytes(file.view[:HEAD])):
            return read_older(file, source.path, redact, tally)
        telling = _Telling(redact, tally)
        for event in records(file, _events, tally):
            telling.tell(event)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return telling.transcript(source.path.stat().st_mtime_ns // 1_000_000)


class _Telling:
    """Tells a session to a conversation, event by event."""

    def __init__(self, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._first = ""
        self._head = SessionDraft(CopilotReader.name, "", "", "", 0, 0)
        self._trusted = ""
        self._started: dict[str, int] = {}
        self._tools: dict[str, str] = {}
        self._agents: dict[str, str] = {}
        self._denied: set[str] = set()
        self._told = {
            "session.start": self._session,
            "session.resume": self._session,
            "session.context_changed": self._session,
            "session.model_change": self._model,
            "session.info": self._info,
            "hook.start": self._hook,
            "user.message": self._prompt,
            "assistant.message": self._message,
            "tool.user_requested": self._call,
            "tool.execution_start": self._call,
            "tool.execution_complete": self._answer,
            "permission.completed": self._permission,
            "subagent.started": self._subagent,
            "abort": self._abort,
        }

    def tell(self, event: _Event) -> None:
        """Tell one event."""
        kind = text_of(event.type)
        self._first = self._first or text_of(event.id)
        heard = self._told.get(kind)
        if heard is None:
            if not is_quiet(kind):
                self._tally.drifted("unknown record type", kind)
        elif bytes(memoryview(event.data)[:1]) != b"{":
            self._tally.drifted("missing field", "data")
        else:
            heard(event, fields_of(event.data), moment(text_of(event.timestamp)))

    def transcript(self, written: int) -> Transcript:
        """All that was told."""
        head = self._head
        session = replace(head, native=head.native or self._first, directory=head.directory or self._trusted)
        return self.conversation.transcript(session, otherwise=written)

    def _session(self, event: _Event, data: Fields, at: int) -> None:
        """Where the session is; what was told first stands, a resumed one tells the rest."""
        head, context = self._head, fields_of(data.get("context")) or data
        if text_of(event.type) == "session.start" and not (head.native or text_of(data.get("sessionId"))):
            self._tally.drifted("missing field", "sessionId")
        self._head = replace(
            head,
            native=head.native or text_of(data.get("sessionId")),
            directory=head.directory or text_of(context.get("cwd")) or text_of(context.get("gitRoot")),
            started=head.started or moment(text_of(data.get("startTime"))) or at,
            repository=head.repository or _repository(context),
            branch=head.branch or text_of(context.get("branch")) or None,
            model=text_of(data.get("selectedModel")) or head.model,
            version=head.version or text_of(data.get("copilotVersion")) or None,
        )

    def _model(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002 - as all that are heard
        self._head = replace(self._head, model=text_of(data.get("newModel")) or self._head.model)

    def _info(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        """Versions that told no context told the folder they were started in when it became trusted."""
        found = _TRUSTED.match(text_of(data.get("message")))
        self._trusted = self._trusted or (found[1] if found else "")

    def _hook(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        self._trusted = text_of(fields_of(data.get("input")).get("cwd")) or self._trusted

    def _prompt(self, event: _Event, data: Fields, at: int) -> None:
        """What the person typed: what others sent in their place has a source or an agent."""
        source = text_of(data.get("source"))
        if source not in {"", "user"} or is_true(data.get("isAutopilotContinuation")) or text_of(event.agent):
            return
        if not is_text(data.get("content")):
            self._tally.drifted("missing field", "content")
            return
        said = read_string(memoryview(data["content"]))
        if not said.head.strip() and items_of(data.get("attachments")):
            said = Excerpt(_PICTURE)
        native = text_of(event.id)
        if native and len(native) < _UNIQUE:
            native = f"{self._head.native}#{native}"
        self.conversation.prompt(said, native=native, at=at)

    def _message(self, event: _Event, data: Fields, at: int) -> None:
        """What the model said and wants to call."""
        if self._agent(event, data)[0] is None:
            self.conversation.said(at=at)
            self._head = replace(self._head, model=text_of(data.get("model")) or self._head.model)
        self.conversation.spent(count_of(data.get("outputTokens")))
        for item in items_of(data.get("toolRequests")):
            wanted = fields_of(item)
            if text_of(wanted.get("toolCallId")):
                self._begin(event, data, wanted, text_of(wanted.get("name")), at)
            else:
                self._tally.drifted("missing field", "toolCallId")

    def _call(self, event: _Event, data: Fields, at: int) -> None:
        """A tool begins, after it was asked for or without."""
        key = text_of(data.get("toolCallId"))
        if not key:
            self._tally.drifted("missing field", "toolCallId")
            return
        self._begin(event, data, data, text_of(data.get("toolName")), at)
        if text_of(event.type) == "tool.execution_start":
            self._started.setdefault(key, at)

    def _begin(self, event: _Event, data: Fields, call: Fields, name: str, at: int) -> None:
        key = text_of(call.get("toolCallId"))
        if self.conversation.knows(key):
            return
        if not name:
            self._tally.drifted("missing field", "toolName")
        agent, parent = self._agent(event, data)
        self._tools[key] = name
        parameters, parent = parameters_of(call.get("arguments")), parent if parent != key else None
        self.conversation.call(key, name or "unknown", parameters, at=at, agent=agent, parent=parent)

    def _answer(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        key = text_of(data.get("toolCallId"))
        started = self._started.get(key, 0)
        seconds = believed(at - started) if started and at >= started else None
        tool, denied = self._tools.get(key, ""), key in self._denied
        self.conversation.answer(
            key, partial(answer_of, data, tool=tool, denied=denied, seconds=seconds), at=at
        )

    def _permission(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        if text_of(fields_of(data.get("result")).get("kind")).startswith("denied"):
            self._denied.add(text_of(data.get("toolCallId")))

    def _subagent(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        agent, key = text_of(event.agent), text_of(data.get("toolCallId"))
        if agent and key:
            self._agents[agent] = key

    def _abort(self, event: _Event, data: Fields, at: int) -> None:  # noqa: ARG002
        if not _OWN_FAULT.search(text_of(data.get("reason"))):
            self.conversation.interruption(at=at)

    def _agent(self, event: _Event, data: Fields) -> tuple[str | None, str | None]:
        """Which sub-agent an event is of, and the call that started it."""
        agent, parent = text_of(event.agent), text_of(data.get("parentToolCallId"))
        parent = parent or self._agents.get(agent, "") or (agent if self.conversation.knows(agent) else "")
        return (agent or parent) or None, parent or None


def _repository(context: Fields) -> str | None:
    """The URL that ``owner/name`` is cloned from, where its host is known."""
    name = text_of(context.get("repository"))
    host = text_of(context.get("repositoryHost")) or _HOSTS.get(text_of(context.get("hostType")), "")
    return f"https://{host}/{name}.git" if host and _REPOSITORY.fullmatch(name) else None
