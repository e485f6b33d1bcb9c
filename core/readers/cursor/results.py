"""How a call of Cursor's ended, and what it gave back: the results of its tools, which are JSON in a string.

Their fields are those of the messages (``aiserver.v1``) that Cursor keeps them as: a command's
``RunTerminalCommandV2Result`` has its exit code in ``exitCodeV2``, before in ``exitCode``, which is left out
where it is 0 and where nobody knows it.
"""

from __future__ import annotations

from msgspec import Raw

from tacit.core.learn.actions import tool_of
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.cursor.composers import Use, embedded, whole_text
from tacit.core.readers.jsontext import WINDOW
from tacit.core.readers.loose import fields_of, is_text, is_true, text_of
from tacit.core.readers.shell_ends import shown_status

SETTLED = frozenset(("completed", "error", "cancelled"))
"""The states of a call that has ended."""
OPEN = frozenset(("", "loading", "pending", "running"))
"""Those of one that has not."""

_SAID = ("output", "contents", "result", "resultForModel")
_TOLD_OF_ERROR = ("modelVisibleErrorMessage", "clientVisibleErrorMessage")
_NOTHING = frozenset((b"", b"null", b'""', b"{}", b"false"))
_STILL_RUNS = ("isRunningInBackground", "poppedOutIntoBackground")


def answer_of(use: Use) -> Answer:
    """What a call that has ended gave back."""
    text, result = whole_text(use.result), fields_of(embedded(use.result))
    said = next((whole_text(result[name]) for name in _SAID if is_text(result.get(name))), text)
    status = _status(use, result, said)
    if status in {"error", "rejected"}:
        said = _error(use, result) or said
    return Answer(excerpt_of(said), status)


def excerpt_of(text: str) -> Excerpt:
    """A text; of a huge one both ends."""
    left = len(text) - 2 * WINDOW
    return Excerpt(text) if left <= 2 * WINDOW else Excerpt(text[:WINDOW], text[-WINDOW:], left)


def _status(use: Use, result: dict[str, Raw], said: str) -> Status:
    if use.decision == "rejected" or is_true(result.get("rejected")):
        return "rejected"
    if use.status == "cancelled":
        return "cancelled"
    if use.status == "error" or is_true(result.get("applyFailed")) or _is_there(result.get("error")):
        return "error"
    return _ended(use, result, said) if tool_of(use.tool) == "shell" else "ok"


def _ended(use: Use, result: dict[str, Raw], printed: str) -> Status:
    """How a command ended."""
    reason = text_of(result.get("endedReason"))
    if reason.endswith("_ABORTED"):
        return "interrupted"
    if any(is_true(result.get(name)) for name in _STILL_RUNS) or _is_there(result.get("backgroundShellId")):
        return "unfinished"
    codes = (bytes(memoryview(result.get(name) or b"")) for name in ("exitCodeV2", "exitCode"))
    code = next((code for code in codes if code.lstrip(b"-").isdigit()), b"")
    if code:
        return "error" if code.strip(b"-0") else "ok"
    if reason.endswith("_FAILED"):
        return "error"
    if not result or reason.endswith(("_IDLE_TIMEOUT", "_ERROR_OCCURRED_CHECKING_REASON")):
        return "unfinished"
    return shown_status(text_of(fields_of(use.parameters).get("command")), excerpt_of(printed))


def _error(use: Use, result: dict[str, Raw]) -> str:
    """What Cursor said of the failure, to the agent or to the person."""
    text, told = whole_text(use.error), fields_of(embedded(use.error))
    found = next((whole_text(told[name]) for name in _TOLD_OF_ERROR if is_text(told.get(name))), text)
    inner = result.get("error", Raw())
    while inner_of := fields_of(inner):
        inner = inner_of.get("error") or inner_of.get("message") or Raw()
    return found or (whole_text(inner) if is_text(inner) else "")


def _is_there(raw: Raw | None) -> bool:
    return bytes(memoryview(raw or b"")[:5]) not in _NOTHING
