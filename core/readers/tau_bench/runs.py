"""The runs in a tau-bench results file: their form, and getting them out of a torn file too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import read_string, without_lone_surrogates

_RUN = re.compile(r'\{\s*"task_id"\s*:')
_array = msgspec.json.Decoder(list[Raw])


class Function(Struct, frozen=True):
    """What a call calls; ``arguments`` is JSON text in a JSON string."""

    name: str = ""
    arguments: Raw = Raw()


class ToolCall(Struct, frozen=True):
    """One entry of ``tool_calls``."""

    function: Function
    id: str | None = None


class Message(Struct, frozen=True):
    """One chat message. ``content`` is a string, ``null``, or a list of parts."""

    role: str
    content: Raw = Raw()
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None


class Run(Struct, frozen=True):
    """One run of one task. What is not needed to read it is left raw, so that drift there costs nothing."""

    task_id: int | str
    trial: int | None = 0
    reward: Raw = Raw()
    info: Raw = Raw()
    traj: list[Raw] = []


class _Part(Struct, frozen=True):
    text: str = ""


class _Task(Struct, frozen=True):
    instruction: str = ""


class _Info(Struct, frozen=True):
    task: _Task = _Task()


_runs = msgspec.json.Decoder(Run)
_messages = msgspec.json.Decoder(Message)
_parts = msgspec.json.Decoder(list[_Part])
_infos = msgspec.json.Decoder(_Info)
_UNUSABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def runs_of(content: memoryview, tally: ReadTally) -> Iterator[Run]:
    """Every run, in the order of the file. A half-written last one is left for next time."""
    for raw in _pieces(content, tally):
        tally.lines += 1
        try:
            yield _runs.decode(raw)
        except RecursionError:
            tally.skip("too deep")
        except (msgspec.DecodeError, UnicodeDecodeError):
            tally.skip("unexpected fields")


def messages_of(run: Run, tally: ReadTally) -> Iterator[Message]:
    """The messages that can be read; the others are counted."""
    for raw in run.traj:
        try:
            yield _messages.decode(raw)
        except _UNUSABLE:
            tally.skip("unexpected fields")


def text_of(content: Raw) -> Excerpt:
    """A message's text; of a list its text parts, of anything else its JSON text."""
    view = memoryview(content)
    if not view or bytes(view[:4]) == b"null":
        return Excerpt("")
    if view[0] == ord('"'):
        return read_string(view)
    try:
        return Excerpt("\n".join(part.text for part in _parts.decode(content) if part.text))
    except _UNUSABLE:
        return Excerpt(str(view, "utf-8", "replace"))


def instruction_of(run: Run) -> str:
    """What the simulated user was told to want."""
    try:
        return _infos.decode(run.info).task.instruction
    except _UNUSABLE:
        return ""


def _pieces(content: memoryview, tally: ReadTally) -> Iterator[Raw | bytes]:
    """The JSON text of every run."""
    try:
        whole: list[Raw] = _array.decode(content)
    except _UNUSABLE:
        yield from _salvaged(bytes(content), tally)
        return
    tally.read_to = len(content)
    yield from whole


def _salvaged(content: bytes, tally: ReadTally) -> Iterator[bytes]:
    """Every whole run of a file that is no JSON as a whole, found by how a run begins."""
    text = without_lone_surrogates(content).decode("utf-8", "replace")
    starts = [found.start() for found in _RUN.finditer(text)]
    scan = json.JSONDecoder().raw_decode
    end = 0
    for place, start in enumerate(starts):
        if start < end:
            continue
        try:
            _, end = scan(text, start)
        except RecursionError:
            tally.skip("too deep")
        except ValueError:
            if place + 1 < len(starts):
                tally.skip("not JSON")
            continue
        else:
            tally.recovered += 1
            tally.read_to = end
            yield text[start:end].encode()
