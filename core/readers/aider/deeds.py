"""What was done in a session of an aider chat, told to a conversation as calls.

What is done before the first prompt, and files put into the chat between two, wait for the prompt they are
for. A commit that aider makes by itself follows every edit, so it is no evidence of success: it stands with
the edit before it, and when the person takes it back, its edits are rejected. A commit that was asked for is
a command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.aider.marks import History, Span
from tacit.core.readers.conversation import Answer, Conversation

_UNMATCHED = re.compile(r"exactly match lines in (.+)$|^(.+) does not contain lines that match", re.MULTILINE)
_GIT_FAILED = re.compile(r"^(?:fatal|error): |^nothing (?:added )?to commit", re.MULTILINE)
_NO_COMMIT = re.compile(r"^(?:No more changes to commit|Unable to |No git repository)", re.MULTILINE)


class Command(Struct):
    """A command that was typed; ``start`` is where what follows it begins, ``failed`` told of tests."""

    kind: str
    text: str
    start: int
    printed: bool = False
    failed: bool = False
    done: bool = False


class _Edit(Struct):
    """An edit that was applied; ``told`` are the places of the lines about it."""

    told: list[Span]
    undone: bool = False


class _Deed(Struct, frozen=True):
    tool: str
    parameters: dict[str, str]
    answer: Callable[[], Answer] | None


class Deeds:
    """The calls of one session."""

    def __init__(self, history: History, conversation: Conversation) -> None:
        self._history = history
        self._conversation = conversation
        self._asked = False
        self._made = 0
        self._waiting: list[_Deed] = []
        self._in_chat: set[str] = set()
        self._uncommitted: list[_Edit] = []
        self._latest: _Edit | None = None
        self._commits: dict[str, list[_Edit]] = {}

    def asked(self, *, opened: bool) -> None:
        """A prompt was told: what is done now is its; what waited too, if it ``opened`` a task."""
        self._latest = None
        self._asked = not self._conversation.empty
        if opened and self._asked:
            self._tell_waiting()

    def end(self) -> None:
        """Nothing more is typed: commands that waited for a prompt stand alone."""
        if not self._asked and any(deed.tool != "read" for deed in self._waiting):
            self._asked = True
            self._tell_waiting()

    def read(self, path: str, place: Span, *, wait: bool) -> None:
        """A file was put into the chat, where it stays: in a new mode all of them are named again."""
        if path and path not in self._in_chat:
            self._in_chat.add(path)
            self._do("read", {"path": path}, self._told(place, "ok"), wait=wait)

    def drop(self, path: str | None) -> None:
        """A file, or all of them, were taken from the chat."""
        self._in_chat -= self._in_chat if path is None else {path}

    def apply(self, path: str, reply: Span, place: Span, *, created: bool) -> None:
        """An edit of a file that was applied."""
        edit = self._latest = _Edit([place])
        self._uncommitted.append(edit)

        def answer() -> Answer:
            told = "\n".join(self._history.text(*one).head for one in edit.told)
            return Answer(Excerpt(told), "rejected" if edit.undone else "ok")

        self._do("write" if created else "edit", self._edit(path, reply), answer)

    def skip(self, path: str, reply: Span, place: Span, status: Status) -> None:
        """An edit of a file that was not applied."""
        self._do("edit", self._edit(path, reply), self._told(place, status))

    def fail(self, reply: Span, place: Span) -> None:
        """Edits that did not fit: each file once."""
        text = self._history.text(*place).head
        paths = dict.fromkeys((found[1] or found[2]).strip() for found in _UNMATCHED.finditer(text))
        for path in paths or {"": None}:
            self.skip(path, reply, place, "error")

    def commit(self, name: str, place: Span) -> None:
        """A commit that aider made of its edits, or of what the person had changed before."""
        self._commits.setdefault(name, []).extend(self._uncommitted)
        self._uncommitted = []
        if self._latest is not None:
            self._latest.told.append(place)

    def undo(self, name: str) -> None:
        """The person took a commit back."""
        for edit in self._commits.get(name, ()):
            edit.undone = True

    def command(self, command: Command, end: int, *, last: bool) -> None:
        """A command that was typed, and what is told of it up to ``end``; ``last``: nothing follows.

        A test that is not named is the one of aider's settings, which the chat does not tell.
        """
        words = command.text
        if command.kind == "git":
            words = words and f"git {words}"
        elif command.kind == "commit":
            self._uncommitted = []
            words = f"git commit -am {shlex.quote(words)}" if words else "git commit -a"
        told = self._told((command.start, end), self._ended(command, end, last))
        if words:
            self._do("shell", {"command": words}, told)
        elif command.kind == "test":
            self._do("test", {}, told)

    def run(self, command: str) -> None:
        """A command that the agent wanted and the person let it run: neither output nor end is told."""
        self._do("shell", {"command": command}, None)

    def refuse(self, command: str, place: Span) -> None:
        """A command that the agent wanted and the person did not."""
        self._do("shell", {"command": command}, self._told(place, "rejected"))

    def check(self, tool: str, start: int, end: int) -> None:
        """A linter or a test that aider ran by itself failed; which, is not told."""
        begin = self._latest.told[-1][1] if self._latest else start
        self._do(tool, {}, self._told((min(begin, end), end), "error"))

    def _ended(self, command: Command, end: int, last: bool) -> Status:
        """How it ended as far as that is told: of a test, and in the words of git."""
        text = self._history.text(command.start, end).head
        if command.kind == "commit":
            return "ok" if command.done else "error" if _NO_COMMIT.search(text) else "unfinished"
        if last and not text:
            return "unfinished"
        if command.kind == "git":
            return "error" if _GIT_FAILED.search(text) else "ok"
        if command.kind == "test" and (command.failed or not command.printed):
            return "error" if command.failed else "ok"
        return "unfinished"

    def _edit(self, path: str, reply: Span) -> dict[str, str]:
        """What an edit was given: its file and, where the answer has such, the blocks for it."""
        diff = self._history.blocks(*reply, path)
        return ({"path": path} if path else {}) | ({"diff": diff} if diff else {})

    def _told(self, place: Span, status: Status) -> Callable[[], Answer]:
        return lambda: Answer(self._history.text(*place), status)

    def _do(
        self,
        tool: str,
        parameters: dict[str, str],
        answer: Callable[[], Answer] | None,
        *,
        wait: bool = False,
    ) -> None:
        if wait or not self._asked:
            self._waiting.append(_Deed(tool, parameters, answer))
            return
        self._made += 1
        key = f"call-{self._made}"
        self._conversation.call(key, tool, Raw(msgspec.json.encode(parameters)))
        if answer is not None:
            self._conversation.answer(key, answer)

    def _tell_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for deed in waiting:
            self._do(deed.tool, deed.parameters, deed.answer)
