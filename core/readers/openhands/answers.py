"""What calls of OpenHands' agent SDK gave back, and how they ended.

The form is that of ``tool/schema.py`` and ``mcp/definition.py`` of the SDK and of ``terminal/definition.py``
of its tools: ``content``, a text or a list of parts, ``is_error``, and of a command its exit code.
"""

from __future__ import annotations

import re

from msgspec import Raw

from tacit.core.limits import Excerpt, joined
from tacit.core.model import Status
from tacit.core.readers.conversation import Answer
from tacit.core.readers.loose import Fields, excerpt_of, fields_of, is_text, is_true, items_of, text_of

_NUMBER = re.compile(r"-?\d{1,10}")
_STILL = "-1"
_HEADLINE = re.compile(r"\[Tool '[^'\n]{1,200}' executed\.\](?:\n|\Z)")
_STOPPED = "was interrupted by user request"


def result_of(seen: Fields) -> Answer:
    """What a tool gave back. Of a command the exit code decides; one that goes on has ``-1``."""
    text = texts_of(seen.get("content"))
    status: Status = "error" if is_true(seen.get("is_error")) else "ok"
    code = bytes(memoryview(seen.get("exit_code", Raw()))[:12]).decode("ascii", "replace")
    if status == "error" or not _NUMBER.fullmatch(code) or code == "0":
        return Answer(text, status)
    if code == _STILL:
        stopped = _STOPPED in text_of(fields_of(seen.get("metadata")).get("suffix"))
        return Answer(text, "interrupted" if stopped else "unfinished")
    return Answer(Excerpt(f"Exit code {code}\n{text.head}", text.tail, text.skipped), "error")


def error_of(said: Raw | None, status: Status) -> Answer:
    """Why a call was not carried out, or failed before it was."""
    return Answer(excerpt_of(said), status)


def foreign_of(event: Fields) -> Answer:
    """What a call of another program gave back: its parts, else its output as it is."""
    failed = is_true(event.get("is_error")) or text_of(event.get("status")) == "failed"
    parts = [fields_of(one) for one in items_of(event.get("content"))]
    shown = [fields_of(part["content"]) if "content" in part else part for part in parts]
    said = [excerpt_of(one["text"]) for one in shown if is_text(one.get("text"))]
    output = event.get("raw_output")
    if not any(one.head for one in said) and output is not None:
        said = [excerpt_of(output) if is_text(output) else Excerpt(_plain(output))]
    return Answer(joined(said), "error" if failed else "ok")


def texts_of(content: Raw | None, *, pictures: str = "") -> Excerpt:
    """The texts of a content; ``pictures`` stands for it where there are only such."""
    if is_text(content):
        return excerpt_of(content)
    parts = [fields_of(one) for one in items_of(content)]
    said = [excerpt_of(part["text"]) for part in parts if is_text(part.get("text"))]
    if said and _HEADLINE.match(said[0].head):
        said[0] = Excerpt(
            said[0].head[said[0].head.find("]") + 1 :].lstrip("\n"), said[0].tail, said[0].skipped
        )
    if pictures and parts and not any(one.head.strip() for one in said):
        return Excerpt(pictures)
    return joined(one for one in said if one.head)


def _plain(raw: Raw) -> str:
    return bytes(memoryview(raw)[:100_000]).decode("utf-8", "replace")
