"""The reader of Cline and its forks Roo Code and Kilo Code: a folder a task.

``api_conversation_history.json`` is what the model got and said, ``ui_messages.json`` beside it what was
shown and when, ``task_metadata.json`` which model was used: as ``src/core/storage/disk.ts`` and
``src/core/task`` of Cline 3.0 to 3.40 write them, calls as tags in text or as calls. Roo Code
(RooCodeInc/Roo-Code, ``src/core/task-persistence``, also in its version 2) and Kilo Code before it was
rewritten (Kilo-Org/kilocode, ``src/core``) write the same below the storage of their own extensions. They
name the mode in what surrounds a message, Cline does not; which of the two it is its folder tells.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.learn.actions import tool_of
from tacit.core.limits import Excerpt
from tacit.core.readers import usual
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.cline.answers import answer_of
from tacit.core.readers.cline.beside import ABOUT, SHOWN, model_in, shown_in
from tacit.core.readers.cline.blocks import QUIET, Part, Use, parts_of, text_in, typed_in, uses_in
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.loose import count_of, fields_of, is_true, items_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import whole
from tacit.core.readers.swe_tasks import fingerprint
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME

_MAIN = "api_conversation_history.json"
_BOM = rb"(?:\xef\xbb\xbf)?\s*"
_BEGINS = re.compile(
    _BOM + rb'(?:\{\s*"version"\s*:\s*2\s*,\s*"messages"\s*:\s*)?'
    rb'\[\s*\{\s*"role"\s*:\s*"user"\s*,\s*"content"\s*:\s*\[\s*\{\s*"type"\s*:\s*"text"\s*,'
    rb'\s*"text"\s*:\s*"<(?:task|user_message)>'
)
_SHOWS = re.compile(_BOM + rb'\[\s*\{\s*"ts"\s*:\s*\d{12,14}\s*,\s*"type"\s*:\s*"say"\s*,\s*"say"\s*:\s*"')
_TELLS = re.compile(_BOM + rb'\{\s*"files_in_context"\s*:\s*\[')
_LONG_HEAD = 60_000
_PLACE = re.compile(r"# Current (?:Working|Workspace) Directory \((.+?)\) Files")
_SPACE = re.compile(r"# Workspace Configuration\n(\{.*?\n\}|\{[^\n]*\})", re.DOTALL)
_NOW = re.compile(r"\[TASK RESUMPTION\].{1,600}?The current working directory is now '(.+?)'", re.DOTALL)
_STOPPED = "[Response interrupted by user]"
_TROUBLE = "You seem to be having trouble proceeding"
_MODE = re.compile(
    r"# Current Mode\n<slug>[^<\n]{1,100}</slug>\n(?:<name>[^\n]*\n)?(?:<model>([^<\n]{1,200})</model>)?"
)
_MADE_UP = ("isSummary", "isTruncationMarker")
"""Marks of messages that Roo Code writes in the place of what it left out."""

_OF_MODES = "roo-code"
_items = msgspec.json.Decoder(list[Raw])


class _History(Struct, frozen=True):
    """The messages as version 2 of Roo Code keeps them."""

    messages: list[Raw]


_histories = msgspec.json.Decoder(_History)


class ClineReader(FileReader):
    """Reads the tasks of Cline."""

    name = "cline"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it begins like one of the files of a task."""
        if _BEGINS.match(head) is not None:
            return b"<environment_details>" in head or len(head) >= _LONG_HEAD
        return self._is_beside(head)

    roots = staticmethod(usual.cline)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """What was shown and what is told about a task belong to what was said in it."""
        return path.parent / _MAIN if self._is_beside(head) else None

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The other files of the task."""
        return (path.parent / ABOUT, path.parent / SHOWN)

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The task of one folder; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        beside = {path.name: path for path in source.extra}
        if bytes(file.view[file.start : file.start + 64]).lstrip()[:1] == b"{":
            messages = whole(file, source.path, _histories, tally).messages
        else:
            messages = whole(file, source.path, _items, tally)
        lies = Path(source.name or source.path)
        agent = next((name for folder, name in usual.EXTENSIONS.items() if folder in lies.parts), "")
        telling = _Telling(messages, shown_in(beside.get(SHOWN), tally), redact, tally, agent)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        written = source.path.stat().st_mtime_ns // 1_000_000
        return telling.transcript(model_in(beside.get(ABOUT), tally), written)

    def _is_beside(self, head: bytes) -> bool:
        return _SHOWS.match(head) is not None or _TELLS.match(head) is not None


class _Made(Struct, frozen=True):
    """A call that waits for what it gives back."""

    key: str
    use: Use


class _Telling:
    """Tells one task to a conversation, message by message."""

    def __init__(
        self,
        messages: list[Raw],
        shown: dict[int, tuple[int, int, int]],
        redact: Redactor,
        tally: ReadTally,
        agent: str,
    ) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._shown = shown
        self._head = SessionDraft(agent or ClineReader.name, _mark(messages, shown), "", "", 0, 0)
        self._model = ""
        self._count = 0
        self._waiting: list[_Made] = []
        self._quiet: set[str] = set()
        for place, raw in enumerate(messages):
            self._tell(place, fields_of(raw))

    def transcript(self, model: str, written: int) -> Transcript:
        """The session."""
        return self.conversation.transcript(
            replace(self._head, model=self._model or model or None), otherwise=written
        )

    def _tell(self, place: int, message: dict[str, Raw]) -> None:
        role, content = text_of(message.get("role")), message.get("content", Raw())
        asked, _, tokens = self._shown.get(place, (0, 0, 0))
        at = count_of(message.get("ts")) or asked
        if any(is_true(message.get(name)) for name in _MADE_UP):
            return
        if role in {"user", "tool"}:
            self.conversation.spent(tokens)
            self._user(content, at if at <= LAST_TIME else 0)
        elif role == "assistant":
            at = at or self._shown.get(place - 1, (0, 0, 0))[1]
            self._assistant(message, content, at if at <= LAST_TIME else 0)
        elif message:
            if text_of(message.get("type")) != "reasoning":
                self._tally.drifted("unknown record type", role)
        else:
            self._tally.skip("not an object")

    def _assistant(self, message: dict[str, Raw], content: Raw, at: int) -> None:
        """What the model said and called."""
        self.conversation.said(at=at)
        self._model = text_of(fields_of(message.get("modelInfo")).get("modelId")) or self._model
        self._waiting = []
        for use in uses_in(content):
            if use.tool in QUIET:
                self._quiet.add(use.id)
                continue
            self._count += 1
            made = _Made(f"call-{self._count}", use)
            self._waiting.append(made)
            self.conversation.call(made.key, use.tool, use.parameters, at=at)
        if text_in(content).rstrip().endswith(_STOPPED):
            self.conversation.interruption(at=at)

    def _user(self, content: Raw, at: int) -> None:
        """What calls gave back and what the person typed, with all that Cline writes beside it."""
        for part in parts_of(content):
            text = part.text.head
            if part.kind == "result":
                self._result(part, at)
            elif text.startswith("<environment_details>"):
                self._see(text)
            else:
                found = _NOW.search(text)
                self._be_in(found[1] if found else "")
                for typed in typed_in(text, feedback=text.startswith((_TROUBLE, "<feedback>"))):
                    self.conversation.prompt(Excerpt(typed), at=at)

    def _result(self, part: Part, at: int) -> None:
        """What one call gave back; of one that only says something, what the person said to that."""
        if part.tool in QUIET or (part.id and part.id in self._quiet):
            for typed in typed_in(part.text.head, feedback=True):
                self.conversation.prompt(Excerpt(typed), at=at)
            return
        made = next((one for one in self._waiting if self._is_of(part, one.use)), None)
        if made is None:
            self._tally.skip("result without its call")
            return
        self._waiting.remove(made)
        command = text_of(fields_of(made.use.parameters).get("command")) if _is_shell(made.use) else ""
        self.conversation.answer(
            made.key, partial(answer_of, part.text, command=command, failed=part.failed), at=at
        )

    def _is_of(self, part: Part, use: Use) -> bool:
        told = use.tool == part.tool or (use.tool.startswith("mcp__") and part.tool == "use_mcp_tool")
        return part.id == use.id if part.id else told and not use.id

    def _see(self, text: str) -> None:
        """Where the task is, as the first message tells it."""
        found = _PLACE.search(text)
        self._be_in(found[1] if found else "")
        mode = _MODE.search(text)
        if mode is not None:
            self._model = mode[1] or self._model
            agent = _OF_MODES if self._head.agent == ClineReader.name else self._head.agent
            self._head = replace(self._head, agent=agent)
        space = _SPACE.search(text)
        if space is None or self._head.repository:
            return
        places = fields_of(fields_of(Raw(space[1].encode())).get("workspaces"))
        for directory, told in places.items():
            self._be_in(directory)
            if directory == self._head.directory:
                about = fields_of(told)
                repository, branch = _remote(about), text_of(about.get("latestGitBranchName"))
                self._head = replace(self._head, repository=repository, branch=branch or None)

    def _be_in(self, directory: str) -> None:
        self._head = replace(self._head, directory=self._head.directory or directory)


def _mark(messages: list[Raw], shown: dict[int, tuple[int, int, int]]) -> str:
    """What the task is known by: its first message, and where that tells no time, when it was shown."""
    first = bytes(memoryview(messages[0])) if messages else b""
    dated = b"# Current Time" in first or b'"ts":' in first or 0 not in shown
    return fingerprint(messages[:1] if dated else [*messages[:1], Raw(str(shown[0][0]).encode())])


def _is_shell(use: Use) -> bool:
    return tool_of(use.tool) == "shell"


def _remote(about: dict[str, Raw]) -> str | None:
    """The address of the remote called origin, else of the first."""
    told = [text_of(one).partition(": ") for one in items_of(about.get("associatedRemoteUrls"))]
    named = {name: url for name, _, url in reversed(told) if url}
    return named.get("origin") or next((url for _, _, url in told if url), None)
