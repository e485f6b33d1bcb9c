"""The messages of Goose, told in their order: what was asked, called and given back.

The form is that of ``message.rs`` and ``tool_result_serde.rs``, the same in a line of its files and in a row
of its database: in ``crates/goose/src/conversation`` of github.com/block/goose from 1.0 on, now in
``crates/goose-provider-types/src/conversation`` of aaif-goose/goose (as it was in 2026).
"""

from __future__ import annotations

import re
from functools import partial

from msgspec import Raw, Struct

from tacit.core.limits import Excerpt, joined
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.loose import (
    count_of,
    excerpt_of,
    fields_of,
    is_text,
    is_true,
    items_of,
    parameters_of,
    shown_of,
    text_of,
)
from tacit.core.untrusted import LAST_TIME

_CALLS = frozenset(("toolRequest", "frontendToolRequest"))
_SILENT = frozenset(
    (
        *("image", "thinking", "redactedThinking", "reasoning", "toolConfirmationRequest", "actionRequired"),
        *("systemNotification", "contextLengthExceeded", "summarizationRequested", "conversationCompacted"),
        *("document", "error", "jsonRenderSpec"),
    )
)
KNOWN = _SILENT | _CALLS | {"text", "toolResponse"}
"""The parts of a message."""

_DECLINED = re.compile(r"The user has declined to run this tool")
_SKIPPED = re.compile(r"Let the user know the tool call was skipped")
_INTERRUPTED = re.compile(r"(?:[\w-]+: |Execution failed: )*Interrupted by the user")
_MILLISECONDS = 100_000_000_000
"""From here on a time can only be in milliseconds; Goose counts seconds."""


class MessageRecord(Struct):
    """A message: a line of a file."""

    role: Raw = Raw()
    created: Raw = Raw()
    content: Raw = Raw()
    metadata: Raw = Raw()


def time_of(seconds: int) -> int:
    """A time of Goose in milliseconds; 0 where it is none."""
    at = seconds if seconds >= _MILLISECONDS else seconds * 1_000
    return at if 0 < at <= LAST_TIME else 0


class Teller:
    """Tells the messages of one session. Providers that count their calls anew are told apart."""

    def __init__(self, conversation: Conversation, tally: ReadTally) -> None:
        self._conversation = conversation
        self._tally = tally
        self._keys: dict[str, str] = {}
        self._closed: set[str] = set()
        self._count = 0

    def tell(self, role: str, at: int, content: Raw, metadata: Raw) -> None:
        """Tell one message."""
        if role not in {"user", "assistant"}:
            self._tally.drifted("unknown role" if role else "missing field", role or "role")
            return
        shown = fields_of(metadata).get("userVisible")
        typed: list[Excerpt] = []
        for item in items_of(content):
            part = fields_of(item)
            kind = text_of(part.get("type"))
            if kind == "text" and is_text(part.get("text")):
                typed.append(excerpt_of(part["text"]))
            elif kind in _CALLS:
                self._call(part, at)
            elif kind == "toolResponse":
                self._result(part, at)
            elif kind not in KNOWN or kind == "text":
                self._tally.drifted(
                    "unknown part" if kind != "text" and kind else "missing field", kind or "type"
                )
        words = [one for one in typed if one.head.strip()]
        if not words:
            return
        if role == "assistant":
            self._conversation.said(at=at)
        elif shown is None or is_true(shown):
            self._conversation.prompt(joined(words), at=at)

    def _call(self, part: dict[str, Raw], at: int) -> None:
        native, request = text_of(part.get("id")), fields_of(part.get("toolCall"))
        value = fields_of(request.get("value"))
        name = text_of(value.get("name"))
        self._count += 1
        again = not native or native in self._closed
        key = self._keys[native] = f"{native or 'call'}#{self._count}" if again else native
        self._closed.discard(native)
        parameters = parameters_of(value.get("arguments"))
        self._conversation.call(key, _named(name, parameters) or "invalid", parameters, at=at)
        if text_of(request.get("status")) == "error":
            self._answer(native, _Result(shown_of(request.get("error")), "error"), at)

    def _result(self, part: dict[str, Raw], at: int) -> None:
        native, result = text_of(part.get("id")), fields_of(part.get("toolResult"))
        if text_of(result.get("status")) == "error":
            text = shown_of(result.get("error"))
            stopped = _INTERRUPTED.match(text.head)
            self._answer(native, _Result(text, "interrupted" if stopped else "error"), at)
            if stopped:
                self._conversation.interruption(at=at)
            return
        value = result.get("value", Raw())
        fields = fields_of(value)
        parts = items_of(fields.get("content") if fields else value)
        failed = is_true(fields.get("isError")) or is_true(fields.get("is_error"))
        self._answer(native, _Result(None, "error" if failed else "ok", parts), at)

    def _answer(self, native: str, result: _Result, at: int) -> None:
        self._conversation.answer(self._keys.get(native, native), partial(_answered, result), at=at)
        self._closed.add(native)


class _Result(Struct, frozen=True):
    text: Excerpt | None
    status: Status
    parts: list[Raw] = []


def _answered(result: _Result) -> Answer:
    """What a call gave back; what is meant for the person alone repeats what the agent got."""
    text = result.text
    if text is None:
        parts = map(fields_of, result.parts)
        text = joined(excerpt_of(part["text"]) for part in parts if _is_for_agent(part))
    if _DECLINED.match(text.head):
        return Answer(text, "rejected")
    return Answer(text, "cancelled" if _SKIPPED.match(text.head) else result.status)


def _is_for_agent(part: dict[str, Raw]) -> bool:
    audience = fields_of(part.get("annotations")).get("audience", part.get("audience"))
    said = [text_of(one) for one in items_of(audience)]
    return is_text(part.get("text")) and (not said or "assistant" in said)


def _named(name: str, parameters: Raw) -> str:
    """The tool; of the one editor for everything with what it was to do: ``text_editor.view``."""
    if name.removeprefix("developer__") == "text_editor":
        return f"text_editor.{text_of(fields_of(parameters).get('command'))}"
    return name


def seconds_of(raw: Raw) -> int:
    """A message's time in milliseconds."""
    return time_of(count_of(raw))
