"""The one JSON object that Copilot CLI before 0.0.342 keeps of a session, told in its order.

``~/.copilot/history-session-state/session_ID_TIME.json`` holds ``sessionId``, ``startTime``, ``chatMessages``
(what the model got and said) and ``timeline`` (what was shown, and when). The program is closed: this is the
form as published tools read it that were written at its time (the message types of GuideAI, the snapshot
adapter of Unisphere, a usage monitor that checks ``chatMessages``). No directory and no repository is in it.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt
from tacit.core.readers.base import ReadTally, Transcript, Unreadable
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.copilot.answers import answer_of
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import Fields, fields_of, is_text, items_of, parameters_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import whole
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:sessionId|startTime)"\s*:\s*"[^"\\]{8,64}"\s*,')
_HOLDS = re.compile(rb'"(?:chatMessages|timeline)"\s*:\s*\[')
_EDITOR = "str_replace_editor"
_CANCELLED = re.compile(r"Operation cancelled by user")
_PICTURE = "[image]"
_OK = "success"
_sessions = msgspec.json.Decoder(dict[str, Raw])


def is_older(head: bytes) -> bool:
    """Whether a file of that form begins so."""
    return _BEGINS.match(head) is not None and _HOLDS.search(head) is not None


def read_older(file: MappedFile, path: Path, redact: Redactor, tally: ReadTally) -> Transcript:
    """The session of a file.

    Raises:
        Unreadable: nothing in it can be used.
    """
    told = whole(file, path, _sessions, tally)
    telling = _Telling(redact, tally, told)
    for entry in items_of(told.get("timeline")):
        telling.tell(fields_of(entry))
    if telling.conversation.empty:
        raise Unreadable(path, "no prompt or call in it", tally)
    started, model = moment(text_of(told.get("startTime"))), text_of(told.get("selectedModel"))
    head = SessionDraft("copilot", text_of(told.get("sessionId")), "", "", started, 0, model=model or None)
    return telling.conversation.transcript(head, otherwise=path.stat().st_mtime_ns // 1_000_000)


class _Telling:
    """Tells what was shown, entry by entry, with what the model got of it."""

    def __init__(self, redact: Redactor, tally: ReadTally, told: Fields) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        if not text_of(told.get("sessionId")):
            tally.drifted("missing field", "sessionId")
        messages = [fields_of(one) for one in items_of(told.get("chatMessages"))]
        self._got = {
            text_of(one.get("tool_call_id")): one["content"]
            for one in messages
            if is_text(one.get("content"))
        }

    def tell(self, entry: Fields) -> None:
        """Tell one entry."""
        kind, at = text_of(entry.get("type")), moment(text_of(entry.get("timestamp")))
        if kind == "user":
            self._prompt(entry, at)
        elif kind == "copilot":
            self.conversation.said(at=at)
        elif kind in {"tool_call_requested", "tool_call_completed"}:
            self._call(entry, kind == "tool_call_completed", at)
        elif kind == "info":
            if _CANCELLED.match(text_of(entry.get("text"))):
                self.conversation.interruption(at=at)
        elif entry:
            self._tally.drifted("unknown record type", kind)
        else:
            self._tally.skip("not an object")

    def _prompt(self, entry: Fields, at: int) -> None:
        """What the person typed; what was made of it stands beside it."""
        if not is_text(entry.get("text")):
            self._tally.drifted("missing field", "text")
            return
        said = read_string(memoryview(entry["text"]))
        if not said.head.strip() and items_of(entry.get("imageAttachments")):
            said = Excerpt(_PICTURE)
        self.conversation.prompt(said, native=text_of(entry.get("id")), at=at)

    def _call(self, entry: Fields, ended: bool, at: int) -> None:
        """A call, when it is asked for and when it has ended; either tells all of it."""
        key, tool = text_of(entry.get("callId")), text_of(entry.get("name"))
        if not key:
            self._tally.drifted("missing field", "callId")
            return
        parameters = parameters_of(entry.get("arguments"))
        if not self.conversation.knows(key):
            if not tool:
                self._tally.drifted("missing field", "name")
            tool, parameters = _named(tool or "unknown", parameters)
            self.conversation.call(key, tool, parameters, at=at)
        if ended:
            data = _ended(fields_of(entry.get("result")), self._got.get(key, Raw()))
            answer = partial(answer_of, data, tool=tool, denied=False, seconds=None)
            self.conversation.answer(key, answer, at=at)


def _named(tool: str, parameters: Raw) -> tuple[str, Raw]:
    """The one editor for everything by what it was to do."""
    fields = fields_of(parameters)
    if tool != _EDITOR or not text_of(fields.get("command")):
        return tool, parameters
    command = text_of(fields.pop("command"))
    return command, Raw(msgspec.json.encode(fields))


def _ended(result: Fields, got: Raw) -> Fields:
    """How a call ended, as newer versions tell it: with what the model got, else with what was shown."""
    text = got if is_text(got) else result.get("log", Raw())
    kind = result.get("type", Raw(b'""'))
    if text_of(kind) == _OK:
        return {"success": Raw(b"true"), "result": text}
    return {
        "success": Raw(b"false"),
        "error": Raw(msgspec.json.encode({"message": text or "", "code": kind})),
    }
