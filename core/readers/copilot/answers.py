"""What calls of Copilot CLI gave back, and how they ended.

A tool says whether it succeeded. A shell says so whatever its command did: the command's exit code stands
in a field in newer versions, and in the last line of the text in all.
"""

from __future__ import annotations

import re

from msgspec import Raw

from tacit.core.learn.actions import tool_of
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import Fields, fields_of, is_text, is_true, items_of, text_of

_REFUSED = re.compile(r"denied|reject", re.IGNORECASE)
_STOPPED = re.compile(r"abort|cancel|interrupt", re.IGNORECASE)
_EXITED = re.compile(r"\n?<(?:exited|[^<>\n]{1,80} (?:exited|completed)) with exit code (-?\d{1,10})>\Z")
_CODE = re.compile(r"-?\d{1,10}")
_LAST = 300


def answer_of(data: Fields, *, tool: str, denied: bool, seconds: float | None) -> Answer:
    """What a ``tool.execution_complete`` tells of a call.

    Args:
        data: its data.
        tool: the name of the tool.
        denied: whether it was told before that the person or a rule did not allow the call.
        seconds: how long it took, where that is known.
    """
    text = _text(data)
    status: Status = "rejected" if denied else _status(data)
    if tool_of(tool) != "shell" or status in {"rejected", "interrupted"}:
        return Answer(text, status, seconds)
    text, told = _without_exit(text)
    code = _code(data) or told
    if code in {"", "0"}:
        return Answer(text, status, seconds)
    return Answer(Excerpt(f"Exit code {code}\n{text.head}", text.tail, text.skipped), "error", seconds)


def _status(data: Fields) -> Status:
    if is_true(data.get("success")):
        return "ok"
    error = fields_of(data.get("error"))
    code = text_of(error.get("code"))
    if not error and not data.get("success"):
        return "ok"  # versions that do not say it told of what succeeded
    if _REFUSED.search(code):
        return "rejected"
    return "interrupted" if _STOPPED.search(code) else "error"


def _text(data: Fields) -> Excerpt:
    """What the model got, else what was shown; of a failed call its message, else what there is."""
    result = data.get("result")
    inside = fields_of(result)
    found = (result, inside.get("content"), inside.get("detailedContent"))
    said = fields_of(data.get("error")).get("message", data.get("error"))
    for one in (*found, said) if is_true(data.get("success")) else (said, *found):
        if is_text(one) and len(memoryview(one or b"")) > 2:
            return read_string(memoryview(one or b""))
    return Excerpt("")


def _code(data: Fields) -> str:
    """The exit code, where a field has it."""
    inside = [fields_of(data.get("shellExecution"))]
    inside += [fields_of(item) for item in items_of(fields_of(data.get("result")).get("contents"))]
    for fields in inside:
        found = _CODE.fullmatch(
            bytes(memoryview(fields.get("exitCode", Raw()))[:12]).decode("ascii", "replace")
        )
        if found:
            return found[0]
    return ""


def _without_exit(text: Excerpt) -> tuple[Excerpt, str]:
    """The text without its last line, where that tells the exit code, and the code."""
    whole = (text.tail if text.skipped else text.head).rstrip()
    found = _EXITED.search(whole, max(0, len(whole) - _LAST))
    if found is None:
        return text, ""
    kept = whole[: found.start()]
    return (Excerpt(text.head, kept, text.skipped) if text.skipped else Excerpt(kept)), found[1]
