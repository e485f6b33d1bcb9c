"""How a call of Codex ended, in every form in which that was ever written.

The text is a string, an object, or a list of parts. The exit code is in JSON around the text
(``metadata.exit_code``), in lines above it (``Exit code: 1``, ``Process exited with code 1``) or in an event
of its own. A patch that was refused says so in words (``apply_patch verification failed``), and so do a call
that the person rejected and one that was interrupted.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.codex.records import Part, integer, long_text, parts, read
from tacit.core.readers.conversation import Answer
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.times import believed

_HEADER = re.compile(
    r"(?:Chunk ID: \S*\n)?(?:Exit code: (?P<code>-?\d{1,10})(?:\n|\Z))?"
    r"(?:Wall time: (?P<wall>[\d.]{1,20}) seconds(?:\n|\Z))?"
    r"(?:Process exited with code (?P<exited>-?\d{1,10})(?:\n|\Z))?"
    r"(?:Process running with session ID (?P<session>\d{1,18})(?:\n|\Z))?"
    r"(?:Original token count: \d+(?:\n|\Z))?(?:Total output lines: \d+(?:\n|\Z))?"
)
_RUNNING = re.compile(rb"Process running with session ID (\d{1,18})")
_TAIL_CODE = re.compile(r'"exit_code":\s*(-?\d{1,10})')
_REJECTED = re.compile(
    r".{0,80}?\b(?:rejected by (?:the )?user|user (?:rejected|cancelled|declined) (?:MCP )?tool call)\b"
)
_INTERRUPTED = re.compile(r"(?:.{0,40}\n)?(?:aborted by user\b|aborted\Z|<turn_aborted>|turn aborted\b)")
_FAILED = re.compile(
    r"(?:apply_patch verification failed|(?:failed|unable) to \w|unsupported (?:custom )?(?:tool )?call"
    r"|(?:execution|tool call|sandbox|code mode) error\b|(?:exec_command|write_stdin|collab \w+) failed"
    r"|[Ee]rror(?::|\Z)|Fatal error|command timed out after|failed in sandbox"
    r"|Unknown (?:process|session) id"
    r"|approval policy is |This action was rejected|.{0,200} rejected: "
    r"|invalid arguments: |no function found\Z)"
)
_ABORTED = "aborted"
"""What the oldest form says of a call that did not run: beside an exit code it was interrupted, without one
the person, or a rule of theirs, said no."""

_BESIDE = 600
"""Raw bytes at the head of an output in which what is said of its process stands."""

_SHORT = 1_000


class _Wrapped(Struct):
    """An output that is an object, or JSON in a string."""

    type: str = ""
    output: Raw = Raw()
    content: Raw = Raw()
    text: Raw = Raw()
    success: Raw = Raw()
    isError: Raw = Raw()  # noqa: N815
    metadata: Raw = Raw()


class _Ran(Struct):
    exit_code: Raw = Raw()
    duration_seconds: Raw = Raw()


class _Duration(Struct):
    secs: float = 0
    nanos: float = 0


class _Told(Struct):
    """What one output says."""

    text: Excerpt
    code: int | None = None
    seconds: float | None = None
    failed: bool = False
    running: bool = False
    stopped: Status | None = None


_wrapped = msgspec.json.Decoder(_Wrapped)
_ran = msgspec.json.Decoder(_Ran)
_durations = msgspec.json.Decoder(_Duration)
_numbers = msgspec.json.Decoder(float)


def session_of(output: Raw) -> int | None:
    """The session in which a command still runs when its output was given back."""
    found = _RUNNING.search(bytes(memoryview(output)[:_BESIDE]))
    return int(found[1]) if found else None


class Result:
    """What is known of the end of a call, gathered while the file passes by; texts are looked at when asked.

    Args:
        at: when the call was made, milliseconds.
        paths: the files of its patch, where it has many.
        polls: whether it only asks for more of a command that another call started.
    """

    def __init__(self, at: int, paths: tuple[str, ...] = (), *, polls: bool = False) -> None:
        self._at = at
        self._paths = paths
        self._polls = polls
        self._output = Raw()
        self._other = Raw()
        self._later: list[Raw] = []
        self._ended = 0
        self._exit: int | None = None
        self._good: bool | None = None
        self._seconds: float | None = None

    def add(self, output: Raw) -> None:
        """The output of the call; the first stands."""
        self._output = self._output or output

    def goes_on(self, output: Raw, at: int) -> None:
        """More of a command that still ran when the call gave its output back."""
        self._later.append(output)
        self._ended = at

    def end(self, code: int | None = None, *, good: bool | None = None, duration: Raw | None = None) -> None:
        """What an event says of the call's end."""
        self._exit = self._exit if code is None else code
        self._good = self._good if good is None else good
        took = read(duration, _durations) if duration else None
        if took is not None:
            self._seconds = believed(1000 * took.secs + took.nanos / 1_000_000)

    def other(self, output: Raw) -> None:
        """A text of the call that stands elsewhere, taken where there is no output."""
        self._other = self._other or output

    def answer(self, place: int = 0) -> Answer:
        """The end of the call; of a patch of many files of the file at a place."""
        told = [_told(one) for one in (self._output or self._other, *self._later)]
        text = told[0].text if len(told) == 1 else _joined([one.text for one in told])
        status = self._status(told, text.head[:_SHORT])
        if len(self._paths) > 1 and status not in {"ok", "unfinished"} and place != self._blamed(text):
            status = "cancelled"
        seconds = self._seconds if self._seconds is not None else told[0].seconds
        if self._ended > self._at > 0:
            seconds = believed(self._ended - self._at)
        return Answer(text, status, seconds)

    def _status(self, told: list[_Told], text: str) -> Status:
        code = next((one.code for one in reversed(told) if one.code is not None), None)
        stopped = told[0].stopped or (_stopped(text) if code is None else None)
        if stopped is not None:
            return stopped
        code = self._exit if code is None else code
        if self._polls:
            return "error" if _FAILED.match(text) and code is None else "ok"
        if code is not None:
            return "error" if code else "ok"
        if told[-1].failed or self._good is False or (self._good is None and _FAILED.match(text)):
            return "error"
        return "unfinished" if told[-1].running else "ok"

    def _blamed(self, text: Excerpt) -> int:
        """The file that a refused patch names; the first where it names none."""
        return next((n for n, path in enumerate(self._paths) if path in text.head), 0)


