"""The reader of mini-swe-agent: one JSON object of a run, written again with each step.

Formats ``mini-swe-agent-1`` (versions 1.x: the command in a fenced block, what it gave in the next message)
and ``mini-swe-agent-1.1`` (2.x: ``extra.actions``, tool calls, ``extra.returncode``, times), as its
``agents``, ``models`` and ``run/utils/save.py`` write them up to 2.2. Its only tool is a shell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core.drafts import SessionDraft
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers import usual
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import Fields, count_of, fields_of, is_text, items_of, parameters_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.mini_swe_agent.answers import Said, answer_of, content_of, said_of, was_run
from tacit.core.readers.records import whole
from tacit.core.readers.swe_tasks import fingerprint, issue_of, repository_of
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME


class _File(Struct, frozen=True):
    """A run."""

    info: Raw = Raw()
    messages: Raw = Raw()
    format: Raw = msgspec.field(default=Raw(), name="trajectory_format")
    instance: Raw = msgspec.field(default=Raw(), name="instance_id")


class _Made(Struct, frozen=True):
    """A command that was asked for; ``id`` is what its agent calls it, which need not be unique."""

    key: str
    id: str
    command: str


_INFO = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:info|instance_id|messages|trajectory_format)"\s*:')
_OWN = (b'"mini_version"', b'"minisweagent.')
_FORMAT = re.compile(rb'"trajectory_format"\s*:\s*"mini-swe-agent-\d')
_BLOCK = re.compile(
    r"```(?:bash|mswea_bash_command)[ \t]*\n(.*?)\n```|<mswea_bash_command>(.*?)</mswea_bash_command>",
    re.DOTALL,
)
_SUBMITS = re.compile(
    r"echo [\"']?(?:COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT|MINI_SWE_AGENT_FINAL_OUTPUT)[\"']?"
)
"""How a run hands in what it has: nothing but these words is printed."""

_NUMBER = re.compile(r"\d{9,11}(?:\.\d{1,20})?")
_END = 4_096
_HEADING = 3
"""So many messages make a run what it is: those of the system, the task, and the first of the model."""

_runs = msgspec.json.Decoder(_File)


class MiniSweAgentReader(FileReader):
    """Reads the trajectories of mini-swe-agent."""

    name = "mini-swe-agent"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it begins like a run; its format stands behind all messages in most files."""
        if _INFO.match(head) is None:
            return False
        if _FORMAT.search(head) or any(own in head for own in _OWN):
            return b'"messages"' in head or len(head) > _END
        return _FORMAT.search(_end_of(path)) is not None

    roots = staticmethod(usual.mini_swe_agent)

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The run of one file; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        telling = _Telling(whole(file, source.path, _runs, tally), redact, tally)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return telling.transcript(source.path.stat().st_mtime_ns // 1_000_000)


class _Telling:
    """Tells one run to a conversation, message by message."""

    def __init__(self, run: _File, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._info = fields_of(run.info)
        self._config = fields_of(self._info.get("config"))
        self._instance = text_of(run.instance)
        self._asked = False
        self._count = 0
        self._waiting: list[_Made] = []
        self._passed: list[_Made] = []
        messages = items_of(run.messages)
        if not messages:
            tally.drifted("missing field", "messages")
        for place, raw in enumerate(messages):
            self._tell(fields_of(raw), last=place + 1 == len(messages))
        self._settle(self._passed, "cancelled", {})
        self._mark = fingerprint(messages[:_HEADING])

    def transcript(self, written: int) -> Transcript:
        """The session."""
        mark, environment = self._mark, fields_of(self._config.get("environment"))
        directory = text_of(environment.get("cwd"))
        session = SessionDraft(
            agent=MiniSweAgentReader.name,
            native=f"{self._instance}-{mark}" if self._instance else mark,
            title="",
            directory=directory if directory.startswith("/") else "",
            started=0,
            ended=0,
            repository=repository_of(self._instance, directory),
            model=text_of(fields_of(self._config.get("model")).get("model_name")) or None,
            version=text_of(self._info.get("mini_version")) or None,
        )
        return self.conversation.transcript(session, otherwise=written)

    def _tell(self, message: Fields, *, last: bool) -> None:
        role = text_of(message.get("role")) or text_of(message.get("type")) or text_of(message.get("object"))
        if role in {"tool", "function_call_output"}:
            self._answer(message)
        elif role in {"assistant", "response"}:
            self._settle(self._passed, "cancelled", {})
            self._assistant(message)
        elif role == "user":
            self._user(message, last=last)
        elif role == "exit":
            self._exit(message, text_of(fields_of(message.get("extra")).get("exit_status")))
        elif not message:
            self._tally.skip("not an object")
        elif role != "system":
            self._tally.drifted("unknown record type", role)

    def _assistant(self, message: Fields) -> None:
        """What the model said and the commands it wants."""
        at, extra = _time(message), fields_of(message.get("extra"))
        self.conversation.said(at=at)
        usage = fields_of(fields_of(extra.get("response")).get("usage")) or fields_of(message.get("usage"))
        spent = count_of(usage.get("completion_tokens")) or count_of(usage.get("output_tokens"))
        self.conversation.spent(spent)
        for id_, command in _commands(message, extra):
            self._call(id_, command, at)

    def _call(self, id_: str, command: str, at: int) -> None:
        self._count += 1
        made = _Made(f"call-{self._count}", id_, command)
        self._waiting.append(made)
        parameters = Raw(msgspec.json.encode({"command": command}))
        tool = "submit" if _SUBMITS.fullmatch(command.strip()) else "bash"
        self.conversation.call(made.key, tool, parameters, at=at)

    def _answer(self, message: Fields) -> None:
        """What a tool call gave back, by its id, else in the order of the calls."""
        id_ = text_of(message.get("tool_call_id")) or text_of(message.get("call_id"))
        made = next((one for one in self._waiting if one.id == id_), None)
        if made is None:
            self._tally.skip("result without its call")
            return
        self._waiting.remove(made)
        if was_run(message):
            self._give(made, message)
        else:
            self._passed.append(made)

    def _user(self, message: Fields, *, last: bool) -> None:
        """The task, a command of the person's own, a word of theirs, or what a command gave back."""
        at, extra = _time(message), fields_of(message.get("extra"))
        if not self._asked and not self._count:
            self._asked = True
            self.conversation.prompt(self._issue(content_of(message)), at=at)
            return
        typed = [text_of(fields_of(one).get("command")) for one in items_of(extra.get("actions"))]
        if any(typed):
            for command in filter(None, typed):
                self._call("", command, at)
            return
        said = said_of(message)
        if said.word:
            self._hear(said, message, at)
        elif self._waiting and last and text_of(self._info.get("exit_status")) == "Submitted":
            self._exit(message, "Submitted")
        elif self._waiting:
            self._give(self._waiting.pop(0), message)

    def _hear(self, said: Said, message: Fields, at: int) -> None:
        """What the person said in place of what the commands at hand gave back."""
        if said.word == "rejected":
            self._settle(self._passed + self._waiting, "rejected", message)
        elif said.word == "interrupted":
            self._settle((self._passed + self._waiting)[:1], "interrupted", message)
            self.conversation.interruption(at=at)
        elif said.word == "new task":
            self._settle((self._passed + self._waiting)[:1], "ok", {})
        self._settle(self._passed + self._waiting, "cancelled", {})
        if said.typed:
            self.conversation.prompt(Excerpt(said.typed), at=at)

    def _exit(self, message: Fields, status: str) -> None:
        """The run is over. What was submitted says nothing of whether it is right."""
        if status == "Submitted":
            self._settle((self._passed + self._waiting)[:1], "ok", message)
        self._settle(self._passed, "cancelled", {})

    def _give(self, made: _Made, message: Fields) -> None:
        answer = partial(answer_of, message, command=made.command)
        self.conversation.answer(made.key, answer, at=_time(message))

    def _settle(self, calls: list[_Made], status: Status, message: Fields) -> None:
        """How calls ended whose commands gave nothing back, with what stands in its place."""
        for made in list(calls):
            self.conversation.answer(made.key, partial(_ended, message, status), at=_time(message))
            for kept in (self._waiting, self._passed):
                if made in kept:
                    kept.remove(made)

    def _issue(self, message: Excerpt) -> Excerpt:
        template = fields_of(self._config.get("agent")).get("instance_template", Raw())
        return issue_of(message, read_string(memoryview(template)).head if is_text(template) else "")


def _ended(message: Fields, status: Status) -> Answer:
    return Answer(content_of(message) if message else Excerpt(""), status)


def _commands(message: Fields, extra: Fields) -> Iterator[tuple[str, str]]:
    """The commands of a message with the ids of their calls: told, called, or in the one fenced block."""
    told = [fields_of(one) for one in items_of(extra.get("actions"))]
    if not told:
        calls = [fields_of(one) for one in items_of(message.get("tool_calls"))]
        told = [_called(call) for call in calls]
    if told:
        for one in told:
            raw = one.get("command", Raw())
            if is_text(raw):
                text = read_string(memoryview(raw))
                yield text_of(one.get("tool_call_id")), text.head + text.tail
        return
    found = _BLOCK.findall(content_of(message).head)
    if len(found) == 1:
        yield "", (found[0][0] or found[0][1]).strip()


def _called(call: Fields) -> Fields:
    """A tool call of a message that does not tell its actions."""
    arguments = fields_of(parameters_of(fields_of(call.get("function")).get("arguments")))
    return arguments | {"tool_call_id": call.get("id", Raw())}


def _time(message: Fields) -> int:
    """Milliseconds of a message's time in seconds; 0 where it has none."""
    raw = fields_of(message.get("extra")).get("timestamp") or message.get("timestamp") or Raw()
    told = bytes(memoryview(raw)[:40]).decode("ascii", "replace")
    at = int(1000 * float(told)) if _NUMBER.fullmatch(told) else 0
    return at if at <= LAST_TIME else 0


def _end_of(path: Path) -> bytes:
    """The last bytes of a file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _END))
            return file.read(_END)
    except OSError:
        return b""
