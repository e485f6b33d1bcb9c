"""What mini-swe-agent writes back to its model: what a command gave, or what the person said instead."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import Fields, fields_of, is_text, items_of, text_of
from tacit.core.readers.shell_ends import shown_status

Word = Literal["", "rejected", "interrupted", "new task", "refused"]

_SAID: tuple[tuple[Word, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"Commands? not executed\.\s*")),
    ("interrupted", re.compile(r"Interrupted by user: ")),
    ("new task", re.compile(r"The user added a new task: ")),
    ("refused", re.compile(r"Please always provide EXACTLY ONE action|Tool call error:|Format error:")),
)
_TYPES: dict[str, Word] = {
    "UserRejection": "rejected",
    "UserInterruption": "interrupted",
    "UserNewTask": "new task",
    "FormatError": "refused",
}
_UNTYPED = "Temporary interruption caught."
_NOT_RUN = "action was not executed"
_CODE = re.compile(
    r"\s*(?:<exception>.*?</exception>\s*)?<returncode>\s*(-?\d{1,10})\s*</returncode>\s*", re.DOTALL
)
_OUTPUT = re.compile(r"<output>\n?(.*?)\n?</output>\s*\Z", re.DOTALL)
_TIMED_OUT = re.compile(r"The last command <command>.*?</command> timed out and has been killed", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,10}")


class Said(Struct, frozen=True):
    """What stands there in place of a command's output, and what the person typed with it."""

    word: Word
    typed: str = ""


def said_of(message: Fields) -> Said:
    """Whether a message is the person's, or the harness's refusal of what the model wrote."""
    extra = fields_of(message.get("extra"))
    text = content_of(message).head
    told = _TYPES.get(text_of(extra.get("interrupt_type")), "")
    for word, form in _SAID:
        found = form.match(text)
        if found and told in {"", word}:
            typed = text[found.end() :].strip() if word in {"interrupted", "new task"} else ""
            return Said(word, "" if typed == _UNTYPED else typed)
    return Said(told)


def content_of(message: Fields) -> Excerpt:
    """The text of a message, which may stand in parts."""
    raw = message.get("content", message.get("output", Raw()))
    if is_text(raw):
        return read_string(memoryview(raw))
    parts = (fields_of(part).get("text", Raw()) for part in items_of(raw))
    return Excerpt("\n".join(read_string(memoryview(part)).head for part in parts if is_text(part)))


def was_run(message: Fields) -> bool:
    """Whether the command of this answer was run: of several, one may not have come to it."""
    extra = fields_of(message.get("extra"))
    return text_of(extra.get("exception_info")) != _NOT_RUN


def answer_of(message: Fields, *, command: str) -> Answer:
    """What a command gave back. Its exit code decides; where none is told, what it printed."""
    extra = fields_of(message.get("extra"))
    content = content_of(message)
    code, text = _code(content)
    code = _returned(extra) or code
    raw = extra.get("raw_output", Raw())
    text = read_string(memoryview(raw)) if is_text(raw) else text
    trouble = text_of(extra.get("exception_info"))
    if trouble:
        text = Excerpt(f"{trouble}\n{text.head}", text.tail, text.skipped)
    if code in {"", "0"} and not trouble:
        status: Status = "ok" if code else _shown(command, content)
        return Answer(text, status)
    return Answer(
        Excerpt(f"Exit code {code}\n{text.head}", text.tail, text.skipped) if code else text, "error"
    )


def _shown(command: str, content: Excerpt) -> Status:
    return "error" if _TIMED_OUT.match(content.head) else shown_status(command, content)


def _returned(extra: Fields) -> str:
    """The exit code, where a field has it."""
    raw = bytes(memoryview(extra.get("returncode", Raw()))[:12]).decode("ascii", "replace")
    return raw if _NUMBER.fullmatch(raw) else ""


def _code(content: Excerpt) -> tuple[str, Excerpt]:
    """The exit code at the head of an observation, and the output without the marks around it."""
    found = _CODE.match(content.head)
    if found is None:
        return "", content
    rest = content.head[found.end() :]
    if content.skipped:
        return found[1], Excerpt(rest, content.tail, content.skipped)
    output = _OUTPUT.match(rest)
    return found[1], Excerpt(output[1] if output else rest)
