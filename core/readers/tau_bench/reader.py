"""The reader of tau-bench results: one JSON array of runs, each a session of one episode.

A run's reward is its label. The format knows no times and runs come in the order they happened to
end, so a run is dated by what it is: :data:`CLOCK`, the time it is in the benchmark's airline, and a
day for each trial and a minute for each task; nothing in a run took any time. Its id is the task, the
trial and a hash of the conversation: the same run is the same episode in whatever file it stands and
at whatever place, also after its reward was put right.

What the simulated user says after its first words is no follow-up prompt: it is polite whatever
happened. Taken for reactions, its words called 15 of 16 sample runs a success, and 4 of them were one.
That it speaks after the last call is told, for then an error there is no end: it heard of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core import limits
from tacit.core.clock import DAY
from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import Excerpt
from tacit.core.model import Label, Status
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.drafting import Call, draft_steps, title_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.tau_bench.runs import (
    Message,
    Run,
    ToolCall,
    instruction_of,
    messages_of,
    runs_of,
    text_of,
)
from tacit.core.redaction import Redactor

CLOCK = 1_715_803_200_000
"""2024-05-15T20:00:00Z: "the current time is 2024-05-15 15:00:00 EST"."""

_MINUTE = 60_000
_LAST_DAY = 10_000
_LIKE = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\[\s*\{(?=.*"task_id"\s*:)(?=.*"reward"\s*:)(?=.*"traj"\s*:)', re.DOTALL
)
_POLICY = re.compile(r"^#\s*([\w -]{1,40}?)\s+agent\s+policy\b", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"\s*###(?:STOP|TRANSFER|OUT-OF-SCOPE)###\s*")
_ERROR = re.compile(r"\s*Error\b")
_EXACT = 1e-6
_EMPTY = Raw(b"{}")
_rewards = msgspec.json.Decoder(float | None)
_objects = msgspec.json.Decoder(dict[str, Raw])


class TauBenchReader(FileReader):
    """Reads what tau-bench writes of its runs with tool calls."""

    name = "tau-bench"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it begins like an array of runs."""
        return _LIKE.match(head) is not None

    def read(self, source: Source, redact: Redactor) -> Iterator[Transcript]:
        """Every run of the file; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        seen: set[str] = set()
        for run in runs_of(file.view[file.start :], tally):
            conversation = _Conversation(run, redact, tally)
            if conversation.empty:
                tally.skip("no conversation")
            elif conversation.native in seen:
                tally.skip("repeated run")
            else:
                seen.add(conversation.native)
                yield conversation.transcript(self.name)
        if not seen:
            raise Unreadable(source.path, "no run in it")


class _Turn(Struct):
    """A call and, once it came, its result."""

    call: ToolCall
    result: Excerpt | None = None


class _Conversation:
    """One run, its calls paired with their results."""

    def __init__(self, run: Run, redact: Redactor, tally: ReadTally) -> None:
        self._run = run
        self._redact = redact
        self._tally = tally
        self._policy = ""
        self._said: list[Excerpt] = []
        self._turns: list[_Turn] = []
        self._open: dict[str, list[_Turn]] = {}
        self._answered = False
        for message in messages_of(run, tally):
            self._take(message)
        self.empty = not self._said and not self._turns
        task = without_hash(redact.silent()(str(run.task_id)[:100]))
        self.native = f"task-{task}-trial-{run.trial or 0}-{_fingerprint(run)}"
        self._name = f"task {task}, trial {run.trial or 0}"

    def transcript(self, agent: str) -> Transcript:
        """The session of this run."""
        at = _time(self._run)
        prompt = self._prompt()
        found = _POLICY.search(self._policy)
        session = SessionDraft(
            agent=agent,
            native=self.native,
            title=title_of(f"{self._name}: {prompt.strip()}"),
            directory=found[1].lower() if found else agent,
            started=at,
            ended=at,
        )

        def episodes() -> Iterator[EpisodeDraft]:
            steps, middle = draft_steps(len(self._turns), self._call, self._redact, self._tally)
            yield EpisodeDraft(
                native=self.native,
                prompt=prompt,
                started=at,
                ended=at,
                steps=steps,
                cut_steps=len(middle),
                middle=middle,
                label=_label(self._run.reward, self._tally),
                answered=self._answered,
            )

        return Transcript(session, self._tally, episodes)

    def _take(self, message: Message) -> None:
        if message.role == "system":
            self._policy = self._policy or text_of(message.content).head
        elif message.role == "user":
            self._said.append(text_of(message.content))
            self._answered = self._answered or bool(_words(self._said[-1]))
        elif message.role == "assistant":
            for call in message.tool_calls or ():
                turn = _Turn(call)
                self._turns.append(turn)
                self._answered = False
                self._open.setdefault(call.id or "", []).append(turn)
        elif message.role == "tool":
            waiting = self._open.get(message.tool_call_id or "")
            if waiting:
                waiting.pop(0).result = text_of(message.content)
            else:
                self._tally.skip("result without its call")

    def _prompt(self) -> str:
        """What the simulated user said first, or was told to want where it never spoke."""
        said = next(filter(_words, self._said), None)
        if said is None:
            said = Excerpt(instruction_of(self._run))
        plain = said if said.skipped else Excerpt(_words(said))
        text, cut = limits.clip(plain, limits.PROMPT_BYTES, self._redact)
        self._tally.shorten("prompt", cut)
        return text

    def _call(self, place: int) -> Call:
        turn = self._turns[place]
        result, status = turn.result, _status(turn.result)
        return Call(
            key=turn.call.id or f"call-{place + 1}",
            tool=turn.call.function.name,
            parameters=_parameters(turn.call.function.arguments),
            result=Excerpt("") if result is None else result,
            status=status,
            at=_time(self._run),
        )


def _words(said: Excerpt) -> str:
    """What somebody said, without the marks that end a run."""
    return _END.sub(" ", said.head).strip()


def _status(result: Excerpt | None) -> Status:
    """A tool says that it failed with its first word."""
    if result is None:
        return "unfinished"
    return "error" if _ERROR.match(result.head) else "ok"


def _parameters(arguments: Raw) -> Raw:
    """The object of a call's arguments; a text that is none stands under ``arguments``."""
    view = memoryview(arguments)
    if not view:
        return _EMPTY
    try:
        if view[0] == ord("{"):
            return arguments
        text = msgspec.json.decode(arguments, type=str).encode()
        _objects.decode(text)
        return Raw(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Raw(b'{"arguments":' + bytes(view) + b"}")


def _label(reward: Raw, tally: ReadTally) -> Label | None:
    """1 is a success, 0 a failure, anything between partial; what is no reward is counted and no label."""
    try:
        value = _rewards.decode(reward) if memoryview(reward) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = -1.0
    if value is None:
        return None
    if not -_EXACT <= value <= 1 + _EXACT:
        tally.skip("unusable reward")
        return None
    if value >= 1 - _EXACT:
        return "success"
    return "failure" if value <= _EXACT else "partial"


def _time(run: Run) -> int:
    """When a run is said to have been, in milliseconds."""
    minute = run.task_id if isinstance(run.task_id, int) else 0
    day = min(max(run.trial or 0, 0), _LAST_DAY)
    return CLOCK + day * DAY + min(max(minute, 0), DAY // _MINUTE - 1) * _MINUTE


def _fingerprint(run: Run) -> str:
    """A hash of the conversation, whatever its spacing and the order of its fields."""
    plain = blake2b(digest_size=8)
    for raw in run.traj:
        try:
            plain.update(msgspec.json.encode(msgspec.json.decode(raw), order="deterministic"))
        except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
            plain.update(memoryview(raw))
    return plain.hexdigest()
