"""A session of Gemini CLI told to a conversation, message by message, its sub-agents' files included."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core.drafts import SessionDraft
from tacit.core.learn.actions import tool_of
from tacit.core.readers.base import ReadTally, Transcript, Unreadable
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.gemini.calls import ENDED, WAITING, GeminiCall, answer_of, response_to
from tacit.core.readers.gemini.log import Entry, GeminiLog
from tacit.core.readers.gemini.parts import parts_of, typed
from tacit.core.readers.loose import FLAWS, count_of, fields_of, items_of, parameters_of, text_of
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_CANCELLED = "Request cancelled."
_UNIQUE = 16
"""An id of so many characters is no other session's."""

_QUIET = frozenset(("info", "warning", "error"))
_calls = msgspec.json.Decoder(GeminiCall)


class Telling:
    """Tells a session to a conversation, message by message."""

    def __init__(self, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._session = ""
        self._agent: str | None = None
        self._parent: str | None = None
        self._begun: list[_Begun] = []
        self._shells: set[str] = set()
        self._standing: dict[str, int] = {}
        self._model = ""

    def tell(self, log: GeminiLog) -> None:
        """Tell the messages of the session itself."""
        self._session = log.session
        for entry in log.entries():
            self._own(entry)

    def tell_subagent(self, path: Path) -> None:
        """Tell what a sub-agent did, out of its own file."""
        tally = ReadTally()
        try:
            log = GeminiLog(path, tally)
        except Unreadable as flaw:
            tally.skip(flaw.reason)
        else:
            self._agent = log.session or path.stem
            self._parent = self._starter(self._agent, moment(text_of(log.head.started)))
            for entry in log.entries():
                self._entry(entry)
        self._tally.add(tally)

    def transcript(self, log: GeminiLog, directory: str, written: int) -> Transcript:
        """All that was told."""
        session = SessionDraft(
            agent="gemini",
            native=self._session,
            title=text_of(log.head.summary),
            directory=directory,
            started=moment(text_of(log.head.started)),
            ended=0,
            model=self._model or None,
        )
        return self.conversation.transcript(session, otherwise=written)

    def _own(self, entry: Entry) -> None:
        """A message of the session itself, and where the person went back to after it."""
        self._standing[entry.key] = self.conversation.prompts
        self._entry(entry)
        for key in entry.backs:
            self.conversation.rewound(self.conversation.prompts - self._standing[key])

    def _entry(self, entry: Entry) -> None:
        message = entry.message
        kind, at = text_of(message.type), moment(text_of(message.timestamp))
        if kind == "user":
            self._user(entry, at)
        elif kind in {"gemini", "model"}:
            self._spoken(entry, at)
        elif kind not in _QUIET:
            self._tally.drifted("unknown record type", kind)
        elif self._agent is None and typed(message.content).head.strip() == _CANCELLED:
            self.conversation.interruption(at=at)

    def _user(self, entry: Entry, at: int) -> None:
        """A prompt, or what calls gave back in the place of one."""
        content = entry.message.content
        for part in parts_of(content, self._tally):
            key = text_of(fields_of(part.get("functionResponse")).get("id"))
            if key and self.conversation.knows(key):
                result = Raw(msgspec.json.encode([part]))
                self.conversation.answer(key, partial(response_to, result, shell=key in self._shells), at=at)
        said = typed(content, entry.message.shown)
        if said.head.strip() and self._agent is None:
            native = entry.key if len(entry.key) >= _UNIQUE else f"{self._session}#{entry.key}"
            self.conversation.prompt(said, native=native, at=at)

    def _spoken(self, entry: Entry, at: int) -> None:
        """What the model said and called."""
        message = entry.message
        if self._agent is None:
            self._model = text_of(message.model) or self._model
            self.conversation.said(at=at)
            self.conversation.spent(_new_tokens(message.tokens))
        told = set()
        for place, item in enumerate(items_of(message.calls), 1):
            call = self._decoded(item)
            if call is not None:
                told.add(text_of(call.id))
                self._call(call, text_of(call.id) or f"{entry.key}#{place}", at)
        for place, part in enumerate(parts_of(message.content, self._tally), 1):
            if (begun := part.get("functionCall")) is None:
                continue
            call = self._decoded(begun)
            if call is not None and (key := text_of(call.id)) not in told and (key or not told):
                self._call(call, key or f"{entry.key}#{place}", at)

    def _decoded(self, raw: Raw) -> GeminiCall | None:
        try:
            return _calls.decode(raw)
        except FLAWS:
            self._tally.skip("unexpected fields")
            return None

    def _call(self, call: GeminiCall, key: str, at: int) -> None:
        if self.conversation.knows(key):
            return
        name, status = text_of(call.name), text_of(call.status)
        if not name:
            self._tally.drifted("missing field", "name")
        tool = tool_of(name)
        self.conversation.call(
            key, name or "unknown", parameters_of(call.args), at=at, agent=self._agent, parent=self._parent
        )
        if tool == "shell":
            self._shells.add(key)
        ended = moment(text_of(call.timestamp))
        if self._agent is None and tool in {"agent", "other"}:
            self._begun.append(_Begun(key, tool, at, ended, text_of(call.agent)))
        if status not in WAITING and (status or call.result):
            if status and status not in ENDED:
                self._tally.drifted("unknown status", status)
            # Written down together, a call and its answer do not tell how long it took.
            took = ended if ended != at else at - 1
            self.conversation.answer(key, partial(answer_of, call, shell=tool == "shell"), at=took)

    def _starter(self, agent: str, started: int) -> str | None:
        """The key of the call that started a sub-agent: the one that names it, else the one of that time."""
        for begun in self._begun:
            if begun.agent and begun.agent == agent:
                return begun.key
        open_then = [
            one for one in self._begun if one.at <= started and (not one.ended or started <= one.ended)
        ]
        open_then.sort(key=lambda one: (one.tool == "agent", one.at))
        return open_then[-1].key if open_then else None


class _Begun(Struct, frozen=True):
    """A call that may have started a sub-agent."""

    key: str
    tool: str
    at: int
    ended: int
    agent: str


def _new_tokens(raw: Raw) -> int:
    """What was not in the model's cache: ``input`` has the cached ones in it, ``output`` no thoughts."""
    told = {name: count_of(value) for name, value in fields_of(raw).items()}
    fresh = max(0, told.get("input", 0) - told.get("cached", 0))
    return fresh + told.get("output", 0) + told.get("thoughts", 0)
