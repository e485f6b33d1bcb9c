"""The reader of OpenHands: a conversation as a folder of events, or as the list of them it exports.

An event is ``{id, timestamp, source, message, cause}`` with ``action`` and ``args``, or with ``observation``,
``content`` and ``extras``, as ``openhands/events/serialization/event.py`` writes it in versions 0.20 to 0.62:
one file each in ``events/``, or a JSON array (``save_trajectory_path``; the export of the page has it under
``trajectory``). What the newer agent SDK stores (``base_state.json``, events with a ``kind``) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import fields_of, is_text, items_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import value, whole
from tacit.core.readers.swe_tasks import fingerprint
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

Fields = dict[str, Raw]

_EVENT = (
    rb'\{\s*"id"\s*:\s*\d{1,9}\s*,\s*"timestamp"\s*:\s*"\d{4}-[^"]{6,30}"\s*,'
    rb'\s*"source"\s*:\s*"(?:user|agent|environment)"'
)
_ALONE = re.compile(rb"(?:\xef\xbb\xbf)?\s*" + _EVENT)
_LISTED = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"trajectory"\s*:\s*)?\[\s*' + _EVENT)
_KIND = re.compile(rb'"(?:action|observation)"\s*:\s*"\w+"')
_NUMBERED = re.compile(r"\d{1,9}\.json")
_NUMBER = re.compile(r"-?\d{1,10}")
_FIRST = "0.json"
_TOOLS = {"run": "bash", "run_ipython": "ipython", "call_tool_mcp": "mcp", "browse_interactive": "browse"}
_QUIET = re.compile(
    r"message|system|recall|change_agent_state|condensation|condensation_request|null|finish|reject"
    r"|pause|resume|stop"
)
"""Actions that say something, or are of the program itself."""

_NO_RESULT = frozenset(("agent_state_changed", "recall", "null", "condense", "loop_detection", "chat"))
_ABOUT = frozenset(("thought", "hidden", "confirmation_state", "security_risk", "blocking", "is_static"))
_STILL = "-1"
_events = msgspec.json.Decoder(Raw)


class OpenHandsReader(FileReader):
    """Reads the conversations of OpenHands."""

    name = "openhands"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it is an event, or begins like a list of them."""
        begins = _ALONE.match(head) or _LISTED.match(head)
        return begins is not None and _KIND.search(head) is not None

    def roots(self, home: Path, environ: Mapping[str, str]) -> list[Path]:  # noqa: ARG002 - as all readers
        """Where conversations are stored, of one user and of several."""
        return [home / ".openhands" / name for name in ("sessions", "conversations", "users")]

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """An event in a file of its own belongs to the first one."""
        if _ALONE.match(head) is None or path.name == _FIRST or not _NUMBERED.fullmatch(path.name):
            return None
        return path.with_name(_FIRST)

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The other events of a conversation, in their order."""
        if path.name != _FIRST:
            return ()
        found = [one for one in path.parent.iterdir() if _NUMBERED.fullmatch(one.name)]
        return tuple(sorted((one for one in found if one != path), key=lambda one: int(one.stem)))

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The conversation; see :class:`tacit.core.readers.base.Reader`."""
        tally = ReadTally()
        telling = _Telling(redact, tally)
        for event in _all_of(source, tally):
            telling.tell(event)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return telling.transcript(source.path.stat().st_mtime_ns // 1_000_000)


def _all_of(source: Source, tally: ReadTally) -> Iterator[Raw]:
    """Every event: those of a list, or those of the files."""
    file = MappedFile(source.path, rewritten=True)
    tally.bytes = file.size
    content = whole(file, source.path, _events, tally)
    fields = fields_of(content)
    if "id" not in fields:
        yield from items_of(fields.get("trajectory", content))
        return
    yield content
    for path in source.extra:
        try:
            other = MappedFile(path, rewritten=True)
        except Unreadable as refused:
            tally.skip(refused.reason)
            continue
        tally.bytes += other.size
        event = value(other.view[other.start :], _events, tally)
        if event is not None:
            yield event


class _Telling:
    """Tells one conversation, event by event."""

    def __init__(self, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._head = SessionDraft(OpenHandsReader.name, "", "", "", 0, 0)

    def transcript(self, written: int) -> Transcript:
        """The session."""
        return self.conversation.transcript(self._head, otherwise=written)

    def tell(self, raw: Raw) -> None:
        """Tell one event."""
        event = fields_of(raw)
        at = moment(text_of(event.get("timestamp")))
        if not event:
            self._tally.skip("not an object")
            return
        if not self._head.native:
            self._head = replace(self._head, native=fingerprint([raw]))
        if "action" in event:
            self._action(event, text_of(event.get("action")), at)
        elif "observation" in event:
            self._observation(event, text_of(event.get("observation")), at)
        else:
            self._tally.drifted("unknown record type")

    def _action(self, event: Fields, kind: str, at: int) -> None:
        arguments = fields_of(event.get("args"))
        if kind == "message" and text_of(event.get("source")) == "user":
            said = arguments.get("content", Raw())
            if is_text(said):
                self.conversation.prompt(read_string(memoryview(said)), native=self._key(event), at=at)
            else:
                self._tally.drifted("missing field", "content")
        elif _QUIET.fullmatch(kind):
            self.conversation.said(at=at)
        else:
            tool, parameters = _call(kind, arguments)
            self.conversation.call(self._key(event), tool, parameters, at=at)

    def _observation(self, event: Fields, kind: str, at: int) -> None:
        extras = fields_of(event.get("extras"))
        self._see(extras)
        key = f"{self._head.native}#{bytes(memoryview(event.get('cause', Raw()))).decode('ascii', 'replace')}"
        if kind in _NO_RESULT or not self.conversation.knows(key):
            return
        self.conversation.answer(key, partial(_answer, event, kind, extras), at=at)

    def _key(self, event: Fields) -> str:
        """The id of an event, which is a number that each conversation begins anew."""
        return f"{self._head.native}#{bytes(memoryview(event.get('id', Raw()))).decode('ascii', 'replace')}"

    def _see(self, extras: Fields) -> None:
        """Where the session is: the repository that was cloned, else where the first command ran."""
        place = text_of(extras.get("repo_directory")) or text_of(
            fields_of(extras.get("metadata")).get("working_dir")
        )
        self._head = replace(self._head, directory=self._head.directory or place)


def _call(kind: str, arguments: Fields) -> tuple[str, Raw]:
    """The tool of an action, and its parameters without what is told about it."""
    fields = {name: one for name, one in arguments.items() if name not in _ABOUT}
    tool = _TOOLS.get(kind, kind)
    if kind == "edit":
        tool = text_of(fields.pop("command", None)) or tool
    elif kind == "call_tool_mcp":
        tool = f"mcp__{text_of(fields.get('name')) or 'unknown'}"
    kept = {name: one for name, one in fields.items() if bytes(memoryview(one)[:4]) not in {b"null", b'""'}}
    return tool, Raw(msgspec.json.encode(kept))


def _answer(event: Fields, kind: str, extras: Fields) -> Answer:
    """What an action gave back. Of a command the exit code decides; one that goes on has none."""
    raw = event.get("content", Raw())
    text = read_string(memoryview(raw)) if is_text(raw) else Excerpt("")
    if kind == "user_rejected":
        return Answer(text, "rejected")
    status: Status = "error" if kind == "error" or text.head.startswith("ERROR:") else "ok"
    if kind != "run":
        return Answer(text, status)
    told = fields_of(extras.get("metadata")).get("exit_code") or extras.get("exit_code") or Raw()
    code = bytes(memoryview(told)[:12]).decode("ascii", "replace")
    if code == _STILL or not _NUMBER.fullmatch(code):
        return Answer(text, "unfinished")
    if code == "0":
        return Answer(text, "ok")
    return Answer(Excerpt(f"Exit code {code}\n{text.head}", text.tail, text.skipped), "error")
