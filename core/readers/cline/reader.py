"""The reader of Cline, in VS Code as on the command line: a folder a task.

``api_conversation_history.json`` is what the model got and said, ``ui_messages.json`` beside it what was
shown and when, ``task_metadata.json`` which model was used: as ``src/core/storage/disk.ts`` and
``src/core/task`` of versions 3.0 to 3.40 write them, calls as tags in text or as calls. Its forks (Roo Code,
Kilo Code) write the same form, and no file tells which of them it is of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from tacit.core.drafts import SessionDraft
from tacit.core.learn.actions import tool_of
from tacit.core.limits import Excerpt
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.cline.answers import answer_of
from tacit.core.readers.cline.blocks import QUIET, Part, Use, parts_of, text_in, typed_in, uses_in
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.loose import count_of, fields_of, items_of, parameters_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import whole
from tacit.core.readers.swe_tasks import fingerprint
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME

_MAIN, _SHOWN, _ABOUT = "api_conversation_history.json", "ui_messages.json", "task_metadata.json"
_BOM = rb"(?:\xef\xbb\xbf)?\s*"
_BEGINS = re.compile(
    _BOM + rb'\[\s*\{\s*"role"\s*:\s*"user"\s*,\s*"content"\s*:\s*\[\s*\{\s*"type"\s*:\s*"text"\s*,'
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
_APPS = ("Code", "Code - Insiders", "Cursor", "Windsurf", "VSCodium")
_EXTENSIONS = ("saoudrizwan.claude-dev", "rooveterinaryinc.roo-cline")
_items = msgspec.json.Decoder(list[Raw])
_about = msgspec.json.Decoder(dict[str, Raw])


class ClineReader(FileReader):
    """Reads the tasks of Cline."""

    name = "cline"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it begins like one of the files of a task."""
        if _BEGINS.match(head) is not None:
            return b"<environment_details>" in head or len(head) >= _LONG_HEAD
        return self._is_beside(head)

    def roots(self, home: Path, environ: Mapping[str, str]) -> list[Path]:
        """Where editors keep what their extensions store, and where the command line does."""
        users = [home / ".config" / app / "User" for app in _APPS]
        users += [home / "Library" / "Application Support" / app / "User" for app in _APPS]
        users.append(home / ".vscode-server" / "data" / "User")
        stores = [user / "globalStorage" / name for user in users for name in _EXTENSIONS]
        stores.append(Path(environ.get("CLINE_DIR") or home / ".cline") / "data")
        return [store / "tasks" for store in stores]

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """What was shown and what is told about a task belong to what was said in it."""
        return path.parent / _MAIN if self._is_beside(head) else None

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The other files of the task."""
        return (path.parent / _ABOUT, path.parent / _SHOWN)

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The task of one folder; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path, rewritten=True), ReadTally()
        tally.bytes = file.size
        beside = {path.name: path for path in source.extra}
        messages = whole(file, source.path, _items, tally)
        telling = _Telling(messages, _shown(beside.get(_SHOWN), tally), redact, tally)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        written = source.path.stat().st_mtime_ns // 1_000_000
        return telling.transcript(_model(beside.get(_ABOUT), tally), written)

    def _is_beside(self, head: bytes) -> bool:
        return _SHOWS.match(head) is not None or _TELLS.match(head) is not None


class _Made(Struct, frozen=True):
    """A call that waits for what it gives back."""

    key: str
    use: Use


class _Telling:
    """Tells one task to a conversation, message by message."""

    def __init__(
        self, messages: list[Raw], shown: dict[int, tuple[int, int, int]], redact: Redactor, tally: ReadTally
    ) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._shown = shown
        self._head = SessionDraft(ClineReader.name, _mark(messages, shown), "", "", 0, 0)
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
        if role == "user":
            self.conversation.spent(tokens)
            self._user(content, at if at <= LAST_TIME else 0)
        elif role == "assistant":
            at = at or self._shown.get(place - 1, (0, 0, 0))[1]
            self._assistant(message, content, at if at <= LAST_TIME else 0)
        elif message:
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
        self.conversation.answer(made.key, partial(answer_of, part.text, command=command), at=at)

    def _is_of(self, part: Part, use: Use) -> bool:
        told = use.tool == part.tool or (use.tool.startswith("mcp__") and part.tool == "use_mcp_tool")
        return part.id == use.id if part.id else told and not use.id

    def _see(self, text: str) -> None:
        """Where the task is, as the first message tells it."""
        found = _PLACE.search(text)
        self._be_in(found[1] if found else "")
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


def _shown(path: Path | None, tally: ReadTally) -> dict[int, tuple[int, int, int]]:
    """By place of a message of the user: when it was sent, when a call was made then, and tokens used.

    What is shown tells behind which message it was (``conversationHistoryIndex``); the task itself before
    all of them.
    """
    found: dict[int, tuple[int, int, int]] = {}
    for raw in _beside(path, tally):
        item = fields_of(raw)
        told = bytes(memoryview(item.get("conversationHistoryIndex", Raw()))[:9])
        place = 0 if told in {b"-1", b""} and not found else int(told) if told.isdigit() else -1
        if place < 0:
            continue
        at = count_of(item.get("ts"))
        asked, called, tokens = found.get(place, (at, 0, 0))
        kind = text_of(item.get("say")) or text_of(item.get("ask"))
        if kind == "api_req_started":
            used = fields_of(parameters_of(item.get("text")))
            tokens += sum(count_of(used.get(name)) for name in ("tokensIn", "tokensOut", "cacheWrites"))
        elif kind in {"tool", "command", "use_mcp_server", "browser_action"} and not called:
            called = at
        found[place] = asked, called, tokens
    return found


def _beside(path: Path | None, tally: ReadTally) -> list[Raw]:
    """The items of a list in a file beside; none where it cannot be read, which costs only times."""
    if path is None:
        return []
    try:
        file = MappedFile(path, rewritten=True)
        tally.bytes += file.size
        return whole(file, path, _items, ReadTally())
    except (Unreadable, OSError):
        tally.skip(f"unusable {_SHOWN}")
        return []


def _model(path: Path | None, tally: ReadTally) -> str:
    """The model that was used last, as the file about the task tells it."""
    if path is None:
        return ""
    try:
        file = MappedFile(path, rewritten=True)
        tally.bytes += file.size
        used = items_of(whole(file, path, _about, ReadTally()).get("model_usage"))
    except (Unreadable, OSError):
        return ""
    return text_of(fields_of(used[-1]).get("model_id")) if used else ""
