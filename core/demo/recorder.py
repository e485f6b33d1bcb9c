"""Writes one Claude Code transcript, record by record, as the agent itself leaves it on disk."""

from __future__ import annotations

from copy import copy
from random import Random
from string import ascii_letters, digits
from typing import Any

from msgspec import json

from tacit.core.clock import rfc3339

_LETTERS = ascii_letters + digits
_HEX = "0123456789abcdef"


def new_uuid(rng: Random) -> str:
    """A version 4 UUID drawn from ``rng``."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def new_token(rng: Random, length: int, letters: str = _LETTERS) -> str:
    """Random letters and digits."""
    return "".join(rng.choices(letters, k=length))


class Recorder:
    """The records of one transcript in the order they were written.

    ``at`` is the transcript's own clock in milliseconds and moves on with every record. Records are
    kept as plain objects because that is what a transcript line is; they are encoded once, at the end.
    """

    def __init__(self, rng: Random, *, cwd: str, branch: str, version: str, model: str, at: int) -> None:
        self.rng = rng
        self.at = at
        self.session = new_uuid(rng)
        self.parent: str | None = None
        self.records: list[dict[str, Any]] = []
        self.children: list[Recorder] = []
        self.agent: str | None = None
        self.model = model
        self._head = {"userType": "external", "cwd": cwd, "version": version, "gitBranch": branch}
        self._message: dict[str, Any] = {}
        self._request = ""

    @property
    def cwd(self) -> str:
        """The working directory every record names."""
        return str(self._head["cwd"])

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.at += int(seconds * 1000)

    def prompt(self, text: str, **more: object) -> None:
        """A prompt the person typed (or, with ``isMeta``, one the program put in their place)."""
        self._add("user", {"role": "user", "content": text}, **more)

    def interruption(self) -> None:
        """The mark the program leaves in the person's place when they press Esc."""
        text = "[Request interrupted by user for tool use]"
        self._add("user", {"role": "user", "content": [{"type": "text", "text": text}]})

    def turn(self) -> None:
        """Begin an answer of the model: what follows until the next turn shares one message id."""
        usage = {
            "input_tokens": self.rng.randint(3, 12),
            "cache_creation_input_tokens": self.rng.randint(200, 3000),
            "cache_read_input_tokens": self.rng.randint(12_000, 60_000),
            "output_tokens": self.rng.randint(40, 900),
        }
        self._message = {"model": self.model, "id": f"msg_01{new_token(self.rng, 22)}", "type": "message"}
        self._message |= {"role": "assistant", "stop_reason": None, "usage": usage}
        self._request = f"req_011C{new_token(self.rng, 20)}"

    def think(self, text: str) -> None:
        """A thought of the model, one line of its message."""
        self._answer({"type": "thinking", "thinking": text, "signature": ""})

    def say(self, text: str) -> None:
        """Text of the model, one line of its message."""
        self._answer({"type": "text", "text": text})

    def call(self, tool: str, parameters: dict[str, Any]) -> str:
        """A tool call, one line of the model's message; returns its id."""
        ident = f"toolu_01{new_token(self.rng, 22)}"
        self._answer({"type": "tool_use", "id": ident, "name": tool, "input": parameters})
        return ident

    def result(self, call: str, content: object, structured: object = None, *, error: bool = False) -> None:
        """The result of a call, as the model saw it and as the program kept it (``structured``)."""
        block: dict[str, Any] = {"tool_use_id": call, "type": "tool_result", "content": content}
        if error:
            block["is_error"] = True
            structured = f"Error: {content}"
        self._add("user", {"role": "user", "content": [block]}, toolUseResult=structured)

    def system(self, subtype: str, **more: object) -> None:
        """A record of the program about itself."""
        self._append({"type": "system", "subtype": subtype, "isMeta": False, **more})

    def snapshot(self) -> None:
        """The program's note of the files it backed up; it stands outside the chain of records."""
        ident = new_uuid(self.rng)
        kept = {"messageId": ident, "trackedFileBackups": {}, "timestamp": rfc3339(self.at)}
        self.records.append(
            {"type": "file-history-snapshot", "messageId": ident, "snapshot": kept, "isSnapshotUpdate": False}
        )

    def spawn(self) -> Recorder:
        """A sub-agent's own transcript, which starts now."""
        child = copy(self)
        child.records, child.children, child.parent = [], [], None
        child.agent = new_token(self.rng, 7, _HEX)
        self.children.append(child)
        return child

    def resume(self, at: int) -> Recorder:
        """A new transcript that begins with a copy of this one, as ``claude --resume`` writes it."""
        again = copy(self)
        again.session, again.at, again.children = new_uuid(self.rng), at, []
        again.records = [
            {**record, "sessionId": again.session} if "sessionId" in record else record
            for record in self.records
        ]
        return again

    def encode(self) -> bytes:
        """The transcript as it stands on disk."""
        return b"".join(json.encode(record) + b"\n" for record in self.records)

    def _answer(self, block: dict[str, Any]) -> None:
        self.wait(self.rng.uniform(0.4, 3.0))
        self._add("assistant", {**self._message, "content": [block]}, requestId=self._request)

    def _add(self, kind: str, message: dict[str, Any], **more: object) -> None:
        self._append({"type": kind, "message": message, **more})

    def _append(self, record: dict[str, Any]) -> None:
        self.wait(0.05)
        ident = new_uuid(self.rng)
        head: dict[str, Any] = {
            "parentUuid": self.parent,
            "isSidechain": self.agent is not None,
            **self._head,
        }
        head["sessionId"] = self.session
        if self.agent is not None:
            head["agentId"] = self.agent
        self.records.append({**head, **record, "uuid": ident, "timestamp": rfc3339(self.at)})
        self.parent = ident
