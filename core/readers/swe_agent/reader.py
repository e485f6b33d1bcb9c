"""The reader of SWE-agent: the file ``.traj`` of a run, one JSON object that is written again with each step.

Of the versions before 1.0 (``{environment, trajectory, history, info}``, the state of a step a JSON string
from before it), from 1.0 (an object from after it, ``execution_time``, ``replay_config``) and of runs with
several ``attempts``, as ``sweagent/agent/agents.py`` writes them in version 1.1. A run is a session of one
task, and each attempt is a run of its own.

What was done stands in ``trajectory``. ``history`` is what the model got to see: a demonstration of another
run among it, and the issue.
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
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.loose import (
    FLAWS,
    Fields,
    count_of,
    fields_of,
    is_text,
    is_true,
    items_of,
    parameters_of,
    text_of,
)
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import whole
from tacit.core.readers.swe_agent.actions import EXITS, Deed, Place, deed_of
from tacit.core.readers.swe_tasks import directory_in, fingerprint, issue_of, repository_of
from tacit.core.readers.times import believed
from tacit.core.redaction import Redactor


class _File(Struct, frozen=True):
    """A run; ``attempts`` are runs too, and then it is the one of them that was chosen."""

    trajectory: Raw = Raw()
    history: Raw = Raw()
    info: Raw = Raw()
    config: Raw = msgspec.field(default=Raw(), name="replay_config")
    environment: Raw = Raw()
    attempts: Raw = Raw()


_FIRST = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:environment|trajectory|attempts|history|info|replay_config)"\s*:'
)
_STEP = re.compile(rb'"trajectory"\s*:\s*\[\s*\{\s*"action"\s*:\s*"')
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,20})?(?:[eE]-?\d{1,2})?")
_runs = msgspec.json.Decoder(_File)


class SweAgentReader(FileReader):
    """Reads the trajectories of SWE-agent."""

    name = "swe-agent"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it begins like a run with its steps: actions with what they gave back."""
        return _FIRST.match(head) is not None and _STEP.search(head) is not None and b'"observation"' in head

    def read(self, source: Source, redact: Redactor) -> Iterator[Transcript]:
        """Every run of the file; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        top = whole(file, source.path, _runs, tally)
        seen: set[str] = set()
        for run in _attempts(top, tally):
            telling = _Telling(run, redact, tally)
            if not telling.conversation.empty and telling.native not in seen:
                seen.add(telling.native)
                yield telling.transcript(source.path.stat().st_mtime_ns // 1_000_000)
        if not seen:
            raise Unreadable(source.path, "no prompt or call in it", tally)


def _attempts(top: _File, tally: ReadTally) -> Iterator[_File]:
    """The attempts of a run, the run itself where it has none."""
    attempts = items_of(top.attempts)
    for raw in attempts:
        try:
            yield _runs.decode(raw)
        except FLAWS:
            tally.skip("unexpected fields")
    if not attempts or memoryview(top.trajectory):
        yield top


class _Telling:
    """Tells one run to a conversation."""

    def __init__(self, run: _File, redact: Redactor, tally: ReadTally) -> None:
        self.conversation = Conversation(redact, tally)
        self._tally = tally
        self._info = fields_of(run.info)
        self._config = fields_of(parameters_of(run.config))
        self._problem = fields_of(self._config.get("problem_statement"))
        self._place = Place()
        self._calls = 0
        message = _first_message(run.history)
        self._directory = directory_in(message)
        if not memoryview(run.history):
            tally.drifted("missing field", "history")
        elif message.head:
            self.conversation.prompt(self._issue(message))
        steps = items_of(run.trajectory)
        for step in steps:
            self._step(fields_of(step))
        self.conversation.spent(count_of(fields_of(self._info.get("model_stats")).get("tokens_received")))
        instance = text_of(self._problem.get("id"))
        mark = fingerprint([Raw(msgspec.json.encode(message.head)), *steps[:1]])
        self.native = f"{instance}-{mark}" if instance else mark

    def transcript(self, written: int) -> Transcript:
        """The session, which was when its file was last written to: no time is told."""
        instance = text_of(self._problem.get("id"))
        repository = fields_of(fields_of(self._config.get("env")).get("repo"))
        model = fields_of(fields_of(self._config.get("agent")).get("model"))
        session = SessionDraft(
            agent=SweAgentReader.name,
            native=self.native,
            title="",
            directory=self._directory,
            started=0,
            ended=0,
            repository=text_of(repository.get("github_url")) or repository_of(instance, self._directory),
            model=text_of(model.get("name")) or None,
            version=text_of(self._info.get("swe_agent_version")) or None,
        )
        return self.conversation.transcript(session, otherwise=written)

    def _issue(self, message: Excerpt) -> Excerpt:
        """What was asked: the problem as it was given, else as it stands in the first message."""
        told = self._problem.get("text")
        if told is not None and is_text(told):
            return read_string(memoryview(told))
        templates = fields_of(fields_of(self._config.get("agent")).get("templates"))
        template = templates.get("instance_template")
        return issue_of(message, _content(template).head)

    def _step(self, step: Fields) -> None:
        """One action with what it gave back."""
        if not is_text(step.get("action")):
            if step:
                self._tally.drifted("missing field", "action")
            else:
                self._tally.skip("not an object")
            return
        action = read_string(memoryview(step["action"]))
        text = f"{action.head}\n…\n{action.tail}" if action.skipped else action.head
        state = fields_of(parameters_of(step.get("state")))
        self._see(state)
        if EXITS.fullmatch(text.strip()):
            self.conversation.said()
            return
        deed = deed_of(text, self._place)
        key = f"step-{self._count()}"
        self.conversation.call(key, deed.tool, deed.parameters)
        if is_text(step.get("observation")):
            seconds = _seconds(step.get("execution_time"))
            self.conversation.answer(key, partial(_answer, step["observation"], deed, seconds, bool(state)))

    def _count(self) -> int:
        self._calls += 1
        return self._calls

    def _see(self, state: Fields) -> None:
        """Where the shell is and which file is open; before the action in old files, after it in new ones."""
        directory, opened = text_of(state.get("working_dir")), text_of(state.get("open_file"))
        self._directory = self._directory or directory
        self._place = Place(
            directory or self._place.directory,
            "" if opened == "n/a" else opened or self._place.opened,
        )


def _first_message(history: Raw) -> Excerpt:
    """What the model was told first of its task, demonstrations aside."""
    for raw in items_of(history):
        item = fields_of(raw)
        if text_of(item.get("role")) == "user" and not is_true(item.get("is_demo")):
            return _content(item.get("content"))
    return Excerpt("")


def _content(raw: Raw | None) -> Excerpt:
    """The text of a message, which may stand in parts."""
    if raw is not None and is_text(raw):
        return read_string(memoryview(raw))
    parts = (fields_of(part).get("text", Raw()) for part in items_of(raw))
    return Excerpt("\n".join(read_string(memoryview(part)).head for part in parts if is_text(part)))


def _answer(observation: Raw, deed: Deed, seconds: float | None, ran: bool) -> Answer:
    """What an action gave back. One that was refused before it ran took no time and left no state."""
    said = read_string(memoryview(observation))
    text = Excerpt(said.head.replace("\r\n", "\n"), said.tail.replace("\r\n", "\n"), said.skipped)
    refused = seconds == 0 and not ran and not text.head
    return Answer(text, "error" if refused else deed.status(text), seconds)


def _seconds(raw: Raw | None) -> float | None:
    found = _NUMBER.fullmatch(bytes(memoryview(raw or b"")[:64]).decode("ascii", "replace"))
    return believed(1000 * float(found[0])) if found else None
