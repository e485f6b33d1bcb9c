"""The events of OpenHands 0.20 to 0.62, told in their order: actions and observations, each with a number.

An event is ``{id, timestamp, source, message, cause}`` with ``action`` and ``args``, or with ``observation``,
``content`` and ``extras``, as ``openhands/events/serialization/event.py`` writes it.
"""

from __future__ import annotations

import re
from functools import partial

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally, Transcript
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.loose import Fields, excerpt_of, fields_of, is_text, text_of
from tacit.core.readers.swe_tasks import fingerprint
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_NUMBER = re.compile(r"-?\d{1,10}")
_TOOLS = {"run": "bash", "run_ipython": "ipython", "call_tool_mcp": "mcp", "browse_interactive": "browse"}
_QUIET = re.compile(
    r"message|system|recall|change_agent_state|condensation|condensation_request|null|finish|reject"
    r"|pause|resume|stop"
)
"""Actions that say something, or are of the program itself."""

_NO_RESULT = frozenset(("agent_state_changed", "recall", "null", "condense", "loop_detection", "chat"))
_ABOUT = frozenset(("thought", "hidden", "confirmation_state", "security_risk", "blocking", "is_static"))
_STILL = "-1"


class OlderTelling:
    """Tells one conversation, event by event."""

    def __init__(self, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._head = SessionDraft("openhands", "", "", "", 0, 0)

    def transcript(self, written: int) -> Transcript:
        """The session."""
        return self.conversation.transcript(self._head, otherwise=written)

    def tell(self, raw: Raw) -> None:
        """Tell one event."""
        event = fields_of(raw)
        at = moment(text_of(event.get("timestamp")))
        if not event:
            self._tally.skip("not an object")
            return
        if not self._head.native:
            self._head = replace(self._head, native=fingerprint([raw]))
        if "action" in event:
            self._action(event, text_of(event.get("action")), at)
        elif "observation" in event:
            self._observation(event, text_of(event.get("observation")), at)
        else:
            self._tally.drifted("unknown record type")

    def _action(self, event: Fields, kind: str, at: int) -> None:
        arguments = fields_of(event.get("args"))
        if kind == "message" and text_of(event.get("source")) == "user":
            said = arguments.get("content", Raw())
            if is_text(said):
                self.conversation.prompt(excerpt_of(said), native=self._key(event), at=at)
            else:
                self._tally.drifted("missing field", "content")
        elif _QUIET.fullmatch(kind):
            self.conversation.said(at=at)
        else:
            tool, parameters = _call(kind, arguments)
            self.conversation.call(self._key(event), tool, parameters, at=at)

    def _observation(self, event: Fields, kind: str, at: int) -> None:
        extras = fields_of(event.get("extras"))
        self._see(extras)
        key = f"{self._head.native}#{bytes(memoryview(event.get('cause', Raw()))).decode('ascii', 'replace')}"
        if kind in _NO_RESULT or not self.conversation.knows(key):
            return
        self.conversation.answer(key, partial(_answer, event, kind, extras), at=at)

    def _key(self, event: Fields) -> str:
        """The id of an event, which is a number that each conversation begins anew."""
        return f"{self._head.native}#{bytes(memoryview(event.get('id', Raw()))).decode('ascii', 'replace')}"

    def _see(self, extras: Fields) -> None:
        """Where the session is: the repository that was cloned, else where the first command ran."""
        place = text_of(extras.get("repo_directory")) or text_of(
            fields_of(extras.get("metadata")).get("working_dir")
        )
        self._head = replace(self._head, directory=self._head.directory or place)


def _call(kind: str, arguments: Fields) -> tuple[str, Raw]:
    """The tool of an action, and its parameters without what is told about it."""
    fields = {name: one for name, one in arguments.items() if name not in _ABOUT}
    tool = _TOOLS.get(kind, kind)
    if kind == "edit":
        tool = text_of(fields.pop("command", None)) or tool
    elif kind == "call_tool_mcp":
        tool = f"mcp__{text_of(fields.get('name')) or 'unknown'}"
    kept = {name: one for name, one in fields.items() if bytes(memoryview(one)[:4]) not in {b"null", b'""'}}
    return tool, Raw(msgspec.json.encode(kept))


def _answer(event: Fields, kind: str, extras: Fields) -> Answer:
    """What an action gave back. Of a command the exit code decides; one that goes on has none."""
    text = excerpt_of(event.get("content"))
    if kind == "user_rejected":
        return Answer(text, "rejected")
    status: Status = "error" if kind == "error" or text.head.startswith("ERROR:") else "ok"
    if kind != "run":
        return Answer(text, status)
    told = fields_of(extras.get("metadata")).get("exit_code") or extras.get("exit_code") or Raw()
    code = bytes(memoryview(told)[:12]).decode("ascii", "replace")
    if code == _STILL or not _NUMBER.fullmatch(code):
        return Answer(text, "unfinished")
    if code == "0":
        return Answer(text, "ok")
    return Answer(Excerpt(f"Exit code {code}\n{text.head}", text.tail, text.skipped), "error")
