"""The records of Cursor's database: composers, which are its conversations, and bubbles, their messages.

Values are JSON in which anything may be missing or of another type; what is not as it should be says nothing.
Of a bubble, which may carry files and rules around its words, only what is told of it is kept.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.readers.base import ReadTally
from tacit.core.readers.cursor.lines import typed
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import FLAWS, count_of, excerpt_of, fields_of, is_text, items_of, text_of
from tacit.core.readers.records import value
from tacit.core.readers.times import moment
from tacit.core.untrusted import LAST_TIME

_ABSOLUTE = 946_684_800_000
"""From here on, the year 2000, a number is a time and no span."""
_TIMINGS = ("clientStartTime", "clientRpcSendTime", "clientSettleTime", "clientEndTime")
_DRIVE = re.compile(r"/[A-Za-z]:")
_OURS = re.compile(r"mcp[-_](?:\w+-)*tacit[-_]")
_JUST_BEGUN = "loading"


class Composer(Struct, frozen=True):
    """A conversation. ``parent`` began it, by the call ``call``, where it is a sub-agent's.

    ``begun`` lists the sub-agents it knows of; ``order`` its bubbles by their ids, with the time told beside
    each; ``inline`` the bubbles themselves, of versions that kept them in the composer.
    """

    native: str
    title: str = ""
    directory: str = ""
    branch: str = ""
    model: str = ""
    version: str = ""
    created: int = 0
    updated: int = 0
    aborted: bool = False
    parent: str = ""
    call: str = ""
    begun: tuple[str, ...] = ()
    order: tuple[tuple[str, int], ...] = ()
    inline: tuple[Raw, ...] = ()


class Use(Struct, frozen=True):
    """A call with all that is known of how it went; ``child`` is the sub-agent's that it started."""

    key: str
    tool: str
    parameters: Raw
    status: str
    decision: str
    result: Raw
    error: Raw
    child: str


class Bubble(Struct, frozen=True):
    """One message: what a person typed, or words of the agent, a call, or both."""

    id: str
    role: Literal["user", "assistant"]
    at: int
    text: Excerpt = Excerpt("")
    spoke: bool = False
    use: Use | None = None
    model: str = ""
    directory: str = ""


class _ComposerRecord(Struct, rename={"form": "_v"}):
    form: Raw = Raw()
    name: Raw = Raw()
    createdAt: Raw = Raw()  # noqa: N815 - as Cursor has it, here and below
    lastUpdatedAt: Raw = Raw()  # noqa: N815
    status: Raw = Raw()
    modelConfig: Raw = Raw()  # noqa: N815
    createdOnBranch: Raw = Raw()  # noqa: N815
    workspaceIdentifier: Raw = Raw()  # noqa: N815
    subagentInfo: Raw = Raw()  # noqa: N815
    subagentComposerIds: Raw = Raw()  # noqa: N815
    subComposerIds: Raw = Raw()  # noqa: N815
    fullConversationHeadersOnly: Raw = Raw()  # noqa: N815
    conversation: Raw = Raw()


class _BubbleRecord(Struct):
    bubbleId: Raw = Raw()  # noqa: N815
    type: Raw = Raw()
    text: Raw = Raw()
    createdAt: Raw = Raw()  # noqa: N815
    timingInfo: Raw = Raw()  # noqa: N815
    modelInfo: Raw = Raw()  # noqa: N815
    workspaceUris: Raw = Raw()  # noqa: N815
    toolFormerData: Raw = Raw()  # noqa: N815


_composers = msgspec.json.Decoder(_ComposerRecord)
_bubbles = msgspec.json.Decoder(_BubbleRecord)
_string = msgspec.json.Decoder(str)
_number = msgspec.json.Decoder(float)


def composer_of(raw: bytes, native: str, tally: ReadTally) -> Composer | None:
    """A composer; ``native`` is its id, as the key of its row has it."""
    record = value(raw, _composers, tally)
    if record is None:
        return None
    begun = [*items_of(record.subagentComposerIds), *items_of(record.subComposerIds)]
    started = fields_of(record.subagentInfo)
    model = text_of(fields_of(record.modelConfig).get("modelName"))
    return Composer(
        native=native.lower(),
        title=text_of(record.name),
        directory=folder_of(record.workspaceIdentifier),
        branch=text_of(record.createdOnBranch),
        model="" if model == "default" else model,
        version=f"composer {count_of(record.form) or ''}".strip(),
        created=_at(record.createdAt),
        updated=_at(record.lastUpdatedAt),
        aborted=text_of(record.status) == "aborted",
        parent=text_of(started.get("parentComposerId")).lower(),
        call=text_of(started.get("toolCallId")),
        begun=tuple(text_of(one).lower() for one in begun if text_of(one)),
        order=_order(record.fullConversationHeadersOnly, tally),
        inline=tuple(_own(one) for one in items_of(record.conversation)),
    )


