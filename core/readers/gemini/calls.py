"""The calls of tools in sessions of Gemini CLI: what they gave back, and how they ended.

A status is told of every call, but a command that failed is a success of its tool: its exit code stands at
the end of the text, around the output itself, and in newer versions only one that is not 0. A call that the
person did not allow and one that was stopped are both ``cancelled``; the reason tells them apart.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.gemini.parts import response_of
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import is_text, text_of

WAITING = frozenset(("validating", "scheduled", "executing", "awaiting_approval"))
"""The statuses of a call that nobody saw the end of."""

ENDED = frozenset(("success", "error", "cancelled"))

_REFUSED = re.compile(r"did not allow|denied|declined|rejected", re.IGNORECASE)
_STOPPED = re.compile(r"cancelled (?:tool|the op|by (?:the )?user)|operation cancelled", re.IGNORECASE)
_REASON = "[Operation Cancelled] Reason: "
_KILLED = "Command was cancelled by user before"
_OVERDUE = "Command was automatically cancelled"
_BEFORE = re.compile(r"\A(?:Command: .*?\nDirectory: [^\n]*\n)?Output: (?:\(empty\)\Z)?", re.DOTALL)
_EOL = r"(?:\n|\\n)"
_AFTER = re.compile(
    rf"(?:{_EOL}Error: (?P<error>[^\n]*?))?(?:{_EOL}Exit Code: (?P<code>-?\d+|\(none\)))?"
    rf"(?:{_EOL}Signal: (?P<signal>\w+|\(none\)))?(?:{_EOL}Background PIDs: (?:[\d, ]+|\(none\)))?"
    rf"(?:{_EOL}Process Group PGID: (?:\d+|\(none\)))?\Z"
)
_LAST = 2_000
_NOTHING = frozenset((None, "", "0", "(none)"))


class GeminiCall(Struct, frozen=True):
    """One call with what it gave back."""

    id: Raw = Raw()
    name: Raw = Raw()
    args: Raw = Raw()
    result: Raw = Raw()
    shown: Raw = msgspec.field(default=Raw(), name="resultDisplay")
    status: Raw = Raw()
    timestamp: Raw = Raw()
    agent: Raw = msgspec.field(default=Raw(), name="agentId")


def answer_of(call: GeminiCall, *, shell: bool) -> Answer:
    """What a call gave back; ``shell`` says that its tool runs commands."""
    text, failed = response_of(call.result)
    if not text.head and is_text(call.shown):
        text = read_string(memoryview(call.shown))
    told = text_of(call.status)
    if told == "cancelled":
        return Answer(text, _cancelled(text.head))
    status: Status = "error" if told == "error" or (failed and told not in ENDED) else "ok"
    return _of_command(text, status) if shell else Answer(text, status)


def response_to(result: Raw, *, shell: bool) -> Answer:
    """What a call gave back whose answer stands in a message of its own."""
    return answer_of(GeminiCall(result=result), shell=shell)


def _cancelled(reason: str) -> Status:
    reason = reason.removeprefix(_REASON)
    if _REFUSED.search(reason[:_LAST]):
        return "rejected"
    return "interrupted" if _STOPPED.search(reason[:_LAST]) else "cancelled"


def _of_command(text: Excerpt, status: Status) -> Answer:
    """The output of a command without what the tool wrote around it, and whether it failed."""
    if text.head.startswith(_KILLED):
        return Answer(text, "interrupted")
    if text.head.startswith(_OVERDUE):
        return Answer(text, "error")
    whole = (text.tail if text.skipped else text.head).rstrip()
    found = _AFTER.search(whole, max(0, len(whole) - _LAST))
    if found is None:
        return Answer(text, status)
    ended = {name: said for name, said in found.groupdict().items() if said not in _NOTHING}
    if ended:
        status = "error"
    before = _BEFORE.match(text.head)
    if before is None:
        return Answer(text, status)
    kept = whole[: found.start()] + (f"\n{ended['error']}" if "error" in ended else "")
    code = f"Exit code {ended['code']}\n" if "code" in ended else ""
    if text.skipped:
        return Answer(Excerpt(code + text.head[before.end() :], kept, text.skipped), status)
    output = _BEFORE.sub("", kept, count=1)
    return Answer(Excerpt(code + output), status)
