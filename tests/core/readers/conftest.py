"""Hand-written Claude Code records, one call of a method each; the marks that every test holds readers to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from held_marks import marked

from tacit.core.drafts import EpisodeDraft, StepDraft
from tacit.core.readers.base import Source, Transcript
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.readers.own import own_readers
from tacit.core.redaction import Redactor

SESSION = "5b0c1d2e-0000-4000-8000-00000000000a"


class Log:
    """A transcript in the making. Records follow each other unless ``parent`` says otherwise."""

    def __init__(self, session: str = SESSION) -> None:
        self.session = session
        self.records: list[str] = []
        self.last: str | None = None
        self.clock = 0

    def raw(self, text: str) -> None:
        """A line as it is."""
        self.records.append(text)

    def record(self, kind: str, **fields: Any) -> str:
        """A record with the fields all have; returns its uuid."""
        self.clock += 1
        uuid = fields.pop("uuid", f"u{self.clock}")
        common = {
            "parentUuid": fields.pop("parent", self.last),
            "isSidechain": False,
            "cwd": "/home/dev/app",
            "sessionId": self.session,
            "version": "2.1.0",
            "gitBranch": "main",
            "type": kind,
            "uuid": uuid,
            "timestamp": f"2026-01-05T10:{self.clock // 60:02d}:{self.clock % 60:02d}.000Z",
        }
        self.raw(json.dumps(common | fields))
        self.last = uuid
        return uuid

    def prompt(self, text: str | list[dict[str, Any]], **fields: Any) -> str:
        """Something in the place of the user's words."""
        return self.record("user", message={"role": "user", "content": text}, **fields)

    def say(self, *blocks: dict[str, Any], message: str | None = None, tokens: int = 7, **fields: Any) -> str:
        """A line of an assistant's message."""
        said = {"id": message or f"msg_{self.clock}", "role": "assistant", "model": "claude-opus-4-5"}
        usage = {"input_tokens": 3, "output_tokens": tokens}
        return self.record("assistant", message=said | {"content": list(blocks), "usage": usage}, **fields)

    def call(self, key: str, tool: str = "Bash", message: str | None = None, **parameters: Any) -> str:
        """A line with one tool call."""
        parameters = parameters or {"command": f"echo {key}"}
        return self.say({"type": "tool_use", "id": key, "name": tool, "input": parameters}, message=message)

    def result(self, key: str, content: Any = "done", error: bool | None = None, **fields: Any) -> str:
        """The result of a call."""
        block = {"type": "tool_result", "tool_use_id": key, "content": content}
        block |= {} if error is None else {"is_error": error}
        return self.record("user", message={"role": "user", "content": [block]}, **fields)

    def step(self, key: str, content: Any = "done", error: bool | None = None, **parameters: Any) -> str:
        """A call and its result."""
        self.call(key, **parameters)
        return self.result(key, content, error)

    def save(self, path: Path, end: str = "\n") -> Path:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.records) + end, encoding="utf-8")
        return path


class Reading:
    """A transcript read to its end."""

    def __init__(self, path: Path, extra: tuple[Path, ...] = (), secret: bytes = b"k" * 32) -> None:
        self.redact = Redactor(secret)
        reader = ClaudeCodeReader()
        self.transcript: Transcript = reader.read(Source(path, extra or reader.companions(path)), self.redact)
        self.session = self.transcript.session
        self.episodes: list[EpisodeDraft] = list(self.transcript.episodes())
        self.tally = self.transcript.tally

    @property
    def steps(self) -> list[StepDraft]:
        """The steps of all episodes."""
        return [step for episode in self.episodes for step in episode.steps]


@pytest.fixture(scope="session", autouse=True)
def every_recognised_file_has_a_mark() -> Iterator[None]:
    """Whatever a reader recognises in a test is a file that it would have been loaded and asked for."""
    with pytest.MonkeyPatch.context() as patched:
        for own in own_readers():
            kind = type(own.whole)
            patched.setattr(kind, "recognises", marked(own, kind.recognises))
        yield


@pytest.fixture
def log() -> Log:
    """An empty transcript."""
    return Log()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads a log, saved as one file, or a path."""

    def reading(source: Log | Path, *extra: Path, end: str = "\n") -> Reading:
        path = source.save(tmp_path / "log" / f"{SESSION}.jsonl", end) if isinstance(source, Log) else source
        return Reading(path, extra)

    return reading


@pytest.fixture
def new_log() -> type[Log]:
    """To make more than one transcript."""
    return Log
