"""The lines of Tacit's own JSON Lines, as ``core/readers/schema/tacit-jsonl.json`` publishes them."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from tacit.core.clock import parse_time
from tacit.core.model import Label, Status, TaskType
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.untrusted import LAST_TIME

VERSION = 1

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/@+=-]{1,200}\Z")]
"""An id a program gives, or the name of the program; no space, nothing that drives a terminal."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_Number = Annotated[int, Meta(ge=1, le=LAST_TIME)]
Time = _Number | str | None


class _Line(Struct, frozen=True, kw_only=True):
    at: Time = None


class SessionLine(_Line, frozen=True, kw_only=True):
    """Opens a session, or turns to it again."""

    tacit: int
    id: Name
    agent: Name = "tacit-jsonl"
    project: str = ""
    repository: str | None = None
    branch: str | None = None
    model: str | None = None
    title: str = ""


class EpisodeLine(_Line, frozen=True, kw_only=True):
    """Opens a task in a session."""

    id: Name
    task: str
    session: Name | None = None
    context: Raw = Raw()
    task_type: TaskType | None = None


class StepLine(_Line, frozen=True, kw_only=True):
    """One tool call with its result."""

    tool: Annotated[str, Meta(min_length=1, max_length=200)]
    id: Name | None = None
    session: Name | None = None
    episode: Name | None = None
    parameters: Raw = Raw(b"{}")
    observation: Raw = Raw()
    status: Status = "ok"
    seconds: Annotated[float, Meta(ge=0, le=1e9)] | None = None


class EndLine(_Line, frozen=True, kw_only=True):
    """Ends a task; one that comes later puts an earlier one right."""

    session: Name | None = None
    episode: Name | None = None
    outcome: Label | None = None


Line = SessionLine | EpisodeLine | StepLine | EndLine

_KINDS: dict[str, type[Line]] = {
    "session": SessionLine,
    "episode_start": EpisodeLine,
    "step": StepLine,
    "episode_end": EndLine,
}
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}
_FIELDS = {name: {"type", *kind.__struct_fields__} for name, kind in _KINDS.items()}
_fields = msgspec.json.Decoder(dict[str, Raw])
_text = msgspec.json.Decoder(str)


class Refused(ValueError):
    """A line that cannot be taken; the message is the reason it is counted under."""


def read_line(raw: memoryview) -> tuple[Line, int]:
    """A line and how many of its fields are unknown.

    Raises:
        Refused: it is no line of this format, or a field of it is not as it should be.
        msgspec.DecodeError: it is no JSON.
    """
    try:
        return _read(raw)
    except RecursionError:
        raise Refused("too deep") from None
    except UnicodeDecodeError:
        raise Refused("wrong encoding") from None
    except msgspec.ValidationError:
        raise Refused("unexpected fields") from None
    except msgspec.DecodeError:
        whole = without_lone_surrogates(bytes(raw))
        if whole == raw:
            raise
        return read_line(memoryview(whole))


def _read(raw: memoryview) -> tuple[Line, int]:
    try:
        fields = _fields.decode(raw)
    except msgspec.ValidationError:
        raise Refused("not an object") from None
    try:
        kind = _text.decode(fields.get("type", b"null"))
    except msgspec.ValidationError:
        kind = ""
    if kind not in _KINDS:
        raise Refused("unknown line type")
    line = _DECODERS[kind].decode(raw)
    time_of(line.at)
    if isinstance(line, StepLine) and bytes(memoryview(line.parameters)[:1]) != b"{":
        raise Refused("unexpected fields")
    if isinstance(line, SessionLine) and line.tacit != VERSION:
        raise Refused("newer format" if line.tacit > VERSION else "unexpected fields")
    return line, len(fields.keys() - _FIELDS[kind])


def time_of(at: Time) -> int | None:
    """Milliseconds of a line's time.

    Raises:
        Refused: it is no time between 1970 and 9999.
    """
    if not isinstance(at, str):
        return at
    if not _TIME.fullmatch(at):
        raise Refused("unexpected fields")
    try:
        moment = parse_time(at.upper())
    except (ValueError, OverflowError):
        raise Refused("unexpected fields") from None
    if not 1 <= moment <= LAST_TIME:
        raise Refused("unexpected fields")
    return moment