def _stopped(text: str) -> Status | None:
    """How a call ended that never came to its end."""
    if _INTERRUPTED.match(text):
        return "interrupted"
    return "rejected" if _REJECTED.match(text) else None


def _told(raw: Raw) -> _Told:
    """What an output says, whatever it is."""
    view = memoryview(raw)
    kind = chr(view[0]) if view else ""
    if kind == "[":
        return _under_header(Excerpt(_text_of(read(view, parts))))
    if kind == "{":
        return _of_object(read(view, _wrapped))
    if kind != '"':
        return _Told(Excerpt(""))
    return _of_text(read_string(view))


def _of_text(text: Excerpt) -> _Told:
    """What a text says, which may be JSON of what an output may be."""
    if text.skipped:
        found = _TAIL_CODE.search(text.tail[-200:]) if text.head.startswith('{"') else None
        return _Told(text, int(found[1])) if found else _under_header(text)
    inside = memoryview(text.head.encode("utf-8", "replace"))
    if text.head.startswith('{"'):
        inner = read(inside, _wrapped)
        if inner is not None and _wraps(inner):
            return _of_object(inner)
    elif text.head.startswith('[{"'):
        listed = read(inside, parts)
        if listed and any(part.text for part in listed):
            return _under_header(Excerpt(_text_of(listed)))
    return _under_header(text)


def _wraps(found: _Wrapped) -> bool:
    """Whether JSON in a string is Codex's own around a text, and no text that is JSON."""
    ran = read(found.metadata, _ran) if found.output else None
    if ran is not None and (long_text(found.output) == _ABORTED or bytes(found.metadata) == b"{}"):
        return True
    listed = bytes(memoryview(found.content)[:200])
    told = listed.startswith(b"[") and (bool(found.isError) or b"text" in listed)
    return (ran is not None and bool(ran.exit_code)) or bool(found.content and found.success) or told


def _of_object(found: _Wrapped | None) -> _Told:
    if found is None:
        return _Told(Excerpt(""))
    inner = next((one for one in (found.output, found.content, found.text) if memoryview(one)), Raw(b'""'))
    told = _told(inner)
    ran = read(found.metadata, _ran) or _Ran()
    code = integer(ran.exit_code)
    failed = bytes(found.success) == b"false" or bytes(found.isError) == b"true"
    seconds = read(ran.duration_seconds, _numbers)
    stopped: Status | None = None
    if memoryview(found.metadata) and code != 0 and told.text.head == _ABORTED:
        stopped = "rejected" if code is None else "interrupted"
    return _Told(
        told.text,
        code if code is not None else told.code,
        told.seconds if seconds is None else believed(1000 * seconds),
        failed or told.failed,
        told.running,
        stopped,
    )


def _under_header(text: Excerpt) -> _Told:
    """The text without the lines that Codex puts above it, and what those say."""
    found = _HEADER.match(text.head)
    if found is None or not found.end():
        return _Told(text)
    head = text.head[found.end() :].removeprefix("Output:").removeprefix("\n")
    code = found["code"] or found["exited"]
    wall = (
        float(found["wall"])
        if found["wall"] and found["wall"].count(".") < 2 and found["wall"] != "."
        else None
    )
    return _Told(
        Excerpt(head, text.tail, text.skipped),
        int(code) if code else None,
        None if wall is None else believed(1000 * wall),
        running=found["session"] is not None,
    )


def _text_of(found: list[Part] | None) -> str:
    return "\n".join(filter(None, (long_text(part.text) for part in found or ())))


def _joined(texts: list[Excerpt]) -> Excerpt:
    """Outputs one after the other; of huge ones head and tail."""
    skipped = sum(one.skipped for one in texts)
    if not skipped:
        return Excerpt("".join(one.head for one in texts))
    return Excerpt(texts[0].head, texts[-1].tail or texts[-1].head, skipped)
