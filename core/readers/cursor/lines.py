"""The lines of Cursor's transcripts, typed, and what can be had of the fields of one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt, joined
from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import FLAWS, is_text
from tacit.core.readers.made_names import slug

SILENT = frozenset(("text", "thinking", "redacted_thinking", "image"))
"""Parts that are known and no calls."""

_EMPTY = Raw(b"{}")
_MOST_LOOKED_AT = 100_000
_OPEN, _CLOSE = "<user_query>", "</user_query>"
_ATTACHED = re.compile(r"\s*<(timestamp|rules|[a-z]+(?:[_-][a-z]+)+)>.*?</\1>", re.DOTALL)
_TIME = re.compile(
    r"\s*<timestamp>\s*(?:\w+, )?([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d) ?([AP])M"
    r" \(UTC(?:([+-])(\d{1,2})(?::?(\d\d))?)?\)\s*</timestamp>"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PATH = re.compile(
    rb'"(?:path|file_path|target_file|target_notebook|target_directory|working_directory|cwd)"\s*:\s*'
    rb'("(?:[^"\\]|\\.){1,1024}")'
)


class Line(Struct):
    """One line; only what is read of it, whatever its types."""

    role: Raw = Raw()
    type: Raw = Raw()
    message: Raw = Raw()
    model: Raw = Raw()
    status: Raw = Raw()
    error: Raw = Raw()
    metadata: Raw = Raw()
    sessionId: Raw = Raw()  # noqa: N815 - as the files of other agents have it
    uuid: Raw = Raw()


class Block(Struct):
    """One part of a message."""

    type: Raw = Raw()
    text: Raw = Raw()
    id: Raw = Raw()
    name: Raw = Raw()
    input: Raw = Raw()
    tool_use_id: Raw = Raw()
    content: Raw = Raw()
    is_error: Raw = Raw()


class _Message(Struct):
    content: Raw = Raw()


class _Told(Struct):
    toolResultStatus: Raw = Raw()  # noqa: N815
    prompt: Raw = Raw()
    server: Raw = Raw()
    toolName: Raw = Raw()  # noqa: N815
    arguments: Raw = Raw()


record = msgspec.json.Decoder(Line)
_message = msgspec.json.Decoder(_Message)
_block = msgspec.json.Decoder(Block)
_told = msgspec.json.Decoder(_Told)
_list = msgspec.json.Decoder(list[Raw])
_string = msgspec.json.Decoder(str)


def is_message(line: Line) -> bool:
    """Whether it is a message of Cursor's: a role and a list of typed parts, and nothing that says whose."""
    others = (line.type, line.sessionId, line.uuid)
    if word(line.role) not in {"user", "assistant"} or any(memoryview(one) for one in others):
        return False
    try:
        parts = _list.decode(_message.decode(line.message).content)
        return bool(parts) and bool(word(_block.decode(parts[0]).type))
    except FLAWS:
        return False


def blocks_of(line: Line, tally: ReadTally) -> list[Block]:
    """The parts of a message; one string is one part."""
    try:
        content = _message.decode(line.message).content
    except FLAWS:
        content = Raw()
    if is_text(content):
        return [Block(type=Raw(b'"text"'), text=content)]
    try:
        parts = _list.decode(content)
    except FLAWS:
        tally.drifted("missing field", "content")
        return []
    blocks = []
    for part in parts:
        try:
            blocks.append(_block.decode(part))
        except FLAWS:
            tally.skip("unexpected fields")
    return blocks


def word(raw: Raw) -> str:
    """A short string; empty where it is anything else."""
    view = memoryview(raw)
    if len(view) > _MOST_LOOKED_AT or not is_text(raw):
        return ""
    try:
        return _string.decode(view)
    except FLAWS:
        return ""


def text_of(raw: Raw) -> Excerpt:
    """A text, or the texts among the parts of a list."""
    view = memoryview(raw)
    if is_text(raw):
        return read_string(view)
    try:
        parts = [text_of(_block.decode(part).text) for part in _list.decode(view)]
    except FLAWS:
        return Excerpt("")
    return joined(one for one in parts if one.head.strip())


def typed(texts: list[Excerpt]) -> tuple[Excerpt, int]:
    """What the person typed, without what Cursor put around it, and when, in milliseconds; 0 where untold.

    Cursor does not escape its marks: what was typed ends at the last one.
    """
    asked = next((one for one in texts if _OPEN in one.head), None)
    text = asked or joined(one for one in texts if one.head.strip())
    at = _moment(text.head)
    if asked is None:
        begin = 0
        while found := _ATTACHED.match(text.head, begin):
            begin = found.end()
        return Excerpt(text.head[begin:].strip(), text.tail, text.skipped), at
    head = asked.head.partition(_OPEN)[2]
    if asked.skipped:
        tail, mark, _ = asked.tail.rpartition(_CLOSE)
        return Excerpt(head.lstrip(), (tail if mark else asked.tail).rstrip(), asked.skipped), at
    inside, mark, _ = head.rpartition(_CLOSE)
    return Excerpt((inside if mark else head).strip()), at


def _moment(text: str) -> int:
    found = _TIME.match(text)
    if found is None or found[1] not in _MONTHS:
        return 0
    hour = int(found[4]) % 12 + (12 if found[6] == "P" else 0)
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    try:
        zone = timezone(-offset if found[7] == "-" else offset) if offset else UTC
        month = _MONTHS.index(found[1]) + 1
        at = datetime(int(found[3]), month, int(found[2]), hour, int(found[5]), tzinfo=zone)
        return max(0, int(at.timestamp()) * 1000)
    except (ValueError, OverflowError):
        return 0


def call_of(name: str, given: Raw) -> tuple[str, Raw]:
    """A call's tool and its parameters as an object: of another program's tool its own name and its own."""
    parameters = _object(given)
    if name != "CallMcpTool":
        return name, parameters
    try:
        told = _told.decode(parameters)
    except FLAWS:
        return name, parameters
    server, tool = word(told.server), word(told.toolName)
    if not server or not tool:
        return name, parameters
    server = "tacit" if server.endswith("-tacit") else server
    return f"mcp__{server}__{tool}", _object(told.arguments)


def _object(given: Raw) -> Raw:
    view = memoryview(given)
    if bytes(view[:1]) == b"{":
        return given
    if not view or bytes(view[:4]) == b"null":
        return _EMPTY
    return Raw(b'{"input":' + bytes(view) + b"}")


def prompt_in(parameters: Raw) -> str:
    """What a sub-agent was asked."""
    try:
        return text_of(_told.decode(parameters).prompt).head.strip()
    except FLAWS:
        return ""


def status_in(metadata: Raw) -> str:
    """How a call ended, as a drifted line says it."""
    try:
        return word(_told.decode(metadata).toolResultStatus).lower()
    except FLAWS:
        return ""


def known_folder(folder: str) -> str:
    """The folder's name, empty where it is only the number of a window without one."""
    return "" if folder.isdigit() else folder


def root_in(parameters: Raw, folder: str) -> str:
    """The beginning of a path in the parameters that the folder is called after, if any."""
    view = memoryview(parameters)[:_MOST_LOOKED_AT]
    for found in _PATH.finditer(view):
        try:
            path = _string.decode(found[1])
        except FLAWS:
            continue
        for end in re.finditer(r"[^\\/](?=[\\/]|$)", path):
            begin = path[: end.end()]
            if slug(begin) == folder:
                return begin
    return ""
