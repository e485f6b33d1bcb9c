"""What calls of Cline gave back, and how they ended: in the words Cline puts around it.

A command's exit code is told by some versions and by none before 3.30; else its output tells.
"""

from __future__ import annotations

import re

from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.loose import fields_of, text_of
from tacit.core.readers.shell_ends import shown_status

_BEGINS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"The user denied this operation")),
    (
        "cancelled",
        re.compile(r"Tool \[\w+\] was not executed|Skipping tool|Tool was interrupted and not executed"),
    ),
    (
        "interrupted",
        re.compile(
            r"Task was interrupted before this tool call could be completed"
            r"|The command was cancelled by the user"
        ),
    ),
    ("unfinished", re.compile(r"Command is still running")),
    (
        "error",
        re.compile(
            r"The tool execution failed with|Missing value for required parameter|Invalid JSON argument"
            r"|This tool cannot be used in PLAN MODE|Access to .{1,1000} is blocked by the|Error:"
            r"|Command (?:execution )?timed out|Command execution blocked"
            r"|Command failed to execute in terminal|Working directory '[^\n]{1,4000}' does not exist"
            r"|Command executed in terminal [^\n]{1,4000}? Process terminated by signal"
            r"|The command was terminated after exceeding a user-configured"
        ),
    ),
)
_CODE = re.compile(
    r"\A(?:Command|\[)[^\n]*?[Ee]xit code:? (-?\d{1,10})|\A[^\n]*\n[Ee]xit [Cc]ode: (-?\d{1,10})"
)
_OUTPUT = re.compile(
    r"\A(?:Command executed[^\n]*|Command failed[^\n]*|Exit [Cc]ode[^\n]*)\n?(?:Output:\n?)?"
)
_INSIDE = re.compile(r"\A.*?<error>\n?(.*?)\n?</error>\s*\Z", re.DOTALL)


_APPROVED = re.compile(r'\A\{"status":"approved"[^\n]{0,8000}\}\n\n')
_STATUSES: dict[str, Status] = {"error": "error", "denied": "rejected"}
_WORDS = ("error", "feedback", "message")


def answer_of(text: Excerpt, *, command: str, failed: bool = False) -> Answer:
    """What a call gave back.

    Args:
        text: the result without its headline.
        command: the shell command of the call, empty of any other.
        failed: whether it is marked as an error.
    """
    approved = _APPROVED.match(text.head)
    if approved is not None:
        text = Excerpt(text.head[approved.end() :], text.tail, text.skipped)
    told = None if text.skipped else _told(text.head)
    if told is not None:
        return told
    for status, form in _BEGINS:
        if form.match(text.head):
            return Answer(_said(text) if status == "error" else text, status)
    if failed or not command:
        return Answer(text, "error" if failed else "ok")
    found = _CODE.match(text.head[:1_000])
    code = (found[1] or found[2]) if found else ""
    output = text.head
    while (mark := _OUTPUT.match(output)) is not None and mark.end():
        output = output[mark.end() :]
    printed = Excerpt(output, text.tail, text.skipped)
    if code in {"", "0"}:
        return Answer(printed, "ok" if code else shown_status(command, printed))
    return Answer(Excerpt(f"Exit code {code}\n{output}", text.tail, text.skipped), "error")


def _told(text: str) -> Answer | None:
    """How a call ended that Roo Code and Kilo Code tell in an object; ``None`` where it is none of theirs."""
    if not text.startswith('{"status":"'):
        return None
    fields = fields_of(Raw(text.encode("utf-8", "replace")))
    status = _STATUSES.get(text_of(fields.get("status")))
    said = next((text_of(fields.get(name)) for name in _WORDS if text_of(fields.get(name))), "")
    return None if status is None else Answer(Excerpt(said), status)


def _said(text: Excerpt) -> Excerpt:
    """An error without the words around it."""
    found = None if text.skipped else _INSIDE.match(text.head)
    return Excerpt(found[1]) if found else text
