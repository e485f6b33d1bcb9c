"""Sessions of Gemini CLI for tests, one message at a time, and what the reader makes of them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from transcript import START, iso

from tacit.core.drafts import StepDraft
from tacit.core.readers.base import Source
from tacit.core.readers.gemini.reader import GeminiReader
from tacit.core.redaction import Redactor

SESSION = "5b0c1d2e-0000-4000-8000-00000000000a"
SHOP = "/home/dev/work/shop"
HASH = sha256(SHOP.encode()).hexdigest()

Json = dict[str, Any]


class Reading:
    """A session read to its end."""

    def __init__(self, path: Path) -> None:
        reader = GeminiReader()
        transcript = reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32))
        self.session, self.tally = transcript.session, transcript.tally
        self.episodes = list(transcript.episodes())

    @property
    def steps(self) -> list[StepDraft]:
        """The steps of all episodes."""
        return [step for episode in self.episodes for step in episode.steps]


class Log:
    """A session in the making; every message is ten seconds after the one before."""

    def __init__(self, session: str = SESSION, **fields: Any) -> None:
        self.head: Json = {"sessionId": session, "projectHash": HASH, "startTime": iso(START), **fields}
        self.lines: list[str] = []
        self.at = START
        self.add(self.head)

    def add(self, value: Any) -> None:
        """A line, as it is or as JSON."""
        self.lines.append(value if isinstance(value, str) else json.dumps(value))

    def say(self, kind: str, content: Any = "", key: str = "", **fields: Any) -> Json:
        """A message; returns it."""
        self.at += 10_000
        key = key or f"{kind}-{len(self.lines)}-{'0' * 16}"
        message = {"id": key, "timestamp": iso(self.at), "type": kind, "content": content} | fields
        self.add(message)
        return message

    def call(self, *calls: Json, **fields: Any) -> Json:
        """A message of the model with calls of tools."""
        return self.say("gemini", toolCalls=list(calls), **fields)

    def save(self, path: Path, end: str = "\n") -> Path:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.lines) + end, encoding="utf-8")
        return path


def tool(key: str = "call-1", name: str | None = "read_file", status: str = "success", **fields: Any) -> Json:
    """A call, ended a minute after the session began."""
    found = {"id": key, "name": name, "args": {"file_path": f"{SHOP}/a.py"}, "status": status}
    return found | {"timestamp": iso(START + 60_000)} | fields


def answered(response: Json, key: str = "call-1", **fields: Any) -> Json:
    """A call with what it gave back."""
    return tool(key, result=[{"functionResponse": {"id": key, "response": response}}], **fields)


def shell(text: str, **fields: Any) -> Json:
    """A command with the text of its tool."""
    return answered({"output": text}, name="run_shell_command", args={"command": "pytest -q"}, **fields)
