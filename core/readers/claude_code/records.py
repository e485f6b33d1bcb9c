"""The lines of a Claude Code transcript, typed: only the fields that are needed, everything else skipped.

``Raw`` fields are slices of the file, not copies. They are written ``Raw = Raw()``: an optional one
would make the decoder fail without a word on most lines.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

_MOST = 1 << 40
"""Tokens; a transcript may claim any number, and a store holds 64 bits of the sum of all."""


class Usage(Struct):
    """Tokens of one API message, as far as it was written when the line was."""

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0

    @property
    def fresh(self) -> int:
        """Tokens that were new to the model: read from the cache ones are not counted."""
        counts = (self.input_tokens, self.output_tokens, self.cache_creation_input_tokens)
        return sum(min(max(count or 0, 0), _MOST) for count in counts)


class Message(Struct):
    """What was said: ``content`` is a string or a list of blocks."""

    id: str | None = None
    model: str | None = None
    content: Raw = Raw()
    usage: Usage | None = None


class Line(Struct, rename={"parent": "parentUuid", "session": "sessionId", "sidechain": "isSidechain"}):
    """What one look at a line tells."""

    type: str = ""
    uuid: str | None = None
    parent: str | None = None
    session: str | None = None
    timestamp: str | None = None
    cwd: str | None = None
    gitBranch: str | None = None  # noqa: N815
    version: str | None = None
    sidechain: bool | None = None
    agentId: str | None = None  # noqa: N815
    isMeta: bool | None = None  # noqa: N815
    isCompactSummary: bool | None = None  # noqa: N815
    message: Message | None = None
    data: Raw = Raw()
    origin: Raw = Raw()
    parentToolUseID: str | None = None  # noqa: N815
    summary: str | None = None
    leafUuid: str | None = None  # noqa: N815
    customTitle: str | None = None  # noqa: N815
    aiTitle: str | None = None  # noqa: N815


class Bare(Struct, rename={"parent": "parentUuid"}):
    """What is left of a line whose other fields are of unexpected types: its place in the tree."""

    type: str = ""
    uuid: str | None = None
    parent: str | None = None


class Progress(Struct):
    """``data`` of a progress record; of interest where a sub-agent said something."""

    type: str = ""
    agentId: str | None = None  # noqa: N815
    message: Line | None = None


class Block(Struct):
    """One block of a message: text, a picture, a call, or a call's result."""

    type: str = ""
    id: str | None = None
    name: str | None = None
    tool_use_id: str | None = None
    is_error: bool | None = None
    text: Raw = Raw()
    input: Raw = Raw()
    content: Raw = Raw()


class CallLine(Struct):
    """What the second look at a line needs: its blocks, and what the tool said besides."""

    uuid: str | None = None
    message: Message | None = None
    data: Raw = Raw()
    toolUseResult: Raw = Raw()  # noqa: N815


class ToolResult(Struct):
    """The few fields of ``toolUseResult`` that say more than the result's text."""

    agentId: str | None = None  # noqa: N815
    interrupted: bool | None = None
    totalDurationMs: float | None = None  # noqa: N815


lines = msgspec.json.Decoder(Line)
bare_lines = msgspec.json.Decoder(Bare)
call_lines = msgspec.json.Decoder(CallLine)
_progress = msgspec.json.Decoder(Progress)
_blocks = msgspec.json.Decoder(list[Block])
_results = msgspec.json.Decoder(ToolResult)


def blocks_of(content: Raw) -> list[Block]:
    """The blocks of a message; none where its content is a string or nothing known."""
    raw = memoryview(content)
    if len(raw) == 0 or raw[0] != ord("["):
        return []
    try:
        return _blocks.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def progress_of(data: Raw) -> Progress | None:
    """A sub-agent's message inside a progress record, if it is one."""
    raw = memoryview(data)
    if len(raw) == 0:
        return None
    try:
        progress = _progress.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return progress if progress.type == "agent_progress" else None


def tool_result(raw: Raw) -> ToolResult:
    """The tool's own fields; empty where it left a string, a list or something of other types."""
    view = memoryview(raw)
    if len(view) == 0 or view[0] != ord("{"):
        return ToolResult()
    try:
        return _results.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ToolResult()
