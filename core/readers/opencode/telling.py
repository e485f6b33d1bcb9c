"""What happened in a session of OpenCode, told in its order: prompts, calls, interruptions, sub-agents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

import msgspec
from msgspec import Raw, Struct

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt, joined
from tacit.core.readers.base import ReadTally, Transcript
from tacit.core.readers.codex.calls import steps_of
from tacit.core.readers.codex.records import Item
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.loose import fields_of, is_text, shown_of, text_of
from tacit.core.readers.opencode.records import ABORTED, Head, Message, Part, ToolUse
from tacit.core.redaction import Redactor

_BY_PERSON = "The following tool was executed by the user"
"""What stands in the place of the words of a person who ran a command (``!ls``): the answer has the call."""

_REJECTED = re.compile(
    r"(?:\w*Error: )?The user (?:rejected permission|dismissed this question|has specifically restricted"
    r"|has specified a rule which prevents)"
)
_INTERRUPTED = re.compile(
    r"(?:\w*Error: )?(?:Tool execution (?:was )?(?:aborted|interrupted)\b|Cancelled\b|Aborted\b)"
)
_COMMAND_ABORTED = re.compile(r"(?:User aborted the command\s*</\w*metadata>|\(Command was aborted\))\s*\Z")
_DEFAULT_TITLE = re.compile(r"(?:New|Child) session - \d{4}-\d\d-\d\dT[\d:.]+Z")
_INVALID = "invalid"
_PATCHING = ("apply_patch", "patch")
_DONE = ("completed", "error")
_OPEN = ("pending", "running")
_END = 300
_DEEPEST = 16


class Branch(Struct):
    """A session with its messages in their order."""

    head: Head
    messages: list[Message]


def transcript_of(
    main: Branch, others: Iterable[Branch], redact: Redactor, tally: ReadTally, otherwise: int
) -> Transcript | None:
    """The session, or ``None`` if nothing is in it.

    Args:
        main: the session itself.
        others: those of its sub-agents, and of theirs.
        redact: takes secrets out.
        tally: what could not be read is counted here.
        otherwise: when all of it was where no time is told.
    """
    conversation = Conversation(redact, tally)
    _Teller(conversation, tally, others).tell(main)
    if conversation.empty:
        return None
    head = main.head
    session = SessionDraft(
        agent="opencode",
        native=head.id,
        title="" if _DEFAULT_TITLE.fullmatch(head.title) else head.title,
        directory=head.directory or next((one.directory for one in main.messages if one.directory), ""),
        started=head.created,
        ended=0,
        model=next((one.model for one in main.messages if one.model), None),
        version=head.version or None,
    )
    return conversation.transcript(session, otherwise=otherwise)


class _Whose(Struct, frozen=True):
    """Whose deed it is: the session's own, or that of a sub-agent which a call started, so many deep."""

    agent: str | None = None
    parent: str | None = None
    depth: int = 0