def bubble_of(raw: bytes, native: str, at: int, tally: ReadTally) -> Bubble | None:
    """A bubble.

    Args:
        raw: its JSON text.
        native: its id; empty where only the text tells it.
        at: when it was made, where the text does not say.
        tally: what could not be read is counted here.
    """
    record = value(raw, _bubbles, tally)
    if record is None:
        return None
    native, kind = native or text_of(record.bubbleId), bytes(memoryview(record.type))
    at = _at(record.createdAt) or at or _timed(record.timingInfo)
    if kind == b"1":
        words, _ = typed([excerpt_of(record.text)])
        directory = next(filter(None, map(path_of, map(text_of, items_of(record.workspaceUris)))), "")
        return Bubble(native, "user", at, words, directory=directory)
    if kind != b"2":
        tally.drifted("unknown role" if kind else "missing field", "type")
        return None
    spoke = len(memoryview(record.text)) > len('""') and is_text(record.text)
    model = text_of(fields_of(record.modelInfo).get("modelName"))
    use = _use(fields_of(record.toolFormerData), native, tally)
    return Bubble(native, "assistant", at, spoke=spoke, use=use, model="" if model == "default" else model)


def folder_of(identifier: Raw | None) -> str:
    """The folder that a workspace's identifier names; empty for a window without one."""
    uri = fields_of(fields_of(identifier).get("uri"))
    return text_of(uri.get("fsPath")) or text_of(uri.get("path")) or path_of(text_of(uri.get("external")))


def whole_text(raw: Raw) -> str:
    """A string of whatever length, or the JSON text of what is none; empty for ``null``."""
    view = memoryview(raw)
    if not view or bytes(view[:4]) == b"null":
        return ""
    if view[0] != ord('"'):
        return str(view, "utf-8", "replace")
    try:
        return _string.decode(view)
    except FLAWS:
        return excerpt_of(raw).head


def embedded(raw: Raw) -> Raw:
    """What stands in a value as JSON, which is mostly in a string; its own, also where it is no JSON."""
    return Raw(without_lone_surrogates(whole_text(raw).strip().encode("utf-8", "replace")))


def _use(told: dict[str, Raw], native: str, tally: ReadTally) -> Use | None:
    """A call; of one that just begins, or that never was one, nothing is told."""
    name, key, status = (text_of(told.get(one)) for one in ("name", "toolCallId", "status"))
    if not name:
        if key and status != _JUST_BEGUN:
            tally.drifted("missing field", "name")
        return None
    given = (embedded(told.get(one, Raw())) for one in ("rawArgs", "params"))
    parameters = next((one for one in given if fields_of(one)), Raw(b"{}"))
    return Use(
        key=key or native,
        tool=_OURS.sub("mcp__tacit__", name, count=1),
        parameters=parameters,
        status=status,
        decision=text_of(told.get("userDecision")),
        result=_own(told.get("result", Raw())),
        error=_own(told.get("error", Raw())),
        child=text_of(fields_of(told.get("additionalData")).get("subagentComposerId")).lower(),
    )


def _order(headers: Raw, tally: ReadTally) -> tuple[tuple[str, int], ...]:
    found = []
    for header in map(fields_of, items_of(headers)):
        native = text_of(header.get("bubbleId"))
        if native:
            found.append((native, _at(header.get("createdAt"))))
        else:
            tally.drifted("missing field", "bubbleId")
    return tuple(found)


def _at(raw: Raw | None) -> int:
    """A time, told as milliseconds or in words, in milliseconds; 0 where it is none."""
    if is_text(raw):
        return moment(text_of(raw))
    found = count_of(raw)
    return found if _ABSOLUTE <= found <= LAST_TIME else 0


def _timed(raw: Raw) -> int:
    """When versions that told no other time measured it; what they measured may be a span."""
    told = fields_of(raw)
    for name in _TIMINGS:
        try:
            found = int(_number.decode(told.get(name, Raw(b"0"))))
        except (*FLAWS, OverflowError, ValueError):
            continue
        if _ABSOLUTE <= found <= LAST_TIME:
            return found
    return 0


def path_of(uri: str) -> str:
    """The path of an address of a folder, on this machine or another."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.scheme not in {"file", "vscode-remote"}:
        return ""
    path = unquote(parts.path)
    return path[1:] if _DRIVE.match(path) else path


def _own(raw: Raw) -> Raw:
    """A slice on its own: else all of the row would stay."""
    return Raw(bytes(memoryview(raw)))
