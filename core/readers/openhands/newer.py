"""The events of OpenHands' agent SDK, told in their order: each has a ``kind`` and an id of its own.

As ``openhands-sdk/openhands/sdk/event`` and ``openhands-tools`` of github.com/OpenHands/software-agent-sdk
write them from 1.0 on: pydantic's dump of an event without its empty fields, the kind at its end. Sub-agents
are whole conversations in ``subagents/`` of the one that started them; no file tells which of its calls did.
"""

from __future__ import annotations

import re
from functools import partial

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally, Transcript
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.loose import Fields, fields_of, parameters_of, text_of
from tacit.core.readers.openhands.answers import error_of, foreign_of, result_of, texts_of
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_QUIET = frozenset(
    (
        *(
            "SystemPromptEvent",
            "TokenEvent",
            "LLMCompletionLogEvent",
            "HookExecutionEvent",
            "StreamingDeltaEvent",
        ),
        *("Condensation", "CondensationRequest", "CondensationSummaryEvent", "ConversationStateUpdateEvent"),
        *("ConversationErrorEvent", "SecurityAnalyzerConfigurationEvent"),
    )
)
_EDITORS = frozenset(("file_editor", "str_replace_editor", "planning_file_editor"))
_SHELLS = {"execute_bash": "bash"}
_SAYS = frozenset(("finish",))
_NUDGE = re.compile(
    r"Your last response did not include a function call or a message\."
    r"|The task appears incomplete \(iteration |<<RESUMED CONVERSATION>>"
)
"""What the program says in the person's place."""

_PICTURE = "[image]"
_ENDED = frozenset(("completed", "failed"))


class NewerTelling:
    """Tells one conversation and its sub-agents, event by event.

    Args:
        redact: what texts go through.
        tally: what could not be told.
        head: the session as the state of the conversation tells it.
    """

    def __init__(self, redact: Redactor, tally: ReadTally, head: SessionDraft) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._head = head
        self._keys: dict[str, str] = {}
        self._told = {
            "MessageEvent": self._message,
            "ActionEvent": self._action,
            "ObservationEvent": self._observation,
            "UserRejectObservation": self._refusal,
            "AgentErrorEvent": self._error,
            "ACPToolCallEvent": self._foreign,
            "PauseEvent": self._pause,
            "InterruptEvent": self._pause,
        }

    def transcript(self, written: int) -> Transcript:
        """The session."""
        return self.conversation.transcript(self._head, otherwise=written)

    def tell(self, raw: Raw, agent: str | None) -> None:
        """Tell one event; ``agent`` is the sub-agent whose it is."""
        event = fields_of(raw)
        kind = text_of(event.get("kind"))
        heard = self._told.get(kind)
        if heard is not None:
            heard(event, moment(text_of(event.get("timestamp"))), agent)
        elif not event:
            self._tally.skip("not an object")
        elif not kind:
            self._tally.drifted("missing field", "kind")
        elif kind not in _QUIET:
            self._tally.drifted("unknown record type", kind)

    def _message(self, event: Fields, at: int, agent: str | None) -> None:
        """A message: of the person, where nobody else is told to have sent it."""
        if agent is not None:
            return
        if text_of(event.get("source")) != "user":
            self.conversation.said(at=at)
            return
        message = fields_of(event.get("llm_message"))
        if "content" not in message:
            self._tally.drifted("missing field", "llm_message" if not message else "content")
            return
        text = texts_of(message["content"], pictures=_PICTURE)
        if not text_of(event.get("sender")) and not _NUDGE.match(text.head):
            self.conversation.prompt(text, native=text_of(event.get("id")), at=at)

    def _action(self, event: Fields, at: int, agent: str | None) -> None:
        """A call: as it was carried out, else as the model wanted it."""
        wanted = fields_of(event.get("tool_call"))
        tool = text_of(event.get("tool_name")) or text_of(wanted.get("name"))
        if tool in _SAYS:
            if agent is None:
                self.conversation.said(at=at)
            return
        if not tool:
            self._tally.drifted("missing field", "tool_name")
        key, call = text_of(event.get("id")), text_of(event.get("tool_call_id"))
        self._keys[call] = key = key or call
        done = fields_of(event.get("action"))
        name, parameters = _call(tool or "unknown", done, wanted.get("arguments", Raw()))
        self.conversation.call(key, name, parameters, at=at, agent=agent)

    def _observation(self, event: Fields, at: int, agent: str | None) -> None:  # noqa: ARG002 - as all of them
        seen = fields_of(event.get("observation"))
        place = text_of(fields_of(seen.get("metadata")).get("working_dir"))
        self._head = replace(self._head, directory=self._head.directory or place)
        if not seen:
            self._tally.drifted("missing field", "observation")
        self._answer(event, partial(result_of, seen), at)

    def _refusal(self, event: Fields, at: int, agent: str | None) -> None:  # noqa: ARG002
        self._answer(event, partial(error_of, event.get("rejection_reason"), "rejected"), at)

    def _error(self, event: Fields, at: int, agent: str | None) -> None:  # noqa: ARG002
        cancelled = text_of(fields_of(event.get("classification")).get("cause")) == "cancelled"
        status: Status = "cancelled" if cancelled else "error"
        self._answer(event, partial(error_of, event.get("error"), status), at)

    def _foreign(self, event: Fields, at: int, agent: str | None) -> None:
        """A call of another program that OpenHands drives: told again whenever it went on."""
        key, ended = text_of(event.get("tool_call_id")), text_of(event.get("status")) in _ENDED
        if not key:
            self._tally.drifted("missing field", "tool_call_id")
            return
        if "raw_input" in event or ended:
            above = text_of(event.get("parent_tool_call_id")) or None
            tool, parameters = (
                text_of(event.get("tool_kind")) or "other",
                parameters_of(event.get("raw_input")),
            )
            self.conversation.call(key, tool, parameters, at=at, agent=agent or above, parent=above)
        if ended:
            self.conversation.answer(key, partial(foreign_of, event), at=at)

    def _pause(self, event: Fields, at: int, agent: str | None) -> None:  # noqa: ARG002
        if agent is None:
            self.conversation.interruption(at=at)

    def _answer(self, event: Fields, answer: partial[Answer], at: int) -> None:
        """What a call gave back; what is said of a word of the agent's own says nothing."""
        if text_of(event.get("tool_name")) in _SAYS:
            return
        key = text_of(event.get("action_id"))
        if not self.conversation.knows(key):
            key = self._keys.get(text_of(event.get("tool_call_id")), key)
        self.conversation.answer(key, answer, at=at)


def _call(tool: str, done: Fields, wanted: Raw) -> tuple[str, Raw]:
    """The tool and its parameters, that of an editor by what it was to do."""
    kind = text_of(done.get("kind"))
    if kind == "MCPToolAction":
        return f"mcp__{tool}", parameters_of(done.get("data"))
    told = {name: one for name, one in done.items() if name != "kind"} or fields_of(parameters_of(wanted))
    kept = {name: one for name, one in told.items() if bytes(memoryview(one)[:4]) != b"null"}
    if tool in _EDITORS:
        tool = text_of(kept.pop("command", None)) or tool
    return _SHELLS.get(tool, tool), Raw(msgspec.json.encode(kept))
