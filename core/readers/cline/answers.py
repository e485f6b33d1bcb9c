"""What calls of Cline gave back, and how they ended: in the words Cline puts around it.

A command's exit code is told by some versions and by none before 3.30; else its output tells.
"""

from __future__ import annotations

import re

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.shell_ends import shown_status

_BEGINS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"The user denied this operation")),
    (
        "cancelled",
        re.compile(r"Tool \[\w+\] was not executed|Skipping tool|Tool was interrupted and not executed"),
    ),
    ("interrupted", re.compile(r"Task was interrupted before this tool call could be completed")),
    ("unfinished", re.compile(r"Command is still running")),
    (
        "error",
        re.compile(
            r"The tool execution failed with|Missing value for required parameter|Invalid JSON argument"
            r"|This tool cannot be used in PLAN MODE|Access to .{1,1000} is blocked by the|Error:"
            r"|Command (?:execution )?timed out|Command execution blocked"
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


def answer_of(text: Excerpt, *, command: str) -> Answer:
    """What a call gave back.

    Args:
        text: the result without its headline.
        command: the shell command of the call, empty of any other.
    """
    for status, form in _BEGINS:
        if form.match(text.head):
            return Answer(_said(text) if status == "error" else text, status)
    if not command:
        return Answer(text, "ok")
    found = _CODE.match(text.head[:1_000])
    code = (found[1] or found[2]) if found else ""
    output = text.head
    while (mark := _OUTPUT.match(output)) is not None and mark.end():
        output = output[mark.end() :]
    printed = Excerpt(output, text.tail, text.skipped)
    if code in {"", "0"}:
        return Answer(printed, "ok" if code else shown_status(command, printed))
    return Answer(Excerpt(f"Exit code {code}\n{output}", text.tail, text.skipped), "error")


def _said(text: Excerpt) -> Excerpt:
    """An error without the words around it."""
    found = None if text.skipped else _INSIDE.match(text.head)
    return Excerpt(found[1]) if found else text