class _Teller:
    """Tells one session; the calls of its sub-agents are told where they were started."""

    def __init__(self, conversation: Conversation, tally: ReadTally, others: Iterable[Branch]) -> None:
        self._conversation = conversation
        self._tally = tally
        self._waiting = {one.head.id: _standing(one) for one in others}
        self._starts: Counter[str] = Counter()
        self._by_person: set[str] = set()
        self._directory = ""
        self._last = Excerpt("")
        self._overflown = False

    def tell(self, main: Branch) -> None:
        """Tell all of it."""
        messages = _standing(main)
        self._directory = main.head.directory
        for told in (messages, *self._waiting.values()):
            self._starts.update(use.session for use in _uses(told) if use.session)
        strays = [one for one in self._waiting if one not in self._starts]
        for message in messages:
            for stray in strays if message.created else ():
                self._sub_agent(stray, _Whose(stray), message.created)
            self._message(message, _Whose())
        for left in list(self._waiting):
            self._sub_agent(left, _Whose(left))

    def _message(self, message: Message, whose: _Whose) -> None:
        if message.role == "user":
            self._user(message, whose)
            return
        if message.parent in self._by_person:
            return
        for part in message.parts:
            if part.use is not None:
                self._call(part, part.use, message.created, whose)
            elif part.typed and whose.agent is None:
                self._conversation.said(at=message.created)
        self._conversation.spent(message.tokens)
        if message.failed == ABORTED and whose.agent is None:
            self._conversation.interruption(at=message.completed or message.created)

    def _user(self, message: Message, whose: _Whose) -> None:
        words = [part for part in message.parts if part.type in {"text", "subtask"}]
        if any(not part.typed and shown_of(part.text).head.startswith(_BY_PERSON) for part in words):
            self._by_person.add(message.id)
        self._overflown = self._overflown or any(part.overflow for part in message.parts)
        said = (shown_of(part.text) for part in words if part.typed)
        typed = joined(one for one in said if one.head.strip())
        if whose.agent is not None or not typed.head.strip():
            return
        again, self._overflown = self._overflown and typed == self._last, False
        self._last = typed
        if again:  # what overflowed is asked once more after it was summed up
            self._conversation.said(at=message.created)
        else:
            self._conversation.prompt(typed, native=message.id, at=message.created)

    def _call(self, part: Part, use: ToolUse, at: int, whose: _Whose) -> None:
        key = use.key or part.id
        if not use.key:
            self._tally.drifted("missing field", "callID")
        elif self._conversation.knows(key):  # of a provider that counts its calls anew in every answer
            key = part.id
        at = use.started or at
        for place, (tool, parameters) in enumerate(_made(use, self._directory)):
            name = key if place == 0 else f"{key}#{place + 1}"
            self._conversation.call(name, tool, parameters, at=at, agent=whose.agent, parent=whose.parent)
            if use.session in self._waiting and whose.depth < _DEEPEST:
                self._starts[use.session] -= 1
                until = use.ended if self._starts[use.session] else 0
                self._sub_agent(use.session, _Whose(use.session, name, whose.depth + 1), until)
            if use.status not in _OPEN:
                self._conversation.answer(name, partial(_answer, use), at=use.ended)
        if use.status not in {*_OPEN, *_DONE}:
            self._tally.drifted("unknown status", use.status)

    def _sub_agent(self, session: str, whose: _Whose, until: int = 0) -> None:
        """Tell what a sub-agent did up to a time; 0 is all that is left of it."""
        messages = self._waiting.get(session, [])
        count = next((n for n, one in enumerate(messages) if until and one.created > until), len(messages))
        self._waiting[session] = messages[count:]
        if count == len(messages):
            self._waiting.pop(session)
        for message in messages[:count]:
            self._message(message, whose)


def _standing(branch: Branch) -> list[Message]:
    """The messages that the person did not take back."""
    message, part = branch.head.reverted
    place = next((n for n, one in enumerate(branch.messages) if one.id == message), None) if message else None
    if place is None:
        return branch.messages
    last = branch.messages[place]
    kept = next((n for n, one in enumerate(last.parts) if one.id == part), 0) if part else 0
    return [
        *branch.messages[:place],
        *([msgspec.structs.replace(last, parts=last.parts[:kept])] if kept else []),
    ]


def _uses(messages: Iterable[Message]) -> Iterator[ToolUse]:
    return (part.use for message in messages for part in message.parts if part.use is not None)


def _made(use: ToolUse, directory: str) -> list[tuple[str, Raw]]:
    """The tool that was called, and how; of a patch one for each file.

    A call that was wrong stands there as one of ``invalid``, which names the tool.
    """
    given = fields_of(use.parameters)
    if use.tool == _INVALID:
        return [(text_of(given.get("tool")) or _INVALID, use.parameters)]
    if use.tool in _PATCHING and is_text(given.get("patchText")):
        patch = Item(type="custom_tool_call", name=Raw(b'"apply_patch"'), input=given["patchText"])
        return [(one.tool, one.parameters) for one in steps_of(patch, directory)]
    return [(use.tool, use.parameters)]


def _answer(use: ToolUse) -> Answer:
    """How a call went. A command that failed is ``completed``, and its exit code tells."""
    text = shown_of(use.output)
    if use.status == "error":
        if use.rejected or _REJECTED.match(text.head):
            return Answer(text, "rejected")
        return Answer(text, "interrupted" if use.interrupted or _INTERRUPTED.match(text.head) else "error")
    end = (text.tail or text.head)[-_END:]
    if _COMMAND_ABORTED.search(end):
        return Answer(text, "interrupted")
    failed = use.tool == _INVALID or bytes(memoryview(use.exit)).strip() not in {b"", b"0"}
    return Answer(text, "error" if failed else "ok")
