"""Sessions of Copilot CLI for tests, one event at a time, and what the reader makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transcript import START, iso

from tacit.core.drafts import StepDraft
from tacit.core.readers.base import Source
from tacit.core.readers.copilot.reader import CopilotReader
from tacit.core.redaction import Redactor

SESSION = "5b0c1d2e-0000-4000-8000-00000000000a"
SHOP = "/home/dev/work/shop"

Json = dict[str, Any]


class Reading:
    """A session read to its end."""

    def __init__(self, path: Path) -> None:
        transcript = CopilotReader().read(Source(path), Redactor(b"k" * 32))
        self.session, self.tally = transcript.session, transcript.tally
        self.episodes = list(transcript.episodes())

    @property
    def steps(self) -> list[StepDraft]:
        """The steps of all episodes."""
        return [step for episode in self.episodes for step in episode.steps]


class Events:
    """A session in the making; every event is a second after the one before."""

    def __init__(self, **context: Any) -> None:
        self.lines: list[str] = []
        self.at = START
        told = {"sessionId": SESSION, "producer": "copilot-agent", "copilotVersion": "1.0.11"}
        self.add("session.start", told | ({"context": context} if context else {}))

    def add(self, kind: Any, data: Any = None, **fields: Any) -> None:
        """An event."""
        self.at += 1_000
        event = {"type": kind, "data": {} if data is None else data, "id": f"{len(self.lines):020d}"}
        self.raw(json.dumps(event | {"timestamp": iso(self.at), "parentId": None} | fields))

    def raw(self, line: str) -> None:
        """A line as it is."""
        self.lines.append(line)

    def prompt(self, text: Any = "Do some work", **fields: Any) -> None:
        """What stands for the person's words."""
        self.add("user.message", {"content": text} | fields)

    def wants(self, key: str = "call-1", name: str = "view", arguments: Any = None, **fields: Any) -> None:
        """A message of the model that asks for a tool."""
        wanted = {"toolCallId": key, "name": name, "arguments": arguments or {"path": f"{SHOP}/a.py"}}
        self.add("assistant.message", {"content": "", "toolRequests": [wanted]} | fields)

    def starts(self, key: str = "call-1", name: str = "view", **fields: Any) -> None:
        """A tool begins."""
        self.add("tool.execution_start", {"toolCallId": key, "toolName": name, "arguments": {}} | fields)

    def ends(self, key: str = "call-1", **fields: Any) -> None:
        """A tool has ended."""
        self.add("tool.execution_complete", {"toolCallId": key} | fields)

    def save(self, path: Path, end: str = "\n") -> Path:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.lines) + end, encoding="utf-8")
        return path
